import type { RunCounts } from './counts.js';
import type { EndState } from './functions.js';
import type { InjectionInput } from './injectionInput.js';
import type { UsedCalls } from './interfaceState.js';

/** What the workflow hands to the activity that works one stretch of pages. Small: positions and counts, never tickets. */
export interface StretchRequest {
  readonly input: InjectionInput;
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
    }
  | {
      readonly kind: 'ended';
      readonly where: RunPlace;
      readonly endState: EndState;
      readonly counts: RunCounts;
      readonly parkedReasons: Readonly<Record<string, number>>;
      readonly message: string;
    };

/** Where a run works: the names that the configuration resolved from the input. */
export interface RunPlace {
  readonly institution: string;
  readonly organization: string;
  readonly internalName: string;
}

/** What a run that stops as ERROR is closed with. */
export interface FailureRequest {
  readonly input: InjectionInput;
  readonly counts: RunCounts;
  readonly message: string;
}

/** The result of a function's workflow: what an operator reads in the Web UI. */
export interface RunResult extends RunPlace {
  readonly endState: EndState;
  readonly counts: RunCounts;
  readonly parkedReasons: Readonly<Record<string, number>>;
  readonly message: string;
}
