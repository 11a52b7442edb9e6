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
  }
}

/**
 * One Temporal server for all tests: the one TEMPORAL_ADDRESS or TEMPORAL_PROFILE asks for, else a development server
 * of our own with a temporary database. The default profile of the user's configuration file does not count: it may
 * well be a production server.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const target = await configuredTarget({ explicitOnly: true });
  if (target !== null) {
    const connection = await Connection.connect(target.connectionOptions);
    await ensureSearchAttributes(connection, target.namespace).finally(() => connection.close());
    provide(project, { temporalAddress: target.address, temporalNamespace: target.namespace, temporalUiUrl: null });
    return () => Promise.resolve();
  }
  const server = await startDevServer({ port: 0, uiPort: 0 });
  const { address, namespace, uiUrl } = server;
  provide(project, { temporalAddress: address, temporalNamespace: namespace, temporalUiUrl: uiUrl });
  return () => server.stop();
}

function provide(
  project: TestProject,
  of: Pick<ProvidedContext, 'temporalAddress' | 'temporalNamespace' | 'temporalUiUrl'>,
): void {
  project.provide('temporalAddress', of.temporalAddress);
  project.provide('temporalNamespace', of.temporalNamespace);
  project.provide('temporalUiUrl', of.temporalUiUrl);
}
