import { relink } from './sales/cardLinks.js';
import { drawTickets, type TicketDraw } from './ticketDraw.js';
import type { TicketState } from './ticketRow.js';
import type { TicketStore } from './ticketStore.js';

/** Which tickets: by id, or so many drawn from those that match. */
export type TicketChoice = { readonly ticketIds: readonly number[] } | TicketDraw;

/** What the box office did, or what is wrong with the order; then nothing was done. */
export type BoxOfficeResult<Done> = { readonly done: Done } | { readonly problem: string };

export interface ChangedTickets {
  readonly changed: number;
  readonly ticketIds: readonly number[];
}

export interface ReprintedPairs {
  readonly changed: number;
  /** The ticket that was invalidated, and the new one for its seat. */
  readonly reprinted: readonly { readonly ticketId: number; readonly newTicketId: number }[];
}

/** There is nothing left to sell or print of these. */
export const GONE: readonly TicketState[] = ['CANCELLED', 'INVALIDATED'];

/**
 * The people who sell: they cancel, invalidate, reprint and change tickets, each order as a whole or not at all, whatever
 * an export is doing meanwhile. Every change is a change of the ticket's record.
 *
 * States and what leads to them: S-360 manual, Ticket states; 2. Push Cancelled or Invalidated Tickets (invalidation,
 * reprint, posting on resale). Names of causes are this sandbox's own where the manual gives none.
 */
export class BoxOffice {
  readonly #store: TicketStore;

  constructor(store: TicketStore) {
    this.#store = store;
  }

  cancel(choice: TicketChoice, cause = 'CUSTOMER_REQUEST'): BoxOfficeResult<ChangedTickets> {
    return this.#change(choice, { ticket_state: 'CANCELLED', cancellation_cause: cause });
  }

  /** @param cause such as INVALIDATED, RESALE_PENDING */
  invalidate(choice: TicketChoice, cause: string): BoxOfficeResult<ChangedTickets> {
    return this.#change(choice, { ticket_state: 'INVALIDATED', cancellation_cause: cause });
  }

  /** Another cause for tickets that are cancelled or invalidated. */
  changeReason(ticketIds: readonly number[], cause: string): BoxOfficeResult<ChangedTickets> {
    return this.#change({ ticketIds }, { cancellation_cause: cause }, (state) =>
      GONE.includes(state) ? null : 'is neither cancelled nor invalidated',
    );
  }

  /** @param price in thousandths of the currency */
  changePrice(ticketIds: readonly number[], price: number): BoxOfficeResult<ChangedTickets> {
    return this.#change({ ticketIds }, { price });
  }

  /** Invalidates tickets (REPRINTED) and puts a new one, not printed yet, in the place of each. */
  reprint(ticketIds: readonly number[]): BoxOfficeResult<ReprintedPairs> {
    const found = this.#find({ ticketIds }, (state) => (GONE.includes(state) ? 'is cancelled or invalidated' : null));
    if ('problem' in found) return found;
    const reprinted = found.done.map((index) => {
      const added = this.#store.add([this.#store.rowAt(index)]);
      relink(this.#store, index, added);
      this.#store.change(index, { ticket_state: 'INVALIDATED', cancellation_cause: 'REPRINTED' });
      return { ticketId: this.#store.idAt(index), newTicketId: this.#store.idAt(added) };
    });
    return { done: { changed: reprinted.length, reprinted } };
  }

  #change(
    choice: TicketChoice,
    columns: Parameters<TicketStore['change']>[1],
    refuses?: (state: TicketState) => string | null,
  ): BoxOfficeResult<ChangedTickets> {
    const found = this.#find(choice, refuses);
    if ('problem' in found) return found;
    for (const index of found.done) this.#store.change(index, columns);
    return { done: { changed: found.done.length, ticketIds: found.done.map((index) => this.#store.idAt(index)) } };
  }

  #find(choice: TicketChoice, refuses?: (state: TicketState) => string | null): BoxOfficeResult<number[]> {
    if (!('ticketIds' in choice)) return { done: drawTickets(this.#store, choice) };
    const indexes = new Set<number>();
    for (const [place, ticketId] of choice.ticketIds.entries()) {
      const index = this.#store.indexOf(ticketId);
      if (index === undefined) return { problem: `/ticketIds/${String(place)}: no such ticket` };
      const refusal = refuses?.(this.#store.stateAt(index)) ?? null;
      if (refusal !== null) return { problem: `/ticketIds/${String(place)}: this ticket ${refusal}` };
      indexes.add(index);
    }
    return { done: [...indexes] };
  }
}
