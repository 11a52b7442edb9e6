import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChangeStream } from '../../../sandbox/tixngo/diff/changeStream.js';
import type { Disorder } from '../../../sandbox/tixngo/diff/deliveryOrder.js';
import { DiffReader } from '../../../sandbox/tixngo/diff/diffReader.js';
import { PageKeys } from '../../../sandbox/tixngo/diff/pageKeys.js';

const ORDERLY: Disorder = { repeatEvery: null, shuffleWithin: null };

function streamOf(length: number) {
  const stream = new ChangeStream();
  const grow = (by: number) => {
    for (let n = 0; n < by; n += 1) stream.append({ raw: { position: stream.length } });
  };
  grow(length);
  const reader = new DiffReader(stream, new PageKeys('run'));
  const page = (key: string, limit: number, disorder: Disorder) => {
    const read = reader.page(key, limit, disorder);
    if (read === null) throw new Error('the key was refused');
    const positions = read.entries.map((entry) => ('raw' in entry ? (entry.raw as { position: number }).position : -1));
    return { ...read, positions };
  };
  /** Everything from a key on. */
  const readFrom = (key: string, limit: number, disorder: Disorder) => {
    const positions: number[] = [];
    for (let at = key; ;) {
      const read = page(at, limit, disorder);
      positions.push(...read.positions);
      at = read.nextPageKey;
      if (!read.hasMore) return { positions, key: at };
    }
  };
  return { grow, page, readFrom, length: () => stream.length };
}

const upTo = (length: number) => Array.from({ length }, (_, n) => n);
const distinct = (positions: readonly number[]) => [...new Set(positions)].sort((a, b) => a - b);
const disorders = fc.record({
  repeatEvery: fc.option(fc.integer({ min: 1, max: 20 })),
  shuffleWithin: fc.option(fc.integer({ min: 2, max: 60 })),
});
const limits = fc.integer({ min: 1, max: 50 });

describe('a reader of the diff', () => {
  it('gets the stream as it is when there is no disorder', () => {
    expect(streamOf(500).readFrom('', 7, ORDERLY).positions).toEqual(upTo(500));
  });

  it('gets every entry, and every so-many-eth twice, in windows, whatever the size of his pages', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 300 }), disorders, limits, limits, (length, disorder, one, other) => {
        const { positions } = streamOf(length).readFrom('', one, disorder);
        expect(streamOf(length).readFrom('', other, disorder).positions).toEqual(positions);
        expect(distinct(positions)).toEqual(upTo(length));
        const repeats = disorder.repeatEvery === null ? 0 : Math.floor(length / disorder.repeatEvery);
        expect(positions).toHaveLength(length + repeats);
        if (disorder.repeatEvery !== null) return;
        positions.forEach((position, place) => {
          expect(Math.abs(position - place)).toBeLessThan(disorder.shuffleWithin ?? 1);
        });
      }),
      { numRuns: 200, seed: 5 },
    );
  });

  it('sees a real disorder', () => {
    const { positions } = streamOf(300).readFrom('', 50, { repeatEvery: 10, shuffleWithin: 20 });
    const repeats = positions.flatMap((position, place) => {
      const again = positions.indexOf(position, place + 1);
      return again < 0 ? [] : [again - place];
    });
    expect(repeats).toHaveLength(30);
    expect(repeats.filter((lag) => lag > 5).length).toBeGreaterThan(10);
    expect(positions.filter((position, place) => position < (positions[place - 1] ?? -1)).length).toBeGreaterThan(50);
  });

  it('misses nothing while the stream grows and its disorder changes', () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 40 }), disorders, limits), { maxLength: 12 });
    fc.assert(
      fc.property(steps, disorders, (growth, last) => {
        const { grow, page, readFrom, length } = streamOf(5);
        const read: number[] = [];
        let key = '';
        for (const [by, disorder, limit] of growth) {
          grow(by);
          const { positions, nextPageKey } = page(key, limit, disorder);
          // The same key gives the same page, or a later state of it.
          expect(page(key, limit, disorder).positions).toEqual(positions);
          read.push(...positions);
          key = nextPageKey;
        }
        read.push(...readFrom(key, 10, last).positions);
        expect(distinct(read)).toEqual(upTo(length()));
      }),
      { numRuns: 300, seed: 6 },
    );
  });

  it('who begins anew gets all of it in the disorder that is set now', () => {
    const { readFrom } = streamOf(100);
    const first = readFrom('', 30, ORDERLY);
    const again = readFrom('', 30, { repeatEvery: null, shuffleWithin: 50 });
    expect(again.positions).not.toEqual(first.positions);
    expect(distinct(again.positions)).toEqual(upTo(100));
    expect(readFrom(first.key, 30, { repeatEvery: null, shuffleWithin: 50 }).positions).toEqual([]);
  });
});
