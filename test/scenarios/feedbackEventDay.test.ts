import { afterEach, describe, expect, it } from 'vitest';

import type { FaultOrder } from '../../sandbox/shared/faultRules.js';
import { CallsInAMinute } from '../support/callsInAMinute.js';
import { expectFeedbackAgreement } from '../support/feedbackAgreement.js';
import { retrieveUntilQuiet } from '../support/feedbackRuns.js';
import { viewS360 } from '../support/feedbackView.js';
import { historySizes, overATenth } from '../support/historySizes.js';
import { mostMemoryMiB } from '../support/processMemory.js';
import { World } from '../support/world.js';

const downloads = 39_000;
const transfers = 5_000;
/** A schedule of every five minutes, for an hour. */
const ticks = 12;
const limit = 60;

/** What may happen to any call, and for each operation of the feedback something that surely happens. */
const weather: FaultOrder['rules'] = [
  { operation: '*', fault: { kind: 'latency', ms: 40 }, rate: 0.1 },
  { operation: '*', fault: { kind: 'refused' }, rate: 0.01 },
  { operation: '*', fault: { kind: 'reset' }, rate: 0.005 },
  { operation: '*', fault: { kind: 'status', status: 500 }, rate: 0.005 },
  { operation: '*', fault: { kind: 'status', status: 503, retryAfter: 1, body: 'html' }, rate: 0.005 },
  { operation: '*', fault: { kind: 'truncated' }, rate: 0.005 },
];
const faults: { readonly s360: FaultOrder; readonly tixngo: FaultOrder } = {
  s360: {
    rules: [
      { operation: 'mobileTickets.read', fault: { kind: 'malformed' }, nth: 3 },
      { operation: 'mobileTickets.store', fault: { kind: 'resetAfter' }, nth: [2, 17] },
      { operation: 'mobileTickets.store', fault: { kind: 'partial' }, nth: 6 },
      { operation: 'mobileTickets.store', fault: { kind: 'partial', applied: 'all' }, nth: 11 },
      { operation: 'mobileTickets.store', fault: { kind: 'status', status: 509, retryAfter: 2 }, nth: 14 },
      { operation: '*.searchContactsByEmail', fault: { kind: 'truncated' }, nth: 2 },
      { operation: '*.createCulturalContact', fault: { kind: 'resetAfter' }, nth: 2 },
      { operation: '*.createCulturalContact', fault: { kind: 'partial' }, nth: 4 },
      { operation: '*.updateTemporaryContacts', fault: { kind: 'malformed' }, nth: 2 },
      { operation: 'distributions.record', fault: { kind: 'resetAfter' }, nth: 2 },
      { operation: 'distributions.record', fault: { kind: 'partial' }, nth: 5 },
      ...weather,
    ],
  },
  tixngo: {
    rules: [
      { operation: 'tickets.diff', fault: { kind: 'status', status: 429, retryAfter: 1 }, nth: [5, 40] },
      { operation: 'tickets.diff', fault: { kind: 'status', status: 409 , retryAfter: 1 }, nth: 21 },
      { operation: 'tickets.diff', fault: { kind: 'malformed' }, nth: 9 },
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
    tixngo: { checkAnswers: false, transferLapsesAfterMinutes: 20 },
    configuration: { root: { writeTimeoutSeconds: 5 } },
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

/** Five minutes of a crowd at the gates: some transfers are settled, the others lapse after twenty minutes. */
async function crowd(tick: number): Promise<void> {
  const { counts } = await world.tixngo<{ counts: Record<string, number> }>('spectators/act', {
    seed: tick,
    downloads: share(downloads, tick),
    assignments: 40,
    transfers: share(transfers, tick),
    accept: 320,
    refuse: 40,
    cancelTransfer: 20,
    activations: 40,
  });
  expect(counts['downloads']).toBe(share(downloads, tick));
  for (const clock of [world.s360.bind(world), world.tixngo.bind(world)]) {
    await clock('clock', { advanceSeconds: 300 });
  }
}

describe('one hour of an event day, with faults', () => {
  it('39,000 downloads and 5,000 transfers come back within the limits: no 509, nothing doubled, memory flat', async () => {
    const started = Date.now();
    const lap = (what: string): void => { console.log(what, ((Date.now() - started) / 1_000).toFixed(0)); };
    const calls = new CallsInAMinute();
    const before = await prepare(calls);
    lap('prepared');
    await world.s360('settings', { rateLimit: { callsPerMinute: limit } });
    await world.tixngo('settings', { rateLimit: { callsPerMinute: limit } });
    await world.s360('faults', faults.s360);
    await world.tixngo('faults', faults.tixngo);
    // A heap of the size that a small container gives, so that what V8 has not bothered to collect does not count as growth.
    const worker = await world.workerProcess(
      {
        root: { writeTimeoutSeconds: 5 },
        s360: { callsPerMinute: limit },
        interface: { callsPerMinute: limit },
      },
      { NODE_OPTIONS: '--max-old-space-size=256' },
    );
    const memoryMiB: number[] = [];
    const tooLarge: string[] = [];
    for (let tick = 1; tick <= ticks; tick += 1) {
      await crowd(tick);
      const run = await world.startRetrieve();
      let seen = '';
      const watch = setInterval(() => { void run.describe().then((d) => { const a = d.raw.pendingActivities?.[0]; const t = `${a?.activityId} ${a?.attempt} ${a?.lastFailure?.message?.slice(0, 150)}`; if (t !== seen) { seen = t; lap(t); } }); }, 500);
      const result = await run.result() as any;
      clearInterval(watch);
      lap(`${tick} ${result.message} s360 ${result.counts.s360Calls} tix ${result.counts.tixngoCalls}`);
      memoryMiB.push(mostMemoryMiB(worker.pid ?? 0));
      tooLarge.push(...overATenth(await historySizes(world.client, run.workflowId)));
    }
    await retrieveUntilQuiet(world);
    lap('quiet');
    tooLarge.push(...overATenth(await historySizes(world.client, `interface/${world.institution}`)));
    const fired = async (read: Promise<{ rules: { fired: number; operation: string }[] }>) => (await read).rules.map((r) => `${r.operation} ${r.fired}`).join(', ');
    console.log(await fired(world.s360('faults')), await fired(world.tixngo('faults')));
    await world.s360('faults', { rules: [] });
    await world.tixngo('faults', { rules: [] });
    await world.s360('settings', { rateLimit: { callsPerMinute: null } });
    await world.tixngo('settings', { rateLimit: { callsPerMinute: null } });

    const s360 = await world.s360Counters();
    const tixngo = await world.tixngoCounters();
    console.log(s360, tixngo, calls.most(), memoryMiB);
    expect(s360.rateLimited).toBe(0);
    expect(tixngo.rateLimited).toBe(0);
    expect(tooLarge).toEqual([]);
    await expectFeedbackAgreement(world, before);
    lap('agreed');
  }, 600_000);
});
