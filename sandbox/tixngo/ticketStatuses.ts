/**
 * The statuses of a TIXNGO v3 ticket in lifecycle mode, in the manual's families.
 * The manual says 18 and lists 19 names; all 19 are kept.
 *
 * Source: «TIXNGO, Understand TIXNGO ticket status».
 */
export const TICKET_STATUSES = [
  // initial delivery
  'INJECTED',
  'DOWNLOADED',
  'ASSIGNED',
  // transfer
  'PENDING_TRANSFER',
  'PENDING',
  'FAILURE_TRANSFER',
  'FAILURE',
  'TRANSFERRED',
  // activation
  'ONLINE_ACTIVATED',
  'OFFLINE_ACTIVATED',
  'MANUAL_ACTIVATED',
  'BT_ACTIVATED',
  'ACTIVATED',
  'DEACTIVATED',
  // control
  'CONTROLLED',
  // deletion
  'DELETION_PENDING',
  'DELETED',
  // listed by the manual without a description
  'DEFAULT',
  'INVALID',
] as const;

export type TicketStatus = (typeof TICKET_STATUSES)[number];

/** Statuses of a ticket that is leaving, or has left, every phone. */
export const DELETION_STATUSES: readonly TicketStatus[] = ['DELETION_PENDING', 'DELETED'];

/** Statuses of a ticket that is on the move: in the sender's wallet until the recipient has accepted. */
export const PENDING_STATUSES: readonly TicketStatus[] = ['PENDING_TRANSFER', 'PENDING'];

/** Statuses that a transfer, under way or over, gives. */
export const TRANSFER_STATUSES: readonly TicketStatus[] = [
  ...PENDING_STATUSES,
  'FAILURE_TRANSFER',
  'FAILURE',
  'TRANSFERRED',
];

/** Statuses of a ticket that is on no phone yet, or of which the manual says nothing. */
const OFF_PHONE_STATUSES: readonly TicketStatus[] = ['INJECTED', 'DEFAULT', 'INVALID'];

/** True when the ticket is in somebody's wallet and not being deleted. */
export function isOnPhone(status: TicketStatus): boolean {
  return !OFF_PHONE_STATUSES.includes(status) && !DELETION_STATUSES.includes(status);
}

/** True for one of the 19 documented statuses. */
export function isTicketStatus(value: unknown): value is TicketStatus {
  return (TICKET_STATUSES as readonly unknown[]).includes(value);
}
