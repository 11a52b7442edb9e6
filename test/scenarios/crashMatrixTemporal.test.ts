import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { startDevServer, type DevServer } from '../../src/temporal/devServer.js';
import { allCrashes, HeldCrashes, nameOf } from '../support/heldCrashes.js';

// Waiting for pauses is most of what these tests do.
vi.setConfig({ maxConcurrency: allCrashes.length, testTimeout: 240_000, hookTimeout: 240_000 });

/** Longer than a look at one's own execution is good for: nobody can go on as if nothing had happened. */
const outageMs = 7_000;

/** One server is killed while every run stands at its point. */
describe('nothing is lost and nobody is told twice', () => {
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
    crashes = await HeldCrashes.start({ temporalAddress: server.address, writeTimeoutSeconds: 30 });
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

  for (const crash of allCrashes) {
    it.concurrent(nameOf(crash, 'Temporal is killed and restarted on its file'), async () => {
      expect(end).toBe('signal SIGKILL');
      const { crashed, handle } = crashes.run(crash);
      await handle.result();
      expect(crashed.site.strikes).toBe(1);
      await crashed.untilQuiet();
      await crashed.expectAgreement();
    });
  }
});
