import { ApplicationFailure } from '@temporalio/common';

import { messageOf } from '../domain/messages.js';
import { CallFailed } from '../http/callFailed.js';

/** So many single refusals for one reason, with nothing accepted, are no matter of single items. */
const enoughAlone = 5;

/**
 * One call for many items; if S-360 refuses it as a whole, it is halved until what is wrong is alone.
 *
 * @param alone what a single item that S-360 refuses becomes
 * @throws ApplicationFailure REQUEST_REFUSED when everything seems to be refused, and whatever `call` throws that is not such a refusal
 */
export async function halved<Item, Outcome>(
  items: readonly Item[],
  call: (items: readonly Item[]) => Promise<Outcome[]>,
  alone: (item: Item, errorCode: string) => Outcome,
): Promise<Outcome[]> {
  const refusals = new Map<string, number>();
  let anyTaken = false;

  const callPart = async (part: readonly Item[]): Promise<Outcome[]> => {
    try {
      const outcomes = await call(part);
      anyTaken = true;
      return outcomes;
    } catch (error) {
      if (!(error instanceof CallFailed) || error.outcome !== 'splitPage') throw error;
      const [only, ...others] = part;
      if (only === undefined) return [];
      if (others.length === 0) {
        const errorCode = error.errorKey ?? 'REQUEST_REFUSED';
        const count = (refusals.get(errorCode) ?? 0) + 1;
        refusals.set(errorCode, count);
        if (count >= enoughAlone && !anyTaken) throw refused(errorCode);
        return [alone(only, errorCode)];
      }
      const middle = Math.ceil(part.length / 2);
      return [...(await callPart(part.slice(0, middle))), ...(await callPart(part.slice(middle)))];
    }
  };
  return callPart(items);
}

function refused(errorCode: string): Error {
  const { sentence, action } = messageOf('REQUEST_REFUSED');
  return ApplicationFailure.nonRetryable(`S-360: ${sentence} (${errorCode}) ${action}`, 'REQUEST_REFUSED');
}
