import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Connection } from '@temporalio/client';
import type { ProvidedContext } from 'vitest';
import type { TestProject } from 'vitest/node';
import { configuredTarget } from '../../src/temporal/connect.js';
import { startDevServer } from '../../src/temporal/devServer.js';
import { ensureSearchAttributes } from '../../src/temporal/ensureSearchAttributes.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** `host:port` of the Temporal server all tests share. */
    temporalAddress: string;
    temporalNamespace: string;
    /** Web UI of that server, null when the server was given and its Web UI is not known. */
    temporalUiUrl: string | null;
    /** Where the workflow bundles lie that all tests share. */
    bundleFolder: string;
  }
}

/**
 * One Temporal server for all tests: the one TEMPORAL_ADDRESS or TEMPORAL_PROFILE asks for, else a development server
 * of our own with a temporary database. The default profile of the user's configuration file does not count: it may
 * well be a production server.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const bundleFolder = await mkdtemp(join(tmpdir(), 'interface-bundles-'));
  project.provide('bundleFolder', bundleFolder);
  const stop = await server(project);
  return async () => {
    await Promise.all([stop(), rm(bundleFolder, { recursive: true, force: true })]);
  };
}

async function server(project: TestProject): Promise<() => Promise<void>> {
  const target = await configuredTarget({ explicitOnly: true });
  if (target !== null) {
    const connection = await Connection.connect(target.connectionOptions);
    await ensureSearchAttributes(connection, target.namespace).finally(() => connection.close());
    provide(project, { temporalAddress: target.address, temporalNamespace: target.namespace, temporalUiUrl: null });
    return () => Promise.resolve();
  }
  const devServer = await startDevServer({ port: 0, uiPort: 0 });
  const { address, namespace, uiUrl } = devServer;
  provide(project, { temporalAddress: address, temporalNamespace: namespace, temporalUiUrl: uiUrl });
  return () => devServer.stop();
}

function provide(
  project: TestProject,
  of: Pick<ProvidedContext, 'temporalAddress' | 'temporalNamespace' | 'temporalUiUrl'>,
): void {
  project.provide('temporalAddress', of.temporalAddress);
  project.provide('temporalNamespace', of.temporalNamespace);
  project.provide('temporalUiUrl', of.temporalUiUrl);
}
