/**
 * How far the feedback of one TIXNGO organizer has come. Both keys are opaque texts of TIXNGO; null means the beginning of the stream. The
 * statuses run ahead, so that no status waits for a contact; the contacts follow on the same stream.
 * Source: S-360 manual, «4. Retrieve Ticket Status», parameter *Pagination key*: empty at first, then filled from TIXNGO's answer.
 */
export interface FeedbackKeys {
  /** Everything before it is stored, or counted as unknown, skipped or parked. */
  readonly statusKey: string | null;
  /** The contacts and distribution lines of everything before it are settled. */
  readonly contactsKey: string | null;
  /** Transfers between the two keys; null if there are none. */
  readonly waiting: WaitingTransfers | null;
}

/** The backlog of the contacts. */
export interface WaitingTransfers {
  /** Entries about a transfer: a start, an end, or both. */
  readonly entries: number;
  /** When the oldest of them happened in TIXNGO, in milliseconds since 1970. */
  readonly oldestMs: number;
  /** How long they take at the limit of the contact service, in whole minutes. */
  readonly drainMinutes?: number | undefined;
}

export const fromTheBeginning: FeedbackKeys = { statusKey: null, contactsKey: null, waiting: null };

/** A page of statuses is stored, with so many transfers in it. */
export function afterStatuses(
  keys: FeedbackKeys,
  nextKey: string | null,
  transfers: WaitingTransfers | null,
): FeedbackKeys {
  const waiting = together(keys.waiting, transfers);
  return { statusKey: nextKey, contactsKey: waiting === null ? nextKey : keys.contactsKey, waiting };
}

/**
 * The contacts of a page are settled.
 *
 * @param caughtUp the contacts have come as far as the statuses, or to the end of the stream
 */
export function afterContacts(
  keys: FeedbackKeys,
  nextKey: string | null,
  settled: number,
  lastSettledMs: number | null,
  caughtUp: boolean,
): FeedbackKeys {
  if (caughtUp || keys.waiting === null) return { ...keys, contactsKey: keys.statusKey, waiting: null };
  const oldestMs = Math.max(keys.waiting.oldestMs, lastSettledMs ?? 0);
  const entries = Math.max(1, keys.waiting.entries - settled);
  return { ...keys, contactsKey: nextKey, waiting: { entries, oldestMs } };
}

function together(left: WaitingTransfers | null, right: WaitingTransfers | null): WaitingTransfers | null {
  if (left === null || right === null) return left ?? right;
  return { entries: left.entries + right.entries, oldestMs: Math.min(left.oldestMs, right.oldestMs) };
}

/** Calls of the contact service that one transfer takes at most, if contacts are looked up one by one: sender, recipient, creation, details. */
export const mostCallsPerTransfer = 4;

/**
 * How long the backlog takes, in whole minutes, at the limit of the contact service.
 *
 * @param callsPerMinute null: no limit is known, and the next execution drains it
 */
export function drainMinutes(entries: number, contactsPerCall: number, callsPerMinute: number | null): number {
  if (callsPerMinute === null) return 1;
  return Math.max(1, Math.ceil((entries * mostCallsPerTransfer) / contactsPerCall / callsPerMinute));
}
