import { compareTicketIds } from './ticketId.js';

/**
 * Tickets whose deletion TIXNGO has accepted and not yet confirmed. They travel through Temporal's history, ten thousand in one result, so
 * they are packed: ids in rising order, the first whole, each other as its distance from the one before, in base 36.
 */
export interface AwaitedDeletions {
  readonly reason: string;
  readonly visible: boolean;
  /** The event, for a look-up by event report; null for one by ids. */
  readonly eventId: string | null;
  readonly packedIds: string;
}

/** At most so many ids for one wait activity: one look-up call. */
export const idsPerWait = 1_000;

/** @param ids TIXNGO's ticket ids; numbers are packed, others stand as they are */
export function packIds(ids: readonly string[]): string {
  const numbers = ids.filter((id) => /^[1-9]\d{0,18}$/.test(id)).sort(compareTicketIds);
  const others = ids.filter((id) => !/^[1-9]\d{0,18}$/.test(id));
  let last = 0n;
  const distances = numbers.map((id) => {
    const distance = BigInt(id) - last;
    last = BigInt(id);
    return distance.toString(36);
  });
  return [distances.join(' '), ...others.map((id) => encodeURIComponent(id))].join(',');
}

export function unpackIds(packed: string): string[] {
  const [distances = '', ...others] = packed.split(',');
  let last = 0n;
  const numbers = distances === '' ? [] : distances.split(' ').map((text) => String((last += fromBase36(text))));
  return [...numbers, ...others.map((id) => decodeURIComponent(id))];
}

function fromBase36(text: string): bigint {
  let value = 0n;
  for (const digit of text) value = value * 36n + BigInt(parseInt(digit, 36));
  return value;
}

/** Groups of one reason, visibility and event, each small enough for one wait activity. */
export function groupsOfAwaited(groups: readonly AwaitedDeletions[]): AwaitedDeletions[] {
  const byKey = new Map<string, { group: AwaitedDeletions; ids: string[] }>();
  for (const group of groups) {
    const key = JSON.stringify([group.reason, group.visible, group.eventId]);
    const known = byKey.get(key);
    if (known === undefined) byKey.set(key, { group, ids: unpackIds(group.packedIds) });
    else known.ids.push(...unpackIds(group.packedIds));
  }
  return [...byKey.values()].flatMap(({ group, ids }) => {
    const parts: AwaitedDeletions[] = [];
    for (let at = 0; at < ids.length; at += idsPerWait) {
      parts.push({ ...group, packedIds: packIds(ids.slice(at, at + idsPerWait)) });
    }
    return parts;
  });
}

const shortestPauseMs = 60_000;
const longestPauseMs = 6 * 3_600_000;

/** Pause before the next look: a minute, doubled each time, at most six hours and at most what is left of the deadline. */
export function pauseBeforeNextLook(attempt: number, leftMs: number): number {
  const pause = Math.min(shortestPauseMs * 2 ** Math.min(attempt - 1, 20), longestPauseMs);
  return Math.max(1_000, Math.min(pause, leftMs));
}
