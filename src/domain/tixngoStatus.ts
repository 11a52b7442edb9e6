/**
 * TIXNGO's ticket statuses (lifecycle). The manual says 18 and lists these 19; one page misspells PENDING_TRANSFER.
 * A status that is not in the list is kept as it comes. Source: TIXNGO manual, «Understand TIXNGO ticket status».
 */
export const tixngoStatuses = [
  'INJECTED',
  'DOWNLOADED',
  'ASSIGNED',
  'CONTROLLED',
  'PENDING_TRANSFER',
  'FAILURE_TRANSFER',
  'TRANSFERRED',
  'BT_ACTIVATED',
  'MANUAL_ACTIVATED',
  'OFFLINE_ACTIVATED',
  'ONLINE_ACTIVATED',
  'DELETION_PENDING',
  'DELETED',
  'ACTIVATED',
  'DEACTIVATED',
  'DEFAULT',
  'INVALID',
  'PENDING',
  'FAILURE',
] as const;

/** Deleted by its issuer: waiting for the phones that hold it, or gone from all of them. Nothing revives such a ticket. */
export function isDeletion(status: string): boolean {
  return status === 'DELETION_PENDING' || status === 'DELETED';
}

/** A status under its right name; one that is not in the list is kept as it comes. */
export function statusNamed(text: string): string {
  return Object.hasOwn(misspelt, text) ? (misspelt[text] ?? text) : text;
}

/** One mapping page of the manual writes PENDING_TRANFER. */
const misspelt: Readonly<Record<string, string>> = { PENDING_TRANFER: 'PENDING_TRANSFER' };

/** How a distribution stands: the line of S-360's distribution history that a status stands for. */
export type DistributionStatus = 'PENDING' | 'CANCELLED' | 'CONFIRMED';

/**
 * PENDING is the older name of PENDING_TRANSFER, TRANSFER_PENDING that of the history mode. Source: S-360 manual, «4.2 Cultural Contact
 * Creation & Distribution», table of statuses.
 */
const distributions: Readonly<Record<string, DistributionStatus>> = {
  PENDING_TRANSFER: 'PENDING',
  PENDING: 'PENDING',
  TRANSFER_PENDING: 'PENDING',
  FAILURE: 'CANCELLED',
  FAILURE_TRANSFER: 'CANCELLED',
  TRANSFERRED: 'CONFIRMED',
};

/** @returns null if the status is no step of a transfer */
export function distributionStatusOf(status: string): DistributionStatus | null {
  return Object.hasOwn(distributions, status) ? (distributions[status] ?? null) : null;
}
