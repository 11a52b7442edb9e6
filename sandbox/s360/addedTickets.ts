import type { Catalogue } from './catalogue.js';
import type { Product } from './product.js';
import type { ColumnName, ColumnValue, TicketRow } from './ticketRow.js';
import type { TicketSource } from './ticketSource.js';

/** New ids are this far apart, like those of generated tickets on average. */
const ID_STEP = 37;

/**
 * A new ticket without what follows from its being new: parts that it may share with others, which is cheaper than a row
 * of its own. What an earlier part says goes before a later one; together they have every column.
 */
export type NewTicket = readonly Partial<TicketRow>[];

/**
 * A source, and after its last ticket the ones that the box office has sold or printed anew: their ids are greater than
 * any before, so the order by ticket id stays. Only these are held.
 */
export class AddedTickets implements TicketSource {
  readonly #source: TicketSource;
  readonly #ids: number[] = [];
  readonly #added: NewTicket[] = [];

  constructor(source: TicketSource) {
    this.#source = source;
  }

  get count(): number {
    return this.#source.count + this.#added.length;
  }

  get catalogue(): Catalogue {
    return this.#source.catalogue;
  }

  get products(): readonly Product[] {
    return this.#source.products;
  }

  idAt(index: number): number {
    return this.#ids[index - this.#source.count] ?? this.#source.idAt(index);
  }

  valueAt(index: number, column: ColumnName): ColumnValue {
    const added = this.#added[index - this.#source.count];
    if (added === undefined) return this.#source.valueAt(index, column);
    return added.find((part) => part[column] !== undefined)?.[column] ?? null;
  }

  rowAt(index: number): TicketRow {
    const added = this.#added[index - this.#source.count];
    return added === undefined ? this.#source.rowAt(index) : (Object.assign({}, ...added.toReversed()) as TicketRow);
  }

  /**
   * A new ticket, not printed yet, with an id, a tax number and a barcode that no other ticket has.
   *
   * @returns its index: the last one
   */
  add(ticket: NewTicket): number {
    const ticketId = (this.count === 0 ? 0 : this.idAt(this.count - 1)) + ID_STEP;
    const fresh: Partial<TicketRow> = {
      ticket_id: ticketId,
      tax_number: String(ticketId),
      barcode: `9${String(ticketId).padStart(18, '0')}`,
      ticket_state: 'NOT_PRINTED',
      cancellation_cause: 'NOT_CANCELLED',
      printed_by: null,
      controlled_at: null,
    };
    for (const part of ticket) this.catalogue.addFrom(part);
    this.#ids.push(ticketId);
    return this.#source.count + this.#added.push([fresh, ...ticket]) - 1;
  }
}
