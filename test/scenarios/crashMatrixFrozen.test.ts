import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { mostAttempts } from '../support/crashWorld.js';
import { allCrashes, HeldCrashes, nameOf } from '../support/heldCrashes.js';
import { Victims } from '../support/victims.js';

// Waiting for heartbeats and pauses is most of what these tests do.
vi.setConfig({ maxConcurrency: allCrashes.length, testTimeout: 240_000, hookTimeout: 300_000 });

/** Longer than the first of those who take over waits for the last. */
const heldWriteSeconds = 30;

/**
 * One process with the workers of all worlds stands still while every run stands at its point. When other workers have taken over, have looked up
 * what is there and are about to write, it goes on beside them: whatever it writes now is written twice.
 */
describe('nothing is lost and nobody is told twice', () => {
  const endings: (() => Promise<unknown>)[] = [];
  let crashes: HeldCrashes;
  let victims: Victims;

  beforeAll(async () => {
    // Longer than it stands still: it gets its answers when it wakes, and wants to go on.
    crashes = await HeldCrashes.start({ proxied: true, writeTimeoutSeconds: 120 });
    endings.push(() => crashes.close());
    victims = await Victims.start([...crashes.worlds.values()]);
    endings.push(() => victims.remove());
    await crashes.bringToTheirPoints();
    victims.process.kill('SIGSTOP');
    crashes.release();

    let thaw: () => void = () => undefined;
    const thawed = new Promise<void>((resolve) => (thaw = resolve));
    await Promise.all(
      crashes.runs().map(async ({ crashed, handle }) => {
        crashed.site.standsStill.abort();
        // Nobody else is there to take the next attempt, so the silence cannot be missed.
        await crashed.untilHeartbeatMissed(handle);
        await crashed.forgetWorker(handle);
        // The process makes no call now, so the next write is of the worker that takes over; after the close there is none to make.
        const takenOver = crashed.site.holdWrites(thawed);
        await crashed.replacement({ codePath: victims.workflowCode }, heldWriteSeconds);
        await Promise.race([takenOver, handle.result()]);
      }),
    );
    victims.process.kill('SIGCONT');
    thaw();
    await Promise.all(crashes.runs().map(({ handle }) => handle.result()));
    // It ends when its activities have: whatever it was going to write is written then.
    victims.process.kill('SIGTERM');
    await victims.ended;
  });

  afterAll(async () => {
    for (const close of endings.reverse()) await close();
  });

  for (const crash of allCrashes) {
    it.concurrent(nameOf(crash, 'the worker stands still, another takes over, and then it goes on'), async () => {
      const { crashed, handle } = crashes.run(crash);
      await handle.result();
      expect(crashed.site.strikes).toBe(1);
      expect(await mostAttempts(handle)).toBeGreaterThan(1);
      await crashed.untilQuiet();
      await crashed.expectAgreement();
    });
  }
});
