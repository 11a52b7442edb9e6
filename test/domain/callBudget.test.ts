import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import {
  earliestReservation,
  liveReservations,
  settleReservation,
  type Reservation,
} from '../../src/domain/callBudget.js';
import type { CallNeed, UsedCalls } from '../../src/domain/callReservations.js';
import type { Execution } from '../../src/domain/interfaceState.js';
import { InterfaceForTests, reservationMs, runA, runB, settlingPauseMs, writer } from './interfaceForTests.js';

const windowMs = 60_000;
const request = { wanted: 10, minimum: 4, limitPerMinute: 12, durationMs: 30_000 };
const taken = (calls: number, fromMs: number, untilMs: number, key = String(fromMs)): Reservation => ({
  key,
  calls,
  fromMs,
  untilMs,
});

describe('Call budget: reservations', () => {
  test.each([
    ['nothing reserved', [], 0, 10],
    ['some left: fewer than wanted, at once', [taken(5, 0, 10_000)], 0, 7],
    ['less than the minimum left: a minute after the last call of the other', [taken(9, 0, 10_000)], 70_000, 10],
    ['one that ended a minute ago counts no more', [taken(12, -100_000, -60_000)], 0, 10],
    ['one that ended a millisecond less than a minute ago counts', [taken(12, -100_000, -59_999)], 1, 10],
    ['one that is reserved for later is not crossed', [taken(12, 89_999, 100_000)], 160_000, 10],
    ['one that is a minute after our end is no hindrance', [taken(12, 90_000, 100_000)], 0, 10],
    ['two together', [taken(5, 0, 10_000), taken(4, 20_000, 30_000)], 70_000, 8],
    ['two that share no window are not added up', [taken(8, -90_000, -30_000), taken(7, 80_000, 90_000)], 0, 4],
  ])('%s', (_what, reservations, fromMs, calls) => {
    expect(earliestReservation(reservations, request, 0)).toEqual({ fromMs, calls });
  });

  test('a limit below the minimum still lets work, as much as it allows', () => {
    expect(earliestReservation([], { ...request, limitPerMinute: 2 }, 0)).toEqual({ fromMs: 0, calls: 2 });
  });

  test('what was not used is given back; what was used stays until a minute after its last call', () => {
    const both = [taken(10, 0, 100_000, 'a'), taken(2, 0, 100_000, 'b')];
    expect(settleReservation(both, 'a', 3, 20_000)).toEqual([taken(3, 0, 20_000, 'a'), both[1]]);
    expect(settleReservation(both, 'a', 0, 20_000)).toEqual([both[1]]);
    expect(settleReservation(both, 'c', 3, 20_000)).toEqual(both);
    // A clock that is off never makes a reservation longer, nor end before it began.
    expect(settleReservation(both, 'a', 3, 999_000)[0]).toMatchObject({ fromMs: 0, untilMs: 100_000 });
    expect(settleReservation(both, 'a', 3, -999_000)[0]).toMatchObject({ fromMs: 0, untilMs: 0 });
    expect(liveReservations(both, 160_000)).toEqual([]);
    expect(liveReservations(both, 159_999)).toEqual(both);
  });
});

const service = 'S-360 dataExportService';
const need: CallNeed = { service, wanted: 25, minimum: 5, limitPerMinute: 60 };
const needs = { needs: [need] };

