import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { amountFromThousandths } from '../../src/domain/money.js';

describe('Money: thousandths become a decimal number', () => {
  test.each([
    [4_000, 4],
    [12_345, 12.345],
    [1, 0.001],
    [-1, -0.001],
    [-12_340, -12.34],
    [0, 0],
    [999, 0.999],
    [1_005, 1.005],
    // Divided by a thousand in floating point and rounded to cents, these go wrong.
    [1_115, 1.115],
    [8_345, 8.345],
  ])('%d is %d on the wire', (thousandths, amount) => {
    expect(amountFromThousandths(thousandths)).toBe(amount);
  });

  test('what stands on the wire is the exact decimal, for every amount up to a million millions', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e15, max: 1e15 }), (thousandths) => {
        const exact = BigInt(thousandths);
        const size = exact < 0n ? -exact : exact;
        const fraction = String(size % 1_000n)
          .padStart(3, '0')
          .replace(/0+$/, '');
        const text = `${exact < 0n ? '-' : ''}${String(size / 1_000n)}${fraction === '' ? '' : `.${fraction}`}`;
        expect(JSON.stringify(amountFromThousandths(thousandths))).toBe(text);
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([Number.NaN, 0.5, 2 ** 53, Number.POSITIVE_INFINITY])('%d is no amount', (amount) => {
    expect(() => amountFromThousandths(amount)).toThrow(RangeError);
  });
});
