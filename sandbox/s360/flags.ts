import { grownLength } from './grownLength.js';

/**
 * «Processed» marks of one export: which tickets are flagged, and as of when. Flags of one export say nothing about
 * another (S-360 manual, DataExportService: flagItems).
 */
export class Flags {
  /** Milliseconds since 1970 for each ticket; NaN where there is no flag. */
  #dates: Float64Array;

  constructor(tickets: number) {
    this.#dates = new Float64Array(tickets).fill(Number.NaN);
  }

  /** When the ticket was flagged, in milliseconds, or undefined. */
  dateOf(index: number): number | undefined {
    const date = this.#dates[index];
    return date === undefined || Number.isNaN(date) ? undefined : date;
  }

  /** A later date replaces an earlier one; an earlier one changes nothing. */
  set(index: number, date: number): void {
    const before = this.dateOf(index);
    if (before !== undefined && date <= before) return;
    if (index >= this.#dates.length) this.#grow(index + 1);
    this.#dates[index] = date;
  }

  clear(index: number): void {
    if (index < this.#dates.length) this.#dates[index] = Number.NaN;
  }

  #grow(tickets: number): void {
    const grown = new Float64Array(grownLength(this.#dates.length, tickets)).fill(Number.NaN);
    grown.set(this.#dates);
    this.#dates = grown;
  }
}
