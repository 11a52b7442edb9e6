import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { reserve, type CallNeed, type CallsAnswer, type CallsRequest } from '../../src/domain/callReservations.js';
import { freshState } from '../../src/domain/interfaceState.js';
import { InterfaceForTests, runA, runB, writer } from './interfaceForTests.js';

const service = 'S-360 dataExportService';
const tenants = ['FCDEMO', 'FCOTHER', 'FCTHIRD'];
const need: CallNeed = { service, wanted: 60, minimum: 7, limitPerMinute: 60 };

/** An institution whose organizations ask one after the other, each with a run of its own. */
function asking() {
  const world = new InterfaceForTests({ needs: [need], tenants });
  return {
    world,
    claim: (organization: string, needs: readonly CallNeed[] = [need]) =>
      world.claim({ workflowId: organization, runId: organization }, writer(), { organization, needs }),
  };
}

describe('Call budget: organizations that share a limit', () => {
  test('one that wants everything leaves each of the others a sixth, and those have it at once', () => {
    const { claim } = asking();
    expect(claim('FCDEMO')).toMatchObject({ kind: 'go', startInMs: 0, calls: { [service]: 40 } });
    expect(claim('FCOTHER')).toMatchObject({ kind: 'go', startInMs: 0, calls: { [service]: 10 } });
    expect(claim('FCTHIRD')).toMatchObject({ kind: 'go', startInMs: 0, calls: { [service]: 10 } });
  });

  test('of many organizations, each finds room for a stretch at once, as long as the limit has room for so many', () => {
    for (const [count, most] of [
      [4, 36],
      [7, 12],
      // One more, and no share carries a stretch: each waits for its turn.
      [8, 11],
    ] as const) {
      const all = Array.from({ length: count }, (_, i) => `FC${String(i)}`);
      const world = new InterfaceForTests({ tenants: all, needs: [{ ...need, minimum: 8, kept: 8 }] });
      const answers = all.map((organization) =>
        world.claim({ workflowId: organization, runId: organization }, writer(), { organization }),
      );
      expect(answers[0]).toMatchObject({ kind: 'go', startInMs: 0, calls: { [service]: most } });
      const waiting = answers.filter(({ kind }) => kind === 'waitingForCalls');
      if (count <= 7) expect(waiting).toEqual([]);
      else expect(waiting.length).toBeGreaterThan(0);
    }
  });

  test('the turn of a run that has ended is free, also if it was only seen closed', () => {
    const busy = { organization: 'FCDEMO', function: 'pushControlled' } as const;
    const waits = { organization: 'FCDEMO', function: 'pushCancelled' } as const;
    for (const end of ['closes', 'seen closed'] as const) {
      const world = new InterfaceForTests({ tenants: ['FCDEMO', 'FCOTHER'], needs: [{ ...need, wanted: 45 }] });
      expect(world.claim(runA, writer(), busy).kind).toBe('go');
      expect(world.claim(runB, writer(), waits).kind).toBe('waitingForCalls');
      const turns = () => world.state.budgets[service]!.filter(({ key }) => key.endsWith('/turn'));
      expect(turns()).toHaveLength(1);
      if (end === 'closes') {
        world.close(runB, writer(), { ...waits, endState: 'SKIPPED', report: undefined });
      } else {
        const other = { workflowId: 'other', runId: 'other' };
        const closedHolder = { execution: runB, closedAtMs: world.nowMs };
        world.claim(other, writer(), { ...waits, needs: [], closedHolder });
      }
      expect(turns()).toEqual([]);
      // What was granted stays counted.
      expect(world.state.budgets[service]).toHaveLength(1);
    }
  });

  test('what an organization has reserved is no longer kept for it', () => {
    const { world, claim } = asking();
    claim('FCOTHER', [{ ...need, wanted: 10 }]);
    expect(claim('FCDEMO')).toMatchObject({ kind: 'go', calls: { [service]: 40 } });
    // Another function of it has no room of its own, and leaves that of the third alone.
    const waiting = world.claim(runB, writer(), { organization: 'FCOTHER', function: 'pushCancelled' });
    expect(waiting.kind).toBe('waitingForCalls');
    expect(claim('FCTHIRD')).toMatchObject({ kind: 'go', startInMs: 0, calls: { [service]: 10 } });
  });

  test('a service that only some share keeps room for those', () => {
    const own: CallNeed = { ...need, service: 'TIXNGO demo-organizer', tenants: ['FCDEMO'] };
    const { claim } = asking();
    expect(claim('FCDEMO', [need, own])).toMatchObject({
      calls: { [service]: 40, 'TIXNGO demo-organizer': 60 },
    });
  });

  test('a page that needs more than may be used goes with just that, and what is left the others have', () => {
    const { claim } = asking();
    expect(claim('FCDEMO', [{ ...need, minimum: 45 }])).toMatchObject({ kind: 'go', calls: { [service]: 45 } });
    expect(claim('FCOTHER', [{ ...need, minimum: 5 }])).toMatchObject({ kind: 'go', calls: { [service]: 5 } });
    expect(claim('FCTHIRD').kind).toBe('waitingForCalls');
  });

  test('a wait counts for its organization, too', () => {
    const looks = { execution: runA, writer: writer(), needs: [need], reservationMs: 60_000, tenants };
    const { state } = reserve(freshState, { ...looks, organization: 'FCDEMO' }, 0);
    expect(state.budgets[service]).toMatchObject([{ calls: 40, organization: 'FCDEMO' }]);
    // Nobody's own: room is kept for everybody.
    expect(reserve(freshState, looks, 0).answer).toMatchObject({ calls: { [service]: 30 } });
  });

  test('reservations of an older version are nobody’s, and count', () => {
    const { world, claim } = asking();
    const soonMs = world.nowMs + 1_000;
    world.state = { ...freshState, budgets: { [service]: [{ key: 'x', calls: 20, fromMs: 0, untilMs: soonMs }] } };
    expect(claim('FCDEMO')).toMatchObject({ kind: 'go', calls: { [service]: 20 } });
  });

  interface Asked {
    readonly organization: string;
    readonly name: string;
    attempt: number;
    turnMs: number | null;
  }

  test('whatever the others do, one that asks for no more than is kept for it goes at once', () => {
    let quietGoes = 0;
    let floodWaits = 0;
    const world = fc.record({
      organizations: fc.integer({ min: 2, max: 6 }),
      perTenant: fc.integer({ min: 2, max: 20 }),
      seeds: fc.infiniteStream(fc.nat()),
    });
    fc.assert(
      fc.property(world, ({ organizations, perTenant, seeds }) => {
        const random = (below: number): number => seeds.next().value! % below;
        const all = Array.from({ length: organizations }, (_, i) => `FC${String(i)}`);
        const limitPerMinute = 2 * organizations * perTenant + random(2 * organizations);
        const mayUse = limitPerMinute - (organizations - 1) * perTenant;
        const reservationMs = 60_000 + random(60_000);
        let [state, nowMs, asked] = [freshState, 0, 0];
        const flood: Asked[] = [];
        const ask = (one: Asked, wanted: number, minimum: number, given: Partial<CallsRequest> = {}): CallsAnswer => {
          const next = reserve(
            state,
            {
              execution: { workflowId: one.name, runId: one.name },
              writer: writer('1', one.attempt),
              organization: one.organization,
              tenants: all,
              needs: [{ service, wanted, minimum, limitPerMinute }],
              reservationMs,
              ...given,
            },
            nowMs,
          );
          state = next.state;
          return next.answer;
        };
        for (let step = 0; step < 50; step += 1) {
          nowMs += random(4) === 0 ? random(200_000) : random(2_000);
          // One of the flood: somebody new, or who comes for its turn, in time or late.
          const waiting = flood.filter(({ turnMs }) => turnMs !== null && turnMs <= nowMs);
          const one = waiting[random(8)] ?? {
            organization: all[1 + random(organizations - 1)]!,
            name: `flood-${String((asked += 1))}`,
            attempt: 1,
            turnMs: null,
          };
          const minimum = 1 + random(mayUse);
          const answer = ask(one, minimum + random(limitPerMinute), minimum);
          one.turnMs = answer.kind === 'waitingForCalls' ? nowMs + answer.waitMs : null;
          one.attempt += 1;
          if (answer.kind === 'waitingForCalls') floodWaits += 1;
          if (!flood.includes(one)) flood.push(one);
          if (answer.kind === 'go' && random(2) === 0) {
            const calls = { [service]: random(answer.calls[service]! + 1) };
            const used = { reservation: answer.reservation, calls, endedAgoMs: 0 };
            nowMs += random(30_000);
            ask(one, 0, 0, { needs: [], used });
          }
          // The quiet one.
          const around = state.budgets[service]!.filter(
            (r) => r.organization === 'FC0' && r.untilMs + 60_000 > nowMs && r.fromMs < nowMs + 2 * reservationMs,
          );
          const kept = perTenant - around.reduce((sum, { calls }) => sum + calls, 0);
          if (kept < 1 || random(3) === 0) continue;
          const quiet = { organization: 'FC0', name: `quiet-${String((asked += 1))}`, attempt: 1, turnMs: null };
          const least = 1 + random(kept);
          const given = ask(quiet, least + random(limitPerMinute), least);
          if (given.kind !== 'go') throw new Error('a flood has delayed another organization');
          expect(given.startInMs).toBe(0);
          expect(given.calls[service]).toBeGreaterThanOrEqual(least);
          quietGoes += 1;
        }
      }),
      { numRuns: 120 },
    );
    // It must have been a flood, or it shows nothing.
    expect(floodWaits).toBeGreaterThan(1_000);
    expect(quietGoes).toBeGreaterThan(400);
  });

  test('one organization alone has the whole limit, as if nobody kept room', () => {
    const requests = fc.array(
      fc.record({
        afterMs: fc.integer({ min: 0, max: 40_000 }),
        wanted: fc.integer({ min: 1, max: 60 }),
        minimum: fc.integer({ min: 1, max: 30 }),
      }),
      { minLength: 5, maxLength: 30 },
    );
    fc.assert(
      fc.property(requests, (all) => {
        let [alone, plain, nowMs] = [freshState, freshState, 0];
        for (const [i, { afterMs, wanted, minimum }] of all.entries()) {
          nowMs += afterMs;
          const request = {
            execution: { workflowId: 'w', runId: String(i) },
            writer: writer(),
            needs: [{ service, wanted, minimum, limitPerMinute: 60 }],
            reservationMs: 60_000,
            organization: 'FCDEMO',
          };
          const one = reserve(alone, { ...request, tenants: ['FCDEMO'] }, nowMs);
          const other = reserve(plain, request, nowMs);
          expect(one).toEqual(other);
          [alone, plain] = [one.state, other.state];
        }
      }),
    );
  });
});
