import type { ChangeStream, StreamEntry } from './changeStream.js';
import { DeliveryOrder, type Disorder } from './deliveryOrder.js';
import type { PageKeys } from './pageKeys.js';

/** One page of the diff. */
export interface DiffPage {
  readonly entries: readonly StreamEntry[];
  /** Where the next page begins; the key that was asked with when this page is empty. */
  readonly nextPageKey: string;
  readonly hasMore: boolean;
}

interface Place {
  /** Which of the orders. */
  readonly order: number;
  readonly place: number;
}

/** An order of delivery, and where its reader goes on in the next one once he has read all of it. */
interface OrderInUse {
  readonly order: DeliveryOrder;
  continuesAt: number;
}

/**
 * The change stream as a reader gets it: page by page, each page as often as he likes. Who begins anew gets the stream in
 * the disorder that is set now; who brings a key gets the rest of what was laid out when the key was written, and after
 * that goes on in the disorder that is set now, with the first entry that he has not had.
 */
export class DiffReader {
  readonly #stream: ChangeStream;
  readonly #keys: PageKeys;
  readonly #orders: OrderInUse[] = [];

  constructor(stream: ChangeStream, keys: PageKeys) {
    this.#stream = stream;
    this.#keys = keys;
  }

  /**
   * @param key empty: from the beginning of the stream
   * @returns null when the key is none of this run's
   */
  page(key: string, limit: number, disorder: Disorder): DiffPage | null {
    this.#layOut(disorder);
    const from = key === '' ? { order: this.#orders.length - 1, place: 0 } : this.#placeOf(key);
    if (from === null) return null;
    const start = this.#skipEnds(from);
    const { order } = this.#orders[start.order] as OrderInUse;
    const positions = order.slice(start.place, start.place + limit);
    const next = this.#skipEnds({ order: start.order, place: start.place + positions.length });
    return {
      entries: positions.map((position) => this.#stream.at(position)),
      nextPageKey: positions.length === 0 && key !== '' ? key : this.#keys.write('diff', next.order, next.place),
      hasMore: next.place < (this.#orders[next.order] as OrderInUse).order.length,
    };
  }

  #placeOf(key: string): Place | null {
    const [order = -1, place = -1, ...more] = this.#keys.read('diff', key) ?? [];
    const length = this.#orders[order]?.order.length ?? -1;
    return place >= 0 && place <= length && more.length === 0 ? { order, place } : null;
  }

  /** From the end of an order to where the next one goes on. */
  #skipEnds({ order, place }: Place): Place {
    const { order: at, continuesAt } = this.#orders[order] as OrderInUse;
    if (order === this.#orders.length - 1 || place < at.length) return { order, place };
    return this.#skipEnds({ order: order + 1, place: continuesAt });
  }

  #layOut(disorder: Disorder): void {
    let current = this.#orders.at(-1);
    if (current?.order.hasSameDisorder(disorder) !== true) {
      const order = new DeliveryOrder(disorder);
      if (current !== undefined) {
        order.layOut(current.order.entries);
        current.continuesAt = order.length;
      }
      current = { order, continuesAt: 0 };
      this.#orders.push(current);
    }
    current.order.layOut(this.#stream.length);
  }
}
