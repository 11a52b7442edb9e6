/** What a run has done so far, in tickets unless the name says otherwise. Counts only: no ids, no contents. */
export interface RunCounts {
  pages: number;
  /** Rows that S-360 offered, or entries that TIXNGO's diff gave. */
  offered: number;
  /** Accepted by TIXNGO in this run. */
  sent: number;
  /** Found in TIXNGO by a look-up, so not sent again. */
  found: number;
  /** Marked processed in S-360. */
  processed: number;
  /** Accepted by TIXNGO, but cancelled or invalidated in S-360 meanwhile: not PRINTED, taken over by push cancelled. */
  cancelledMeanwhile: number;
  /** Accepted by TIXNGO, but controlled at a gate meanwhile: not PRINTED, taken over by push controlled. */
  controlledMeanwhile: number;
  /** Cancelled, but never known to TIXNGO: marked processed without a write. */
  neverInTixngo: number;
  /** Cancelled and not in TIXNGO, but injection may still be sending them: left for the next run. */
  waitingForInjection: number;
  /** Controlled, but deleted in TIXNGO: a cancellation wins over a control. */
  deletedInTixngo: number;
  /** Named by an operator, but not offered by S-360: unknown, of another organization, or in another state. */
  notOffered: number;
  /** Privilege definitions written to TIXNGO. */
  definitions: number;
  parked: number;
  skipped: number;
  waitingForHolder: number;
  notSelected: number;
  /** Entries of TIXNGO's diff that S-360 has stored in this run. */
  stored: number;
  /** Entries that S-360 had already. */
  unchanged: number;
  /** Entries of tickets that no organization of the organizer knows, such as those injected by a file. */
  unknownTickets: number;
  /** Lines added to the distribution history. */
  distributions: number;
  /** Contacts created as «Pending CREATION». */
  contactsCreated: number;
  /** Contacts «Pending CREATION» that have got their details. */
  contactsCompleted: number;
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
  controlledMeanwhile: 0,
  neverInTixngo: 0,
  waitingForInjection: 0,
  deletedInTixngo: 0,
  notOffered: 0,
  definitions: 0,
  parked: 0,
  skipped: 0,
  waitingForHolder: 0,
  notSelected: 0,
  stored: 0,
  unchanged: 0,
  unknownTickets: 0,
  distributions: 0,
  contactsCreated: 0,
  contactsCompleted: 0,
  s360Calls: 0,
  tixngoCalls: 0,
};

/** A run that began before a deployment may lack a count that the new version has. */
export function addCounts(left: Partial<RunCounts>, right: Partial<RunCounts>): RunCounts {
  const sum = { ...noCounts };
  for (const key of Object.keys(noCounts) as (keyof RunCounts)[]) sum[key] = (left[key] ?? 0) + (right[key] ?? 0);
  return sum;
}
