import { AddedTickets, type NewTicket } from './addedTickets.js';
import { CATALOGUE_COLUMNS, type CatalogueParameter } from './catalogue.js';
import { CodedColumn } from './codedColumn.js';
import type { ContactColumns } from './contacts/contact.js';
import { toWallClock } from './data/wallClock.js';
import { Flags } from './flags.js';
import { grownLength } from './grownLength.js';
import { TextIndex } from './textIndex.js';
import type { TicketSource } from './ticketSource.js';
import { TICKET_STATES, type ColumnName, type ColumnValue, type TicketRow, type TicketState } from './ticketRow.js';

const PARAMETER_OF_COLUMN = new Map<ColumnName, CatalogueParameter>(
  (Object.entries(CATALOGUE_COLUMNS) as [CatalogueParameter, ColumnName][]).map(([name, column]) => [column, name]),
);

const CARD_KINDS: ReadonlySet<ColumnValue> = new Set(['MEMBERSHIP_CARD', 'SEASON_TICKET_CARD']);

interface Change {
  readonly columns: Partial<Record<ColumnName, ColumnValue>>;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** The contact columns of a row for the contact with this number; undefined: the row keeps its own. */
type ColumnsOfContact = (contactNumber: string) => ContactColumns | undefined;

/**
 * The tickets of the institution: a source, and on top of it only what has changed since. State, printer, organization and
 * flags of all tickets are typed arrays, so that the head of the queue is found quickly among a million.
 */
export class TicketStore {
  readonly source: TicketSource;
  readonly #tickets: AddedTickets;
  readonly #millis: () => number;
  readonly #columnsOfContact: ColumnsOfContact;
  readonly #byTaxNumber: TextIndex;
  /** Tickets whose tax number has been changed. */
  readonly #renumbered = new Set<number>();
  #states: Uint8Array;
  #cards: Uint8Array;
  readonly #printers: CodedColumn;
  readonly #organizations: CodedColumn;
  readonly #changes = new Map<number, Change>();
  /** The cultural contact of tickets that have been distributed, by its number. */
  readonly #distributed = new Map<number, string>();
  readonly #flags = new Map<string, Flags>();
  /** Of changes and exports, the latest, in milliseconds. */
  #lastStamp = 0;
  /** Whether the latest stamp was given out as the date of an export. */
  #lastStampIsExported = false;

  /**
   * @param millis the sandbox's clock
   * @param columnsOfContact how rows show the contact to whom a ticket was distributed; needed only where that happens
   */
  constructor(source: TicketSource, millis: () => number, columnsOfContact: ColumnsOfContact = () => undefined) {
    this.#tickets = new AddedTickets(source);
    this.source = this.#tickets;
    this.#millis = millis;
    this.#columnsOfContact = columnsOfContact;
    this.#byTaxNumber = new TextIndex(
      () => this.count,
      (index) => this.source.valueAt(index, 'tax_number') as string | null,
    );
    this.#states = new Uint8Array(source.count);
    this.#cards = new Uint8Array(source.count);
    this.#printers = new CodedColumn(source.count);
    this.#organizations = new CodedColumn(source.count);
    for (let index = 0; index < source.count; index += 1) this.#readFacts(index);
  }

  get count(): number {
    return this.source.count;
  }

  idAt(index: number): number {
    return this.source.idAt(index);
  }

  /** The index of the first ticket whose id is greater, or `count`. */
  firstAfter(ticketId: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.idAt(middle) > ticketId) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** The index of the ticket with this id, or undefined. */
  indexOf(ticketId: number): number | undefined {
    const index = this.firstAfter(ticketId) - 1;
    return index >= 0 && this.idAt(index) === ticketId ? index : undefined;
  }

