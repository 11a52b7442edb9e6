import { afterEach, describe, expect, it } from 'vitest';

import type { FaultOrder } from '../../sandbox/shared/faultRules.js';
import type { RunResult } from '../../src/domain/stretch.js';
import { CallsInAMinute } from '../support/callsInAMinute.js';
import { expectFeedbackAgreement } from '../support/feedbackAgreement.js';
import { retrieveUntilQuiet } from '../support/feedbackRuns.js';
import { viewS360 } from '../support/feedbackView.js';
import { historySizes, overATenth } from '../support/historySizes.js';
import { forgetMostMemory, mostMemoryMiB } from '../support/processMemory.js';
import { World } from '../support/world.js';

const downloads = 39_000;
const transfers = 5_000;
/** A schedule of every five minutes, for an hour. */
const ticks = 12;
const secondsPerTick = 300;
/** S-360's limit for each of its services, and one of TIXNGO's for the organizer. */
const callsPerMinute = { s360: 60, tixngo: 120 };
/**
 * The interface keeps the limits in minutes of this machine, and the hour is played in a few of them: so contacts are looked up in larger calls
 * than with the default of 100.
 */
const contactsPerCall = 500;
/** A write of 1,000 entries may take its time on a machine that does other things too. */
const slowWrites = { writeTimeoutSeconds: 5 };

/** Rare faults of any call, and for each operation of the feedback some that surely strike, one or two in a tick. */
const weather: FaultOrder['rules'] = [
  { operation: '*', fault: { kind: 'latency', ms: 40 }, rate: 0.1 },
  { operation: '*', fault: { kind: 'refused' }, rate: 0.0025 },
  { operation: '*', fault: { kind: 'reset' }, rate: 0.0025 },
  { operation: '*', fault: { kind: 'status', status: 500 }, rate: 0.0025 },
  { operation: '*', fault: { kind: 'status', status: 503, retryAfter: 1, body: 'html' }, rate: 0.0025 },
];
const faults: { readonly s360: FaultOrder; readonly tixngo: FaultOrder } = {
  s360: {
    rules: [
      { operation: 'mobileTickets.read', fault: { kind: 'malformed' }, nth: 22 },
      { operation: 'mobileTickets.store', fault: { kind: 'resetAfter' }, nth: [8, 40] },
      { operation: 'mobileTickets.store', fault: { kind: 'partial' }, nth: 18 },
      { operation: 'mobileTickets.store', fault: { kind: 'partial', applied: 'all' }, nth: 26 },
      { operation: 'mobileTickets.store', fault: { kind: 'status', status: 509, retryAfter: 2 }, nth: 34 },
      { operation: '*.searchContactsByEmail', fault: { kind: 'truncated' }, nth: 16 },
      { operation: '*.createCulturalContact', fault: { kind: 'partial' }, nth: 1 },
      { operation: '*.createCulturalContact', fault: { kind: 'resetAfter' }, nth: 4 },
      { operation: '*.updateTemporaryContacts', fault: { kind: 'malformed' }, nth: 6 },
      { operation: 'distributions.record', fault: { kind: 'resetAfter' }, nth: 5 },
      { operation: 'distributions.record', fault: { kind: 'partial' }, nth: 10 },
      ...weather,
    ],
  },
  tixngo: {
    rules: [
      { operation: 'tickets.diff', fault: { kind: 'status', status: 429, retryAfter: 1 }, nth: 30 },
      { operation: 'tickets.diff', fault: { kind: 'status', status: 409, retryAfter: 1 }, nth: 45 },
      { operation: 'tickets.diff', fault: { kind: 'malformed' }, nth: 58 },
      ...weather,
    ],
  },
};

let world: World;

afterEach(async () => {
  await world.close();
});

/** Tickets in both systems, and a feedback that has caught up with that: the day before. */
async function prepare(calls: CallsInAMinute) {
  world = await World.start({
    s360: { tickets: 68_000, checkAnswers: false, around: calls.around },
    tixngo: { checkAnswers: false, transferLapsesAfterMinutes: 50 },
    configuration: { root: slowWrites },
  });
  const stop = await world.worker();
  const injected = await world.run();
  expect(injected.counts.sent).toBeGreaterThanOrEqual(downloads);
  const before = await viewS360(world);
  expect(await world.runRetrieve()).toMatchObject({ endState: 'OK', counts: { stored: injected.counts.sent } });
  await stop();
  await world.s360('counters/reset', {});
  await world.tixngo('counters/reset', {});
  calls.forget();
  return before;
}

/** The nth of twelve shares of a number. */
function share(total: number, tick: number): number {
  return Math.floor((total * tick) / ticks) - Math.floor((total * (tick - 1)) / ticks);
}

