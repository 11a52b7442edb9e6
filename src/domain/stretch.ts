import type { RunCounts } from './counts.js';
import type { AwaitedDeletions } from './awaitedDeletions.js';
import type { FunctionName, EndState } from './functions.js';
import type { RunInput } from './runInput.js';
import type { UsedCalls } from './callReservations.js';

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
  /** Tickets that an operator has named and S-360 does not offer: the first of them, as far as they may be repeated. */
  readonly notOffered?: readonly string[] | undefined;
  /** One of the parked tickets, by S-360's id. */
  readonly parkedExample?: string | undefined;
  /** The run has pushed deletions that TIXNGO has not confirmed: it will wait for them. */
  readonly awaiting?: boolean | undefined;
  /** No stretch may follow: this one ends the run, whatever is left. */
  readonly last: boolean;
  /** What the stretch is about, for a function that has more than one kind. */
  readonly phase?: StretchPhase | undefined;
  /** The stretch before has run out of time: an attempt of it may be at work yet. */
  readonly interrupted?: boolean | undefined;
}

/** Feedback: statuses first, then the contacts of the transfers among them. */
export type StretchPhase = 'status' | 'contacts';

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
      /** What the next stretch is about. */
      readonly phase?: StretchPhase | undefined;
      readonly notOffered?: readonly string[] | undefined;
      readonly parkedExample?: string | undefined;
      readonly message?: string | undefined;
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
  readonly function: FunctionName;
  readonly input: RunInput;
  readonly counts: RunCounts;
  readonly message: string;
  /** The type of the failure. */
  readonly code?: string | undefined;
}

/** One wait: until TIXNGO confirms that the tickets of some groups are DELETED, or the deadline. */
export interface DeletionWaitRequest {
  readonly input: RunInput;
  readonly groups: readonly AwaitedDeletions[];
  /** When the run began to wait, by the server's clock: the deadline counts from then. */
  readonly sinceMs: number;
  /** Why TIXNGO cannot be asked, as the run shows it already; null if it can. */
  readonly toldTrouble: string | null;
  /** Whether the wait may come back before its end, to tell that this has changed. */
  readonly mayTell: boolean;
}

export interface DeletionWaitResult {
  /** False: TIXNGO cannot be asked, or can be asked again, and the wait goes on. */
  readonly ended: boolean;
  readonly confirmed: number;
  /** TIXNGO does not know them any more. */
  readonly gone: number;
  /** A newer push of the same ticket has another reason or visibility: it waits for it now. */
  readonly takenOver: number;
  readonly left: readonly AwaitedDeletions[];
  /** What a person has to mend before TIXNGO can be asked; null if nothing. */
  readonly trouble: string | null;
}

/** Tickets (of the feedback: entries) of which the same would become, for the same reason. */
export interface PreviewedTickets {
  /** What would become of them, such as `sent`, or the reason for which they would be parked. */
  readonly what: string;
  readonly count: number;
  /** The first of them, by S-360's ticket ids. */
  readonly ticketIds: readonly string[];
}

/** The result of a preview: what a run would do, and that nothing was written. */
export interface Preview {
  /** What would become of the tickets, and why; the first of them by S-360's ticket ids. */
  readonly tickets: readonly PreviewedTickets[];
  /** How many different people would be told. */
  readonly people: number;
  /** What is in the way of a run as it is, each a sentence: a pause, another execution, an override that would be refused. */
  readonly obstacles: readonly string[];
}

/** The result of a function's workflow: what an operator reads in the Web UI. */
export interface RunResult extends RunPlace {
  readonly endState: EndState;
  readonly counts: RunCounts;
  readonly parkedReasons: Readonly<Record<string, number>>;
  readonly message: string;
  /** Tickets that TIXNGO has not confirmed as DELETED by the deadline (the first thousand). */
  readonly notConfirmed?: readonly string[];
  /** The counts are those that a run would have. */
  readonly preview?: Preview;
}
