import type { AlertState } from './alerts.js';
import type { Reservation } from './callBudget.js';
import type { RunCounts } from './counts.js';
import type { FeedbackKeys } from './feedbackKeys.js';
import type { EndState, FunctionName } from './functions.js';
import type { ParkedTicket } from './parking.js';

/**
 * The durable state of one institution's interface: who works, whether in doubt, pauses, parked tickets, last runs, call budgets, what
 * was told of overrides and definitions. The interface workflow owns it; how it changes is pure, and stands beside this file (claim,
 * stretchReport, closing, callReservations, pauses …).
 * There is no other database. If it is lost, no ticket is: S-360 still offers what is not marked processed, and a fresh state
 * is in doubt, so that everything is looked up before it is sent.
 */
export interface InterfaceState extends AlertState {
  /** By `organization/function`. */
  readonly functions: Readonly<Record<string, FunctionState>>;
  /** By scope: `*` for everything, `organization`, or `organization/function`. */
  readonly pauses: Readonly<Record<string, Pause>>;
  /** By service, such as `S-360 dataExportService`. */
  readonly budgets: Readonly<Record<string, readonly Reservation[]>>;
  /** The last reset of the interface workflow that a claimer has told of: its own history cannot. Null if none. */
  readonly resetAtMs: number | null;
  /** How far the feedback has come, by TIXNGO organizer. States of before it was built lack it. */
  readonly feedback?: Readonly<Record<string, FeedbackKeys>>;
  /** Overrides that were taken, by fingerprint, the newest last. Older states lack it. */
  readonly overrides?: Readonly<Record<string, TakenOverride>>;
  /** The organizations of the institution, as the last claim had them. Older states lack it. */
  readonly tenants?: readonly string[];
  /** Who waits for its turn at the contacts, and when it asked last. */
  readonly contactsTurn?: { readonly function: string; readonly askedMs: number } | undefined;
  /** Fingerprints of the privilege definitions that TIXNGO has, by TIXNGO organizer and definition id. Older states lack it. */
  readonly definitions?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface FunctionState {
  readonly organization: string;
  readonly function: FunctionName;
  readonly holder: Holder | null;
  /**
   * Internal names whose last run may have left tickets that were sent and not marked: from a run's first claim until one of that name
   * has ended at the end of its queue. Another name, with other filters, sees other tickets and settles nothing for it.
   */
  readonly doubts: readonly string[];
  /** Internal names that have once ended at the end of their queue; a name that has not is in doubt. */
  readonly proven: readonly string[];
  /** How many runs have begun. */
  readonly runs: number;
  /** Until then an earlier writer may still be at work; nobody looks anything up before. */
  readonly settleUntilMs: number;
  readonly configuration: ConfigurationMark | null;
  /** By their `parkingKey`. */
  readonly parked: Readonly<Record<string, ParkedTicket>>;
  /** Parked tickets over the bound, which are only counted (and tried again at every run). */
  readonly parkedBeyondBound: number;
  readonly lastRun: LastRun | null;
  readonly lastSuccessMs: number | null;
  /** Executions that wait until TIXNGO confirms what they have pushed; at most `mostWaits` of each internal name. */
  readonly waits: readonly Wait[];
  /**
   * Internal names of which every wait is in the list. Of another name something may have been pushed that nobody waits for: its next run finds
   * it again, and takes all its waits over.
   */
  readonly waitsKnown: readonly string[];
}

export interface Wait extends Execution {
  readonly internalName: string;
  /** When it was closed and began to wait; absent in a question about it. */
  readonly sinceMs?: number | undefined;
}

/** An execution is one run of a function; both ids together say which. */
export interface Execution {
  readonly workflowId: string;
  readonly runId: string;
}

/** Who may work now. */
export interface Holder {
  readonly execution: Execution;
  readonly internalName: string;
  readonly sinceMs: number;
  readonly inDoubt: boolean;
  /** Under which name its doubt is kept: its internal name, or that and the file if the function's filters cannot see the file. */
  readonly doubt: string;
  /** Whether it walks the queue from the head: a reset of an old execution can begin in the middle. */
  readonly fromHead: boolean;
  /** It was told to go since it took the permission: a late claim gives it to an ended run again, whose end then settles nothing. */
  readonly hasWorked: boolean;
  /** It looks for everything that TIXNGO has not confirmed yet, and takes all waits over. */
  readonly rebuildsWaits: boolean;
  /** An attempt of it has failed or died, with what it had to wait for. */
  readonly losesWaits: boolean;
  /** The attempt that reported last; if another one follows it, its result was lost, and with it what it had to wait for. */
  readonly reported: Writer | null;
  /** It has met tickets that TIXNGO may have, and no room was left to keep their ids: its end settles nothing. */
  readonly leavesDoubt: boolean;
  /** The attempt of the activity that was told to go, until it says that it has stopped; null when nobody writes. */
  readonly writer: Writer | null;
  /** The attempt that asked last: an older one that still lives changes nothing any more. */
  readonly latest: Writer;
  /** The TIXNGO organizer whose diff it reads: at most one function does, whatever its organization. */
  readonly reads?: string | undefined;
  /** It creates contacts now: two that looked for the same person at the same time would both create one. */
  readonly usesContacts?: boolean | undefined;
}

/** One attempt of one activity. Temporal numbers the activities of a run in their order. */
export interface Writer {
  readonly activityId: string;
  readonly attempt: number;
}

export interface Pause {
  readonly by: string;
  readonly why: string;
  readonly sinceMs: number;
}

export interface LastRun {
  readonly execution: Execution;
  readonly internalName: string;
  readonly endState: EndState;
  readonly endedMs: number;
  readonly counts: RunCounts;
  readonly message: string;
}

/** What an operator asked of one run, and which execution has taken it. */
export interface TakenOverride extends FunctionKey {
  readonly internalName: string;
  readonly execution: Execution;
  /** The day that it names, as yyyy-MM-dd. */
  readonly day: string;
  readonly usedMs: number;
}

/** What must be the same for all workers of a running organization. */
export interface ConfigurationMark {
  readonly s360Url: string;
  readonly tixngoUrl: string;
  readonly interfaceType: string;
  /** Another one would give every ticket a second identity in TIXNGO. */
  readonly ticketIdentifier: string;
}

export interface FunctionKey {
  readonly organization: string;
  readonly function: FunctionName;
}

export const freshState: InterfaceState = { functions: {}, pauses: {}, budgets: {}, resetAtMs: null };

export function functionKey(key: FunctionKey): string {
  return `${key.organization}/${key.function}`;
}

export function sameExecution(left: Execution, right: Execution): boolean {
  return left.workflowId === right.workflowId && left.runId === right.runId;
}

export function functionState(state: InterfaceState, key: FunctionKey): FunctionState {
  return (
    state.functions[functionKey(key)] ?? {
      organization: key.organization,
      function: key.function,
      holder: null,
      doubts: [],
      proven: [],
      runs: 0,
      settleUntilMs: 0,
      configuration: null,
      parked: {},
      parkedBeyondBound: 0,
      lastRun: null,
      lastSuccessMs: null,
      waits: [],
      waitsKnown: [],
    }
  );
}

export function withFunction(state: InterfaceState, next: FunctionState): InterfaceState {
  return { ...state, functions: { ...state.functions, [functionKey(next)]: next } };
}

export function withoutName(names: readonly string[], name: string): readonly string[] {
  return names.filter((other) => other !== name);
}

export function withName(names: readonly string[], name: string): readonly string[] {
  return names.includes(name) ? names : [...names, name];
}
