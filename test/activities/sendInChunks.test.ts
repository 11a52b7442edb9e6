import { describe, expect, test } from 'vitest';

import type { TicketOutcome } from '../../src/activities/bisect.js';
import { reasonOf } from '../../src/activities/refusals.js';
import { sendInChunks } from '../../src/activities/sendInChunks.js';
import type { ParkingReason } from '../../src/domain/parking.js';
import { CallFailed } from '../../src/http/callFailed.js';
import { ticket } from '../domain/ticketForTests.js';

const refusedWhole = new CallFailed({
  system: 'TIXNGO',
  operation: 'deleteTickets',
  status: 400,
  errorKey: 'VALIDATION_ERROR',
});

interface Sent {
  readonly calls: string[][];
  readonly settled: string[];
  readonly unread: string[];
  readonly parked: ParkingReason[];
}

/** @param answer what TIXNGO says of the tickets of a call; it may throw */
async function send(count: number, chunkSize: number, answer: (ids: string[]) => TicketOutcome[]): Promise<Sent> {
  const sent: Sent = { calls: [], settled: [], unread: [], parked: [] };
  const items = Array.from({ length: count }, (_, i) => ({ id: String(i + 1) }));
  await sendInChunks(items, {
    chunkSize,
    pageSize: count,
    wireOf: ({ id }) => ({ ticketId: id }),
    send: (part) => {
      const ids = part.map(({ ticketId }) => ticketId);
      sent.calls.push(ids);
      return Promise.resolve().then(() => answer(ids));
    },
    settle: ({ id }, { kind }) => {
      if (kind === 'refused') sent.parked.push(reasonOf({ ...ticket(), ticketId: id }, 'VALIDATION_ERROR'));
      else sent.settled.push(id);
    },
    settleUnread: (unread, sentAgain) => {
      sent.unread.push(...unread.map(({ id }) => id));
      return Promise.resolve(sentAgain ? [] : unread);
    },
    chunkDone: () => undefined,
    parked: sent.parked,
  });
  return sent;
}

const accepted = (ids: string[]): TicketOutcome[] => ids.map((ticketId) => ({ ticketId, kind: 'accepted' }));

describe('Sending a page in chunks', () => {
  test('calls have the agreed size, and every ticket has its outcome', async () => {
    const { calls, settled } = await send(7, 3, accepted);
    expect(calls.map(({ length }) => length)).toEqual([3, 3, 1]);
    expect(settled).toHaveLength(7);
  });

  test('a chunk of bad tickets is put off until the others are through, and then parked to the last', async () => {
    const bad = new Set(['1', '2', '3', '4', '5', '6']);
    const { settled, parked, calls } = await send(60, 6, (ids) => {
      if (ids.some((id) => bad.has(id))) throw refusedWhole;
      return accepted(ids);
    });
    expect(settled).toHaveLength(54);
    expect(parked.map(({ ticketId }) => ticketId).sort()).toEqual([...bad]);
    // The last of them was tried only when all others were through.
    expect(calls.at(-1)?.every((id) => bad.has(id))).toBe(true);
  });

  test('most of the page refused for one reason stops it', async () => {
    await expect(
      send(40, 10, () => {
        throw refusedWhole;
      }),
    ).rejects.toMatchObject({ type: 'SYSTEMIC_REFUSAL' });
  });

  test('a ticket without a readable word is looked up, also in a chunk that is put off, and sent once more', async () => {
    const { unread, settled, parked } = await send(40, 8, (ids) => {
      if (!ids.some((id) => Number(id) <= 8)) return accepted(ids);
      // Of ticket 1 alone TIXNGO says a word that nobody knows; with others, and of others, it refuses the call.
      if (ids.length === 1 && ids[0] === '1') return [{ ticketId: '1', kind: 'unknown' }];
      throw refusedWhole;
    });
    expect(unread).toEqual(['1', '1']);
    expect(settled).toHaveLength(32);
    expect(parked).toHaveLength(7);
  });
});
