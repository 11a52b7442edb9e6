import { describe, expect, test } from 'vitest';

import { ParkedTickets } from '../../src/activities/parkedTickets.js';
import { noCounts } from '../../src/domain/counts.js';
import type { ParkedTicket } from '../../src/domain/parking.js';

const dayMs = 24 * 3_600_000;

function parked(ticketId: string, code: string, change: Partial<ParkedTicket> = {}): ParkedTicket {
  return { ticketId, code, sinceMs: Date.now(), tries: 1, by: 'Push cancelled', record: 'r', ...change };
}

describe('Parked tickets that S-360 does not offer any more', () => {
  test('are forgotten where the stretch has looked, but for what TIXNGO may have, for a season', () => {
    const tickets = new ParkedTickets(
      [
        parked('1', 'FIELD_REQUIRED'),
        parked('2', 'IN_DOUBT'),
        parked('3', 'TICKET_REFUSED'),
        parked('4', 'PRINTED_REFUSED'),
        parked('5', 'IN_DOUBT', { sinceMs: Date.now() - 200 * dayMs }),
        parked('6', 'FIELD_REQUIRED', { by: 'another function' }),
        parked('7', 'FIELD_REQUIRED'),
        parked('8', 'FIELD_REQUIRED'),
      ],
      { ...noCounts },
    );
    tickets.meet('7');
    tickets.unparkVanished('Push cancelled', (ticketId) => ticketId !== '8');
    expect(tickets.unparked).toEqual(['1', '5']);
  });
});

describe('Parked tickets of a stretch', () => {
  test('one that was left parked and is found after all is no reason to warn', () => {
    const counts = { ...noCounts };
    const one = parked('1', 'FIELD_REQUIRED');
    const tickets = new ParkedTickets([one], counts);
    tickets.leave(one);
    expect([counts.parked, tickets.still]).toEqual([1, [one]]);
    tickets.notAfterAll('1');
    tickets.settle(['1', '2']);
    expect([counts.parked, tickets.still, tickets.unparked]).toEqual([0, [], ['1']]);
  });
});
