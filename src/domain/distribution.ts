import { mailbox } from './culturalContact.js';
import type { FeedbackEntry } from './feedbackEntry.js';
import { distributionStatusOf, type DistributionStatus } from './tixngoStatus.js';

/** A step of a transfer, as the distribution history of a ticket wants it: who passes the ticket on, and to whom. */
export interface TransferStep {
  readonly entry: FeedbackEntry;
  readonly status: DistributionStatus;
  readonly senderEmail: string | null;
  /** Mailbox of the recipient; null if TIXNGO does not tell. */
  readonly recipient: string | null;
}

/**
 * How a transfer stands by an entry; null if the entry is about no transfer, or repeats the status because other data of the ticket has
 * changed: that is no step of its own.
 */
export function transferStatusOf({ status, previousStatus }: FeedbackEntry): DistributionStatus | null {
  return status === previousStatus ? null : distributionStatusOf(status);
}

/**
 * The steps of the entries that are about transfers. Once a ticket is TRANSFERRED, its owner is the recipient; before, only the
 * recipient's e-mail is known. Source: S-360 manual, «4.2 Cultural Contact Creation & Distribution».
 */
export function transferSteps(entries: readonly FeedbackEntry[]): TransferStep[] {
  return entries.flatMap((entry) => {
    const status = transferStatusOf(entry);
    if (status === null) return [];
    const recipientEmail = entry.transfer?.recipientEmail ?? (status === 'CONFIRMED' ? entry.owner?.email : null);
    return [
      { entry, status, senderEmail: entry.transfer?.senderEmail ?? null, recipient: mailbox(recipientEmail ?? null) },
    ];
  });
}
