/** An entry is one number: the hash of a text, and behind it the index of a ticket. */
const TICKETS = 2 ** 24;

/** Of 32 bits of hash, so many are left away for the entry to stay exact. */
const LOST_BITS = 4;

/**
 * Finds tickets by a text of theirs, such as a tax number: eight bytes for each ticket and no text held, made when it is
 * first needed. Of tickets that came later, the texts are held.
 */
export class TextIndex {
  readonly #count: () => number;
  readonly #textAt: (index: number) => string | null;
  #entries: Float64Array | undefined;
  /** So many tickets are in the index or among the later ones. */
  #indexed = 0;
  readonly #later = new Map<string, number[]>();

  /** @param textAt always the same text for a ticket, null: it cannot be found */
  constructor(count: () => number, textAt: (index: number) => string | null) {
    this.#count = count;
    this.#textAt = textAt;
  }

  /** Every ticket with exactly this text, in ascending order. */
  *indexesOf(text: string): Iterable<number> {
    const entries = (this.#entries ??= this.#build());
    this.#addLater();
    const first = hashOfText(text) * TICKETS;
    for (let place = lowerBound(entries, first); place < entries.length; place += 1) {
      const index = (entries[place] ?? Infinity) - first;
      if (index >= TICKETS) break;
      if (this.#textAt(index) === text) yield index;
    }
    yield* this.#later.get(text) ?? [];
  }

  #addLater(): void {
    for (; this.#indexed < this.#count(); this.#indexed += 1) {
      const text = this.#textAt(this.#indexed);
      if (text === null) continue;
      const indexes = this.#later.get(text);
      if (indexes === undefined) this.#later.set(text, [this.#indexed]);
      else indexes.push(this.#indexed);
    }
  }

  #build(): Float64Array {
    this.#indexed = this.#count();
    const entries = new Float64Array(this.#indexed);
    let filled = 0;
    for (let index = 0; index < this.#indexed; index += 1) {
      const text = this.#textAt(index);
      if (text === null) continue;
      entries[filled] = hashOfText(text) * TICKETS + index;
      filled += 1;
    }
    return entries.subarray(0, filled).sort();
  }
}

/** A number of 28 bits (FNV-1a) for a text. */
export function hashOfText(text: string): number {
  let hash = 0x811c9dc5;
  for (let place = 0; place < text.length; place += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(place), 0x01000193);
  }
  return hash >>> LOST_BITS;
}

function lowerBound(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? Infinity) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