describe('Call budget: claims', () => {
  test('every attempt has calls of its own; those of one that died stay counted', () => {
    const world = new InterfaceForTests(needs);
    const other = { organization: 'FCOTHER' };
    expect(world.claim(runA)).toMatchObject({ kind: 'go', calls: { [service]: 25 } });
    world.claim(runA, writer('1', 2));
    world.pass(settlingPauseMs);
    expect(world.claim(runA, writer('1', 3))).toMatchObject({ kind: 'go', calls: { [service]: 25 } });
    expect(world.claim(runB, writer(), other)).toMatchObject({ kind: 'go', calls: { [service]: 10 } });
  });

  test('an attempt that asks again has not had its answer: its calls are not taken twice', () => {
    const world = new InterfaceForTests(needs);
    for (let asked = 0; asked < 5; asked += 1) {
      expect(world.claim(runA)).toMatchObject({ kind: 'go', calls: { [service]: 25 } });
      world.pass(1_000);
    }
    expect(world.state.budgets[service]).toHaveLength(1);
  });

  test('a turn that is more than two seconds away gives the slot back, and is kept', () => {
    const world = new InterfaceForTests({ needs: [{ ...need, wanted: 60 }] });
    const place = { organization: 'FCOTHER' };
    world.claim(runA);
    const waiting = world.claim(runB, writer(), place);
    expect(waiting.kind).toBe('waitingForCalls');
    if (waiting.kind !== 'waitingForCalls') return;
    // As long as nobody gives calls back, asking early changes nothing; a third one comes behind.
    world.pass(10_000);
    expect(world.claim(runB, writer('1', 2), place)).toEqual({
      kind: 'waitingForCalls',
      waitMs: waiting.waitMs - 10_000,
    });
    const third = world.claim({ workflowId: 'x', runId: 'run-c' }, writer(), { organization: 'FCTHIRD' });
    expect(third.kind === 'waitingForCalls' && third.waitMs > waiting.waitMs).toBe(true);
    world.pass(waiting.waitMs - 10_000);
    expect(world.claim(runB, writer('1', 3), place)).toMatchObject({
      kind: 'go',
      startInMs: 0,
      calls: { [service]: 60 },
    });
  });

  test('a turn comes earlier when others have used less than they had reserved, for whoever asks again', () => {
    const world = new InterfaceForTests({ needs: [{ ...need, wanted: 60 }] });
    const second = { organization: 'FCOTHER' };
    const third = { organization: 'FCTHIRD' };
    world.claim(runA);
    expect(world.claim(runB, writer(), second).kind).toBe('waitingForCalls');
    const runC = { workflowId: 'x', runId: 'run-c' };
    const waiting = world.claim(runC, writer(), third);
    world.pass(5_000);
    world.report(runA, writer(), { used: { reservation: 'run-a/1/1', calls: { [service]: 3 }, endedAgoMs: 0 } });
    // Nobody is passed by: whoever was to come first is still before it.
    expect(world.claim(runC, writer('1', 2), third).kind).toBe('waitingForCalls');
    expect(world.claim(runB, writer('1', 2), second)).toMatchObject({
      kind: 'go',
      startInMs: 0,
      calls: { [service]: 57 },
    });
    const sooner = world.claim(runC, writer('1', 3), third);
    if (waiting.kind !== 'waitingForCalls' || sooner.kind !== 'waitingForCalls') throw new Error('expected to wait');
    expect(sooner.waitMs).toBeLessThan(waiting.waitMs - 60_000);
  });

  test('a turn within two seconds is waited for in place', () => {
    const world = new InterfaceForTests({ needs: [{ ...need, wanted: 60 }] });
    world.claim(runA);
    const used: UsedCalls = { reservation: 'run-a/1/1', calls: { [service]: 60 }, endedAgoMs: windowMs - 1_500 };
    world.pass(90_000);
    expect(world.claim(runA, writer('2'), { used })).toMatchObject({ kind: 'go', startInMs: 1_500 });
  });

  test('what the stretch before has not used is there for the next', () => {
    const world = new InterfaceForTests({ needs: [{ ...need, wanted: 60 }] });
    const first = world.claim(runA);
    if (first.kind !== 'go') throw new Error(first.kind);
    world.pass(5_000);
    const used: UsedCalls = { reservation: first.reservation, calls: { [service]: 8 }, endedAgoMs: 2_000 };
    expect(world.claim(runA, writer('2'), { used })).toMatchObject({
      kind: 'go',
      startInMs: 0,
      calls: { [service]: 52 },
    });
  });

  test('a service without a need has no limit and no reservation', () => {
    const world = new InterfaceForTests();
    expect(world.claim(runA)).toMatchObject({ kind: 'go', calls: {} });
    expect(world.state.budgets).toEqual({});
  });
});

