import { changeTicket } from './changeTicket.js';
import { heldUnder, isPrivilege } from './held.js';
import { phoneOf, type Phone } from './phones.js';
import { downloadPrivilege } from './privileges/downloadPrivilege.js';
import type { TicketRecord } from './ticketStore.js';
import { statusAfter } from './ticketTransitions.js';
import type { TixngoWorld } from './world.js';

/** What the phones did. */
export interface DownloadCounts {
  /** Tickets that came to the phone of their owner now. */
  downloaded: number;
  /** Tickets and privileges that could be downloaded, if the phone of their owner were not offline. */
  offline: number;
  /** Tickets and privileges that cannot be downloaded: on a phone already, controlled, deleted. */
  unchanged: number;
  /** Ids that TIXNGO does not have. */
  unknown: number;
  /** Owners whose phone downloaded something, by e-mail. */
  phones: number;
  /** Privileges that came to the phone of their owner now, whether they were asked for or not. */
  privileges: number;
}

/**
 * Every owner's phone that is online fetches the given tickets into the wallet: INJECTED becomes DOWNLOADED. With them it
 * fetches all privileges of its owner; their status does not tell.
 * Source: «TIXNGO, Understand TIXNGO ticket status».
 *
 * @param ids of tickets and privileges
 */
export function downloadTickets(world: TixngoWorld, ids: Iterable<string>): DownloadCounts {
  const counts: DownloadCounts = { downloaded: 0, offline: 0, unchanged: 0, unknown: 0, phones: 0, privileges: 0 };
  const asked = new Set<Phone>();
  const phones = new Set<Phone>();
  const now = world.now();
  for (const id of new Set(ids)) {
    const held = heldUnder(world, id);
    if (held === undefined) {
      counts.unknown += 1;
      continue;
    }
    const phone = phoneOf(held.owner.email);
    asked.add(phone);
    const outcome = isPrivilege(held) ? downloadPrivilege(world, held) : downloadTicket(world, held, now);
    if (outcome !== 'downloaded') counts[outcome] += 1;
    else {
      counts[isPrivilege(held) ? 'privileges' : 'downloaded'] += 1;
      phones.add(phone);
    }
  }
  for (const phone of asked) {
    const fetched = world.privileges.ofOwner(phone).filter((one) => downloadPrivilege(world, one) === 'downloaded');
    counts.privileges += fetched.length;
    if (fetched.length > 0) phones.add(phone);
  }
  world.counters.add('ticketsDownloaded', counts.downloaded);
  return { ...counts, phones: phones.size };
}

function downloadTicket(world: TixngoWorld, ticket: TicketRecord, now: string): 'downloaded' | 'offline' | 'unchanged' {
  const status = statusAfter('DOWNLOAD', ticket.status);
  const phone = phoneOf(ticket.owner.email);
  if (status === null) return 'unchanged';
  if (!world.phones.isOnline(phone)) return 'offline';
  changeTicket(world, 'DOWNLOAD', { ...ticket, status }, now);
  world.phones.moveTo(ticket.ticketId, phone);
  return 'downloaded';
}
