import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { startDevServer, type DevServer } from '../../src/temporal/devServer.js';
import type { Strike } from './crashSite.js';
import { mostAttempts, nameAfter, nameAt, type CrashCase } from './crashWorld.js';
import { HeldCrashes } from './heldCrashes.js';
import { Victims } from './victims.js';

/** One call is struck at its first try, and the run goes on by itself. @param isFault the call has to be tried again */
export async function strikeAndRecover(crash: CrashCase, strike: Strike, isFault: boolean): Promise<void> {
  const crashed = await crash.start((of) => async (apply) => {
    const seen = await strike(apply);
    await of.meanwhile();
    return seen;
  });
  const { world, site } = crashed;
  try {
    await crashed.worker();
    await crashed.prepare();
    const handle = await crashed.start();
    await handle.result();
    expect(site.strikes).toBe(1);
    if (isFault) {
      // The client of Temporal repeats its call within the attempt; anything else is done by the next attempt.
      if (site.update === null) expect(await mostAttempts(handle)).toBeGreaterThan(1);
      else expect(site.tries).toBeGreaterThan(1);
    }
    await crashed.untilQuiet();
    await crashed.expectAgreement();
  } finally {
    await world.close();
  }
}

const answerLost: Strike = async (apply) => {
  await apply();
  return 'lost';
};

const faults: Readonly<Record<string, Strike>> = {
  'its answer is lost after it was applied': answerLost,
  'its answer is cut short after it was applied': async (apply) => {
    await apply();
    return 'truncated';
  },
  'it is refused with 503': () => Promise.resolve({ status: 503 }),
  'it is refused with 429': () => Promise.resolve({ status: 429 }),
};

const applied: Strike = async (apply) => {
  await apply();
  return 'answered';
};

/** Every fault of a call strikes each of the cases; where something else befalls it already, the worst one. */
export function describeFaults(name: string, cases: readonly CrashCase[]): void {
  // Waiting for pauses is most of what these tests do.
  vi.setConfig({ maxConcurrency: 13, testTimeout: 240_000 });
  describe.concurrent(name, () => {
    for (const crash of cases) {
      if (crash.meanwhile !== null) {
        it(nameAt(crash, null), () => strikeAndRecover(crash, applied, false));
        it(nameAt(crash, 'its answer is lost'), () => strikeAndRecover(crash, answerLost, true));
        continue;
      }
      for (const [what, strike] of Object.entries(faults)) {
        it(nameAt(crash, what), () => strikeAndRecover(crash, strike, true));
      }
    }
  });
}

/** One process with the workers of all worlds is killed while every run stands at its point. */
export function describeKilledWorkers(name: string, cases: readonly CrashCase[]): void {
  // Waiting for heartbeats and pauses is most of what these tests do.
  vi.setConfig({ maxConcurrency: cases.length, testTimeout: 240_000, hookTimeout: 240_000 });
  describe(name, () => {
    const endings: (() => Promise<unknown>)[] = [];
    let crashes: HeldCrashes;
    let victims: Victims;

    beforeAll(async () => {
      crashes = await HeldCrashes.start(cases, { writeTimeoutSeconds: 60 });
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

    for (const crash of cases) {
      it.concurrent(nameAfter(crash, 'the worker is killed'), async () => {
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
}

/** Longer than the first of those who take over waits for the last. */
const heldWriteSeconds = 30;

/**
 * One process with the workers of all worlds stands still while every run stands at its point. When other workers have taken over, have looked up
 * what is there and are about to write, it goes on beside them: whatever it writes now is written twice.
 */
export function describeFrozenWorkers(name: string, cases: readonly CrashCase[]): void {
  // Waiting for heartbeats and pauses is most of what these tests do.
  vi.setConfig({ maxConcurrency: cases.length, testTimeout: 240_000, hookTimeout: 300_000 });
  describe(name, () => {
    const endings: (() => Promise<unknown>)[] = [];
    let crashes: HeldCrashes;
    let victims: Victims;

    beforeAll(async () => {
      // Longer than it stands still: it gets its answers when it wakes, and wants to go on.
      crashes = await HeldCrashes.start(cases, { proxied: true, writeTimeoutSeconds: 120 });
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

    for (const crash of cases) {
      it.concurrent(nameAfter(crash, 'the worker stands still, another takes over, and then it goes on'), async () => {
        const { crashed, handle } = crashes.run(crash);
        await handle.result();
        expect(crashed.site.strikes).toBe(1);
        expect(await mostAttempts(handle)).toBeGreaterThan(1);
        await crashed.untilQuiet();
        await crashed.expectAgreement();
      });
    }
  });
}

/** Longer than a look at one's own execution is good for: nobody can go on as if nothing had happened. */
const outageMs = 7_000;

/** One server is killed while every run stands at its point. */
export function describeKilledTemporal(name: string, cases: readonly CrashCase[]): void {
  // Waiting for pauses is most of what these tests do.
  vi.setConfig({ maxConcurrency: cases.length, testTimeout: 240_000, hookTimeout: 240_000 });
  describe(name, () => {
    let server: DevServer;
    const endings: (() => Promise<unknown>)[] = [];
    let crashes: HeldCrashes;
    let end: string;

    beforeAll(async () => {
      const folder = await mkdtemp(join(tmpdir(), 'interface-temporal-'));
      endings.push(() => rm(folder, { recursive: true, force: true }));
      const dbFile = join(folder, 'temporal.db');
      server = await startDevServer({ dbFile, port: 0, headless: true });
      endings.push(() => server.stop());
      crashes = await HeldCrashes.start(cases, { temporalAddress: server.address, writeTimeoutSeconds: 30 });
      endings.push(() => crashes.close());
      await Promise.all([...crashes.worlds.values()].map((crashed) => crashed.worker()));
      await crashes.bringToTheirPoints();

      process.kill(server.pid, 'SIGKILL');
      end = (await server.ended).how;
      crashes.release();
      await pause(outageMs);
      server = await startDevServer({ dbFile, port: Number(server.address.split(':')[1]), headless: true });
    });

    afterAll(async () => {
      for (const close of endings.reverse()) await close();
    });

    for (const crash of cases) {
      it.concurrent(nameAfter(crash, 'Temporal is killed and restarted on its file'), async () => {
        expect(end).toBe('signal SIGKILL');
        const { crashed, handle } = crashes.run(crash);
        await handle.result();
        expect(crashed.site.strikes).toBe(1);
        await crashed.untilQuiet();
        await crashed.expectAgreement();
      });
    }
  });
}
