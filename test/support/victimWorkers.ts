import { readFile } from 'node:fs/promises';

import { DefaultLogger, Runtime } from '@temporalio/worker';

import { parseConfiguration } from '../../src/config/load.js';
import { createInterfaceWorker } from '../../src/createWorker.js';
import type { VictimOrder } from './victims.js';

/** Workers of several worlds in one process, which dies or stands still by a test's hand. Its argument is the file of the order. */
Runtime.install({ logger: new DefaultLogger('ERROR') });
const order = JSON.parse(await readFile(process.argv[2] ?? '', 'utf8')) as VictimOrder;
const workers = await Promise.all(
  order.workers.map(({ temporalAddress, taskQueue, configuration, environment }) =>
    createInterfaceWorker({
      target: { connectionOptions: { address: temporalAddress }, namespace: order.namespace },
      configuration: parseConfiguration(configuration, 'test', environment),
      environment,
      taskQueue,
      workflowBundle: { codePath: order.workflowCode },
    }),
  ),
);
console.log('Workers ready');
await Promise.all(workers.map((worker) => worker.run()));
