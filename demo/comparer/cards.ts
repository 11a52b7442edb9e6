import type { S360Record } from './sandboxTickets.js';

const kinds = ['MEMBERSHIP_CARD', 'SEASON_TICKET_CARD'];

/** A row of S-360 that is no ticket: it becomes a digital privilege in TIXNGO. */
export function isCard(row: S360Record['row']): boolean {
  return kinds.includes(String(row['product_kind']));
}
