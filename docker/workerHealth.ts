// Health check of the worker's container: healthy while a worker of this host asks Temporal for activities.
import { hostname } from 'node:os';
import { Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import proto from '@temporalio/proto';
import { taskQueue as defaultTaskQueue } from '../src/domain/functions.js';

/** A worker asks again at least every minute; twice that without a word is too long. */
const SILENCE_LIMIT_MS = 120_000;

const taskQueue = process.env['TASK_QUEUE'] ?? defaultTaskQueue;
const { connectionOptions, namespace = 'default' } = loadClientConnectConfig();
const connection = await Connection.connect(connectionOptions);
try {
  const { pollers } = await connection.workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name: taskQueue },
    taskQueueType: proto.temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
  });
  const alive = pollers.some(
    ({ identity, lastAccessTime }) =>
      identity?.includes(hostname()) === true &&
      Number(lastAccessTime?.seconds ?? 0) * 1000 > Date.now() - SILENCE_LIMIT_MS,
  );
  if (!alive) {
    console.error(`No worker of ${hostname()} asks for tasks on the queue ${taskQueue}.`);
    process.exitCode = 1;
  }
} finally {
  await connection.close();
}
