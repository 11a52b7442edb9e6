/** Numbers that look random and are a pure function of a seed: the same seed gives the same sandbox on every machine. */

/** Mixes three integers to an unsigned 32 bit integer (a murmur3 finalizer for each). */
export function hash32(seed: number, a: number, b = 0): number {
  return finish(finish(finish(seed | 0) ^ lowAndHigh(a)) ^ lowAndHigh(b) ^ 0x9e3779b9) >>> 0;
}

/** A number in [0, 1) for (seed, a, b). */
export function randomAt(seed: number, a: number, b = 0): number {
  return hash32(seed, a, b) / 4_294_967_296;
}

/** One element of a non-empty list for (seed, a, b). */
export function pickAt<T>(list: readonly T[], seed: number, a: number, b = 0): T {
  const found = list[hash32(seed, a, b) % list.length];
  if (found === undefined) throw new Error('pickAt: the list is empty');
  return found;
}

/** A sequence of numbers from a seed, for what happens one after the other. */
export class Random {
  readonly #seed: number;
  #step = 0;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** The next number in [0, 1). */
  next(): number {
    this.#step += 1;
    return randomAt(this.#seed, this.#step, 0x5eed);
  }

  /** The next whole number from 0 to `end` - 1. */
  below(end: number): number {
    return Math.floor(this.next() * end);
  }

  /** True with this probability. */
  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** One element of a non-empty list. */
  pick<T>(list: readonly T[]): T {
    const found = list[this.below(list.length)];
    if (found === undefined) throw new Error('pick: the list is empty');
    return found;
  }
}

function lowAndHigh(value: number): number {
  return Math.imul(value | 0, 0xcc9e2d51) ^ Math.imul(Math.floor(value / 4_294_967_296) | 0, 0x1b873593);
}

function finish(value: number): number {
  let h = value;
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}
