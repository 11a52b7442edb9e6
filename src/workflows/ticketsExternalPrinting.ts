import { proxyActivities } from '@temporalio/workflow';

import type { Activities } from '../activities/index.js';
import { injectionInputShape, type InjectionInput } from '../domain/injectionInput.js';
import type { RunResult } from '../domain/stretch.js';
import { checkInput, FunctionRun, placeInQueue, stretchOptions } from './functionRun.js';

const { ticketsExternalPrintingStretch } = proxyActivities<Activities>(stretchOptions);

/**
 * Tickets external printing (ticket injection). Sends the tickets that S-360 offers to TIXNGO.
 *
 * Before: NOT_PRINTED in S-360, unknown in TIXNGO. After: INJECTED in TIXNGO (its event created if it did not exist), PRINTED by the
 * configured point of sales and marked processed in S-360. Source: S-360 manual, «1. Ticket injection».
 */
export async function ticketsExternalPrinting(input?: InjectionInput | null): Promise<RunResult> {
  await checkInput('ticketsExternalPrinting', input, injectionInputShape);
  const run = new FunctionRun('ticketsExternalPrinting', input ?? {}, (request) =>
    ticketsExternalPrintingStretch.executeWithOptions({ summary: placeInQueue(request) }, [request]),
  );
  return input?.simulation === true ? run.preview() : run.toTheEnd();
}
