import { changeTicket } from '../changeTicket.js';
import { phoneOf } from '../phones.js';
import type { SpectatorPayload } from '../ticketPayload.js';
import type { TicketRecord } from '../ticketStore.js';
import { statusAfter } from '../ticketTransitions.js';
import type { Transfer } from '../ticketUse.js';
import type { TixngoWorld } from '../world.js';
import { isOnline, type Act } from './act.js';
import { fictiveEmail, numberOf, personOf } from './people.js';

/** To whom a ticket goes, as the sender types it. */
export type Recipient = (ticket: TicketRecord) => string;

/** The owner sends the ticket to somebody else; a ticket that is sent to its owner stays where it is. */
export function startTransfer(world: TixngoWorld, recipientOf: Recipient = fictiveRecipient): Act {
  return (ticket) => {
    const status = statusAfter('START_TRANSFER', ticket.status);
    if (status === null) return 'refused';
    if (!isOnline(world, ticket.owner.email)) return 'offline';
    const recipientEmail = recipientOf(ticket);
    if (phoneOf(recipientEmail) === phoneOf(ticket.owner.email)) return 'refused';
    const now = world.now();
    const transfer: Transfer = {
      direction: isBackTo(recipientEmail, ticket) ? 'BACKWARD' : 'FORWARD',
      senderEmail: ticket.owner.email,
      recipientEmail,
      initiatedAt: now,
    };
    changeTicket(world, 'START_TRANSFER', { ...ticket, status, transfer }, now);
    world.counters.add('transfersStarted');
    return 'done';
  };
}

/**
 * The recipient accepts: the ticket and what was said about its use are his from now on, and it is on his phone.
 *
 * @param known what is known of recipients, by phone; others are fictive
 */
export function acceptTransfer(world: TixngoWorld, known: ReadonlyMap<string, SpectatorPayload> = new Map()): Act {
  return (ticket) => {
    const status = statusAfter('ACCEPT_TRANSFER', ticket.status);
    const { transfer } = ticket;
    if (status === null || transfer === null) return 'refused';
    const recipientEmail = transfer.recipientEmail ?? fictiveRecipient(ticket);
    if (!isOnline(world, recipientEmail)) return 'offline';
    const phone = phoneOf(recipientEmail);
    const { spectatorDetails } = ticket.payload;
    const person =
      known.get(phone) ??
      (phoneOf(spectatorDetails.email) === phone ? spectatorDetails : personOf(world.seed, recipientEmail));
    const owner = person.email === recipientEmail ? person : { ...person, email: recipientEmail };
    changeTicket(
      world,
      'ACCEPT_TRANSFER',
      { ...ticket, status, owner, transfer: { ...transfer, recipientEmail }, ticketHolder: null, extraFields: [] },
      world.now(),
    );
    world.phones.moveTo(ticket.ticketId, phone);
    world.counters.add('transfersAccepted');
    return 'done';
  };
}

/** The recipient refuses; the ticket is back with its sender. */
export function refuseTransfer(world: TixngoWorld): Act {
  return (ticket) => {
    const status = statusAfter('REFUSE_TRANSFER', ticket.status);
    if (status === null) return 'refused';
    if (!isOnline(world, ticket.transfer?.recipientEmail ?? '')) return 'offline';
    changeTicket(world, 'REFUSE_TRANSFER', { ...ticket, status }, world.now());
    world.counters.add('transfersRefused');
    return 'done';
  };
}

/** The sender takes the ticket back before the recipient has decided. */
export function cancelTransfer(world: TixngoWorld): Act {
  return (ticket) => {
    const status = statusAfter('CANCEL_TRANSFER', ticket.status);
    if (status === null) return 'refused';
    if (!isOnline(world, ticket.owner.email)) return 'offline';
    changeTicket(world, 'CANCEL_TRANSFER', { ...ticket, status }, world.now());
    world.counters.add('transfersCancelled');
    return 'done';
  };
}

/** The fictive person to whom this owner sends this ticket. */
export function fictiveRecipient(ticket: TicketRecord): string {
  return fictiveEmail(numberOf(`${ticket.ticketId} ${phoneOf(ticket.owner.email)}`));
}

function isBackTo(recipientEmail: string, { initialOwnerEmail, transfer }: TicketRecord): boolean {
  const phone = phoneOf(recipientEmail);
  return phone === phoneOf(initialOwnerEmail) || (transfer !== null && phone === phoneOf(transfer.senderEmail));
}
