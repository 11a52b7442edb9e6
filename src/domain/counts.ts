/** What a run has done so far, in tickets unless the name says otherwise. Counts only: no ids, no contents. */
export interface RunCounts {
  pages: number;
  /** Rows that S-360 offered. */
  offered: number;
  /** Accepted by TIXNGO in this run. */
  sent: number;
  /** Found in TIXNGO by a look-up, so not sent again. */
  found: number;
  /** Marked processed in S-360. */
  processed: number;
  /** Accepted by TIXNGO, but cancelled or invalidated in S-360 meanwhile: not PRINTED, taken over by push cancelled. */
  cancelledMeanwhile: number;
  parked: number;
  skipped: number;
  waitingForHolder: number;
  notSelected: number;
  s360Calls: number;
  tixngoCalls: number;
}

export const noCounts: RunCounts = {
  pages: 0,
  offered: 0,
  sent: 0,
  found: 0,
  processed: 0,
  cancelledMeanwhile: 0,
  parked: 0,
  skipped: 0,
  waitingForHolder: 0,
  notSelected: 0,
  s360Calls: 0,
  tixngoCalls: 0,
};

export function addCounts(left: RunCounts, right: RunCounts): RunCounts {
  const sum = { ...left };
  for (const key of Object.keys(sum) as (keyof RunCounts)[]) sum[key] += right[key];
  return sum;
}
