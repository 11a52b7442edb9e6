/**
 * Which status of a ticket in TIXNGO may follow which, as the manual has them. Written down here once more, so that neither the product nor the
 * sandbox judges itself. A cancellation wins over a control, a control over any earlier status; nothing revives a deleted ticket.
 * Source: «TIXNGO, Understand TIXNGO ticket status»; S-360 manual, «4.1 Ticket status».
 */
const activated = ['ONLINE_ACTIVATED', 'OFFLINE_ACTIVATED', 'MANUAL_ACTIVATED', 'BT_ACTIVATED'] as const;
const always = ['CONTROLLED', 'DELETION_PENDING'] as const;
const atHand = ['ASSIGNED', 'PENDING_TRANSFER', ...activated, ...always] as const;

const next: Readonly<Record<string, readonly string[]>> = {
  'not in TIXNGO': ['INJECTED'],
  INJECTED: ['DOWNLOADED', ...always],
  DOWNLOADED: atHand,
  ASSIGNED: atHand,
  PENDING_TRANSFER: ['TRANSFERRED', 'FAILURE_TRANSFER', 'FAILURE', ...always],
  TRANSFERRED: atHand,
  FAILURE_TRANSFER: atHand,
  FAILURE: atHand,
  ...Object.fromEntries(activated.map((status) => [status, always])),
  CONTROLLED: ['DELETION_PENDING'],
  // Twice the same: the reason of the deletion has changed.
  DELETION_PENDING: ['DELETION_PENDING', 'DELETED'],
  DELETED: ['DELETED'],
};

/** @returns a sentence about the first step that must not be; null if there is none */
export function forbiddenStep(statuses: readonly string[]): string | null {
  let before = 'not in TIXNGO';
  for (const status of statuses) {
    if (next[before]?.includes(status) !== true) return `it became ${status} after ${before}`;
    before = status;
  }
  return null;
}
