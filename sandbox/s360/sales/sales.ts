import { hash32, pickAt } from '../../shared/random.js';
import { GONE, type BoxOfficeResult } from '../boxOffice.js';
import type { Product } from '../product.js';
import type { S360State } from '../state.js';
import type { ShipmentMode, TicketRow } from '../ticketRow.js';
import { link, linkedIds } from './cardLinks.js';
import { contactOf, newTicket, orderColumns, ticketOfCard } from './newTickets.js';
import { cards, matches, performances, type CardKind } from './offer.js';

export interface SaleOrder {
  readonly count: number;
  /** Decides who buys what; default 1. */
  readonly seed?: number;
  /** Default: performances of the organization, or all, as the seed has it. */
  readonly performanceId?: number;
  /** Default: that of the performance. */
  readonly organization?: string;
  readonly shipmentMode?: ShipmentMode;
}

export interface CardOrder {
  readonly count: number;
  readonly kind: CardKind;
  /** How many tickets belong to each card; default 0. */
  readonly tickets?: number;
  /** For which performances these are, in turn; default: matches. */
  readonly performanceIds?: readonly number[];
  readonly organization?: string;
  readonly productCode?: string;
}

export interface SoldTickets {
  readonly ticketIds: readonly number[];
  readonly fileNumbers: readonly number[];
}

export interface SoldCard {
  readonly ticketId: number;
  /** The tickets that belong to it. */
  readonly ticketIds: readonly number[];
}

const SALT = { size: 41, product: 42 } as const;
const LARGEST_ORDER = 4;
/** Of the people who buy cards. */
const CARD_SEED = 1;

/**
 * The people who sell, while everything else goes on: new tickets and cards are NOT_PRINTED, their data is complete and
 * their ids are greater than all others. A season ticket that is sold as «card and tickets» is a card and the tickets that
 * belong to it (S-360 manual, Digital Privileges Injection).
 */
export class Sales {
  readonly #state: S360State;

  constructor(state: S360State) {
    this.#state = state;
  }

  /** Sells tickets in orders of one to four, each for one performance. */
  sell({ count, seed = 1, performanceId, organization, shipmentMode }: SaleOrder): BoxOfficeResult<SoldTickets> {
    const offer = performances(this.#products, { performanceId, organization });
    if ('problem' in offer) return offer;
    const ticketIds: number[] = [];
    const fileNumbers: number[] = [];
    while (ticketIds.length < count) {
      const number = this.#state.store.count;
      const product = pickAt(offer.products, seed, number, SALT.product);
      const order = this.#newOrder(seed, organization ?? product.organization_code, shipmentMode);
      const size = Math.min(1 + (hash32(seed, number, SALT.size) % LARGEST_ORDER), count - ticketIds.length);
      for (let place = 0; place < size; place += 1) ticketIds.push(this.#idOf(this.#add(product, order, seed)));
      fileNumbers.push(order.file_id as number);
    }
    return { done: { ticketIds, fileNumbers } };
  }

  /** Sells cards, each to somebody else, and the tickets that belong to them. */
  sellCards(order: CardOrder): BoxOfficeResult<{ readonly cards: readonly SoldCard[] }> {
    const { count, tickets = 0, performanceIds, organization } = order;
    const onOffer: { readonly product: Product; readonly owner: string | null; readonly played: readonly Product[] }[] =
      [];
    for (const product of cards(this.#products, order)) {
      const owner = organization ?? product.organization_code;
      const played =
        tickets === 0 ? { products: [] } : matches(this.#products, { performanceIds, organization: owner });
      if ('problem' in played) return played;
      onOffer.push({ product, owner, played: played.products });
    }
    const sold = Array.from({ length: count }, (_, place) => {
      const { product, owner, played } = onOffer[place % onOffer.length] as (typeof onOffer)[number];
      const card = this.#add(product, this.#newOrder(CARD_SEED, owner), CARD_SEED);
      return { ticketId: this.#idOf(card), ticketIds: this.#addToCard(card, played, tickets) };
    });
    return { done: { cards: sold } };
  }

  /** More tickets for a card: for matches that it has no ticket for yet, then for all in turn. */
  addCardTickets(ticketId: number, count: number): BoxOfficeResult<{ readonly ticketIds: readonly number[] }> {
    const { store } = this.#state;
    const card = store.indexOf(ticketId);
    if (card === undefined) return { problem: '/ticketId: no such ticket' };
    if (!store.isCardAt(card)) return { problem: '/ticketId: this ticket is no card' };
    if (GONE.includes(store.stateAt(card))) return { problem: '/ticketId: this card is cancelled or invalidated' };
    const organization = store.valueAt(card, 'organization_code') as string | null;
    const played = matches(this.#products, { organization });
    if ('problem' in played) return played;
    const had = new Set(
      linkedIds(store, card)
        .map((id) => store.indexOf(id))
        .filter((index) => index !== undefined)
        .map((index) => store.valueAt(index, 'performance_id')),
    );
    const isHad = ({ performance_id: id }: Product): boolean => had.has(id);
    const missingFirst = [...played.products.filter((one) => !isHad(one)), ...played.products.filter(isHad)];
    return { done: { ticketIds: this.#addToCard(card, missingFirst, count) } };
  }

  get #products(): readonly Product[] {
    return this.#state.store.source.products;
  }

  /** An order of a new buyer, whose first ticket is the next one. */
  #newOrder(seed: number, organization: string | null, shipmentMode: ShipmentMode = 'BLOCKCHAIN'): Partial<TicketRow> {
    const buyer = { seed, number: this.#state.store.count };
    this.#state.contacts.create(contactOf(buyer));
    return orderColumns(buyer, organization, shipmentMode);
  }

  #add(product: Product, order: Partial<TicketRow>, seed: number): number {
    const { store, counters } = this.#state;
    counters.sold += 1;
    return store.add(newTicket(product, order, seed, store.count));
  }

  /** Puts so many tickets behind those that the card has, which changes its record. */
  #addToCard(card: number, played: readonly Product[], count: number): number[] {
    if (count === 0) return [];
    const { store, counters } = this.#state;
    const row = store.rowAt(card);
    const added: number[] = [];
    for (let place = 0; place < count; place += 1) {
      added.push(this.#idOf(store.add(ticketOfCard(row, played[place % played.length] as Product, store.count))));
    }
    counters.sold += count;
    link(store, card, [...linkedIds(store, card), ...added]);
    return added;
  }

  #idOf(index: number): number {
    return this.#state.store.idAt(index);
  }
}
