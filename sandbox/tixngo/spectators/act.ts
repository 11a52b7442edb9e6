import { phoneOf } from '../phones.js';
import type { TicketRecord } from '../ticketStore.js';
import type { TixngoWorld } from '../world.js';

/**
 * What became of one ticket of an act: `refused` when its status does not allow the act, or the act makes no sense;
 * `offline` when the phone that would do it is.
 */
export type ActOutcome = 'done' | 'refused' | 'offline';

/** What became of all tickets of an act. */
export interface ActCounts {
  done: number;
  refused: number;
  offline: number;
  /** Ids that TIXNGO does not have. */
  unknown: number;
}

/** Somebody does something with one ticket. */
export type Act = (ticket: TicketRecord) => ActOutcome;

/** Does the act with each of the tickets, once each. */
export function actOnTickets(world: TixngoWorld, ticketIds: Iterable<string>, act: Act): ActCounts {
  const counts: ActCounts = { done: 0, refused: 0, offline: 0, unknown: 0 };
  for (const ticketId of new Set(ticketIds)) {
    const ticket = world.tickets.get(ticketId);
    counts[ticket === undefined ? 'unknown' : act(ticket)] += 1;
  }
  return counts;
}

/** Whether the phone that belongs to an e-mail can do anything. */
export function isOnline(world: TixngoWorld, email: string): boolean {
  return world.phones.isOnline(phoneOf(email));
}
