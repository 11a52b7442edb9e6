import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { AllRefused, PartlySent, sendBisecting } from '../../src/activities/bisect.js';
import type { TixngoTicket } from '../../src/domain/tixngoTicket.js';
import { mapTicket } from '../../src/domain/ticketMapping.js';
import { CallFailed } from '../../src/http/callFailed.js';
import type { InjectionOutcome } from '../../src/tixngo/client.js';
import { plainMapping, ticket } from '../domain/ticketForTests.js';

const mapped = mapTicket(ticket(), plainMapping);
if ('problem' in mapped) throw new Error(mapped.problem.code);
const model = mapped.ticket;

function tickets(count: number): TixngoTicket[] {
  return Array.from({ length: count }, (_, i) => ({ ...model, ticketId: String(i) }));
}

/** A TIXNGO that refuses every call with a bad ticket in it, and writes down what it was sent. */
function refusing(bad: ReadonlyMap<string, string>) {
  const calls: number[] = [];
  const accepted: string[] = [];
  const send = async (part: readonly TixngoTicket[]): Promise<InjectionOutcome[]> => {
    calls.push(part.length);
    const wrong = part.find(({ ticketId }) => bad.has(ticketId));
    if (wrong !== undefined) {
      throw new CallFailed(
        { system: 'TIXNGO', operation: 'injectTickets', status: 400, errorKey: bad.get(wrong.ticketId) },
        { field: 'event.name' },
      );
    }
    accepted.push(...part.map(({ ticketId }) => ticketId));
    return part.map(({ ticketId }) => ({ ticketId, kind: 'accepted' }));
  };
  return { send, calls, accepted };
}

async function failureOf(call: Promise<unknown>): Promise<PartlySent> {
  const error: unknown = await call.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(PartlySent);
  return error as PartlySent;
}

describe('A batch that is refused as a whole', () => {
  test('one bad ticket never stops the others: it is found alone, with its reason', async () => {
    const { send, calls, accepted } = refusing(new Map([['37', 'VALIDATION_ERROR']]));
    const outcomes = await sendBisecting(tickets(100), send);
    expect(outcomes.filter(({ kind }) => kind === 'refused')).toEqual([
      { ticketId: '37', kind: 'refused', code: 'VALIDATION_ERROR', field: 'event.name' },
    ]);
    expect(new Set(accepted).size).toBe(99);
    expect(calls.length).toBeLessThanOrEqual(2 * Math.ceil(Math.log2(100)) + 1);
  });

  test('a good batch is one call', async () => {
    const { send, calls } = refusing(new Map());
    await sendBisecting(tickets(100), send);
    expect(calls).toEqual([100]);
  });

  test('whatever is bad: every ticket has one outcome, the good are accepted once, the bad never', async () => {
    const some = fc
      .integer({ min: 1, max: 60 })
      .chain((count) => fc.tuple(fc.constant(count), fc.uniqueArray(fc.nat(count - 1), { maxLength: 4 })));
    await fc.assert(
      fc.asyncProperty(some, async ([count, bad]) => {
        const { send, accepted } = refusing(new Map(bad.map((i) => [String(i), 'X'])));
        const outcomes = await sendBisecting(tickets(count), send);
        expect(outcomes.map(({ ticketId }) => ticketId)).toEqual(tickets(count).map(({ ticketId }) => ticketId));
        expect(outcomes.filter(({ kind }) => kind === 'refused').map(({ ticketId }) => Number(ticketId))).toEqual(
          [...bad].sort((a, b) => a - b),
        );
        expect(new Set(accepted).size).toBe(accepted.length);
        expect(accepted).toHaveLength(count - bad.length);
      }),
    );
  });

  test('all refused for one reason: after five single tickets it is no matter of tickets', async () => {
    const { send, calls } = refusing(new Map(tickets(1_000).map(({ ticketId }) => [ticketId, 'ORGANIZER_CLOSED'])));
    const { cause, done } = await failureOf(sendBisecting(tickets(1_000), send));
    expect(cause).toBeInstanceOf(AllRefused);
    expect((cause as AllRefused).reason).toBe('ORGANIZER_CLOSED event.name');
    expect(done.every(({ kind }) => kind === 'refused')).toBe(true);
    expect(calls.filter((size) => size === 1)).toHaveLength(5);
    expect(calls.length).toBeLessThan(30);
  });

  test('five that differ in their reason, or one that was accepted before, are matters of single tickets', async () => {
    const differing = refusing(new Map(tickets(8).map(({ ticketId }, i) => [ticketId, `REASON_${String(i)}`])));
    expect(await sendBisecting(tickets(8), differing.send)).toHaveLength(8);
    const oneGood = refusing(
      new Map(
        tickets(16)
          .slice(1)
          .map(({ ticketId }) => [ticketId, 'X']),
      ),
    );
    expect((await sendBisecting(tickets(16), oneGood.send)).filter(({ kind }) => kind === 'accepted')).toHaveLength(1);
  });

  test('a connection that breaks between two parts: what was accepted before is told', async () => {
    const { send, accepted } = refusing(new Map([['0', 'X']]));
    let calls = 0;
    const broken = new CallFailed({ system: 'TIXNGO', operation: 'injectTickets', transport: 'connection' });
    const { cause, done } = await failureOf(
      sendBisecting(tickets(8), async (part) => {
        calls += 1;
        if (calls > 5) throw broken;
        return send(part);
      }),
    );
    expect(cause).toBe(broken);
    expect(done.filter(({ kind }) => kind === 'accepted').map(({ ticketId }) => ticketId)).toEqual(accepted);
    expect(accepted.length).toBeGreaterThan(0);
  });

  test('a refusal of a single ticket without a key has a code all the same', async () => {
    const outcomes = await sendBisecting(tickets(1), () =>
      Promise.reject(new CallFailed({ system: 'TIXNGO', operation: 'injectTickets', status: 422 })),
    );
    expect(outcomes).toEqual([{ ticketId: '0', kind: 'refused', code: 'TICKET_REFUSED' }]);
  });
});
