import type { S360Ticket } from './ticket.js';

/**
 * The ticket filters of an injection schedule: cumulative (AND), each with one or several codes. A file number excludes all of them.
 * Source: S-360 manual, «1. Ticket injection», parameters of the schedule.
 */
export const filterNames = [
  'salesChannel',
  'season',
  'productFamily',
  'product',
  'activity',
  'performance',
  'tariff',
  'category',
] as const;

export type FilterName = (typeof filterNames)[number];

export type TicketFilters = Partial<Record<FilterName, readonly string[]>>;

const codeOf: Record<FilterName, (ticket: S360Ticket) => string | null> = {
  salesChannel: (ticket) => ticket.salesChannel,
  season: (ticket) => ticket.season.code,
  productFamily: (ticket) => ticket.product.family,
  product: (ticket) => ticket.product.code,
  activity: (ticket) => ticket.activity.code,
  performance: (ticket) => ticket.performance.id,
  tariff: (ticket) => ticket.tariff,
  category: (ticket) => ticket.seatCategory.code,
};

export function matchesFilters(ticket: S360Ticket, filters: TicketFilters, fileNumber: string | undefined): boolean {
  if (fileNumber !== undefined) return ticket.fileId === fileNumber;
  return filterNames.every((name) => {
    const codes = filters[name];
    if (codes === undefined) return true;
    const code = codeOf[name](ticket);
    return code !== null && codes.includes(code);
  });
}
