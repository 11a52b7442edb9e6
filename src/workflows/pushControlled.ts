import { proxyActivities } from '@temporalio/workflow';

import type { Activities } from '../activities/index.js';
import { pushControlledInputShape, type PushControlledInput } from '../domain/pushControlledInput.js';
import type { RunResult } from '../domain/stretch.js';
import { checkInput, FunctionRun, placeInQueue, stretchOptions } from './functionRun.js';

const { pushControlledStretch } = proxyActivities<Activities>(stretchOptions);

/**
 * Push controlled tickets. Tells TIXNGO which tickets the gates have let in, so that their QR codes are hidden.
 *
 * Before: CONTROLLED in S-360, in somebody's wallet in TIXNGO. After: CONTROLLED in TIXNGO, marked processed in S-360. What TIXNGO deletes
 * stays deleted. Source: S-360 manual, «3. Push Controlled Tickets».
 */
export async function pushControlled(input?: PushControlledInput | null): Promise<RunResult> {
  await checkInput('pushControlled', input, pushControlledInputShape);
  const run = new FunctionRun('pushControlled', input ?? {}, (request) =>
    pushControlledStretch.executeWithOptions({ summary: placeInQueue(request) }, [request]),
  );
  return input?.simulation === true ? run.preview() : run.toTheEnd();
}
