import type { WorkflowHandle } from '@temporalio/client';
import { describe, it } from 'vitest';

import { cancellation, type Lookup } from '../support/pushingFunctions.js';
import { PushScene } from '../support/pushScene.js';
import { resetExecution } from '../support/resetExecution.js';
import { expectConfirmed, startToWait, tickUntilOneWaits } from '../support/waitingExecutions.js';

/** What an operator does to an execution that waits. @returns the run that goes on from there, if one does */
type Interruption = (scene: PushScene, waiting: WorkflowHandle) => Promise<WorkflowHandle[]>;

const interruptions: Readonly<Record<string, Interruption>> = {
  'is terminated': async (_, waiting) => {
    await waiting.terminate('test');
    return [];
  },
  'is reset to its first workflow task': async ({ world }, waiting) => [
    await resetExecution(world, waiting.workflowId, (await waiting.describe()).runId, 'first workflow task'),
  ],
  'is reset to after its first stretch': async ({ world }, waiting) => [
    await resetExecution(world, waiting.workflowId, (await waiting.describe()).runId, 'after its first stretch'),
  ],
  'is reset to its last workflow task': async ({ world }, waiting) => [
    await resetExecution(world, waiting.workflowId, (await waiting.describe()).runId, 'last workflow task'),
  ],
};

const lookups: readonly Lookup[] = ['look-up by ids', 'look-up by the event report'];

describe.concurrent.each(lookups)(
  'deletions that TIXNGO has not confirmed are waited for, and not pushed again, with %s',
  (lookup) => {
    it.each(Object.entries(interruptions))(
      'when an execution of push cancelled that waits for phones %s',
      (_, interrupt) =>
        PushScene.play(cancellation, lookup, async (scene, all) => {
          const offered = all.slice(0, 7);
          const first = await startToWait(scene, offered);
          const goingOn = await interrupt(scene, first);
          const waiting = await tickUntilOneWaits(scene, goingOn);
          await expectConfirmed(scene, waiting, offered);
          await scene.expectSettled(offered);
        }),
      240_000,
    );
  },
);
