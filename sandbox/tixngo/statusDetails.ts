import type { SpectatorPayload } from './ticketPayload.js';
import { DELETION_STATUSES, PENDING_STATUSES, TRANSFER_STATUSES, type TicketStatus } from './ticketStatuses.js';
import type { Deletion, TicketRecord } from './ticketStore.js';
import type { Activation, ActivationMethod, Transfer } from './ticketUse.js';

/** The method that a status of activation says; ACTIVATED says none. */
const METHODS: Readonly<Partial<Record<TicketStatus, ActivationMethod>>> = {
  ONLINE_ACTIVATED: 'ONLINE',
  OFFLINE_ACTIVATED: 'OFFLINE',
  MANUAL_ACTIVATED: 'MANUAL',
  BT_ACTIVATED: 'BT',
  ACTIVATED: 'MANUAL',
};

/**
 * What belongs to a status that is set by hand: as it is known, or made up. A status that has nothing to do with a
 * deletion or a transfer ends it; one that is alive and not CONTROLLED was not controlled.
 */
export function detailsOf(
  ticket: TicketRecord,
  status: TicketStatus,
  owner: SpectatorPayload,
  now: string,
): Pick<TicketRecord, 'deletion' | 'transfer' | 'activation' | 'controlledAt'> {
  return {
    deletion: deletionFor(status, ticket.deletion, now),
    transfer: transferFor(status, ticket, owner, now),
    activation: activationFor(status, ticket.activation, now),
    controlledAt: controlledAtFor(status, ticket.controlledAt, now),
  };
}

function deletionFor(status: TicketStatus, known: Deletion | null, now: string): Deletion | null {
  if (!DELETION_STATUSES.includes(status)) return null;
  return {
    reason: known?.reason ?? 'ALTERED_BY_HAND',
    visible: known?.visible ?? false,
    requestedAt: known?.requestedAt ?? now,
    confirmedAt: status === 'DELETED' ? (known?.confirmedAt ?? now) : null,
  };
}

/** A ticket that has another owner now was transferred to him. */
function transferFor(
  status: TicketStatus,
  ticket: TicketRecord,
  owner: SpectatorPayload,
  now: string,
): Transfer | null {
  if (!TRANSFER_STATUSES.includes(status)) return null;
  const isNew = PENDING_STATUSES.includes(status) && !PENDING_STATUSES.includes(ticket.status);
  if (ticket.transfer !== null && !isNew && ticket.owner.email === owner.email) return ticket.transfer;
  return {
    direction: 'FORWARD',
    senderEmail: ticket.owner.email,
    recipientEmail: status === 'TRANSFERRED' ? owner.email : null,
    initiatedAt: ticket.transfer !== null && !isNew ? ticket.transfer.initiatedAt : now,
  };
}

function activationFor(status: TicketStatus, known: Activation | null, now: string): Activation | null {
  const method = METHODS[status];
  if (method === undefined || known?.method === method) return known;
  return { method, activatedAt: now };
}

function controlledAtFor(status: TicketStatus, known: string | null, now: string): string | null {
  if (status === 'CONTROLLED') return known ?? now;
  return DELETION_STATUSES.includes(status) ? known : null;
}
