import { momentAfter } from '../changeTicket.js';
import type { TicketRecord } from '../ticketStore.js';
import type { TixngoWorld } from '../world.js';
import { diffEntry } from './diffEntry.js';

/**
 * Appends an entry that TIXNGO itself would never write: an unknown or misspelt status, a field of a wrong type. It is
 * not in the status log.
 *
 * @param isExact true: just these fields. False: the other fields say how the ticket is now, if TIXNGO has it, and the
 *   ticket stays as it is
 */
export function appendByHand(
  world: TixngoWorld,
  fields: { readonly ticketId: string; readonly [field: string]: unknown },
  isExact: boolean,
): object {
  const ticket = world.tickets.get(fields.ticketId);
  const raw = isExact || ticket === undefined ? fields : { ...entryOf(world, ticket), ...fields };
  world.stream.append({ raw });
  world.counters.add('diffEntries');
  return raw;
}

/** How the ticket is now, as if that had just come about. */
function entryOf(world: TixngoWorld, ticket: TicketRecord): object {
  const statusChangedAt = momentAfter(ticket.statusChangedAt, world.now());
  world.tickets.save({ ...ticket, statusChangedAt });
  return diffEntry({
    ...ticket,
    statusChangedAt,
    eventId: ticket.payload.event.id,
    action: 'ALTER',
    previousStatus: ticket.status,
    previousOwner: ticket.owner,
  });
}
