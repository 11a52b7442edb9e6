import { Runtime } from '@temporalio/worker';

import { ConfigurationError, configurationFile, loadConfiguration } from './config/load.js';
import { createInterfaceWorker } from './createWorker.js';
import { endWithParent } from './endWithParent.js';
import { chosenTarget, chosenTaskQueue, connectTemporal, TemporalUnreachable } from './connectTemporal.js';
import { TemporalSettingsError } from './temporal/connect.js';
import { SearchAttributesMissingError } from './temporal/ensureSearchAttributes.js';
import { workerLogger } from './workerLog.js';

/**
 * `npm run worker`: works for the organizations of `INTERFACE_CONFIG` until Ctrl-C. The server is the one of `TEMPORAL_ADDRESS` or of a
 * Temporal profile, else the local one of `npm run temporal`.
 */
async function main(): Promise<void> {
  endWithParent(process.env);
  Runtime.install({ logger: workerLogger(process.env) });
  const configuration = await loadConfiguration(process.env);
  const target = await chosenTarget();
  await (await connectTemporal(target)).close();
  const taskQueue = chosenTaskQueue(process.env);
  const worker = await createInterfaceWorker({ target, configuration, environment: process.env, taskQueue });
  const organizations = configuration.institutions.flatMap((institution) =>
    institution.organizations.map((organization) => `${institution.code}/${organization.code}`),
  );
  console.log(
    [
      `Worker ready: task queue ${taskQueue} at ${target.address}, namespace ${target.namespace} (${target.from})`,
      `  organizations: ${organizations.join(', ')}`,
      `  configuration: ${configurationFile(process.env)}`,
      '  next: npm start -- ticketsExternalPrinting, or start it in the Web UI. Ctrl-C ends the worker.',
    ].join('\n'),
  );
  await worker.run();
}

try {
  await main();
} catch (error) {
  const known =
    error instanceof ConfigurationError ||
    error instanceof TemporalSettingsError ||
    error instanceof TemporalUnreachable ||
    error instanceof SearchAttributesMissingError;
  console.error(known ? error.message : error);
  process.exitCode = 1;
}