  /** The tickets with this tax number. */
  *indexesOfTaxNumber(taxNumber: string): Iterable<number> {
    for (const index of this.#byTaxNumber.indexesOf(taxNumber)) if (!this.#renumbered.has(index)) yield index;
    for (const index of this.#renumbered) if (this.valueAt(index, 'tax_number') === taxNumber) yield index;
  }

  stateAt(index: number): TicketState {
    return TICKET_STATES[this.#states[index] ?? 0] ?? 'NOT_PRINTED';
  }

  /** `salesChannelCode;posCode`, or null. */
  printedByAt(index: number): string | null {
    return this.#printers.at(index);
  }

  isCardAt(index: number): boolean {
    return this.#cards[index] === 1;
  }

  /** When the record last changed, in milliseconds, or undefined when it has not changed since the sandbox started. */
  changedAt(index: number): number | undefined {
    return this.#changes.get(index)?.at;
  }

  valueAt(index: number, column: ColumnName): ColumnValue {
    if (column === 'ticket_state') return this.stateAt(index);
    if (column === 'printed_by') return this.printedByAt(index);
    if (column === 'organization_code') return this.#organizations.at(index);
    const ofContact: Partial<TicketRow> | undefined = column.startsWith('contact_')
      ? this.#contactColumnsAt(index)
      : undefined;
    const newer = ofContact === undefined ? this.#changes.get(index)?.columns[column] : ofContact[column];
    return newer === undefined ? this.source.valueAt(index, column) : newer;
  }

  rowAt(index: number): TicketRow {
    const row = this.source.rowAt(index);
    return {
      ...row,
      ...this.#changes.get(index)?.columns,
      ...this.#contactColumnsAt(index),
      ticket_state: this.stateAt(index),
      printed_by: this.printedByAt(index),
      organization_code: this.#organizations.at(index),
    } as TicketRow;
  }

  /** Prints the ticket at a point of sales. This is not a change of its record: `updated_at` stays. */
  print(index: number, pointOfSales: string): void {
    this.#states[index] = TICKET_STATES.indexOf('PRINTED');
    this.#printers.set(index, pointOfSales);
  }

  /**
   * Makes somebody the ticket's cultural contact: from now on its row shows this contact, as it is at the time of reading.
   * This is not a change of its record: `updated_at` stays.
   */
  distribute(index: number, contactNumber: string): void {
    this.#distributed.set(index, contactNumber);
  }

  /**
   * Changes columns of a ticket's record. The change is always later than every export date that was handed out before,
   * and never later than one that is handed out afterwards, also within one millisecond and on a held clock. Changes
   * between two exports may have the same date.
   *
   * @param columns checked values; never `ticket_id` or `updated_at`
   */
  change(index: number, columns: Partial<Record<ColumnName, ColumnValue>>): void {
    const at = this.#changeStamp();
    const { ticket_state: state, printed_by: printer, organization_code: organization, ...others } = columns;
    if (state !== undefined) this.#states[index] = TICKET_STATES.indexOf(state as TicketState);
    if (printer !== undefined) this.#printers.set(index, printer as string | null);
    if (organization !== undefined) this.#organizations.set(index, organization as string | null);
    if (others.tax_number !== undefined) this.#renumbered.add(index);
    // The box office has the last word about who the contact is.
    if (others.contact_number !== undefined) this.#distributed.delete(index);
    if (others.product_kind !== undefined) this.#cards[index] = CARD_KINDS.has(others.product_kind) ? 1 : 0;
    for (const [column, value] of Object.entries(others) as [ColumnName, ColumnValue][]) {
      const parameter = PARAMETER_OF_COLUMN.get(column);
      if (parameter !== undefined) this.source.catalogue.add(parameter, value);
    }
    const before = this.#changes.get(index)?.columns;
    this.#changes.set(index, { columns: { ...before, ...others, updated_at: toWallClock(at) }, at });
  }

  /**
   * A new ticket, not printed yet, with an id that is greater than all others.
   *
   * @returns its index
   */
  add(ticket: NewTicket): number {
    const added = this.#tickets.add(ticket);
    if (added >= this.#states.length) this.#grow(added + 1);
    this.#readFacts(added);
    const at = this.#changeStamp();
    this.#changes.set(added, { columns: { updated_at: toWallClock(at) }, at });
    return added;
  }

  /** The date of an export that reads now, in milliseconds: not before any change that it shows. */
  exportStamp(): number {
    this.#lastStamp = Math.max(this.#millis(), this.#lastStamp);
    this.#lastStampIsExported = true;
    return this.#lastStamp;
  }

  /** The flags of one export. */
  flagsOf(exportKey: string): Flags {
    let flags = this.#flags.get(exportKey);
    if (flags === undefined) {
      flags = new Flags(this.count);
      this.#flags.set(exportKey, flags);
    }
    return flags;
  }

  /** Every flag of a ticket: export key to milliseconds. */
  allFlagsAt(index: number): Record<string, number> {
    const found: Record<string, number> = {};
    for (const [exportKey, flags] of this.#flags) {
      const date = flags.dateOf(index);
      if (date !== undefined) found[exportKey] = date;
    }
    return found;
  }

  #contactColumnsAt(index: number): ContactColumns | undefined {
    const contactNumber = this.#distributed.get(index);
    return contactNumber === undefined ? undefined : this.#columnsOfContact(contactNumber);
  }

  #changeStamp(): number {
    this.#lastStamp = Math.max(this.#millis(), this.#lastStamp + (this.#lastStampIsExported ? 1 : 0));
    this.#lastStampIsExported = false;
    return this.#lastStamp;
  }

  #readFacts(index: number): void {
    this.#states[index] = TICKET_STATES.indexOf(this.source.valueAt(index, 'ticket_state') as TicketState);
    this.#printers.set(index, this.source.valueAt(index, 'printed_by') as string | null);
    this.#organizations.set(index, this.source.valueAt(index, 'organization_code') as string | null);
    this.#cards[index] = CARD_KINDS.has(this.source.valueAt(index, 'product_kind')) ? 1 : 0;
  }

  #grow(tickets: number): void {
    const length = grownLength(this.#states.length, tickets);
    const [states, cards] = [new Uint8Array(length), new Uint8Array(length)];
    states.set(this.#states);
    cards.set(this.#cards);
    [this.#states, this.#cards] = [states, cards];
  }
}
