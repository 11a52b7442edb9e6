import { DefaultLogger, Runtime } from '@temporalio/worker';

import { loadConfiguration } from '../../src/config/load.js';
import { chosenTarget, chosenTaskQueue } from '../../src/connectTemporal.js';
import { createInterfaceWorker } from '../../src/createWorker.js';

// As src/worker.ts, but for the time-skipping server, which cannot list search attributes: whoever starts it has added them.
Runtime.install({ logger: new DefaultLogger('WARN') });
const worker = await createInterfaceWorker({
  target: await chosenTarget(),
  configuration: await loadConfiguration(process.env),
  environment: process.env,
  taskQueue: chosenTaskQueue(process.env),
});
console.log('Worker ready');
await worker.run();
