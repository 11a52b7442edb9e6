import { count } from '../src/cli/terminal.js';
import { atS360 } from './hooks.js';
import type { Week } from './week/week.js';
import type { WeekTime } from './week/weekClock.js';

/** What the box office has sold in the week: more than S-360 had at its beginning. */
export interface Sale {
  readonly tickets: number;
}

/** Rows of somebody's own stay as they are: nothing is sold beside them. */
export async function sellTickets(week: Week, matchId: number | null, number: number): Promise<Sale> {
  if (week.parts.ownRows || matchId === null) return { tickets: 0 };
  const { ticketIds } = await atS360<{ ticketIds: readonly number[] }>(week.parts, 'box-office/sell', {
    count: number,
    performanceId: matchId,
  });
  return { tickets: ticketIds.length };
}

/** The first step of the week. */
export async function openSale(week: Week, matchId: number | null, number: number): Promise<Sale> {
  const at: WeekTime = { day: 'Monday', time: '09:00' };
  const text =
    week.parts.ownRows || matchId === null
      ? 'The week begins: S-360 has the tickets that it was given.'
      : `The box office sells ${count(number)} tickets more for Saturday’s match.`;
  await week.step(at, 'Sale', text);
  return await sellTickets(week, matchId, number);
}
