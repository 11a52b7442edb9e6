import { describe, expect, it } from 'vitest';
import { compareTicketIds, indexAfter } from '../../../sandbox/tixngo/ticketOrder.js';

const ORDERED = ['007', '07', '7', '10', '99999999999999999999', '100000000000000000000', '*', '1-2', 'A', 'B', 'a'];

describe('the order of ticket ids', () => {
  it('goes by number, then by character', () => {
    expect([...ORDERED].reverse().sort(compareTicketIds)).toEqual(ORDERED);
  });

  it('says 0 only for the same id', () => {
    for (const a of ORDERED) for (const b of ORDERED) expect(compareTicketIds(a, b) === 0).toBe(a === b);
  });

  it('finds the first id after another, known or not', () => {
    expect(ORDERED.map((id) => indexAfter(ORDERED, id))).toEqual(ORDERED.map((_, index) => index + 1));
    expect(indexAfter(ORDERED, '8')).toBe(3);
    expect(indexAfter(ORDERED, '0')).toBe(0);
    expect(indexAfter(ORDERED, 'zzz')).toBe(ORDERED.length);
    expect(indexAfter([], '1')).toBe(0);
  });
});