/*
 * The world as it is: organizations that share the services of one institution, each with a run that claims stretch after stretch. A
 * stretch makes its calls whenever it likes within its time, then says what it used, or dies and lives on as a zombie that still makes
 * them. Every call is written down, and no window of a minute may hold more than the limit.
 */
interface Agent {
  readonly organization: string;
  execution: Execution;
  activity: number;
  attempt: number;
  used: UsedCalls | undefined;
  /** The turn it was promised; null while it waits for none. */
  turnMs: number | null;
  atMs: number;
}

const slowestMs = 8_000;

function simulate(
  random: (below: number) => number,
  agents: number,
  steps: number,
  given: readonly CallNeed[],
  keepsRoom: boolean,
): { stretches: number; longestWaitMs: number } {
  const tenants = Array.from({ length: agents }, (_, i) => `FC${String(i)}`);
  const world = new InterfaceForTests({ needs: given, ...(keepsRoom ? { tenants } : {}) });
  const calls = new Map<string, number[]>(given.map((one) => [one.service, []]));
  const all: Agent[] = tenants.map((organization, i) => ({
    organization,
    execution: { workflowId: `w${String(i)}`, runId: `r${String(i)}` },
    activity: 1,
    attempt: 1,
    used: undefined,
    turnMs: null,
    atMs: world.nowMs + random(5_000),
  }));
  let stretches = 0;
  let longestWaitMs = 0;
  for (let step = 0; step < steps; step += 1) {
    const agent = all.reduce((first, other) => (other.atMs < first.atMs ? other : first));
    world.nowMs = Math.max(world.nowMs, agent.atMs);
    const nowMs = world.nowMs;
    const by = writer(String(agent.activity), agent.attempt);
    const place = { organization: agent.organization };
    const onTime = agent.turnMs !== null && nowMs <= agent.turnMs + reservationMs / 10;
    const answer = world.claim(agent.execution, by, {
      ...place,
      ...(agent.used === undefined ? {} : { used: { ...agent.used, endedAgoMs: nowMs - agent.used.endedAgoMs } }),
    });
    if (answer.kind === 'settling') {
      agent.attempt += 1;
      agent.atMs = nowMs + answer.waitMs;
      continue;
    }
    if (answer.kind === 'waitingForCalls') {
      // A promised turn is kept: whoever comes for it in time gets it, and whoever asks before loses nothing.
      expect(onTime && nowMs >= (agent.turnMs ?? 0)).toBe(false);
      if (onTime) expect(nowMs + answer.waitMs).toBeLessThanOrEqual(agent.turnMs ?? 0);
      longestWaitMs = Math.max(longestWaitMs, answer.waitMs);
      agent.attempt += 1;
      agent.turnMs = nowMs + answer.waitMs;
      // Mostly in time, often before; sometimes the worker was away.
      agent.atMs =
        random(3) === 0
          ? nowMs + random(answer.waitMs)
          : agent.turnMs + (random(10) === 0 ? random(3 * reservationMs) : random(slowestMs));
      continue;
    }
    if (answer.kind !== 'go') throw new Error(answer.kind);
    stretches += 1;
    agent.turnMs = null;
    const startMs = nowMs + answer.startInMs;
    const untilMs = startMs + reservationMs;
    let endedMs = startMs;
    const made: Record<string, number> = {};
    const span = random(4) === 0 ? reservationMs : 1 + random(30_000);
    for (const one of given) {
      const granted = answer.calls[one.service]!;
      expect(granted).toBeGreaterThanOrEqual(Math.min(one.minimum, one.limitPerMinute));
      expect(granted).toBeLessThanOrEqual(one.wanted);
      const count = random(3) === 0 ? random(granted + 1) : granted;
      made[one.service] = count;
      for (let i = 0; i < count; i += 1) {
        // The worst for a window are calls that crowd at the very end, or at the very begin.
        const at =
          random(3) === 0 ? Math.min(untilMs, startMs + span) : random(2) === 0 ? startMs : startMs + random(span);
        calls.get(one.service)!.push(at);
        endedMs = Math.max(endedMs, at);
      }
    }
    const used: UsedCalls = { reservation: answer.reservation, calls: made, endedAgoMs: endedMs };
    agent.used = undefined;
    switch (random(6)) {
      case 0:
        // Dies, or is taken for dead: the next attempt comes while its calls may go on.
        agent.attempt += 1;
        agent.atMs = nowMs + random(60_000);
        break;
      case 1: {
        // Fails and says so, so that its rest is given back.
        agent.attempt += 1;
        agent.atMs = endedMs + 1;
        world.nowMs = Math.max(nowMs, Math.min(endedMs, ...all.map(({ atMs }) => atMs)));
        if (world.nowMs >= endedMs)
          world.report(agent.execution, by, {
            ...place,
            failed: true,
            used: { ...used, endedAgoMs: world.nowMs - endedMs },
          });
        break;
      }
      case 2:
        // The run ends at once when its last call has: another run follows later, and what was not told stays counted.
        agent.execution = { ...agent.execution, runId: `${agent.execution.runId}x` };
        world.close({ ...agent.execution, runId: agent.execution.runId.slice(0, -1) }, by, {
          ...place,
          report: undefined,
        });
        agent.activity = 1;
        agent.attempt = 1;
        agent.atMs = endedMs + random(120_000);
        break;
      default:
        agent.activity += 1;
        agent.attempt = 1;
        agent.used = used;
        agent.atMs = endedMs + random(500);
    }
  }
  for (const one of given) {
    const times = calls.get(one.service)!.sort((a, b) => a - b);
    for (const [i, from] of times.entries()) {
      const beyond = times[i + one.limitPerMinute];
      if (beyond !== undefined)
        expect(
          beyond - from,
          `${one.service}: more than ${String(one.limitPerMinute)} calls within a minute`,
        ).toBeGreaterThanOrEqual(windowMs);
    }
  }
  return { stretches, longestWaitMs };
}

