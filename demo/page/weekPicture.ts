import type { EndState, FunctionName } from '../../src/domain/functions.js';

/**
 * Everything that the page of a week shows: counts, times, ids of executions; nobody's name, e-mail or barcode. Moments are milliseconds
 * since the week began to be played; the time in the week itself stands in the steps.
 */
export interface WeekPicture {
  /** What was played, such as «2,000 tickets, seed 1». */
  readonly about: string;
  readonly steps: readonly WeekStep[];
  readonly endMs: number;
  /** At least two: how both systems began and ended. */
  readonly samples: readonly WeekSample[];
  readonly runs: readonly WeekRun[];
  readonly calls: readonly CallSample[];
  /** Of the services that have one. */
  readonly callsPerMinute: Readonly<Record<string, number>>;
  readonly agreement: Agreement;
  /** Whether the links of the executions lead somewhere after the demo. */
  readonly staysUp: boolean;
}

/** Something that people do, or what the interface does about it. */
export interface WeekStep {
  readonly atMs: number;
  /** Monday */
  readonly day: string;
  /** 09:30 */
  readonly time: string;
  /** Some words, for the time axis. */
  readonly caption: string;
  /** What happens, as a sentence. */
  readonly text: string;
}

/** How many tickets are in which state, at one moment. */
export interface WeekSample {
  readonly atMs: number;
  readonly s360: Readonly<Record<string, number>>;
  readonly tixngo: Readonly<Record<string, number>>;
  /** Messages to people so far. */
  readonly notifications: number;
}

/** An execution of a function. */
export interface WeekRun {
  readonly function: FunctionName;
  readonly workflowId: string;
  readonly url: string | null;
  readonly endState: EndState;
  readonly fromMs: number;
  readonly untilMs: number;
  /** What it did, such as «1,180 sent». */
  readonly did: string;
}

/** Calls of each service so far. */
export interface CallSample {
  readonly atMs: number;
  readonly calls: Readonly<Record<string, number>>;
}

export interface Agreement {
  readonly agree: boolean;
  /** Whether everybody was told exactly once of each thing. */
  readonly toldOnceEach: boolean;
  readonly rows: readonly (readonly [what: string, howMany: string])[];
  /** The first ones, as sentences. */
  readonly differences: readonly string[];
}
