import { CallFailed } from '../http/callFailed.js';
import type { RefusedTicket } from '../tixngo/connection.js';

const enoughLeaves = 5;

/** What TIXNGO says of one ticket of a call; the other kinds differ from operation to operation. */
export interface TicketOutcome {
  readonly ticketId: string;
  readonly kind: string;
}

/** Every ticket of a call was refused alone too, all for one reason: no matter of single tickets. */
export class AllRefused extends Error {
  override readonly name = 'AllRefused';
  constructor(readonly reason: string) {
    super(reason);
  }
}

/**
 * Sends a chunk; if TIXNGO refuses it as a whole without saying which tickets are wrong, halves it until the wrong ones are alone.
 * When the first five single tickets are refused for one reason and nothing was accepted so far, it stops: then the cause may be systemic.
 * The halves are made of tickets from all over the chunk, so that these five are a sample of it and not one bad order.
 *
 * @param mayGiveUp false goes on to the last ticket, whatever the first ones met
 * @returns an outcome for every ticket, in the order of the tickets
 * @throws AllRefused, and whatever `send` throws that is not a refusal of the whole call
 */
export async function sendBisecting<Ticket extends { readonly ticketId: string }, Outcome extends TicketOutcome>(
  tickets: readonly Ticket[],
  send: (tickets: readonly Ticket[]) => Promise<Outcome[]>,
  mayGiveUp = true,
): Promise<(Outcome | RefusedTicket)[]> {
  const done: (Outcome | RefusedTicket)[] = [];
  const leaves = new Map<string, number>();
  let anyAccepted = false;

  const sendPart = async (part: readonly Ticket[]): Promise<void> => {
    try {
      const results = await send(part);
      anyAccepted ||= results.some(({ kind }) => kind !== 'refused' && kind !== 'unknown');
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
        if (mayGiveUp && count >= enoughLeaves && !anyAccepted) throw new AllRefused(reason);
        done.push({
          ticketId: only.ticketId,
          kind: 'refused',
          code,
          ...(error.field === undefined ? {} : { field: error.field }),
        });
        return;
      }
      // The whole chunk goes in its own order; only when it is split, it is mixed.
      const mixed = part === tickets ? spread(part) : part;
      const middle = Math.ceil(part.length / 2);
      await sendPart(mixed.slice(0, middle));
      await sendPart(mixed.slice(middle));
    }
  };
  try {
    await sendPart(tickets);
  } catch (error) {
    throw new PartlySent(inOrderOf(tickets, done), error);
  }
  return inOrderOf(tickets, done);
}

/** Neighbours far apart: in the order of their positions with the bits reversed (0, 4, 2, 6, 1, 5, 3, 7). */
function spread<T>(items: readonly T[]): T[] {
  const bits = Math.ceil(Math.log2(Math.max(2, items.length)));
  const reversed = (position: number): number => {
    let result = 0;
    for (let bit = 0; bit < bits; bit += 1) result = result * 2 + (Math.floor(position / 2 ** bit) % 2);
    return result;
  };
  return items
    .map((item, position) => ({ item, key: reversed(position) }))
    .sort((left, right) => left.key - right.key)
    .map(({ item }) => item);
}

function inOrderOf<Outcome extends TicketOutcome>(
  tickets: readonly { readonly ticketId: string }[],
  outcomes: readonly Outcome[],
): Outcome[] {
  const position = new Map(tickets.map(({ ticketId }, i) => [ticketId, i]));
  return outcomes.toSorted((left, right) => (position.get(left.ticketId) ?? 0) - (position.get(right.ticketId) ?? 0));
}

/** A chunk failed after some of its parts had their answer: those are told, so that what was accepted is marked. */
export class PartlySent<Outcome extends TicketOutcome = TicketOutcome> extends Error {
  override readonly name = 'PartlySent';
  constructor(
    readonly done: readonly Outcome[],
    override readonly cause: unknown,
  ) {
    super('a chunk was sent in part');
  }
}
