import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import {
  countAwaited,
  mostOfOneWait,
  packIds,
  pauseBeforeNextLook,
  unpackIds,
  waitsOf,
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

describe('Awaited deletions: parts for one wait each', () => {
  const group = (packed: readonly string[], change: Partial<AwaitedDeletions> = {}): AwaitedDeletions => ({
    reason: 'RESOLD',
    visible: false,
    eventId: null,
    packedIds: packIds(packed),
    ...change,
  });
  const many = Array.from({ length: 2_345 }, (_, i) => String(10_228_305_000_000 + i * 5));
  const idsOf = (groups: readonly AwaitedDeletions[]): string[] =>
    groups.flatMap(({ packedIds }) => unpackIds(packedIds));

  test('at most a thousand ids each, whatever their reasons, and no id lost', () => {
    const waits = waitsOf([
      group(many.slice(0, 1_500)),
      group(['7'], { visible: true }),
      group(['8'], { reason: 'REPRINT' }),
      group(many.slice(1_500)),
    ]);
    expect(mostOfOneWait.ids).toBe(1_000);
    expect(waits.map(countAwaited)).toEqual([1_000, 1_000, 347]);
    const groups = waits.flat();
    expect(idsOf(groups.filter(({ reason, visible }) => reason === 'RESOLD' && !visible)).sort()).toEqual(
      [...many].sort(),
    );
    expect(groups.filter(({ visible }) => visible)).toEqual([group(['7'], { visible: true })]);
    expect(waitsOf([])).toEqual([]);
  });

  test('a ticket that the same run pushed again is waited for once, as it was pushed last', () => {
    expect(waitsOf([group(['7', '8']), group(['7'], { reason: 'REPRINT' })]).flat()).toEqual([
      group(['7'], { reason: 'REPRINT' }),
      group(['8']),
    ]);
  });

  test('by event report, one event is one wait, and many small events share one, fifty at most', () => {
    const one = waitsOf([
      group(many, { eventId: '770001' }),
      group(['7'], { eventId: '770001', reason: 'REPRINT' }),
      group(['8'], { eventId: '770002' }),
    ]);
    expect(one).toHaveLength(1);
    const events = Array.from({ length: 120 }, (_, i) => group([String(i + 1)], { eventId: String(770_000 + i) }));
    expect(waitsOf(events).map((wait) => wait.length)).toEqual([50, 50, 20]);
  });

  test('65,000 tickets of a postponed final stay far below what a payload and a history carry, by every look-up', () => {
    let id = 10_000_000_000_000;
    let seed = 42;
    const final = Array.from({ length: 65_000 }, () => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      id += 1 + (seed % 900_000);
      return String(id);
    });
    const taxNumbers = final.map((number) => `TN${number}`);
    for (const ids of [final, taxNumbers]) {
      for (const eventId of [null, '770001']) {
        // Seven stretches of ten thousand.
        const results = Array.from({ length: 7 }, (_, i) => [
          group(ids.slice(i * 10_000, (i + 1) * 10_000), { eventId }),
        ]);
        const waits = waitsOf(results.flat());
        const payloads = [...results, ...waits].map((payload) => Buffer.byteLength(JSON.stringify(payload)));
        expect(idsOf(waits.flat()).sort()).toEqual([...ids].sort());
        // A tenth of two megabytes, and of fifty.
        expect(Math.max(...payloads)).toBeLessThan(200_000);
        expect(payloads.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThan(5_000_000);
        expect(waits.length).toBeLessThanOrEqual(65);
      }
    }
  });
});

describe('Awaited deletions: pauses between two looks', () => {
  const hour = 3_600_000;

  test('the first as configured, doubled each time, at most six hours', () => {
    expect([1, 2, 3, 4].map((attempt) => pauseBeforeNextLook(attempt, 30 * 24 * hour, 60_000))).toEqual([
      60_000, 120_000, 240_000, 480_000,
    ]);
    for (const attempt of [10, 50, 5_000]) expect(pauseBeforeNextLook(attempt, 30 * 24 * hour, 60_000)).toBe(6 * hour);
    expect([1, 2, 3].map((attempt) => pauseBeforeNextLook(attempt, hour, 5_000))).toEqual([5_000, 10_000, 20_000]);
  });

  test('never beyond what is left of the deadline', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2_000 }), fc.integer({ min: 1_000, max: 40 * 24 * hour }), (n, leftMs) => {
        const pause = pauseBeforeNextLook(n, leftMs, 60_000);
        expect(pause).toBeLessThanOrEqual(leftMs);
        expect(pause).toBeGreaterThanOrEqual(Math.min(60_000, leftMs));
        expect(pause).toBeLessThanOrEqual(6 * hour);
      }),
    );
  });
});
