import type { Catalogue } from './catalogue.js';
import type { ColumnName, ColumnValue, TicketRow } from './ticketRow.js';
import type { TicketSource } from './ticketSource.js';

/** New ids are this far apart, like those of generated tickets on average. */
const ID_STEP = 37;

/**
 * A source, and after its last ticket the ones that the box office has printed anew: their ids are greater than any
 * before, so the order by ticket id stays. Only these rows are held.
 */
export class ReprintedTickets implements TicketSource {
  readonly #source: TicketSource;
  readonly #added: TicketRow[] = [];

  constructor(source: TicketSource) {
    this.#source = source;
  }

  get count(): number {
    return this.#source.count + this.#added.length;
  }

  get catalogue(): Catalogue {
    return this.#source.catalogue;
  }

  idAt(index: number): number {
    return this.#addedAt(index)?.ticket_id ?? this.#source.idAt(index);
  }

  valueAt(index: number, column: ColumnName): ColumnValue {
    const added = this.#addedAt(index);
    return added === undefined ? this.#source.valueAt(index, column) : added[column];
  }

  rowAt(index: number): TicketRow {
    return this.#addedAt(index) ?? this.#source.rowAt(index);
  }

  /**
   * A new ticket, not printed yet, for the same seat, file and people as another: with an id, a tax number and a barcode
   * that no other ticket has.
   *
   * @returns its index: the last one
   */
  addInPlaceOf(old: TicketRow): number {
    const ticketId = this.idAt(this.count - 1) + ID_STEP;
    this.#added.push({
      ...old,
      ticket_id: ticketId,
      tax_number: String(ticketId),
      barcode: `9${String(ticketId).padStart(18, '0')}`,
      ticket_state: 'NOT_PRINTED',
      cancellation_cause: 'NOT_CANCELLED',
      printed_by: null,
      controlled_at: null,
    });
    return this.count - 1;
  }

  #addedAt(index: number): TicketRow | undefined {
    const place = index - this.#source.count;
    return place < 0 ? undefined : this.#added[place];
  }
}
