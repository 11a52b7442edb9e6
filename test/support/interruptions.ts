import type { WorkflowHandle } from '@temporalio/client';
import { expect } from 'vitest';

import type { RunResult } from '../../src/domain/stretch.js';
import { stretchSize } from './pushingFunctions.js';
import type { PushScene } from './pushScene.js';
import { resetExecution, type ResetPoint } from './resetExecution.js';

/** What an operator does to an execution from the Web UI, while a page is under way. */
export type Interruption = (scene: PushScene, ticketIds: readonly number[]) => Promise<void>;

export const interruptions: Readonly<Record<string, Interruption>> = {
  'is terminated, and the schedule starts the next one': async (scene, ticketIds) => {
    await scene.fn.offer(scene.world, ticketIds);
    const handle = await scene.startToWrite(6, ticketIds);
    await handle.terminate('test');
    scene.held.letGo();
    await scene.expectSettled(ticketIds);
  },
  'is reset to its first workflow task, in its third stretch': resetWhileRunning('first workflow task'),
  'is reset to after its first stretch, in its third stretch': resetWhileRunning('after its first stretch'),
  'is reset to its last workflow task, in its third stretch': resetWhileRunning('last workflow task'),
  'is under way, and a finished one is reset: while it works, and to its middle after it was terminated': async (
    scene,
    ticketIds,
  ) => {
    const { world, fn } = scene;
    // Every third ticket is done by the finished execution, so that the later one's are in between.
    const early = ticketIds.filter((_, at) => at % 3 === 0);
    expect(early.length).toBeGreaterThan(stretchSize);
    await fn.offer(world, early);
    const finished = await fn.start(world);
    expect(await finished.result()).toMatchObject({ endState: 'OK', counts: { processed: early.length } });
    await fn.offer(
      world,
      ticketIds.filter((ticketId) => !early.includes(ticketId)),
    );
    const working = await scene.startToWrite(6, ticketIds);
    const { runId } = await finished.describe();
    const idle = await resetExecution(world, finished.workflowId, runId, 'first workflow task');
    const skipped = (await idle.result()) as RunResult;
    expect(skipped.endState).toBe('SKIPPED');
    expect(skipped.message).toContain(working.workflowId);
    await working.terminate('test');
    scene.held.letGo();
    const again = await resetExecution(world, finished.workflowId, runId, 'after its first stretch');
    await expectWorked(again);
    await scene.expectSettled(ticketIds);
  },
  'has failed in mid-page, and is reset while the schedule starts the next one': async (scene, ticketIds) => {
    const { world, fn } = scene;
    await fn.offer(world, ticketIds);
    const failed = await scene.startToWrite(6, ticketIds);
    scene.refuseMarks = true;
    scene.held.letGo();
    await expect(failed.result()).rejects.toMatchObject(refusal);
    scene.refuseMarks = false;
    const { runId } = await failed.describe();
    // To its last point, it only fails again.
    const again = await resetExecution(world, failed.workflowId, runId, 'last workflow task');
    await expect(again.result()).rejects.toMatchObject(refusal);
    const [anew, next] = await Promise.all([
      resetExecution(world, failed.workflowId, runId, 'first workflow task'),
      fn.start(world),
    ]);
    const ends = [(await anew.result()) as RunResult, (await next.result()) as RunResult].map((r) => r.endState);
    expect(ends.some((endState) => endState !== 'SKIPPED')).toBe(true);
    await scene.expectSettled(ticketIds);
  },
};

/** What an operator reads of an execution that has failed because S-360 refuses our secret. */
const refusal = {
  cause: {
    type: 'ACCESS_REFUSED',
    message: expect.stringMatching(/S-360.*refused our key or secret.*restart the worker/s) as string,
  },
};

function resetWhileRunning(point: ResetPoint): Interruption {
  return async (scene, ticketIds) => {
    await scene.fn.offer(scene.world, ticketIds);
    // The second ticket of a page of the third stretch.
    const handle = await scene.startToWrite(2 * stretchSize + 4, ticketIds);
    const { runId } = await handle.describe();
    const again = await resetExecution(scene.world, handle.workflowId, runId, point);
    scene.held.letGo();
    await expectWorked(again);
    await scene.expectSettled(ticketIds);
  };
}

async function expectWorked(handle: WorkflowHandle): Promise<void> {
  expect(['OK', 'WARNING']).toContain(((await handle.result()) as RunResult).endState);
}
