import { hashOfText, TextIndex } from '../textIndex.js';
import type { TicketRow } from '../ticketRow.js';
import type { TicketSource } from '../ticketSource.js';
import { comparableEmail, NO_DETAILS, type Contact } from './contact.js';

/** Behind the number of a contact, the number of the second one with its e-mail. */
const SECOND = '-2';

/** Of 50 contacts: what a contact's number decides about it. Most have an account and an e-mail of their own. */
const FATES = 50;
const WITH_RELAY = 0;
const WITH_ONE_WITHOUT_ACCOUNT = 1;
const WITHOUT_ACCOUNT_BUT_RELAY = 2;
const WITHOUT_ACCOUNT: readonly number[] = [WITHOUT_ACCOUNT_BUT_RELAY, 3, 4];
/** Of 25 contacts, one has its e-mail in capitals. */
const CAPITALS = 25;

/**
 * The contacts that the institution has from its tickets, as they were when the sandbox started; none is held. A contact
 * is what the first row with its number says. A few e-mails belong to two contacts: a relay beside an individual, or one
 * without internet account beside one that has it; a few contacts have no account at all.
 */
export class TicketContacts {
  readonly #source: TicketSource;
  readonly #byNumber: TextIndex;
  readonly #byEmail: TextIndex;

  constructor(source: TicketSource) {
    this.#source = source;
    const count = (): number => source.count;
    this.#byNumber = new TextIndex(count, (index) => this.#numberAt(index));
    this.#byEmail = new TextIndex(count, (index) => {
      const email = source.valueAt(index, 'contact_email');
      return typeof email === 'string' ? comparableEmail(email) : null;
    });
  }

  /** The contact with this number, or undefined. */
  byNumber(contactNumber: string): Contact | undefined {
    const row = this.#rowOf(contactNumber);
    if (row !== undefined) return contactOf(row, contactNumber);
    if (!contactNumber.endsWith(SECOND)) return undefined;
    const first = this.byNumber(contactNumber.slice(0, -SECOND.length));
    return first === undefined ? undefined : secondOf(first);
  }

  /** The contacts with this e-mail. */
  byEmail(email: string): Contact[] {
    const wanted = comparableEmail(email);
    const numbers = new Set<string>();
    for (const index of this.#byEmail.indexesOf(wanted)) numbers.add(this.#numberAt(index) ?? '');
    return [...numbers]
      .flatMap((number) => this.#withSecond(number))
      .filter((contact) => comparableEmail(contact.email ?? '') === wanted);
  }

  /**
   * All contacts in the order of their first tickets, behind this one (null: from the first).
   *
   * @param after the number of one of them
   */
  *after(after: string | null): Iterable<Contact> {
    const isSecond = after !== null && this.#firstIndexOf(after) === undefined;
    const before = after === null ? undefined : isSecond ? after.slice(0, -SECOND.length) : after;
    const start = before === undefined ? 0 : (this.#firstIndexOf(before) ?? -1) + 1;
    if (before !== undefined && !isSecond) yield* this.#withSecond(before).slice(1);
    for (let index = start; index < this.#source.count; index += 1) {
      const number = this.#numberAt(index);
      if (number !== null && this.#firstIndexOf(number) === index) yield* this.#withSecond(number);
    }
  }

  #withSecond(contactNumber: string): Contact[] {
    const first = this.byNumber(contactNumber);
    const second = first === undefined ? undefined : secondOf(first);
    return [first, second].filter((contact) => contact !== undefined);
  }

  #numberAt(index: number): string | null {
    return this.#source.valueAt(index, 'contact_number') as string | null;
  }

  #firstIndexOf(contactNumber: string): number | undefined {
    for (const index of this.#byNumber.indexesOf(contactNumber)) return index;
    return undefined;
  }

  /** The first row with an e-mail: a mistake may have taken it out of another one. */
  #rowOf(contactNumber: string): TicketRow | undefined {
    for (const index of this.#byNumber.indexesOf(contactNumber)) {
      if (this.#source.valueAt(index, 'contact_email') !== null) return this.#source.rowAt(index);
    }
    const first = this.#firstIndexOf(contactNumber);
    return first === undefined ? undefined : this.#source.rowAt(first);
  }
}

function fateOf(contactNumber: string): number {
  return (hashOfText(contactNumber) >>> 8) % FATES;
}

function contactOf(row: TicketRow, contactNumber: string): Contact {
  const inCapitals = hashOfText(contactNumber) % CAPITALS === 0;
  const email = row.contact_email;
  return {
    ...NO_DETAILS,
    contactNumber,
    individualTitle: row.contact_gender === 'M' ? 'MR' : row.contact_gender === 'F' ? 'MRS' : null,
    individualFirstname: row.contact_first_name,
    individualLastname: row.contact_last_name,
    email: inCapitals && email !== null ? email.replaceAll(/[a-z]/g, (letter) => letter.toUpperCase()) : email,
    individualPreferredLanguage: row.contact_language,
    kind: 'INDIVIDUAL',
    hasInternetAccount: !WITHOUT_ACCOUNT.includes(fateOf(contactNumber)),
    createdByInterface: false,
    updates: 0,
  };
}

/** The other contact with the same e-mail, for the few that have one. */
function secondOf(first: Contact): Contact | undefined {
  const fate = fateOf(first.contactNumber);
  if (![WITH_RELAY, WITH_ONE_WITHOUT_ACCOUNT, WITHOUT_ACCOUNT_BUT_RELAY].includes(fate)) return undefined;
  return {
    ...first,
    contactNumber: `${first.contactNumber}${SECOND}`,
    kind: fate === WITH_ONE_WITHOUT_ACCOUNT ? 'INDIVIDUAL' : 'RELAY',
    hasInternetAccount: fate !== WITH_ONE_WITHOUT_ACCOUNT,
  };
}
