import type { WorkflowHandle } from '@temporalio/client';
import { afterEach, describe, expect, it } from 'vitest';

import type { FunctionName } from '../../src/domain/functions.js';
import type { RunResult } from '../../src/domain/stretch.js';
import { CallsInAMinute } from '../support/callsInAMinute.js';
import { forgetMostMemory, mostMemoryMiB } from '../support/processMemory.js';
import { SkippedTime } from '../support/skippedTime.js';
import { World } from '../support/world.js';

const minutes = Number(process.env['MINUTES'] ?? 10);
const scansPerMinute = Number(process.env['SCANS'] ?? 5_000);
const callsPerMinute = { s360: 60, tixngo: 600 };
const minuteMs = 60_000;

let world: World;
let time: SkippedTime;

afterEach(async () => {
  await world.close();
  await time.stop();
});

describe('fifty thousand at the gates', () => {
  it('works', async () => {
    const t0 = Date.now();
    const lap = (what: string): void => console.log(`${((Date.now() - t0) / 1_000).toFixed(1)} s: ${what}`);
    time = await SkippedTime.start();
    const calls = new CallsInAMinute();
    world = await World.start({
      temporalAddress: time.temporalAddress,
      s360: { tickets: Math.round(minutes * scansPerMinute * 1.8), checkAnswers: false, around: calls.around },
      tixngo: { checkAnswers: false, around: calls.around, strictNotifications: true },
      configuration: { root: { writeTimeoutSeconds: 2 }, pushControlled: { batchSize: 500 } },
    });
    await time.tell(world);
    lap('started');
    const stop = await world.worker();
    const injected = await world.run();
    lap(`injected ${String(injected.counts.sent)}`);
    const first = await world.startFunction('pushControlled');
    console.log(await first.result());
    lap('controlled');
    console.log((await world.runRetrieve()).counts.stored);
    lap('retrieved');
    await stop();
    const now = new Date(await time.nowMs());
    console.log(now);
    await world.s360('settings', { rateLimit: { callsPerMinute: callsPerMinute.s360 } });
    await world.tixngo('settings', { rateLimit: { callsPerMinute: callsPerMinute.tixngo } });
    const event = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString();
    const { pid = 0 } = await world.workerProcess(
      {
        root: { writeTimeoutSeconds: 10 },
        s360: { callsPerMinute: callsPerMinute.s360 },
        interface: {
          callsPerMinute: callsPerMinute.tixngo,
          eventCalendar: [{ name: 'x', from: event(-1), until: event(5) }],
        },
        pushControlled: { batchSize: 500 },
      },
      { NODE_OPTIONS: '--max-old-space-size=256' },
      'test/support/workerOfTestServer.ts',
    );
    forgetMostMemory(pid);
    lap('worker');
    calls.forget();
    const running = new Map<FunctionName, WorkflowHandle>();
    const cohorts: number[][] = [];
    let nextMs = await time.nowMs();
    for (let minute = 1; minute <= minutes; minute += 1) {
      const a = await world.s360<{ ticketIds: number[] }>('gates/control', { count: scansPerMinute / 2, seed: minute, among: { printedBy: 'TIXNGO;MOBILE' } });
      await world.s360('box-office/sell', { count: 200, seed: minute });
      const acts = await world.tixngo<{ counts: object }>('spectators/act', { seed: minute, downloads: 300, transfers: 100, accept: 50, refuse: 5 });
      for (const name of ['pushControlled', 'ticketsExternalPrinting', 'retrieveTicketStatus'] as const) {
        if (running.has(name)) console.log('SKIPPED', name);
        else running.set(name, await world.startFunction(name));
      }
      const started = [...running.values()];
      await new Promise((r) => setTimeout(r, 500));
      const b = await world.s360<{ ticketIds: number[] }>('gates/control', { count: scansPerMinute / 2, seed: 100 + minute, among: { printedBy: 'TIXNGO;MOBILE' } });
      cohorts.push([...a.ticketIds, ...b.ticketIds]);
      nextMs += minuteMs;
      const left = await time.goOn(world, nextMs, started);
      for (const [name, handle] of running) {
        if (left.includes(handle)) continue;
        running.delete(name);
        const r = (await handle.result()) as RunResult;
        const d = await handle.describe();
        console.log(minute, name, r.endState, JSON.stringify(r.counts), `${String((d.closeTime?.getTime() ?? 0) - d.startTime.getTime())} ms`);
      }
      const statuses = new Map((await world.mobileTickets()).map(({ ticketId, status }) => [ticketId, status]));
      console.log(
        minute,
        acts.counts,
        'not controlled yet by cohort',
        cohorts.map((c) => c.filter((id) => statuses.get(String(id)) !== 'CONTROLLED').length).join(' '),
        `${mostMemoryMiB(pid).toFixed(0)} MiB`,
      );
      forgetMostMemory(pid);
      lap(`minute ${String(minute)}`);
    }
    console.log(calls.most(), (await world.s360Counters()).rateLimited, (await world.tixngoCounters()).rateLimited);
  }, 900_000);
});
