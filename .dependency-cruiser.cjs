// Who may import whom (`npm run walls`). test/scripts/walls.test.ts plants a violation of every rule.
// Type-only imports are seen here; what code can reach at run time is checked in .dependency-cruiser.runtime.cjs.

const TYPES = ['type-only'];
const PACKAGE = (names) => `(^|/)node_modules/(@types/)?(${names})(/|$)`;

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'domain-is-pure',
      severity: 'error',
      comment: 'src/domain holds rules only: it imports itself, luxon and zod, never anything with I/O.',
      from: { path: '^src/domain/' },
      to: { pathNot: ['^src/domain/', PACKAGE('luxon|zod')] },
    },
    {
      name: 'workflows-import-values-of-domain-only',
      severity: 'error',
      comment:
        'A workflow imports @temporalio/workflow, src/domain and src/temporal/searchAttributes; of the rest, types.',
      from: { path: '^src/workflows/' },
      to: {
        pathNot: [
          '^src/workflows/',
          '^src/domain/',
          '^src/temporal/searchAttributes\\.ts$',
          PACKAGE('@temporalio/workflow'),
        ],
        dependencyTypesNot: TYPES,
      },
    },
    {
      name: 'workflows-import-types-of-src-only',
      severity: 'error',
      comment: 'Even as a type, a workflow knows only src/ and Temporal.',
      from: { path: '^src/workflows/' },
      to: { pathNot: ['^src/', PACKAGE('@temporalio/[a-z-]+')], dependencyTypes: TYPES },
    },
    {
      name: 'activities-know-no-workflow',
      severity: 'error',
      comment: 'Workflows call activities, never the other way round; what both need stands in src/domain.',
      from: { path: '^src/activities/' },
      to: { path: '^src/workflows/' },
    },
    {
      name: 'src-knows-no-stand-in',
      severity: 'error',
      comment:
        'The product never knows whether it talks to a sandbox: src imports neither sandbox, demo, test nor scripts.',
      from: { path: '^src/' },
      to: { path: '^(sandbox|demo|test|scripts|docker)/' },
    },
    {
      name: 'sandbox-knows-no-product',
      severity: 'error',
      comment: 'A mistake shared by both sides would pass every test: sandbox imports nothing of src, not even a type.',
      from: { path: '^sandbox/' },
      to: { path: '^(src|demo|test|scripts|docker)/' },
    },
    {
      name: 'programs-know-no-test',
      severity: 'error',
      comment: 'Only a test imports a test.',
      from: { pathNot: ['^test/', '^vitest\\.config\\.ts$'] },
      to: { path: '^test/' },
    },
    {
      name: 'shipped-code-has-shipped-packages',
      severity: 'error',
      comment: 'The image is installed without devDependencies: what src and sandbox import belongs into dependencies.',
      // The SDK's own download of a local server is for developers, who have the devDependencies.
      from: { path: '^(src|sandbox|docker)/', pathNot: '^src/temporal/sdkDownloadProcess\\.ts$' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: TYPES },
    },
    {
      name: 'no-circle',
      severity: 'error',
      comment: 'Files that import each other cannot be read, tested or moved one by one.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphan',
      severity: 'error',
      comment: 'A file that imports nothing and that nothing imports is left over: use it or delete it.',
      from: {
        orphan: true,
        pathNot: [
          '^(src/(worker|client)|(src/temporal|sandbox|demo)/main)\\.ts$',
          '^(scripts|test|docker)/',
          '\\.d\\.ts$',
        ],
      },
      to: {},
    },
    {
      name: 'import-resolves',
      severity: 'error',
      comment: 'The imported file or package does not exist.',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: '(^|/)node_modules/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: 'specify',
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      mainFields: ['main', 'types'],
      extensions: ['.ts', '.js', '.json', '.d.ts'],
    },
  },
};
