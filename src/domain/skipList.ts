/**
 * «Skip tickets»: a comma separated list; `id:123456789` is a ticket id, a plain entry is a tax number (ticket number); both may be
 * mixed. Source: S-360 manual, «1. Ticket injection», parameters of the schedule.
 */
export interface TicketList {
  readonly ticketIds: ReadonlySet<string>;
  readonly taxNumbers: ReadonlySet<string>;
}

export const ticketListFormat =
  'a comma separated list of tax numbers and ticket ids, a ticket id written id:123456789';

/** The greatest of 64 bits. */
const greatestTicketId = '9223372036854775807';

/** A ticket id of S-360, a number of 64 bits. */
export function isTicketId(text: string): boolean {
  return /^[1-9]\d{0,18}$/.test(text) && (text.length < greatestTicketId.length || text <= greatestTicketId);
}

/** A tax number (ticket number); an address of a person, or a line of several values, is none. */
export function isTaxNumber(text: string): boolean {
  return /^[A-Za-z0-9][\w./-]{0,99}$/.test(text);
}

/** @returns the list, or the position (1 = first) of the entry that cannot be read */
export function parseTicketList(text: string): TicketList | { readonly badEntry: number } {
  const ticketIds = new Set<string>();
  const taxNumbers = new Set<string>();
  for (const [index, raw] of text.split(',').entries()) {
    const entry = raw.trim();
    if (entry === '') continue;
    if (entry.startsWith('id:')) {
      const id = entry.slice(3).trim();
      if (!isTicketId(id)) return { badEntry: index + 1 };
      ticketIds.add(id);
    } else if (!isTaxNumber(entry)) {
      return { badEntry: index + 1 };
    } else {
      taxNumbers.add(entry);
    }
  }
  return { ticketIds, taxNumbers };
}

/** A list whose text was checked before, by the configuration or by the workflow. */
export function checkedTicketList(text: string): TicketList {
  const list = parseTicketList(text);
  if ('badEntry' in list) throw new TypeError('a ticket list was not checked');
  return list;
}

/** An empty list, which no ticket is on. */
export const noTickets: TicketList = { ticketIds: new Set(), taxNumbers: new Set() };

export function isOnList(list: TicketList, ticketId: string, taxNumber: string | null): boolean {
  return list.ticketIds.has(ticketId) || (taxNumber !== null && list.taxNumbers.has(taxNumber));
}
