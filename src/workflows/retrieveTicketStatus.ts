import { ActivityFailure, ApplicationFailure, proxyActivities, TimeoutFailure } from '@temporalio/workflow';

import type { Activities } from '../activities/index.js';
import { retrieveInputShape, type RetrieveInput } from '../domain/retrieveInput.js';
import type { RunResult, StretchRequest, StretchResult } from '../domain/stretch.js';
import { checkInput, FunctionRun, stretchOptions } from './functionRun.js';
import { contactsLimits } from './stretchLimits.js';

const statuses = proxyActivities<Activities>(stretchOptions);

const contacts = proxyActivities<Activities>({ ...stretchOptions, ...contactsLimits });

/**
 * Retrieve ticket status (feedback). Stores in S-360 what happens to the tickets in the phones: mobile status, details and history first, then
 * the contacts and the distribution history of the transfers.
 *
 * Before: TIXNGO's diff has entries after the kept key. After: they are stored, and the key has moved behind them; S-360's ticket status
 * is as it was, and nothing is written to TIXNGO. Source: S-360 manual, «4. Retrieve Ticket Status».
 */
export async function retrieveTicketStatus(input?: RetrieveInput | null): Promise<RunResult> {
  await checkInput('retrieveTicketStatus', input, retrieveInputShape);
  const run = new FunctionRun('retrieveTicketStatus', input ?? {}, workStretch);
  return input?.simulation === true ? run.preview() : run.toTheEnd();
}

async function workStretch(request: StretchRequest): Promise<StretchResult> {
  if (request.phase !== 'contacts') {
    return statuses.retrieveTicketStatusStretch.executeWithOptions({ summary: 'statuses' }, [request]);
  }
  try {
    return await contacts.retrieveTicketStatusStretch.executeWithOptions({ summary: 'contacts' }, [request]);
  } catch (error) {
    if (!isOnlyWaiting(error)) throw error;
    const last: StretchRequest = { ...request, phase: 'status', last: true, interrupted: true };
    return statuses.retrieveTicketStatusStretch.executeWithOptions({ summary: 'statuses, and the end' }, [last]);
  }
}

/** Its turn did not come in time: nothing has failed. */
function isOnlyWaiting(error: unknown): boolean {
  if (!(error instanceof ActivityFailure)) return false;
  return ['WAITING_FOR_CALLS', 'WAITING_FOR_SLOT', 'SETTLING'].includes(lastType(error.cause) ?? '');
}

/** Why the last attempt failed. Of an activity that has run out of time, only the failure as the server sent it tells. */
function lastType(cause: Error | undefined): string | null | undefined {
  if (cause instanceof TimeoutFailure) return cause.failure?.cause?.applicationFailureInfo?.type;
  return cause instanceof ApplicationFailure ? cause.type : undefined;
}
