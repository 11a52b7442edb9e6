import type { RunCounts } from './counts.js';
import type { FunctionName } from './functions.js';
import type { RunInput } from './runInput.js';
import type { Preview, RunPlace } from './stretch.js';

/** What the workflow hands to the activity that previews a run. */
export interface PreviewRequest {
  readonly function: FunctionName;
  readonly input: RunInput;
}

/** What a run would do; nothing was written, in either system. */
export interface PreviewReport extends RunPlace, Preview {
  /** SKIPPED: it could not look. */
  readonly endState: 'OK' | 'SKIPPED';
  readonly counts: RunCounts;
  readonly parkedReasons: Readonly<Record<string, number>>;
  readonly message: string;
}

/** So many tickets are named for each reason; the count says how many there are. */
export const mostPreviewed = 200;
