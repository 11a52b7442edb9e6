import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

/** The product's workflows, but with the limits of `impatientLimits.ts`. */
export async function impatientBundle(): Promise<string> {
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
