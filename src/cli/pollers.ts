import type { Client } from '@temporalio/client';
import proto from '@temporalio/proto';

import { taskQueue as usualTaskQueue } from '../domain/functions.js';

const { TASK_QUEUE_TYPE_WORKFLOW } = proto.temporal.api.enums.v1.TaskQueueType;

/** How many workers have asked this task queue for work in the last minutes. One that was killed counts for five minutes. */
export async function pollerCount(client: Client, taskQueue: string): Promise<number> {
  const { pollers } = await client.connection.workflowService.describeTaskQueue({
    namespace: client.options.namespace,
    taskQueue: { name: taskQueue },
    taskQueueType: TASK_QUEUE_TYPE_WORKFLOW,
  });
  return pollers.length;
}

/** What to type in another terminal, with the settings of this one that a worker must share. */
export function workerCommand(environment: NodeJS.ProcessEnv, taskQueue: string): string {
  const shared = ['TEMPORAL_ADDRESS', 'TEMPORAL_NAMESPACE', 'TEMPORAL_PROFILE', 'INTERFACE_CONFIG'].flatMap((name) => {
    const value = environment[name] ?? '';
    return value === '' ? [] : [`${name}=${value} `];
  });
  return `${shared.join('')}${taskQueue === usualTaskQueue ? '' : `TASK_QUEUE=${taskQueue} `}npm run worker`;
}

/** What to say when nobody takes the work up. */
export function noWorkerSentence(pollers: number, environment: NodeJS.ProcessEnv, taskQueue: string): string {
  const what =
    pollers === 0
      ? `No worker polls the task queue ${taskQueue}.`
      : `No worker has taken it up yet: those that polled the task queue ${taskQueue} lately are busy or have ended.`;
  return `${what} Start one in another terminal:\n  ${workerCommand(environment, taskQueue)}\nIt goes on as soon as a worker is there.`;
}
