import { changeTicket } from '../changeTicket.js';
import { statusAfter } from '../ticketTransitions.js';
import type { ExtraField, TicketHolder } from '../ticketUse.js';
import type { TixngoWorld } from '../world.js';
import { isOnline, type Act } from './act.js';
import { extraFieldsFor, guestFor } from './people.js';

/** Who will use a ticket, and what the app has asked of him; a fictive guest unless it is said. */
export interface Assignment {
  readonly holder?: TicketHolder | undefined;
  readonly extraFields?: readonly ExtraField[] | undefined;
}

/** The owner assigns the ticket to a guest, in the app. */
export function assign(world: TixngoWorld, { holder, extraFields }: Assignment = {}): Act {
  return (ticket) => {
    const status = statusAfter('ASSIGN', ticket.status);
    if (status === null) return 'refused';
    if (!isOnline(world, ticket.owner.email)) return 'offline';
    const use = {
      ticketHolder: holder ?? guestFor(world.seed, ticket.ticketId),
      extraFields: extraFields ?? extraFieldsFor(world.seed, ticket.ticketId),
    };
    changeTicket(world, 'ASSIGN', { ...ticket, ...use, status }, world.now());
    world.counters.add('ticketsAssigned');
    return 'done';
  };
}
