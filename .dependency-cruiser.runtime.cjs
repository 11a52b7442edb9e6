// What the workflow bundle can reach when it runs (`npm run walls`). Type-only imports are erased, so they are not seen.
const walls = require('./.dependency-cruiser.cjs');

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'workflow-bundle-is-light',
      severity: 'error',
      comment:
        'Through whatever it imports, a workflow reaches only src, @temporalio/workflow, @temporalio/common and luxon: ' +
        'zod, got and node built-ins are heavy or not deterministic.',
      from: { path: '^src/workflows/' },
      to: { reachable: true, pathNot: ['^src/', '(^|/)node_modules/(@temporalio/(workflow|common)|luxon)(/|$)'] },
    },
  ],
  options: { ...walls.options, tsPreCompilationDeps: false },
};