/** Five minutes of a crowd at the gates; transfers that nobody settles lapse after fifty minutes. */
async function letCrowdAct(tick: number): Promise<void> {
  const { counts } = await world.tixngo<{ counts: Record<string, number> }>('spectators/act', {
    seed: tick,
    downloads: share(downloads, tick),
    transfers: share(transfers, tick),
    accept: 270,
    refuse: 30,
    cancelTransfer: 20,
  });
  expect(counts).toMatchObject({ downloads: share(downloads, tick), transfers: share(transfers, tick) });
  // The clocks run on from there: a limiter that stood still while calls are made would be stricter than any real one.
  await world.s360('clock', { advanceSeconds: secondsPerTick });
  await world.tixngo('clock', { advanceSeconds: secondsPerTick });
}

async function setLimits(limits: { readonly s360: number | null; readonly tixngo: number | null }): Promise<void> {
  await world.s360('settings', { rateLimit: { callsPerMinute: limits.s360 } });
  await world.tixngo('settings', { rateLimit: { callsPerMinute: limits.tixngo } });
}

/** Faults that are to strike surely, and have not. */
async function faultsLeft(): Promise<string[]> {
  interface Rules {
    readonly rules: readonly { readonly operation: string; readonly nth?: number | number[]; readonly fired: number }[];
  }
  const rules = [...(await world.s360<Rules>('faults')).rules, ...(await world.tixngo<Rules>('faults')).rules];
  return rules
    .filter(({ nth, fired }) => nth !== undefined && fired < [nth].flat().length)
    .map(({ operation, nth }) => `${operation} ${String(nth)}`);
}

describe('one hour of an event day, with faults', () => {
  it('39,000 downloads and 5,000 transfers come back within the limits: no 509, nothing doubled, memory flat', async () => {
    const calls = new CallsInAMinute();
    const before = await prepare(calls);
    await setLimits(callsPerMinute);
    await world.s360('faults', faults.s360);
    await world.tixngo('faults', faults.tixngo);
    // A heap of the size that a small container gives, so that what V8 has not bothered to collect does not count as growth.
    const { pid = 0 } = await world.workerProcess(
      {
        root: slowWrites,
        s360: { callsPerMinute: callsPerMinute.s360, contactsPerCall },
        interface: { callsPerMinute: callsPerMinute.tixngo },
      },
      { NODE_OPTIONS: '--max-old-space-size=256' },
    );
    forgetMostMemory(pid);

    const runs: RunResult[] = [];
    const memoryMiB: number[] = [];
    const tooLarge: string[] = [];
    for (let tick = 1; tick <= ticks; tick += 1) {
      await letCrowdAct(tick);
      const run = await world.startRetrieve();
      runs.push((await run.result()) as RunResult);
      memoryMiB.push(mostMemoryMiB(pid));
      forgetMostMemory(pid);
      tooLarge.push(...overATenth(await historySizes(world.client, run.workflowId)));
    }
    runs.push(...(await retrieveUntilQuiet(world)));
    tooLarge.push(...overATenth(await historySizes(world.client, `interface/${world.institution}`)));
    const [s360, tixngo] = [await world.s360Counters(), await world.tixngoCounters()];
    console.log(
      `${String(s360.mobileTicketsStored)} entries and ${String(s360.distributionsRecorded)} lines stored, ${String(s360.contactsCreated)} contacts created; ` +
        `calls in the busiest minute: ${JSON.stringify(calls.most())}; memory by tick: ${memoryMiB.map((most) => most.toFixed(0)).join(', ')} MiB`,
    );
    expect(await faultsLeft()).toEqual([]);
    await world.s360('faults', { rules: [] });
    await world.tixngo('faults', { rules: [] });
    await setLimits({ s360: null, tixngo: null });

    expect(runs.map(({ endState }) => endState)).toEqual(runs.map(() => 'OK'));
    expect(tixngo).toMatchObject({ ticketsDownloaded: downloads, transfersStarted: transfers });
    expect(s360.rateLimited).toBe(0);
    expect(tixngo.rateLimited).toBe(0);
    // The sandbox's clock jumps ahead at every tick; the machine's does not.
    expect(Math.max(...Object.values(calls.most()))).toBeLessThanOrEqual(callsPerMinute.s360);
    expect(tooLarge).toEqual([]);
    const [early, late] = [memoryMiB.slice(0, 3), memoryMiB.slice(-3)];
    expect(Math.max(...late)).toBeLessThanOrEqual(1.1 * Math.max(...early));
    await expectFeedbackAgreement(world, before);
  }, 900_000);
});
