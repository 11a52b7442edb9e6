import { hash32, pickAt, randomAt } from '../../shared/random.js';
import { Catalogue } from '../catalogue.js';
import type { Product } from '../product.js';
import type { TicketSource } from '../ticketSource.js';
import {
  DEFAULT_ORGANIZATION,
  type ColumnName,
  type ColumnValue,
  type ShipmentMode,
  type TicketRow,
  type TicketState,
} from '../ticketRow.js';
import { spoil } from './badData.js';
import { fictivePhone, holderAt, type Holder } from './holders.js';
import { allProducts, programme, type Programme } from './items.js';
import { placeOf } from './orders.js';
import { personAt } from './people.js';
import { CATEGORIES, priceOf, TARIFFS, type Category, type Tariff } from './priceList.js';
import { toWallClock } from './wallClock.js';

/** One number for each independent decision about a ticket or an order. */
const SALT = {
  id: 1,
  item: 2,
  itemKind: 3,
  shipment: 4,
  state: 5,
  cause: 6,
  tariff: 7,
  category: 8,
  channel: 9,
  seat: 10,
  contact: 11,
  reuse: 12,
  holder: 13,
  holderGap: 14,
  bad: 15,
  badKind: 16,
  barcode: 17,
  updated: 18,
  model: 19,
  contingent: 20,
  mail: 22,
} as const;

const FIRST_TICKET_ID = 10_228_300_000_000;
const ID_STEP = 37;
const FIRST_FILE_ID = 5_000_000_000;
const FIRST_MOVEMENT_ID = 30_000_000_000;
const FIRST_TAX_NUMBER = 700_000_000;

const SALES_CHANNELS = ['WEB', 'WEB', 'WEB', 'BOXOFFICE', 'PHONE'] as const;
const CONTINGENTS = ['PUBLIC', 'PUBLIC', 'MEMBERS', 'PARTNERS', null] as const;
const MAIL_DOMAINS = ['example.org', 'example.com', 'example.net'] as const;
const CANCELLATION_CAUSES = ['CUSTOMER_REQUEST', 'EVENT_CANCELLED', 'PAYMENT_FAILED'] as const;
const INVALIDATION_CAUSES = ['REPRINT', 'LOST', 'RESALE'] as const;
const MANDATORY_HOLDER_COLUMNS = [
  'holder_first_name',
  'holder_last_name',
  'holder_birth_date',
  'holder_id_number',
  'holder_country_code',
  'holder_birth_region',
  'holder_birth_place',
] as const satisfies readonly ColumnName[];

/** The last change of a ticket lies in the first half of 2026, before anything that a run can do to it. */
const UPDATED_FROM = Date.UTC(2026, 0, 1);
const UPDATED_SPAN_SECONDS = 180 * 86_400;

/**
 * Tickets as a pure function of (seed, index): any number of them, none held.
 *
 * Orders of 1 to 6 tickets; 82 % of the orders are for dated events, the rest for open passes, services and cards. 70 %
 * of the orders are delivered by BLOCKCHAIN, 4 % are of a ticket model without it. About 5 % of the tickets have a gap in
 * their holder's data and 0.3 % a mistake that TIXNGO must refuse. The first ticket of each performance is a single order
 * without any of that, so that every performance has a ticket to inject.
 */
export class GeneratedTickets implements TicketSource {
  readonly count: number;
  readonly catalogue = new Catalogue();
  readonly products: readonly Product[];
  readonly #seed: number;
  readonly #programme: Programme;

