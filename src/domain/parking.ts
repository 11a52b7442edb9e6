/**
 * A ticket that could not be sent for a reason of its own is parked: it stays in S-360's queue, is tried again with growing
 * pauses and as soon as its record changes, and never stops the others.
 */
export interface ParkedTicket {
  readonly ticketId: string;
  /** Why, from the message catalogue, such as FIELD_REQUIRED. */
  readonly code: string;
  /** The JSON path or the comfort variable that is wrong, if one is known. Never a value. */
  readonly field?: string | undefined;
  readonly sinceMs: number;
  readonly tries: number;
  /** Internal name of the function that parked it: another one with other filters does not even see it. */
  readonly by: string;
  /** S-360's `updated_at` of the record that was refused; another one makes the ticket due at once. */
  readonly record: string | null;
  /** Where the feedback stream has it: the pagination key of its page. */
  readonly position?: string | undefined;
}

/** What a stretch found out about one ticket; the interface workflow adds since when and how often. */
export type ParkingReason = Pick<ParkedTicket, 'ticketId' | 'code' | 'field' | 'record' | 'position'>;

/** What only the contacts phase of the feedback can try again. */
const contactCodes: readonly string[] = ['CONTACT_REFUSED', 'DISTRIBUTION_REFUSED'];

/** Whether a ticket lacks a contact or a line of the distribution history, whatever its status. */
export function lacksContact({ code }: Pick<ParkingReason, 'code'>): boolean {
  return contactCodes.includes(code);
}

/**
 * Under which name it is kept. A ticket that S-360 offers is parked once; of the feedback, every page that lacks something of the ticket is to
 * be read again, for its statuses or for its contacts, and so each is parked on its own.
 */
export function parkingKey(reason: Pick<ParkingReason, 'ticketId' | 'code' | 'position'>): string {
  const { ticketId, position } = reason;
  const parts = [...(lacksContact(reason) ? ['contacts'] : []), ...(position === undefined ? [] : [position])];
  return [ticketId, ...parts].join(' ');
}

const firstPauseMs = 5 * 60_000;
const longestPauseMs = 24 * 3_600_000;

/** Pause after the nth refusal: 5, 10, 20 … minutes, at most a day. */
export function parkingPauseMs(tries: number): number {
  return Math.min(firstPauseMs * 2 ** Math.max(0, tries - 1), longestPauseMs);
}

/**
 * Whether a parked ticket is still to be left alone. One that is in doubt stays so until a person decides: sending it again could announce
 * it twice. (Once a look-up is configured, it is tried again: then the look-up decides.)
 *
 * @param nowMs the clock of the worker; the pause is long enough for clocks that differ by seconds
 */
export function isParkedNow(parked: ParkedTicket, record: string | null, nowMs: number, holdInDoubt: boolean): boolean {
  if (parked.code === 'IN_DOUBT') return holdInDoubt;
  if (parked.record !== record) return false;
  return nowMs < parked.sinceMs + pausesUntilTry(parked.tries);
}

/** All pauses up to the next try, since `sinceMs` is the first refusal. */
function pausesUntilTry(tries: number): number {
  let total = 0;
  for (let n = 1; n <= tries; n += 1) total += parkingPauseMs(n);
  return total;
}

export const systemicMinimum = 20;

/**
 * More than half of a page and at least 20 tickets refused for one reason is no matter of bad tickets: the run stops as ERROR.
 *
 * @returns the shared reason, or null
 */
export function systemicReason(reasons: readonly ParkingReason[], pageSize: number): string | null {
  const counts = new Map<string, number>();
  for (const reason of reasons) {
    const key = describeReason(reason);
    const count = (counts.get(key) ?? 0) + 1;
    if (count >= systemicMinimum && count * 2 > pageSize) return key;
    counts.set(key, count);
  }
  return null;
}

export function describeReason(reason: Pick<ParkingReason, 'code' | 'field'>): string {
  return reason.field === undefined ? reason.code : `${reason.code} ${reason.field}`;
}
