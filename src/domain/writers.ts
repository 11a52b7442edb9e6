import type { Writer } from './interfaceState.js';

/** Attempts that follow each other: which one is the older, and whether the one before was stopped by anybody. */

/** A newer attempt, or a later activity, has asked already. */
export function isSuperseded(attempt: Writer, latest: Writer): boolean {
  if (latest.activityId === attempt.activityId) return latest.attempt > attempt.attempt;
  return Number(latest.activityId) > Number(attempt.activityId);
}

export function sameWriter(left: Writer | null, right: Writer): boolean {
  return left?.activityId === right.activityId && left.attempt === right.attempt;
}

/** The writer before was stopped by nobody: another attempt of the same activity. A later activity proves that the earlier one has ended. */
export function interrupted(before: Writer, now: Writer): boolean {
  return before.activityId === now.activityId && before.attempt !== now.attempt;
}

export function isRepeated(reported: Writer | null | undefined, now: Writer): boolean {
  return reported !== null && reported !== undefined && interrupted(reported, now);
}
