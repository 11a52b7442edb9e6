import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { startSeconds } from '../../src/schedules/startSeconds.js';

const functionNames = (maxLength: number) => fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength });

describe('The second at which each function starts', () => {
  test('no two of sixty functions have the same one', () => {
    fc.assert(
      fc.property(functionNames(60), (names) => {
        const seconds = [...startSeconds(names).values()];
        expect(new Set(seconds).size).toBe(names.length);
        expect(Math.min(...seconds)).toBeGreaterThanOrEqual(0);
        expect(Math.max(...seconds)).toBeLessThan(60);
      }),
    );
  });

  test('a function that is added behind the others moves none of them', () => {
    fc.assert(
      fc.property(functionNames(80), fc.nat(), (names, cut) => {
        const all = startSeconds(names);
        const before = startSeconds(names.slice(0, cut % names.length));
        expect([...before]).toEqual([...all].slice(0, before.size));
      }),
    );
  });

  test('more than sixty share as few as possible', () => {
    const names = Array.from({ length: 150 }, (_, i) => `function ${String(i)}`);
    const shared = new Map<number, number>();
    for (const second of startSeconds(names).values()) shared.set(second, (shared.get(second) ?? 0) + 1);
    expect(shared.size).toBe(60);
    expect([...new Set(shared.values())].sort()).toEqual([2, 3]);
  });

  test('is a matter of the name, so it is the same tomorrow', () => {
    const name = 's360-tixngo/DEMO/FCDEMO/Ticket injection';
    expect(startSeconds([name])).toEqual(new Map([[name, 37]]));
  });
});
