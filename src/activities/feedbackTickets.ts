import type { Resolved } from '../config/resolve.js';
import type { FeedbackEntry, UnreadableEntry } from '../domain/feedbackEntry.js';
import { partsOf } from '../domain/parts.js';
import { isOnList, type TicketList } from '../domain/skipList.js';
import type { MobileTicket, S360MobileTickets } from '../s360/mobileTickets.js';

/** A ticket of an entry, in the organization that injected it. */
export interface LocatedTicket extends MobileTicket {
  readonly organization: string;
}

/** Why an entry is left alone: its ticket is on the skip list, or no organization of the organizer knows it. */
export type LeftAlone = 'skipped' | 'unknown';

const idsPerCall = 1_000;

/** The codes of all organizations that inject at the reader's TIXNGO organizer. */
export function organizationsAt({ institution, interface: settings }: Resolved<'retrieveTicketStatus'>): string[] {
  return institution.organizations
    .filter(({ interfaces }) => interfaces.some(({ organizer }) => organizer === settings.organizer))
    .map(({ code }) => code);
}

/**
 * Finds the tickets of entries in S-360.
 *
 * @returns by TIXNGO's ticket id
 */
export async function locateTickets(
  entries: readonly Pick<FeedbackEntry | UnreadableEntry, 'ticketId'>[],
  resolved: Resolved<'retrieveTicketStatus'>,
  skip: TicketList,
  s360: S360MobileTickets,
): Promise<ReadonlyMap<string, LocatedTicket | LeftAlone>> {
  const by = resolved.interface.ticketIdentifier;
  const organizations = organizationsAt(resolved);
  const ids = [...new Set(entries.flatMap(({ ticketId }) => (ticketId === null ? [] : [ticketId])))];
  // A file may have brought tickets with other ids into TIXNGO: S-360's own are numbers, and it refuses a call with any other.
  const known = by === 'ticketId' ? ids.filter((id) => /^\d+$/.test(id) && Number.isSafeInteger(Number(id))) : ids;
  const located = new Map<string, LocatedTicket | LeftAlone>(ids.map((id) => [id, 'unknown']));
  for (const part of partsOf(known, idsPerCall)) {
    for (const ticket of await s360.read(by, part)) {
      const id = by === 'ticketId' ? ticket.ticketId : ticket.taxNumber;
      // Where only one organization injects, the ticket is its own, whether S-360 tells or not.
      const organization = ticket.organization ?? (organizations.length === 1 ? organizations[0] : undefined);
      if (id === null || organization === undefined || !organizations.includes(organization)) continue;
      const skipped = isOnList(skip, ticket.ticketId, ticket.taxNumber);
      located.set(id, skipped ? 'skipped' : { ...ticket, organization });
    }
  }
  return located;
}
