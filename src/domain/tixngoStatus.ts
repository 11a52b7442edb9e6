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