  /**
   * @param events how many distinct performances there are
   * @param organizations to which products and performances belong in turn
   */
  constructor(seed: number, count: number, events: number, organizations: readonly string[] = [DEFAULT_ORGANIZATION]) {
    this.#seed = seed;
    this.count = count;
    this.#programme = programme(seed, events, organizations);
    this.products = allProducts(this.#programme);
    for (const item of this.products) this.catalogue.addFrom(item);
    for (const { code } of TARIFFS) this.catalogue.add('tariff', code);
    for (const { code } of CATEGORIES) this.catalogue.add('category', code);
    for (const channel of SALES_CHANNELS) this.catalogue.add('salesChannel', channel);
  }

  idAt(index: number): number {
    return FIRST_TICKET_ID + index * ID_STEP + (hash32(this.#seed, index, SALT.id) % ID_STEP);
  }

  valueAt(index: number, column: ColumnName): ColumnValue {
    switch (column) {
      case 'ticket_id':
        return this.idAt(index);
      case 'ticket_state':
        return this.#fateOf(index).ticket_state;
      case 'printed_by':
        return this.#fateOf(index).printed_by;
      case 'tax_number':
        return taxNumber(index);
      case 'contact_number':
        return contactNumber(this.#contactOf(this.#orderOf(index)));
      case 'contact_email':
        // A mistake may have taken it away.
        return this.#isSpoiled(index)
          ? this.rowAt(index).contact_email
          : this.#mailOf(this.#contactOf(this.#orderOf(index)));
      case 'file_id':
        return fileId(this.#orderOf(index));
      case 'shipment_mode_type':
        return this.#shipmentOf(this.#orderOf(index));
      case 'ticket_model_blockchain':
        return this.#modelOf(this.#orderOf(index));
      case 'sales_channel_code':
        return pickAt(SALES_CHANNELS, this.#seed, this.#orderOf(index), SALT.channel);
      case 'tariff_code':
        return this.#tariffOf(index).code;
      case 'seat_category_code':
        return this.#categoryOf(this.#orderOf(index)).code;
      case 'season_code':
      case 'product_kind':
      case 'product_family':
      case 'product_code':
      case 'activity_code':
      case 'performance_id':
      case 'organization_code':
        return this.#itemOf(this.#orderOf(index))[column];
      default:
        return this.rowAt(index)[column];
    }
  }

  rowAt(index: number): TicketRow {
    const seed = this.#seed;
    const { order, position } = placeOf(seed, this.#programme.performances.length, index);
    const item = this.#itemOf(order);
    const fate = this.#fateOf(index);
    const category = this.#categoryOf(order);
    const tariff = this.#tariffOf(index);
    const seat = hash32(seed, order, SALT.seat);
    const seated = item.performance_id !== null;
    const contact = this.#contactOf(order);
    const buyer = personAt(seed, contact);
    const buyerMail = this.#mailOf(contact);
    const row: TicketRow = {
      ticket_id: this.idAt(index),
      tax_number: taxNumber(index),
      barcode: this.#barcodeOf(index),
      ticket_state: fate.ticket_state,
      cancellation_cause: fate.cancellation_cause,
      file_id: fileId(order),
      movement_id: FIRST_MOVEMENT_ID + index * 3,
      product_kind: item.product_kind,
      product_code: item.product_code,
      product_name: item.product_name,
      product_family: item.product_family,
      activity_code: item.activity_code,
      activity_name: item.activity_name,
      season_code: item.season_code,
      season_start: item.season_start,
      season_end: item.season_end,
      performance_id: item.performance_id,
      performance_name: item.performance_name,
      host_team: item.host_team,
      opposing_team: item.opposing_team,
      start: item.start,
      end: item.end,
      validity_start: item.validity_start,
      validity_end: item.validity_end,
      time_zone: item.time_zone,
      site: item.site,
      city: item.city,
      zip: item.zip,
      country_code: item.country_code,
      address_line1: item.address_line1,
      address_line2: item.address_line2,
      address_line3: item.address_line3,
      shipment_mode_type: this.#shipmentOf(order),
      ticket_model_blockchain: this.#modelOf(order),
      sales_channel_code: pickAt(SALES_CHANNELS, seed, order, SALT.channel),
      printed_by: fate.printed_by,
      tariff_code: tariff.code,
      seat_category_code: category.code,
      seat_category_name: category.name,
      price: priceOf(category, tariff),
      charges: order % 3 === 0 ? 0 : 2_500,
      currency: item.currency,
      gate: seated ? String.fromCharCode(65 + (seat % 6)) : null,
      block: seated ? String(101 + ((seat >>> 4) % 40)) : null,
      row: seated ? String(1 + ((seat >>> 10) % 30)) : null,
      seat: seated ? String(1 + ((seat >>> 16) % 25) + position) : null,
      contingent_code: pickAt(CONTINGENTS, seed, order, SALT.contingent),
      contact_number: contactNumber(contact),
      contact_email: buyerMail,
      contact_first_name: buyer.firstName,
      contact_last_name: buyer.lastName,
      contact_gender: buyer.gender,
      contact_language: buyer.language,
      ...this.#holderOf(index, position, contact, buyerMail),
      comfort_tixact: item.comfort_tixact,
      comfort_tixstart: item.comfort_tixstart,
      comfort_tixexp: item.comfort_tixexp,
      comfort_tixrgrp: item.comfort_tixrgrp,
      updated_at: toWallClock(UPDATED_FROM + (hash32(seed, order, SALT.updated) % UPDATED_SPAN_SECONDS) * 1000),
      controlled_at: null,
      organization_code: item.organization_code,
      linked_ticket_ids: null,
      linked_tax_numbers: null,
      card_ticket_id: null,
    };
    return this.#isSpoiled(index) ? spoil(row, hash32(seed, index, SALT.badKind)) : row;
  }

  #isSpoiled(index: number): boolean {
    return !this.#isFirstOfPerformance(index) && randomAt(this.#seed, index, SALT.bad) < 0.003;
  }

  #mailOf(contact: number): string {
    return `visitor${String(contact)}@${pickAt(MAIL_DOMAINS, this.#seed, contact, SALT.mail)}`;
  }

  #orderOf(index: number): number {
    return placeOf(this.#seed, this.#programme.performances.length, index).order;
  }

  #isFirstOfPerformance(orderOrIndex: number): boolean {
    return orderOrIndex < this.#programme.performances.length;
  }

  #itemOf(order: number): Product {
    const { performances, openPasses, services, membershipCards, seasonTicketCards } = this.#programme;
    const first = performances[order];
    if (first !== undefined) return first;
    const kind = randomAt(this.#seed, order, SALT.itemKind);
    const among =
      kind < 0.82 && performances.length > 0
        ? performances
        : kind < 0.9
          ? openPasses
          : kind < 0.94
            ? services
            : kind < 0.98
              ? membershipCards
              : seasonTicketCards;
    return pickAt(among, this.#seed, order, SALT.item);
  }

  #shipmentOf(order: number): ShipmentMode {
    if (this.#isFirstOfPerformance(order)) return 'BLOCKCHAIN';
    const share = randomAt(this.#seed, order, SALT.shipment);
    return share < 0.7 ? 'BLOCKCHAIN' : share < 0.85 ? 'PRINT_AT_HOME' : share < 0.95 ? 'PICK_UP' : 'POSTAL';
  }

  #modelOf(order: number): boolean {
    return this.#isFirstOfPerformance(order) || randomAt(this.#seed, order, SALT.model) >= 0.04;
  }

  /** State, cause and printer: most tickets for phones are not printed yet, half of the others are, elsewhere. */
  #fateOf(index: number): Pick<TicketRow, 'ticket_state' | 'cancellation_cause' | 'printed_by'> {
    const share = this.#isFirstOfPerformance(index) ? 1 : randomAt(this.#seed, index, SALT.state);
    const shipment = this.#shipmentOf(this.#orderOf(index));
    const causes: Partial<Record<TicketState, readonly string[]>> = {
      CANCELLED: CANCELLATION_CAUSES,
      INVALIDATED: INVALIDATION_CAUSES,
    };
    const ticket_state: TicketState =
      share < 0.015
        ? 'CANCELLED'
        : share < 0.02
          ? 'INVALIDATED'
          : share < (shipment === 'BLOCKCHAIN' ? 0.03 : 0.5)
            ? 'PRINTED'
            : 'NOT_PRINTED';
    return {
      ticket_state,
      cancellation_cause: pickAt(causes[ticket_state] ?? ['NOT_CANCELLED'], this.#seed, index, SALT.cause),
      printed_by: ticket_state !== 'PRINTED' ? null : shipment === 'PICK_UP' ? 'BOXOFFICE;GATE1' : 'WEB;SHOP',
    };
  }

  #tariffOf(index: number): Tariff {
    return pickAt(TARIFFS, this.#seed, index, SALT.tariff);
  }

  #categoryOf(order: number): Category {
    return pickAt(CATEGORIES, this.#seed, order, SALT.category);
  }

  /** Two orders of five are placed by somebody who has ordered before. */
  #contactOf(order: number): number {
    if (randomAt(this.#seed, order, SALT.reuse) >= 0.4) return order;
    return hash32(this.#seed, order, SALT.contact) % (order + 1);
  }

  /** Nineteen digits, with leading zeros in one ticket of ten; the last eight are the ticket's own. */
  #barcodeOf(index: number): string {
    const digits = String(hash32(this.#seed, index, SALT.barcode) % 1_000_000_000).padStart(11, '0');
    return `${index % 10 === 0 ? digits : `4${digits.slice(1)}`}${String(index).padStart(8, '0')}`;
  }

  /** The first ticket of an order and every third one is the buyer's own, the others are for friends. */
  #holderOf(index: number, position: number, contact: number, buyerMail: string): Holder {
    const seed = this.#seed;
    const h = hash32(seed, index, SALT.holder);
    const own = position === 0 || h % 3 === 0;
    const number = own ? contact : 1_000_000_000 + index;
    const holder: Holder = {
      ...holderAt(seed, number),
      holder_email: own ? buyerMail : h % 5 < 3 ? `friend${String(index)}@example.org` : null,
      holder_phone: h % 2 === 0 ? fictivePhone(h >>> 8) : null,
    };
    if (this.#isFirstOfPerformance(index) || randomAt(seed, index, SALT.holderGap) >= 0.05) return holder;
    return { ...holder, [pickAt(MANDATORY_HOLDER_COLUMNS, seed, index, SALT.holderGap)]: null };
  }
}

function fileId(order: number): number {
  return FIRST_FILE_ID + order * 3;
}

function taxNumber(index: number): string {
  return String(FIRST_TAX_NUMBER + index * 7);
}

function contactNumber(contact: number): string {
  return String(contact).padStart(10, '0');
}
