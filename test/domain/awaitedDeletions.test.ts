import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import {
  groupsOfAwaited,
  idsPerWait,
  packIds,
  pauseBeforeNextLook,
  unpackIds,
  type AwaitedDeletions,
} from '../../src/domain/awaitedDeletions.js';

const numericId = fc.bigInt({ min: 1n, max: 9_999_999_999_999_999_999n }).map(String);
const taxNumber = fc.oneof(
  fc.stringMatching(/^[A-Z]{2}[0-9]{4,12}$/),
  fc.stringMatching(/^[A-Za-z0-9 ,;%_./-]{1,20}$/),
  fc.stringMatching(/^0[0-9]{0,12}$/),
);
const ids = fc.uniqueArray(fc.oneof(numericId, taxNumber), { maxLength: 60 });

describe('Awaited deletions: packed for the history', () => {
  test('what is packed comes out as the same set, whatever the identifier', () => {
    fc.assert(
      fc.property(ids, (given) => {
        expect(unpackIds(packIds(given)).sort()).toEqual([...given].sort());
      }),
      { numRuns: 500 },
    );
  });

  test('ten thousand ids of 14 digits stay far below what a history carries', () => {
    let seed = 42;
    const step = (): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed % 9_000_000_000;
    };
    const many = [...new Set(Array.from({ length: 10_000 }, () => String(10_000_000_000_000 + step())))];
    expect(many.length).toBeGreaterThan(9_900);
    expect(Buffer.byteLength(packIds(many))).toBeLessThan(100_000);
    expect(unpackIds(packIds(many)).sort()).toEqual(many.sort());
  });
});

describe('Awaited deletions: groups for one wait each', () => {
  const group = (packed: readonly string[], change: Partial<AwaitedDeletions> = {}): AwaitedDeletions => ({
    reason: 'RESOLD',
    visible: false,
    eventId: null,
    packedIds: packIds(packed),
    ...change,
  });

  test('one reason, visibility and event each, at most a thousand ids, and no id lost', () => {
    const many = Array.from({ length: 2_345 }, (_, i) => String(10_228_305_000_000 + i * 5));
    const groups = groupsOfAwaited([
      group(many.slice(0, 1_500)),
      group(['7'], { visible: true }),
      group(['8'], { reason: 'REPRINT' }),
      group(['9'], { eventId: '770001' }),
      group(many.slice(1_500)),
    ]);
    const sizes = groups.map(({ packedIds }) => unpackIds(packedIds).length);
    expect(idsPerWait).toBe(1_000);
    expect(sizes.sort((a, b) => b - a)).toEqual([1_000, 1_000, 345, 1, 1, 1]);
    const plain = groups.filter(({ reason, visible, eventId }) => reason === 'RESOLD' && !visible && eventId === null);
    expect(plain.flatMap(({ packedIds }) => unpackIds(packedIds)).sort()).toEqual([...many].sort());
    expect(groups.filter(({ visible }) => visible)).toEqual([group(['7'], { visible: true })]);
    expect(groupsOfAwaited([])).toEqual([]);
  });
});

describe('Awaited deletions: pauses between two looks', () => {
  const hour = 3_600_000;

  test('a minute, doubled each time, at most six hours', () => {
    expect([1, 2, 3, 4].map((attempt) => pauseBeforeNextLook(attempt, 30 * 24 * hour))).toEqual([
      60_000, 120_000, 240_000, 480_000,
    ]);
    for (const attempt of [10, 50, 5_000]) expect(pauseBeforeNextLook(attempt, 30 * 24 * hour)).toBe(6 * hour);
  });

  test('never beyond what is left of the deadline', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2_000 }), fc.integer({ min: 1_000, max: 40 * 24 * hour }), (n, leftMs) => {
        const pause = pauseBeforeNextLook(n, leftMs);
        expect(pause).toBeLessThanOrEqual(leftMs);
        expect(pause).toBeGreaterThanOrEqual(Math.min(60_000, leftMs));
        expect(pause).toBeLessThanOrEqual(6 * hour);
      }),
    );
  });
});
