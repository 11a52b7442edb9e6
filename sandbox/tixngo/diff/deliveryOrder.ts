import { hash32, Random } from '../../shared/random.js';

/** How much disorder a reader meets; null for none of that kind. */
export interface Disorder {
  /** Every so-many-eth entry comes again, some entries later. */
  readonly repeatEvery: number | null;
  /** Entries change places within so many neighbours. */
  readonly shuffleWithin: number | null;
}

/** A repeat comes at most so many entries after the first time. */
const LONGEST_LAG = 40;

/**
 * In which order the entries of the stream are delivered under one disorder. What was laid out once stays as it is,
 * whatever comes after it: a place means the same entry for every reader and every size of page.
 */
export class DeliveryOrder {
  readonly #disorder: Disorder;
  readonly #positions: number[] = [];
  #laidOut = 0;

  constructor(disorder: Disorder) {
    this.#disorder = disorder;
  }

  /** How many places there are. */
  get length(): number {
    return this.#positions.length;
  }

  /** How many entries of the stream are laid out; all of them are delivered within {@link DeliveryOrder.length} places. */
  get entries(): number {
    return this.#laidOut;
  }

  hasSameDisorder({ repeatEvery, shuffleWithin }: Disorder): boolean {
    return this.#disorder.repeatEvery === repeatEvery && this.#disorder.shuffleWithin === shuffleWithin;
  }

  /** Positions in the stream for some places. */
  slice(from: number, to: number): readonly number[] {
    return this.#positions.slice(from, to);
  }

  /** Lays out the entries of the stream that are not laid out yet, so that the last of them can be read too. */
  layOut(streamLength: number): void {
    if (streamLength <= this.#laidOut) return;
    const first = this.#positions.length;
    this.#addWithRepeats(this.#laidOut, streamLength);
    this.#shuffleFrom(first);
    this.#laidOut = streamLength;
  }

  #addWithRepeats(from: number, to: number): void {
    const { repeatEvery } = this.#disorder;
    const againAfter = new Map<number, number[]>();
    for (let position = from; position < to; position += 1) {
      this.#positions.push(position);
      if (repeatEvery !== null && (position + 1) % repeatEvery === 0) {
        const after = Math.min(to - 1, position + 1 + (hash32(repeatEvery, position) % LONGEST_LAG));
        againAfter.set(after, [...(againAfter.get(after) ?? []), position]);
      }
      this.#positions.push(...(againAfter.get(position) ?? []));
      againAfter.delete(position);
    }
  }

  #shuffleFrom(first: number): void {
    const { shuffleWithin } = this.#disorder;
    if (shuffleWithin === null) return;
    const places = this.#positions;
    for (let start = first; start < places.length; start += shuffleWithin) {
      const random = new Random(start);
      for (let left = Math.min(shuffleWithin, places.length - start); left > 1; left -= 1) {
        const [a, b] = [start + left - 1, start + random.below(left)];
        [places[a], places[b]] = [places[b] as number, places[a] as number];
      }
    }
  }
}
