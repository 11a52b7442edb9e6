import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

import { sharedBundle } from './sharedBundle.js';

/** The file with the product's workflows, but with the limits of `impatientLimits.ts`. */
export function impatientBundle(): Promise<string> {
  return sharedBundle('impatient-workflows', makeBundle);
}

async function makeBundle(): Promise<string> {
  const limits = new URL('./impatientLimits.ts', import.meta.url).pathname;
  const { code } = await bundleWorkflowCode({
    workflowsPath: new URL('../../src/workflows/index.ts', import.meta.url).pathname,
    logger: new DefaultLogger('ERROR', () => undefined),
    webpackConfigHook: (config) => {
      // An object, as the SDK makes it; webpack would take a list, too.
      const alias = config.resolve?.alias as Readonly<Record<string, string>> | undefined;
      return { ...config, resolve: { ...config.resolve, alias: { ...alias, './stretchLimits.js$': limits } } };
    },
  });
  if (!code.includes('impatientLimits')) throw new Error('the bundle does not have the test’s limits');
  return code;
}
