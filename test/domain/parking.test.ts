import { describe, expect, test } from 'vitest';

import {
  describeReason,
  isParkedNow,
  parkingPauseMs,
  systemicReason,
  type ParkedTicket,
  type ParkingReason,
} from '../../src/domain/parking.js';

const minute = 60_000;
const parked: ParkedTicket = {
  ticketId: '1',
  code: 'FIELD_REQUIRED',
  sinceMs: 0,
  tries: 1,
  by: 'Ticket injection',
  record: 'r',
};

describe('Parking: growing pauses', () => {
  test('5, 10, 20 … minutes, a day at most', () => {
    expect([1, 2, 3, 4, 8].map((tries) => parkingPauseMs(tries) / minute)).toEqual([5, 10, 20, 40, 640]);
    expect([9, 10, 30, 1_000].map((tries) => parkingPauseMs(tries) / minute)).toEqual([1_280, 1_440, 1_440, 1_440]);
    expect(parkingPauseMs(0)).toBe(5 * minute);
  });

  test.each([
    [1, 5],
    [2, 15],
    [3, 35],
    [9, 5 + 10 + 20 + 40 + 80 + 160 + 320 + 640 + 1_280],
  ])('after refusal %d it is tried %d minutes after the first one', (tries, minutes) => {
    const ticket = { ...parked, tries };
    expect(isParkedNow(ticket, 'r', minutes * minute - 1, true)).toBe(true);
    expect(isParkedNow(ticket, 'r', minutes * minute, true)).toBe(false);
  });

  test('another record makes it due at once, also one that has no date any more', () => {
    expect(isParkedNow(parked, 'changed', 1, true)).toBe(false);
    expect(isParkedNow(parked, null, 1, true)).toBe(false);
    expect(isParkedNow({ ...parked, record: null }, null, 1, true)).toBe(true);
  });

  test('in doubt: held whatever changes and however long, unless it is to be sent again', () => {
    const doubt = { ...parked, code: 'IN_DOUBT' };
    expect(isParkedNow(doubt, 'changed', 1e15, true)).toBe(true);
    expect(isParkedNow(doubt, 'r', 1, false)).toBe(false);
  });
});

describe('Parking: one reason for most of a page stops the run', () => {
  const reasons = (count: number, code = 'FIELD_REQUIRED', field: string | undefined = 'event.name'): ParkingReason[] =>
    Array.from({ length: count }, (_, i) => ({ ticketId: String(i), code, field, record: null }));

  test.each([
    [20, 39, 'FIELD_REQUIRED event.name'],
    [20, 40, null],
    [19, 19, null],
    [19, 1, null],
    [501, 1_000, 'FIELD_REQUIRED event.name'],
    [500, 1_000, null],
    [20, 20, 'FIELD_REQUIRED event.name'],
  ])('%d of a page of %d', (count, pageSize, reason) => {
    expect(systemicReason(reasons(count), pageSize)).toBe(reason);
  });

  test('many reasons that differ in code or field are matters of single tickets', () => {
    const mixed = [...reasons(15), ...reasons(15, 'FIELD_TOO_LONG'), ...reasons(15, 'FIELD_REQUIRED', 'event.id')];
    expect(systemicReason(mixed, 45)).toBeNull();
    expect(systemicReason([...mixed, ...reasons(10)], 45)).toBe('FIELD_REQUIRED event.name');
    expect(systemicReason([], 0)).toBeNull();
  });

  test('a reason without a field is its code', () => {
    expect(describeReason({ code: 'TICKET_DELETED', field: undefined })).toBe('TICKET_DELETED');
  });
});
