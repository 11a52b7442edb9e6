import { hash32, pickAt } from '../../shared/random.js';
import type { NewTicket } from '../addedTickets.js';
import type { NewContact } from '../contacts/contactStore.js';
import { fictivePhone, holderAt, type Holder } from '../data/holders.js';
import { personAt } from '../data/people.js';
import { CATEGORIES, priceOf, TARIFFS } from '../data/priceList.js';
import type { Product } from '../product.js';
import type { ShipmentMode, TicketRow } from '../ticketRow.js';

/** Files, movements and contacts of new tickets; longer than those of generated ones, or with another beginning. */
const FIRST_FILE_ID = 7_000_000_000;
const FIRST_MOVEMENT_ID = 70_000_000_000;
const FIRST_CONTACT_NUMBER = 700_000_000_000;

const SALT = { tariff: 31, category: 32, seat: 33 } as const;

/** Somebody who buys: the number is that of their first ticket in the store, which nobody else has. */
export interface Buyer {
  readonly seed: number;
  readonly number: number;
}

/** The buyer as a contact of the institution. */
export function contactOf({ seed, number }: Buyer): NewContact & { readonly contactNumber: string } {
  const { firstName, lastName, gender, language } = personAt(seed, number);
  return {
    contactNumber: String(FIRST_CONTACT_NUMBER + number),
    individualTitle: gender === 'M' ? 'MR' : gender === 'F' ? 'MRS' : null,
    individualFirstname: firstName,
    individualLastname: lastName,
    email: emailOf(number),
    individualPreferredLanguage: language,
    kind: 'INDIVIDUAL',
    hasInternetAccount: true,
    createdByInterface: false,
  };
}

/** What all tickets of an order have in common: who buys, and how it is delivered. */
export function orderColumns(
  buyer: Buyer,
  organization: string | null,
  shipmentMode: ShipmentMode,
): Partial<TicketRow> {
  const { seed, number } = buyer;
  const person = personAt(seed, number);
  return {
    organization_code: organization,
    file_id: FIRST_FILE_ID + number,
    shipment_mode_type: shipmentMode,
    ticket_model_blockchain: true,
    sales_channel_code: 'WEB',
    charges: 2_500,
    contingent_code: 'PUBLIC',
    contact_number: String(FIRST_CONTACT_NUMBER + number),
    contact_email: emailOf(number),
    contact_first_name: person.firstName,
    contact_last_name: person.lastName,
    contact_gender: person.gender,
    contact_language: person.language,
  };
}

/**
 * A ticket or a card of an order, with a complete holder: the buyer has the first ticket, the others are for friends.
 *
 * @param number the index that the ticket will have in the store
 */
export function newTicket(product: Product, order: Partial<TicketRow>, seed: number, number: number): NewTicket {
  const category = pickAt(CATEGORIES, seed, order.file_id ?? 0, SALT.category);
  const tariff = pickAt(TARIFFS, seed, number, SALT.tariff);
  const own: Partial<TicketRow> = {
    movement_id: FIRST_MOVEMENT_ID + number,
    tariff_code: tariff.code,
    seat_category_code: category.code,
    seat_category_name: category.name,
    price: priceOf(category, tariff),
    linked_ticket_ids: null,
    linked_tax_numbers: null,
    card_ticket_id: null,
  };
  return [own, holderOf(seed, number), seatOf(product, seed, number), order, product];
}

/**
 * A ticket for a performance that belongs to a card, and so to the card's holder.
 *
 * @param number the index that the ticket will have in the store
 */
export function ticketOfCard(card: TicketRow, performance: Product, number: number): NewTicket {
  const own: Partial<TicketRow> = {
    organization_code: card.organization_code,
    movement_id: FIRST_MOVEMENT_ID + number,
    linked_ticket_ids: null,
    linked_tax_numbers: null,
    card_ticket_id: card.ticket_id,
  };
  return [own, seatOf(performance, 1, number), performance, card];
}

/** The person of the ticket's own number: of an order's first ticket this is the buyer. */
function holderOf(seed: number, number: number): Holder {
  return { ...holderAt(seed, number), holder_email: emailOf(number), holder_phone: fictivePhone(number) };
}

function emailOf(number: number): string {
  return `buyer${String(number)}@example.org`;
}

function seatOf(
  { performance_id }: Product,
  seed: number,
  number: number,
): Pick<TicketRow, 'gate' | 'block' | 'row' | 'seat'> {
  if (performance_id === null) return { gate: null, block: null, row: null, seat: null };
  return {
    gate: String.fromCharCode(65 + (hash32(seed, number, SALT.seat) % 6)),
    block: String(201 + (Math.floor(number / 600) % 60)),
    row: String(1 + (Math.floor(number / 20) % 30)),
    seat: String(1 + (number % 20)),
  };
}
