import type { TicketRow } from '../ticketRow.js';

/** Mistakes that people and imports make, each of which TIXNGO must refuse (TIXNGO, Injection: required fields and lengths). */
const MISTAKES: readonly ((row: TicketRow) => TicketRow)[] = [
  (row) => ({ ...row, contact_email: null, holder_email: null }),
  (row) => ({ ...row, site: `${row.site ?? ''} ${'(entrance by the north side) '.repeat(8)}`.slice(0, 230) }),
  (row) => ({ ...row, barcode: (row.barcode ?? '0').repeat(40).slice(0, 600) }),
  (row) => ({ ...row, barcode: null }),
  (row) => ({ ...row, zip: null }),
];

/** The row with one of the mistakes. */
export function spoil(row: TicketRow, number: number): TicketRow {
  return MISTAKES[number % MISTAKES.length]?.(row) ?? row;
}
