import type { TicketRecord } from './ticketStore.js';
import { TRANSFER_STATUSES } from './ticketStatuses.js';
import type { ChangeAction } from './ticketTransitions.js';
import type { TixngoWorld } from './world.js';

/** A ticket as an action leaves it; when that happened is said once, by {@link changeTicket}. */
export type ChangedTicket = Omit<TicketRecord, 'statusChangedAt' | 'updatedAt'>;

/**
 * Saves what has become of a ticket and appends it to the change stream, which is all that a reader of TIXNGO ever sees.
 * A transfer is over with whatever else happens to the ticket.
 *
 * @param at when it happened, ISO 8601 in UTC
 */
export function changeTicket(
  world: TixngoWorld,
  action: ChangeAction,
  ticket: ChangedTicket,
  at: string,
): TicketRecord {
  const previous = world.tickets.get(ticket.ticketId);
  const record: TicketRecord = {
    ...ticket,
    transfer: TRANSFER_STATUSES.includes(ticket.status) ? ticket.transfer : null,
    updatedAt: at,
    statusChangedAt: momentAfter(previous?.statusChangedAt, at),
  };
  world.tickets.save(record);
  world.pendingTransfers.follow(record);
  world.stream.append({
    ticketId: record.ticketId,
    eventId: record.payload.event.id,
    action,
    status: record.status,
    previousStatus: previous?.status ?? null,
    statusChangedAt: record.statusChangedAt,
    owner: record.owner,
    previousOwner: previous?.owner ?? null,
    initialOwnerEmail: record.initialOwnerEmail,
    ticketHolder: record.ticketHolder,
    transfer: record.transfer,
    activation: record.activation,
    deletion: record.deletion,
    extraFields: record.extraFields,
    beaconName: record.beaconName,
  });
  world.counters.add('diffEntries');
  return record;
}

/** Entries of one ticket are never of the same moment, also on a clock that is held or set back. */
export function momentAfter(last: string | undefined, at: string): string {
  return last === undefined || at > last ? at : new Date(Date.parse(last) + 1).toISOString();
}
