import type { TixngoTicket } from '../domain/tixngoTicket.js';
import { CallFailed } from '../http/callFailed.js';
import type { InjectionOutcome } from '../tixngo/client.js';

const enoughLeaves = 5;

/** Every ticket of a call was refused alone too, all for one reason: no matter of single tickets. */
export class AllRefused extends Error {
  override readonly name = 'AllRefused';
  constructor(readonly reason: string) {
    super(reason);
  }
}

/**
 * Sends a chunk; if TIXNGO refuses it as a whole without saying which tickets are wrong, halves it until the wrong ones are alone.
 * When the first five single tickets are refused for one reason and nothing was accepted so far, it stops: then the cause is systemic.
 *
 * @throws AllRefused, and whatever `send` throws that is not a refusal of the whole call
 */
export async function sendBisecting(
  tickets: readonly TixngoTicket[],
  send: (tickets: readonly TixngoTicket[]) => Promise<InjectionOutcome[]>,
): Promise<InjectionOutcome[]> {
  const done: InjectionOutcome[] = [];
  const leaves = new Map<string, number>();
  let anyAccepted = false;

  const sendPart = async (part: readonly TixngoTicket[]): Promise<void> => {
    try {
      const results = await send(part);
      anyAccepted ||= results.some((result) => result.kind === 'accepted');
      done.push(...results);
    } catch (error) {
      if (!(error instanceof CallFailed) || error.outcome !== 'splitPage') throw error;
      const [only, ...others] = part;
      if (only === undefined) return;
      if (others.length === 0) {
        const code = error.errorKey ?? 'TICKET_REFUSED';
        const reason = error.field === undefined ? code : `${code} ${error.field}`;
        const count = (leaves.get(reason) ?? 0) + 1;
        leaves.set(reason, count);
        if (count >= enoughLeaves && !anyAccepted) throw new AllRefused(reason);
        done.push({
          ticketId: only.ticketId,
          kind: 'refused',
          code,
          ...(error.field === undefined ? {} : { field: error.field }),
        });
        return;
      }
      const middle = Math.ceil(part.length / 2);
      await sendPart(part.slice(0, middle));
      await sendPart(part.slice(middle));
    }
  };
  try {
    await sendPart(tickets);
  } catch (error) {
    throw new PartlySent(done, error);
  }
  return done;
}

/** A chunk failed after some of its parts had their answer: those are told, so that what was accepted is marked. */
export class PartlySent extends Error {
  override readonly name = 'PartlySent';
  constructor(
    readonly done: readonly InjectionOutcome[],
    override readonly cause: unknown,
  ) {
    super('a chunk was sent in part');
  }
}
