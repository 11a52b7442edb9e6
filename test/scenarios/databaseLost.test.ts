import { describe, it } from 'vitest';

import { LateWrite } from '../support/lateWrite.js';
import { LosableTemporal } from '../support/losableTemporal.js';
import { meetingPoint } from '../support/meetingPoint.js';
import { cancellation, injection, lookups, type Lookup, type PushingFunction } from '../support/pushingFunctions.js';
import { PushScene, type SceneOptions } from '../support/pushScene.js';
import { expectConfirmed, startToWait, tickUntilOneWaits } from '../support/waitingExecutions.js';

const all = Object.keys(lookups) as Lookup[];
const confirming: readonly Lookup[] = ['look-up by ids', 'look-up by the event report'];

/** Some scenes on one Temporal server, which all come to a point at which its database is deleted. Their workers live on. */
async function losingTheDatabase(
  fn: PushingFunction,
  modes: readonly Lookup[],
  play: (scene: PushScene, ticketIds: readonly number[], lose: () => Promise<void>) => Promise<void>,
  options: SceneOptions = {},
): Promise<void> {
  const temporal = await LosableTemporal.start();
  try {
    const scenes: PushScene[] = [];
    const lose = meetingPoint(modes.length, () =>
      temporal.loseDatabase(() => {
        for (const { held } of scenes) held.letGo();
      }),
    );
    const ends = await Promise.allSettled(
      modes.map(async (lookup) => {
        const story = { arrived: false };
        try {
          await PushScene.play(
            fn,
            lookup,
            async (scene, ticketIds) => {
              scenes.push(scene);
              await play(scene, ticketIds, () => {
                story.arrived = true;
                return lose();
              });
            },
            { ...options, temporalAddress: temporal.address },
          );
        } finally {
          // One that failed on its way keeps nobody waiting.
          if (!story.arrived) await lose();
        }
      }),
    );
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  } finally {
    await temporal.stop();
  }
}

describe.concurrent('nothing is lost and nothing announced twice when Temporal’s database is deleted', () => {
  it.each([injection, cancellation])(
    'while a page of $name is under way, whatever the look-up',
    (fn) =>
      losingTheDatabase(fn, all, async (scene, ticketIds, lose) => {
        await fn.offer(scene.world, ticketIds);
        await scene.startToWrite(6, ticketIds);
        await lose();
        await scene.expectSettled(ticketIds);
      }),
    240_000,
  );

  it.each([injection, cancellation])(
    'while TIXNGO has a write of $name in hand that it applies later',
    (fn) => {
      const late = new LateWrite(fn.write, 15_000);
      return losingTheDatabase(
        fn,
        ['look-up by ids'],
        async (scene, ticketIds, lose) => {
          await fn.offer(scene.world, ticketIds);
          late.arm(6);
          await fn.start(scene.world);
          await late.reached;
          await lose();
          await scene.expectSettled(ticketIds);
        },
        { around: late.around, writeTimeoutSeconds: 20 },
      );
    },
    240_000,
  );

  it(
    'while push cancelled waits for phones: the wait is built again from what TIXNGO has not confirmed',
    () =>
      losingTheDatabase(cancellation, confirming, async (scene, ticketIds, lose) => {
        const offered = ticketIds.slice(0, 7);
        await startToWait(scene, offered);
        await lose();
        const waiting = await tickUntilOneWaits(scene, []);
        await expectConfirmed(scene, waiting, offered);
        await scene.expectSettled(offered);
      }),
    240_000,
  );
});
