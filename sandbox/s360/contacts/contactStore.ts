import type { TicketSource } from '../ticketSource.js';
import {
  columnsOfContact,
  comparableEmail,
  NO_DETAILS,
  type Contact,
  type ContactColumns,
  type ContactDetails,
} from './contact.js';
import { TicketContacts } from './ticketContacts.js';

/** Numbers of new contacts: longer than those of generated tickets. */
const FIRST_NUMBER = 900_000_000_000;

/** What a contact is created from; what is not given is not known. */
export type NewContact = Partial<ContactDetails> &
  Pick<Contact, 'kind' | 'hasInternetAccount' | 'createdByInterface'> & { readonly contactNumber?: string | null };

/** The contacts of the institution: those of its tickets, and on top of them only what is new or has changed. */
export class ContactStore {
  readonly #ofTickets: TicketContacts;
  /** Contacts that are new or have changed, in the order in which they became so. */
  readonly #held = new Map<string, Contact>();
  /** Of the contacts held, the new ones in the order of their creation. */
  readonly #created: string[] = [];
  readonly #placeOfCreated = new Map<string, number>();
  /** Numbers of the contacts held, by e-mail. */
  readonly #heldByEmail = new Map<string, Set<string>>();
  #nextNumber = FIRST_NUMBER;

  constructor(source: TicketSource) {
    this.#ofTickets = new TicketContacts(source);
  }

  byNumber(contactNumber: string): Contact | undefined {
    return this.#held.get(contactNumber) ?? this.#ofTickets.byNumber(contactNumber);
  }

  /** How the rows of its tickets show this contact now, or undefined when nobody has the number. */
  columnsOf(contactNumber: string): ContactColumns | undefined {
    const contact = this.byNumber(contactNumber);
    return contact === undefined ? undefined : columnsOfContact(contact);
  }

  /** Every contact with this e-mail. */
  byEmail(email: string): Contact[] {
    if (comparableEmail(email) === '') return [];
    const held = [...(this.#heldByEmail.get(comparableEmail(email)) ?? [])].map((number) => this.#held.get(number));
    return [
      ...held.filter((contact) => contact !== undefined),
      ...this.#ofTickets.byEmail(email).filter(({ contactNumber }) => !this.#held.has(contactNumber)),
    ];
  }

  /**
   * All contacts behind this one (null: from the first): those of tickets in the order of their first tickets, then the
   * new ones in the order of their creation.
   *
   * @param after the number of one of them
   */
  *after(after: string | null): Iterable<Contact> {
    const place = after === null ? undefined : this.#placeOfCreated.get(after);
    if (place === undefined) {
      for (const contact of this.#ofTickets.after(after)) yield this.#held.get(contact.contactNumber) ?? contact;
    }
    for (const number of this.#created.slice(place === undefined ? 0 : place + 1)) {
      const contact = this.#held.get(number);
      if (contact !== undefined) yield contact;
    }
  }

  /** Adds a contact, also when there is one with this e-mail. Its number, if it has one, is nobody's yet. */
  create({ contactNumber, ...contact }: NewContact): Contact {
    const created = { ...NO_DETAILS, ...contact, contactNumber: contactNumber ?? this.#newNumber(), updates: 0 };
    this.#placeOfCreated.set(created.contactNumber, this.#created.push(created.contactNumber) - 1);
    this.#hold(created);
    return created;
  }

  change(contact: Contact, set: Partial<Contact>): void {
    this.#hold({ ...contact, ...set });
  }

  #hold(contact: Contact): void {
    const before = this.#held.get(contact.contactNumber);
    if (before !== undefined) this.#heldByEmail.get(comparableEmail(before.email ?? ''))?.delete(before.contactNumber);
    this.#held.set(contact.contactNumber, contact);
    const email = comparableEmail(contact.email ?? '');
    const numbers = this.#heldByEmail.get(email);
    if (numbers === undefined) this.#heldByEmail.set(email, new Set([contact.contactNumber]));
    else numbers.add(contact.contactNumber);
  }

  #newNumber(): string {
    for (;;) {
      const number = String(this.#nextNumber);
      this.#nextNumber += 1;
      if (this.byNumber(number) === undefined) return number;
    }
  }
}
