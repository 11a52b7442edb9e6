import type { Ending } from '../src/cli/watchExecution.js';
import type { FunctionName } from '../src/domain/functions.js';

/** One execution that has ended. */
export interface DemoExecution {
  readonly function: FunctionName;
  /** The schedule that started it. */
  readonly schedule: string;
  readonly workflowId: string;
  readonly runId: string;
  readonly url: string | null;
  readonly ending: Ending;
  /** Since the week began. */
  readonly fromMs: number;
  readonly untilMs: number;
}
