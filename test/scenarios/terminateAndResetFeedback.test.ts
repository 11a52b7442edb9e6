import type { WorkflowHandle } from '@temporalio/client';
import { describe, expect, it, vi } from 'vitest';

import type { RunResult } from '../../src/domain/stretch.js';
import { FeedbackCrashWorld } from '../support/feedbackCrashWorld.js';
import type { FeedbackPoint } from '../support/feedbackCrashSite.js';
import { resetExecution, type ResetPoint } from '../support/resetExecution.js';

// Most of the time is waiting: for writers that may still be at work.
vi.setConfig({ maxConcurrency: 8, testTimeout: 240_000 });

/** What an operator does to the execution while a call of it has taken its effect and waits for its answer. */
type Interruption = (crashed: FeedbackCrashWorld, handle: WorkflowHandle, letGo: () => void) => Promise<void>;

const interruptions: Readonly<Record<string, Interruption>> = {
  'is terminated, and the schedule starts the next one': async ({ world }, handle, letGo) => {
    await handle.terminate('test');
    const next = await world.startRetrieve();
    letGo();
    expect((await next.result()) as RunResult).toMatchObject({ endState: 'OK' });
  },
  'is reset to its first workflow task': resetTo('first workflow task'),
  'is reset to its last workflow task': resetTo('last workflow task'),
  'is under way, and a finished one is reset, which finds it at work': async (crashed, handle, letGo) => {
    const finished = crashed.finished;
    const { runId } = await finished.describe();
    const again = await resetExecution(crashed.world, finished.workflowId, runId, 'first workflow task');
    const skipped = (await again.result()) as RunResult;
    expect(skipped.endState).toBe('SKIPPED');
    expect(skipped.message).toContain(handle.workflowId);
    letGo();
    expect((await handle.result()) as RunResult).toMatchObject({ endState: 'OK' });
  },
};

function resetTo(point: ResetPoint): Interruption {
  return async ({ world }, handle, letGo) => {
    const { runId } = await handle.describe();
    const again = await resetExecution(world, handle.workflowId, runId, point);
    letGo();
    expect((await again.result()) as RunResult).toMatchObject({ endState: 'OK' });
  };
}

const points: readonly FeedbackPoint[] = ['the store', 'the first creation', 'the distribution record'];

describe.concurrent.each(points)('nothing is stored twice and nothing is skipped, after %s', (point) => {
  it.each(Object.entries(interruptions))('when an execution of retrieve ticket status %s', async (_, interrupt) => {
    let letGo: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (letGo = resolve));
    const crashed = await FeedbackCrashWorld.start(point, (of) => async (apply) => {
      await apply();
      of.site.arrive();
      await held;
      return 'answered';
    });
    try {
      await crashed.worker();
      await crashed.prepare();
      const handle = await crashed.start();
      await crashed.site.arrived;
      await interrupt(crashed, handle, letGo);
      await crashed.untilQuiet();
      await crashed.expectAgreement();
    } finally {
      letGo();
      await crashed.world.close();
    }
  });
});
