import { toWallClock } from './data/wallClock.js';
import type { S360State } from './state.js';
import { drawTickets, type TicketDraw } from './ticketDraw.js';

/** Whose tickets come to the gates: some by their ids, or so many drawn. */
export type GateOrder = { readonly ticketIds: readonly number[] } | TicketDraw;

export interface Controlled {
  /** How many were let in. */
  readonly controlled: number;
  readonly ticketIds: readonly number[];
  /** How many had been let in before. */
  readonly again: number;
  readonly refused: readonly Refused[];
}

interface Refused {
  readonly ticketId: number;
  readonly why: 'CANCELLED' | 'INVALIDATED' | 'UNKNOWN';
}

/**
 * The gates: who is let in has a CONTROLLED ticket from then on, whether it was printed or not (S-360 manual, Ticket
 * states). That is a change of its record. A second control changes nothing, and what is cancelled, invalidated or unknown
 * is turned away.
 */
export function control({ store, clock, counters }: S360State, order: GateOrder): Controlled {
  const drawn = 'ticketIds' in order ? order.ticketIds : drawTickets(store, order).map((index) => store.idAt(index));
  const controlledAt = toWallClock(clock.millis());
  const ticketIds: number[] = [];
  const refused: Refused[] = [];
  let again = 0;
  for (const ticketId of drawn) {
    const index = store.indexOf(ticketId);
    const state = index === undefined ? undefined : store.stateAt(index);
    if (index === undefined) {
      refused.push({ ticketId, why: 'UNKNOWN' });
    } else if (state === 'CANCELLED' || state === 'INVALIDATED') {
      refused.push({ ticketId, why: state });
    } else if (state === 'CONTROLLED') {
      again += 1;
    } else {
      store.change(index, { ticket_state: 'CONTROLLED', controlled_at: controlledAt });
      ticketIds.push(ticketId);
    }
  }
  counters.controlled += ticketIds.length;
  counters.controlledAgain += again;
  counters.controlRefused += refused.length;
  return { controlled: ticketIds.length, ticketIds, again, refused };
}
