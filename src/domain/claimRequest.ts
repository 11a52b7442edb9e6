import type { CallsAnswer, CallsRequest } from './callReservations.js';
import type { FunctionCalm } from './doubt.js';
import type { FeedbackKeys } from './feedbackKeys.js';
import type { ConfigurationMark, Execution, FunctionKey, LastRun, Pause, Wait } from './interfaceState.js';
import type { KnownDefinitions } from './knownDefinitions.js';
import type { OverrideClaim, OverrideRefusal } from './overrides.js';
import type { ParkedTicket } from './parking.js';

/** What a run asks the interface workflow before every stretch. */
export interface ClaimRequest extends FunctionKey, CallsRequest {
  readonly organization: string;
  readonly internalName: string;
  /** Under which name doubt is kept, if not under the internal name: what only this run sees, such as one file. */
  readonly doubt?: string | undefined;
  /** False if the run goes on behind the head of the queue. Only its first claim counts. */
  readonly fromHead?: boolean | undefined;
  readonly configuration: ConfigurationMark;
  /** How long a writer that nobody stopped can go on: the time limit of a write and some seconds. */
  readonly settlingPauseMs: number;
  /** A holder that the caller has seen closed, and when by the server's clock; null if its history is gone. */
  readonly closedHolder?: { readonly execution: Execution; readonly closedAtMs: number | null } | undefined;
  /** A function that the state does not know may have been at work a moment ago: its first run waits for the settling pause. */
  readonly pauseWhenNew?: boolean | undefined;
  /** When an earlier interface workflow ended (it was terminated), by the server's clock: who worked under it may still write. */
  readonly earlierInterfaceEndedAtMs?: number | undefined;
  /** When the interface workflow was reset last, by the server's clock; undefined if it never was. */
  readonly interfaceResetAtMs?: number | undefined;
  /** The TIXNGO organizer whose diff the function reads. */
  readonly reads?: string | undefined;
  readonly usesContacts?: boolean | undefined;
  /** The activity before was given up at its time limit: if it was at work, it may still be. */
  readonly interrupted?: boolean | undefined;
  /** What an operator asks of this one run. */
  readonly override?: OverrideClaim | undefined;
  /** The TIXNGO organizer whose privilege definitions the function writes. */
  readonly definitionsOf?: string | undefined;
}

export type ClaimAnswer =
  | (Extract<CallsAnswer, { kind: 'go' }> & {
      readonly inDoubt: boolean;
      readonly parked: readonly ParkedTicket[];
      /** So many more can be kept by id. Answers of an older version lack it. */
      readonly parkedRoom?: number | undefined;
      /** The run id with which the interface workflow's chain began: another chain knows nothing of this permission. */
      readonly interfaceChain?: string | undefined;
      readonly rebuildsWaits: boolean;
      /** Some of the executions that wait: whoever is told to go looks whether they still do, and says so when it closes. */
      readonly waitsToSee: readonly Wait[];
      /** How ticket injection of the organization stands, for the functions that depend on it. */
      readonly injection: FunctionCalm;
      /** The same of digital privileges injection. Answers of an older version lack it. */
      readonly privileges?: FunctionCalm | undefined;
      /** How far the feedback of the organizer that it reads has come; undefined if nobody knows. */
      readonly feedback?: FeedbackKeys | undefined;
      /** The privilege definitions that its organizer has; absent if it has not asked for them. */
      readonly definitions?: KnownDefinitions | undefined;
    })
  | Exclude<CallsAnswer, { kind: 'go' }>
  | { readonly kind: 'settling'; readonly waitMs: number }
  | {
      readonly kind: 'alreadyRunning';
      readonly holder: Execution;
      readonly internalName: string;
      readonly sinceMs: number;
    }
  | ({ readonly kind: 'paused'; readonly scope: string } & Pause)
  /** The execution has closed before, and the answer to that was lost: nothing is left to do. */
  | { readonly kind: 'closedBefore'; readonly lastRun: LastRun }
  | { readonly kind: 'configurationDiffers'; readonly field: keyof ConfigurationMark }
  | OverrideRefusal;
