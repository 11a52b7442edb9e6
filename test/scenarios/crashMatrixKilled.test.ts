import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { mostAttempts } from '../support/crashWorld.js';
import { allCrashes, HeldCrashes, nameOf } from '../support/heldCrashes.js';
import { Victims } from '../support/victims.js';

// Waiting for heartbeats and pauses is most of what these tests do.
vi.setConfig({ maxConcurrency: allCrashes.length, testTimeout: 240_000, hookTimeout: 240_000 });

/** One process with the workers of all worlds is killed while every run stands at its point. */
describe('nothing is lost and nobody is told twice', () => {
  const endings: (() => Promise<unknown>)[] = [];
  let crashes: HeldCrashes;
  let victims: Victims;

  beforeAll(async () => {
    crashes = await HeldCrashes.start({ writeTimeoutSeconds: 60 });
    endings.push(() => crashes.close());
    victims = await Victims.start([...crashes.worlds.values()]);
    endings.push(() => victims.remove());
    await crashes.bringToTheirPoints();
    victims.process.kill('SIGKILL');
    await victims.ended;
    crashes.release();
  });

  afterAll(async () => {
    for (const close of endings.reverse()) await close();
  });

  for (const crash of allCrashes) {
    it.concurrent(nameOf(crash, 'the worker is killed'), async () => {
      expect(await victims.ended).toBe('SIGKILL');
      const { crashed, handle } = crashes.run(crash);
      await crashed.untilHeartbeatMissed(handle);
      await crashed.forgetWorker(handle);
      await crashed.replacement({ codePath: victims.workflowCode }, 1);
      await handle.result();
      expect(crashed.site.strikes).toBe(1);
      expect(await mostAttempts(handle)).toBeGreaterThan(1);
      await crashed.untilQuiet();
      await crashed.expectAgreement();
    });
  }
});