describe('Call budget: the limit of a minute', () => {
  test('holds in every window, whatever dies when; turns are kept; nobody starves', () => {
    const someNeeds = fc
      .record({
        limit: fc.integer({ min: 6, max: 80 }),
        wanted: fc.integer({ min: 1, max: 80 }),
        minimum: fc.integer({ min: 1, max: 40 }),
      })
      .map(({ limit, wanted, minimum }) => ({ limitPerMinute: limit, wanted: Math.max(wanted, minimum), minimum }));
    fc.assert(
      fc.property(
        fc.array(someNeeds, { minLength: 1, maxLength: 3 }),
        fc.integer({ min: 1, max: 6 }),
        fc.boolean(),
        fc.infiniteStream(fc.nat()),
        (given, agents, keepsRoom, stream) => {
          const random = (below: number): number => stream.next().value! % below;
          const steps = 60;
          const { stretches, longestWaitMs } = simulate(
            random,
            agents,
            steps,
            given.map((one, i) => ({ ...one, service: `service ${String(i)}` })),
            keepsRoom,
          );
          // At the worst everybody, and each one's attempt before, comes first.
          expect(longestWaitMs).toBeLessThanOrEqual((3 * agents + 3) * (1.1 * reservationMs + windowMs));
          expect(stretches).toBeGreaterThan(steps / 8);
        },
      ),
      { numRuns: 120 },
    );
  });
});
