import { proxyActivities } from '@temporalio/workflow';

import type { Activities } from '../activities/index.js';
import { digitalPrivilegesInputShape, type DigitalPrivilegesInput } from '../domain/digitalPrivilegesInput.js';
import type { RunResult } from '../domain/stretch.js';
import { checkInput, FunctionRun, placeInQueue, stretchOptions } from './functionRun.js';

const { digitalPrivilegesInjectionStretch } = proxyActivities<Activities>(stretchOptions);

/**
 * Digital privileges injection. Sends membership cards and season ticket cards to TIXNGO, each with the ids of the tickets that belong to it;
 * those tickets themselves are ticket injection's.
 *
 * Before: a card NOT_PRINTED in S-360, unknown in TIXNGO. After: a privilege in its owner's wallet (its definition created if it did not
 * exist), the card PRINTED by the configured point of sales and marked processed in S-360. Source: S-360 manual, «6. Digital Privileges
 * Injection».
 */
export async function digitalPrivilegesInjection(input?: DigitalPrivilegesInput | null): Promise<RunResult> {
  await checkInput('digitalPrivilegesInjection', input, digitalPrivilegesInputShape);
  const run = new FunctionRun('digitalPrivilegesInjection', input ?? {}, (request) =>
    digitalPrivilegesInjectionStretch.executeWithOptions({ summary: placeInQueue(request) }, [request]),
  );
  return input?.simulation === true ? run.preview() : run.toTheEnd();
}
