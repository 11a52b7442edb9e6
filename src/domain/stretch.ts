import type { RunCounts } from './counts.js';
import type { AwaitedDeletions } from './awaitedDeletions.js';
import type { BuiltFunctionName, EndState } from './functions.js';
import type { RunInput } from './runInput.js';
import type { UsedCalls } from './interfaceState.js';

/** What the workflow hands to the activity that works one stretch of pages. Small: positions and counts, never tickets. */
export interface StretchRequest {
  readonly input: RunInput;
  /** The last ticket id that this run has settled or passed; null at the head of the queue. */
  readonly position: string | null;
  /** What the run has done before this stretch. */
  readonly counts: RunCounts;
  /** Parked tickets of this run by reason, before this stretch. */
  readonly parkedReasons: Readonly<Record<string, number>>;
  readonly used: UsedCalls | null;
  /** No stretch may follow: this one ends the run, whatever is left. */
  readonly last: boolean;
}

/** How a stretch ended. `more`: ask for another one. */
export type StretchResult =
  | {
      readonly kind: 'more';
      readonly where: RunPlace;
      readonly position: string | null;
      readonly counts: RunCounts;
      readonly parkedReasons: Readonly<Record<string, number>>;
      readonly used: UsedCalls;
      readonly awaited: readonly AwaitedDeletions[];
    }
  | {
      readonly kind: 'ended';
      readonly where: RunPlace;
      readonly endState: EndState;
      readonly counts: RunCounts;
      readonly parkedReasons: Readonly<Record<string, number>>;
      readonly message: string;
      readonly awaited: readonly AwaitedDeletions[];
    };

/** Where a run works: the names that the configuration resolved from the input. */
export interface RunPlace {
  readonly institution: string;
  readonly organization: string;
  readonly internalName: string;
}

/** What a run that stops as ERROR is closed with. */
export interface FailureRequest {
  readonly function: BuiltFunctionName;
  readonly input: RunInput;
  readonly counts: RunCounts;
  readonly message: string;
}

/** One wait: until TIXNGO confirms that the tickets of one group are DELETED, or the deadline. */
export interface DeletionWaitRequest {
  readonly input: RunInput;
  readonly group: AwaitedDeletions;
}

export interface DeletionWaitResult {
  readonly deleted: number;
  /** A newer push of the same ticket has another reason or visibility: it waits for it now. */
  readonly takenOver: number;
  readonly left: readonly string[];
}

/** The result of a function's workflow: what an operator reads in the Web UI. */
export interface RunResult extends RunPlace {
  readonly endState: EndState;
  readonly counts: RunCounts;
  readonly parkedReasons: Readonly<Record<string, number>>;
  readonly message: string;
  /** Tickets that TIXNGO has not confirmed as DELETED by the deadline (the first thousand). */
  readonly notConfirmed?: readonly string[];
}
