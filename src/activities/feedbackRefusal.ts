import { activityInfo } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';

/** An answer that leaves something out is asked for again so often; then what it leaves out counts as refused. */
const mostIncompleteAnswers = 3;

/**
 * Why S-360 has refused one of a call.
 *
 * @throws ApplicationFailure ANSWER_INCOMPLETE a few times, if the answer leaves it out
 */
export function errorCodeOf(
  operation: string,
  outcome: { readonly kind: 'refused'; readonly errorCode: string } | { readonly kind: 'unknown' },
): string {
  if (outcome.kind === 'refused') return outcome.errorCode;
  if (activityInfo().attempt >= mostIncompleteAnswers) return 'NO_ANSWER';
  throw ApplicationFailure.create({
    type: 'ANSWER_INCOMPLETE',
    message: `S-360 ${operation}: the answer leaves out some of what was sent; the next attempt looks first, and sends the rest again.`,
  });
}
