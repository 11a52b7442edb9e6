import { hasFailed, type FunctionRun } from './executions.js';

/** A function failed again and again: the demo has nothing more to show. */
export class RunFailed extends Error {
  constructor(readonly run: FunctionRun) {
    super('a function has failed');
  }
}

/** @throws RunFailed */
export function orThrow(run: FunctionRun): FunctionRun {
  if (hasFailed(run)) throw new RunFailed(run);
  return run;
}
