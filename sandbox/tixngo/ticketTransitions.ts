import { DELETION_STATUSES, TICKET_STATUSES, type TicketStatus } from './ticketStatuses.js';

/** What can happen to a ticket. A new kind of happening is a new row of {@link TRANSITIONS}. */
export type TicketAction = 'INJECT' | 'DOWNLOAD' | 'DELETE' | 'CONFIRM_DELETION';

/** Where a ticket is before an action: a status, or NONE when TIXNGO has never had it. */
export type TicketState = TicketStatus | 'NONE';

type Transitions = Readonly<Partial<Record<TicketState, TicketStatus>>>;

const alive = TICKET_STATUSES.filter((status) => !DELETION_STATUSES.includes(status));

/**
 * The ticket state machine: for every action, the states it is possible in and where it leads.
 * A state that is absent refuses the action.
 *
 * - INJECT: a new ticket is INJECTED; a known one keeps its status (its data may change); one that is
 *   deleted, or is waiting for it, never comes back: a reissued ticket has a new id.
 * - DOWNLOAD: the app has fetched the ticket into the spectator's wallet.
 * - DELETE: whatever became of a ticket, its issuer can delete it; a repeat leaves it where it is.
 * - CONFIRM_DELETION: the last phone that held it has synced.
 *
 * Sources: «S-360 to TIXNGO interface», «TIXNGO, Understand TIXNGO ticket status»; that an injection
 * keeps the status of a known ticket and is refused for a deleted one is this sandbox's own rule.
 */
export const TRANSITIONS: Readonly<Record<TicketAction, Transitions>> = {
  INJECT: { NONE: 'INJECTED', ...Object.fromEntries(alive.map((status) => [status, status])) },
  DOWNLOAD: { INJECTED: 'DOWNLOADED' },
  DELETE: {
    ...Object.fromEntries(alive.map((status) => [status, 'DELETION_PENDING' as const])),
    DELETION_PENDING: 'DELETION_PENDING',
    DELETED: 'DELETED',
  },
  CONFIRM_DELETION: { DELETION_PENDING: 'DELETED' },
};

/** The status after the action, or null when the state refuses it. */
export function statusAfter(action: TicketAction, state: TicketState): TicketStatus | null {
  return TRANSITIONS[action][state] ?? null;
}
