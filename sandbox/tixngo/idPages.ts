import { compareTicketIds, indexAfter } from './ticketOrder.js';

/** Pages through ids in the order of {@link compareTicketIds}; they are put in order when somebody asks. */
export class IdPages {
  readonly #ids: () => Iterable<string>;
  #sorted: string[] | null = null;

  constructor(ids: () => Iterable<string>) {
    this.#ids = ids;
  }

  /** There is an id that was not there before. */
  grown(): void {
    this.#sorted = null;
  }

  /** Up to `limit` ids after one, or from the first. */
  after(id: string | null, limit: number): string[] {
    this.#sorted ??= [...this.#ids()].sort(compareTicketIds);
    const from = id === null ? 0 : indexAfter(this.#sorted, id);
    return this.#sorted.slice(from, from + limit);
  }
}
