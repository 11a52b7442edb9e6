import { describe, expect, it } from 'vitest';
import { hash32, pickAt, Random, randomAt } from '../../../sandbox/shared/random.js';

describe('numbers from a seed', () => {
  it('are the same on every machine', () => {
    expect([hash32(1, 2, 3), hash32(1, 3, 2), hash32(2, 2, 3), hash32(1, 10_228_300_000_000)]).toMatchInlineSnapshot(`
      [
        2882812181,
        3915219973,
        3793802817,
        1258445875,
      ]
    `);
  });

  it('spread evenly over neighbours', () => {
    const buckets = Array<number>(10).fill(0);
    for (let index = 0; index < 10_000; index += 1) buckets[Math.floor(randomAt(7, index, 1) * 10)]! += 1;
    for (const count of buckets) {
      expect(count).toBeGreaterThan(850);
      expect(count).toBeLessThan(1150);
    }
  });

  it('tell large numbers apart that have the same low 32 bits', () => {
    expect(hash32(1, 5)).not.toBe(hash32(1, 5 + 2 ** 32));
  });

  it('pick from a list, and not from an empty one', () => {
    expect(new Set(Array.from({ length: 60 }, (_, index) => pickAt(['a', 'b', 'c'], 1, index)))).toEqual(
      new Set(['a', 'b', 'c']),
    );
    expect(() => pickAt([], 1, 1)).toThrow('empty');
  });

  it('come as a sequence that a seed repeats', () => {
    const draw = (seed: number) => {
      const random = new Random(seed);
      return [random.next(), random.below(6), random.chance(0.5), random.pick(['x', 'y'])];
    };
    expect(draw(3)).toEqual(draw(3));
    expect(draw(3)).not.toEqual(draw(4));
    const random = new Random(5);
    expect(Math.max(...Array.from({ length: 500 }, () => random.below(6)))).toBe(5);
  });
});
