import { systemicMinimum, type ParkingReason } from '../domain/parking.js';
import { partsOf } from '../domain/parts.js';
import type { RefusedTicket } from '../tixngo/connection.js';
import { AllRefused, PartlySent, sendBisecting, type TicketOutcome } from './bisect.js';
import { stopIfSystemic, systemic } from './refusals.js';
import { severalAtOnce } from './severalAtOnce.js';

/** How the tickets of one page go to TIXNGO. */
export interface ChunkedSending<Item, Wire extends { readonly ticketId: string }, Outcome extends TicketOutcome> {
  /** Tickets in one call. */
  readonly chunkSize: number;
  /** Calls that may be under way at the same time; default 1. */
  readonly atOnce?: number;
  readonly pageSize: number;
  readonly wireOf: (item: Item) => Wire;
  readonly send: (part: readonly Wire[]) => Promise<Outcome[]>;
  readonly settle: (item: Item, outcome: Outcome | RefusedTicket) => void;
  /**
   * Tickets of which an answer said no readable word.
   *
   * @param sentAgain they were sent for the second time by this page
   * @returns those that are to be sent once more: half of an answer can get lost, and says nothing about its tickets
   */
  readonly settleUnread: (items: readonly Item[], sentAgain: boolean) => Promise<readonly Item[]>;
  readonly chunkDone: () => void;
  /** What was parked of the page so far; `settle` adds to it. */
  readonly parked: readonly ParkingReason[];
}

/**
 * Sends a page in chunks. A call that is refused as a whole is halved until the wrong tickets are alone. A chunk whose first tickets are all
 * refused for one reason is put off until the others are through, so that a handful of bad tickets never stops a page.
 *
 * @throws ApplicationFailure SYSTEMIC_REFUSAL when most of the page is refused for one reason, and whatever `send` throws
 */
export async function sendInChunks<
  Item extends { readonly id: string },
  Wire extends { readonly ticketId: string },
  Outcome extends TicketOutcome,
>(items: readonly Item[], work: ChunkedSending<Item, Wire, Outcome>): Promise<void> {
  const putOff: Item[][] = [];

  const sendChunk = async (chunk: readonly Item[], mayGiveUp: boolean, sentAgain = false): Promise<void> => {
    const byId = new Map(chunk.map((item) => [item.id, item]));
    const settle = (outcomes: readonly (Outcome | RefusedTicket)[]): Item[] => {
      const unread: Item[] = [];
      for (const outcome of outcomes) {
        const item = byId.get(outcome.ticketId);
        if (item === undefined) continue;
        if (outcome.kind === 'unknown') unread.push(item);
        else work.settle(item, outcome);
      }
      return unread;
    };
    let unread: Item[];
    try {
      unread = settle(await sendBisecting(chunk.map(work.wireOf), work.send, mayGiveUp));
    } catch (error) {
      if (!(error instanceof PartlySent)) throw error;
      const done = error.done as readonly (Outcome | RefusedTicket)[];
      unread = settle(done);
      if (!(error.cause instanceof AllRefused)) throw error.cause;
      const answered = new Set(done.map(({ ticketId }) => ticketId));
      putOff.push(chunk.filter(({ id }) => !answered.has(id)));
      const refused = putOff.reduce((sum, rest) => sum + rest.length, work.parked.length);
      // The first five refused of each such chunk stand for all of it: more than half of the page is no matter of single tickets.
      if (refused >= systemicMinimum && refused * 2 > work.pageSize) throw systemic(error.cause.reason);
    }
    work.chunkDone();
    stopIfSystemic(work.parked, work.pageSize);
    if (unread.length === 0) return;
    const open = await work.settleUnread(unread, sentAgain);
    if (open.length > 0) await sendChunk(open, mayGiveUp, true);
  };

  await severalAtOnce(partsOf(items, work.chunkSize), work.atOnce ?? 1, (chunk) => sendChunk(chunk, true));
  for (const rest of putOff) await sendChunk(rest, false);
}
