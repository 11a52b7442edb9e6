import { compareTicketIds } from './ticketId.js';

/**
 * Tickets whose deletion TIXNGO has accepted and not yet confirmed. They travel through Temporal's history, ten thousand in one result, so
 * they are packed: ids in rising order, the first whole, each other as its distance from the one before, in base 36.
 */
export interface AwaitedDeletions extends DeletionKind {
  readonly packedIds: string;
}

/** One of them, by TIXNGO's ticket id. */
export interface AwaitedDeletion extends DeletionKind {
  readonly id: string;
}

interface DeletionKind {
  readonly reason: string;
  readonly visible: boolean;
  /** The event, for a look-up by event report; null for one by ids. */
  readonly eventId: string | null;
  /** Since when it is waited for, if another execution has pushed them: the day on which they were marked processed. */
  readonly sinceMs?: number | undefined;
}

/**
 * How much one wait activity waits for: as many ids as one look-up call takes, or, where every event is a call, some events. A report of an
 * event has all its tickets, so that more of them cost nothing.
 */
export const mostOfOneWait = { ids: 1_000, idsOfEvents: 10_000, groups: 50 } as const;

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

export function countAwaited(groups: readonly AwaitedDeletions[]): number {
  return groups.reduce((sum, { packedIds }) => sum + unpackIds(packedIds).length, 0);
}

/** What a run waits for, in parts for one wait activity each. A ticket that was pushed again by the same run is waited for as it was last. */
export function waitsOf(awaited: readonly AwaitedDeletions[]): AwaitedDeletions[][] {
  const waits: AwaitedDeletions[][] = [];
  let wait: AwaitedDeletions[] = [];
  let ids = 0;
  for (const group of groupsOf(lastOfEach(awaited))) {
    const most = group.eventId === null ? mostOfOneWait.ids : mostOfOneWait.idsOfEvents;
    // One wait has one deadline.
    if (wait[0] !== undefined && wait[0].sinceMs !== group.sinceMs) {
      waits.push(wait);
      wait = [];
      ids = 0;
    }
    for (let at = 0; at < group.ids.length;) {
      if (wait.length >= mostOfOneWait.groups || ids >= most) {
        waits.push(wait);
        wait = [];
        ids = 0;
      }
      const part = group.ids.slice(at, at + most - ids);
      const { ids: _, ...kind } = group;
      wait.push({ ...kind, packedIds: packIds(part) });
      at += part.length;
      ids += part.length;
    }
  }
  return wait.length === 0 ? waits : [...waits, wait];
}

/** One group for each deadline, event, reason and visibility. */
export function groupAwaited(deletions: readonly AwaitedDeletion[]): AwaitedDeletions[] {
  return groupsOf(deletions).map(({ ids, ...kind }) => ({ ...kind, packedIds: packIds(ids) }));
}

interface Group extends DeletionKind {
  readonly ids: string[];
}

/** Those of one deadline and event beside each other. */
function groupsOf(deletions: readonly AwaitedDeletion[]): Group[] {
  const groups = new Map<string, Group>();
  for (const { id, ...kind } of deletions) {
    const key = JSON.stringify([kind.sinceMs ?? null, kind.eventId, kind.reason, kind.visible]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { ...kind, ids: [id] });
    else group.ids.push(id);
  }
  return [...groups].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, group]) => group);
}

/** Each ticket once, as it was pushed last. */
function lastOfEach(awaited: readonly AwaitedDeletions[]): AwaitedDeletion[] {
  const deletions = new Map<string, AwaitedDeletion>();
  for (const { packedIds, ...kind } of awaited) {
    for (const id of unpackIds(packedIds)) deletions.set(id, { id, ...kind });
  }
  return [...deletions.values()];
}

const longestPauseMs = 6 * 3_600_000;

/** Pause before the next look: the first as configured, doubled each time, at most six hours and at most what is left of the deadline. */
export function pauseBeforeNextLook(attempt: number, leftMs: number, firstPauseMs: number): number {
  const pause = Math.min(firstPauseMs * 2 ** Math.min(attempt - 1, 20), longestPauseMs);
  return Math.max(1_000, Math.min(pause, leftMs));
}
