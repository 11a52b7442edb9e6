import { changeTicket } from './changeTicket.js';
import { phoneOf } from './phones.js';
import { statusAfter } from './ticketTransitions.js';
import type { TixngoWorld } from './world.js';

/** What the phones did. */
export interface DownloadCounts {
  /** Tickets that came to the phone of their owner now. */
  downloaded: number;
  /** Tickets that could be downloaded, if the phone of their owner were not offline. */
  offline: number;
  /** Tickets whose status does not allow a download: on a phone already, controlled, deleted. */
  unchanged: number;
  /** Ids that TIXNGO does not have. */
  unknown: number;
  /** Owners whose phone downloaded something, by e-mail. */
  phones: number;
}

/**
 * Every owner's phone that is online fetches the given tickets into the wallet: INJECTED becomes DOWNLOADED.
 * Source: «TIXNGO, Understand TIXNGO ticket status».
 */
export function downloadTickets(world: TixngoWorld, ticketIds: Iterable<string>): DownloadCounts {
  const counts: DownloadCounts = { downloaded: 0, offline: 0, unchanged: 0, unknown: 0, phones: 0 };
  const phones = new Set<string>();
  const now = world.now();
  for (const ticketId of new Set(ticketIds)) {
    const ticket = world.tickets.get(ticketId);
    const status = ticket && statusAfter('DOWNLOAD', ticket.status);
    if (ticket === undefined) counts.unknown += 1;
    else if (!status) counts.unchanged += 1;
    else if (!world.phones.isOnline(phoneOf(ticket.owner.email))) counts.offline += 1;
    else {
      changeTicket(world, 'DOWNLOAD', { ...ticket, status }, now);
      world.phones.moveTo(ticketId, phoneOf(ticket.owner.email));
      phones.add(phoneOf(ticket.owner.email));
      counts.downloaded += 1;
    }
  }
  world.counters.add('ticketsDownloaded', counts.downloaded);
  return { ...counts, phones: phones.size };
}
