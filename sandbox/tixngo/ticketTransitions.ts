import { DELETION_STATUSES, PENDING_STATUSES, TICKET_STATUSES, type TicketStatus } from './ticketStatuses.js';

/** What can happen to a ticket. A new kind of happening is a new row of {@link TRANSITIONS}. */
export type TicketAction =
  | 'INJECT'
  | 'DOWNLOAD'
  | 'ASSIGN'
  | 'START_TRANSFER'
  | 'ACCEPT_TRANSFER'
  | 'REFUSE_TRANSFER'
  | 'CANCEL_TRANSFER'
  | 'LAPSE_TRANSFER'
  | 'ACTIVATE_ONLINE'
  | 'ACTIVATE_OFFLINE'
  | 'ACTIVATE_MANUALLY'
  | 'ACTIVATE_BY_BEACON'
  | 'CONTROL'
  | 'DELETE'
  | 'CONFIRM_DELETION';

/** What can change a ticket: an action of the state machine, or somebody's hand. */
export type ChangeAction = TicketAction | 'ALTER';

/** Where a ticket is before an action: a status, or NONE when TIXNGO has never had it. */
export type TicketState = TicketStatus | 'NONE';

type Transitions = Readonly<Partial<Record<TicketState, TicketStatus>>>;

const alive = TICKET_STATUSES.filter((status) => !DELETION_STATUSES.includes(status));

/** In the wallet of its owner, who can do with it as he likes: neither on the move, nor activated, nor controlled. */
const AT_HAND = ['DOWNLOADED', 'ASSIGNED', 'FAILURE_TRANSFER', 'FAILURE', 'TRANSFERRED'] as const;

const ACTIVABLE = [...AT_HAND, 'DEACTIVATED'] as const;

function from(statuses: readonly TicketStatus[], to: TicketStatus): Transitions {
  return Object.fromEntries(statuses.map((status) => [status, to]));
}

/**
 * The ticket state machine: for every action, the states it is possible in and where it leads.
 * A state that is absent refuses the action.
 *
 * - INJECT: a new ticket is INJECTED; a known one keeps its status (its data may change); one that is
 *   deleted, or is waiting for it, never comes back: a reissued ticket has a new id.
 * - DOWNLOAD: the app has fetched the ticket into the spectator's wallet.
 * - ASSIGN: the owner says which guest will use the ticket; it stays in the owner's wallet.
 * - START_TRANSFER: the ticket is on the move, and in the sender's wallet until the recipient has decided.
 * - ACCEPT_TRANSFER, REFUSE_TRANSFER: what the recipient does; CANCEL_TRANSFER: what the sender does meanwhile;
 *   LAPSE_TRANSFER: the organizer's time-out. Only an acceptance changes the owner.
 * - ACTIVATE_…: the QR code can be shown from now on.
 * - CONTROL: the gate has let somebody in with it, whatever its owner was doing with it, and a repeat leaves it where it
 *   is; one that is deleted, or is waiting for it, is not controlled any more.
 * - DELETE: whatever became of a ticket, its issuer can delete it; a repeat leaves it where it is.
 * - CONFIRM_DELETION: the last phone that held it has synced.
 *
 * Sources: «S-360 to TIXNGO interface», «TIXNGO, Understand TIXNGO ticket status»; that an injection
 * keeps the status of a known ticket and is refused for a deleted one, and that a ticket which is
 * activated is neither assigned nor transferred any more, are this sandbox's own rules.
 */
export const TRANSITIONS: Readonly<Record<TicketAction, Transitions>> = {
  INJECT: { NONE: 'INJECTED', ...Object.fromEntries(alive.map((status) => [status, status])) },
  DOWNLOAD: { INJECTED: 'DOWNLOADED' },
  ASSIGN: from(AT_HAND, 'ASSIGNED'),
  START_TRANSFER: from(AT_HAND, 'PENDING_TRANSFER'),
  ACCEPT_TRANSFER: from(PENDING_STATUSES, 'TRANSFERRED'),
  REFUSE_TRANSFER: from(PENDING_STATUSES, 'FAILURE_TRANSFER'),
  CANCEL_TRANSFER: from(PENDING_STATUSES, 'FAILURE_TRANSFER'),
  LAPSE_TRANSFER: from(PENDING_STATUSES, 'FAILURE'),
  ACTIVATE_ONLINE: from(ACTIVABLE, 'ONLINE_ACTIVATED'),
  ACTIVATE_OFFLINE: from(ACTIVABLE, 'OFFLINE_ACTIVATED'),
  ACTIVATE_MANUALLY: from(ACTIVABLE, 'MANUAL_ACTIVATED'),
  ACTIVATE_BY_BEACON: from(ACTIVABLE, 'BT_ACTIVATED'),
  CONTROL: from(alive, 'CONTROLLED'),
  DELETE: {
    ...from(alive, 'DELETION_PENDING'),
    DELETION_PENDING: 'DELETION_PENDING',
    DELETED: 'DELETED',
  },
  CONFIRM_DELETION: { DELETION_PENDING: 'DELETED' },
};

/** The status after the action, or null when the state refuses it. */
export function statusAfter(action: TicketAction, state: TicketState): TicketStatus | null {
  return TRANSITIONS[action][state] ?? null;
}
