import { randomUUID } from 'node:crypto';

import type { WorkflowHandle } from '@temporalio/client';

import type { World } from './world.js';

/** Where the Web UI's «Reset» takes an execution back to. */
export type ResetPoint = 'first workflow task' | 'after its first stretch' | 'last workflow task';

/** Resets an execution as the Web UI does. @returns the handle of the run that goes on from there */
export async function resetExecution(
  world: World,
  workflowId: string,
  runId: string,
  point: ResetPoint,
): Promise<WorkflowHandle> {
  const { events } = await world.client.workflow.getHandle(workflowId, runId).fetchHistory();
  const all = events ?? [];
  const stretchEnded = all.findIndex((event) => has(event.activityTaskCompletedEventAttributes));
  const tasks = all
    .map((event, at) => ({ event, at }))
    .filter(({ event }) => has(event.workflowTaskCompletedEventAttributes));
  const found =
    point === 'first workflow task'
      ? tasks[0]
      : point === 'last workflow task'
        ? tasks.at(-1)
        : tasks.find(({ at }) => stretchEnded >= 0 && at > stretchEnded);
  if (!has(found?.event.eventId)) throw new Error(`the history has no such point: ${point}`);
  const answer = await world.client.workflowService.resetWorkflowExecution({
    namespace: world.client.options.namespace,
    workflowExecution: { workflowId, runId },
    reason: 'test',
    requestId: randomUUID(),
    workflowTaskFinishEventId: found.event.eventId,
  });
  return world.client.workflow.getHandle(workflowId, answer.runId);
}

/** The server leaves out what an event does not have, or says null. */
function has<T>(part: T | null | undefined): part is T {
  return part !== undefined && part !== null;
}
