import type { Catalogue } from './catalogue.js';
import type { Product } from './product.js';
import type { ColumnName, ColumnValue, TicketRow } from './ticketRow.js';

/**
 * The tickets as they were when the sandbox started, in ascending order of ticket id. A source is asked again and again
 * for the same row and need not hold any: the generated one computes each row when it is asked for it.
 */
export interface TicketSource {
  readonly count: number;
  readonly catalogue: Catalogue;
  /** What is for sale, each performance once. */
  readonly products: readonly Product[];
  /** The id of the ticket at this index, 0 to count - 1. */
  idAt(index: number): number;
  /** One column of one ticket; cheap for the columns that an export can filter by. */
  valueAt(index: number, column: ColumnName): ColumnValue;
  rowAt(index: number): TicketRow;
}
