import { proxyActivities } from '@temporalio/workflow';

import type { Activities } from '../activities/index.js';
import { groupsOfAwaited, unpackIds } from '../domain/awaitedDeletions.js';
import { pushCancelledInputShape } from '../domain/pushCancelledInput.js';
import type { RunInput } from '../domain/runInput.js';
import type { RunResult } from '../domain/stretch.js';
import { checkInput, FunctionRun, stretchOptions } from './functionRun.js';

const { pushCancelledStretch } = proxyActivities<Activities>(stretchOptions);

/** One wait polls by its own retries, at no cost of history; it ends by itself at the configured deadline. */
const { waitForDeletion } = proxyActivities<Activities>({
  startToCloseTimeout: '5m',
  retry: { initialInterval: '1m', backoffCoefficient: 2, maximumInterval: '1h' },
});

/** How many tickets a result names; the count says how many there are. */
const mostNamed = 1_000;

/**
 * Push cancelled and invalidated tickets. Deletes in TIXNGO what S-360 has cancelled or invalidated, and waits until TIXNGO confirms.
 *
 * Before: CANCELLED or INVALIDATED in S-360, on somebody's phone. After the push: DELETION_PENDING in TIXNGO, marked processed in S-360; new
 * executions may push meanwhile. At the end: DELETED, or a WARNING that names the tickets whose phones have not been seen until the
 * deadline. Source: S-360 manual, «2. Push Cancelled and Invalidated Tickets».
 */
export async function pushCancelled(input?: RunInput | null): Promise<RunResult> {
  checkInput(input, pushCancelledInputShape);
  const run = new FunctionRun('pushCancelled', input ?? {}, (summary, request) =>
    pushCancelledStretch.executeWithOptions({ summary }, [request]),
  );
  const pushed = await run.toTheEnd();
  const groups = groupsOfAwaited(run.awaited);
  if (groups.length === 0) return pushed;

  const waiting = groups.reduce((sum, { packedIds }) => sum + unpackIds(packedIds).length, 0);
  run.show(
    pushed.endState,
    `${pushed.message} Waiting until TIXNGO confirms ${String(waiting)} deletions; new executions push meanwhile.`,
  );
  const results = await Promise.all(
    groups.map((group) =>
      waitForDeletion.executeWithOptions({ summary: `wait for ${group.reason}` }, [{ input: input ?? {}, group }]),
    ),
  );
  const deleted = results.reduce((sum, result) => sum + result.deleted, 0);
  const left = results.flatMap((result) => result.left);
  const place = {
    institution: pushed.institution,
    organization: pushed.organization,
    internalName: pushed.internalName,
  };
  if (left.length === 0) {
    const message = `${pushed.message} TIXNGO has confirmed ${String(deleted)} deletions.`;
    run.show(pushed.endState, message);
    return { ...pushed, message };
  }
  const named = left.slice(0, mostNamed);
  const message = `${pushed.message} TIXNGO has confirmed ${String(deleted)} deletions, but not ${String(left.length)} by the deadline: the phones that hold them have not been seen. Tickets: ${named.slice(0, 50).join(', ')}${left.length > 50 ? ' …' : ''}.`;
  run.show('WARNING', message);
  run.index('WARNING', place);
  return { ...pushed, endState: 'WARNING', message, notConfirmed: named };
}
