import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { runPages } from '../../src/activities/pagePipeline.js';

type Step = 'read' | 'post' | 'mark';

/** Pages 1 … `count`, with steps that take as many turns as told, and one that may fail. */
class Pages {
  readonly log: string[] = [];
  readonly marked: number[] = [];
  readonly posted: number[] = [];
  running = 0;
  mostInFlight = 0;
  private readonly busy = new Set<Step>();
  private next = 0;

  constructor(
    private readonly count: number,
    private readonly turns: (step: Step, page: number) => number = () => 1,
    private readonly fails: (step: Step, page: number) => boolean = () => false,
    private readonly mayRead: (read: number) => boolean = () => true,
  ) {}

  run(): Promise<boolean> {
    return runPages<number, number>({
      read: async () => {
        this.next += 1;
        const page = this.next;
        await this.step('read', page);
        return page > this.count ? null : page;
      },
      mayReadOn: () => this.mayRead(this.next),
      post: async (page) => {
        await this.step('post', page);
        this.posted.push(page);
        return page;
      },
      mark: async (page) => {
        await this.step('mark', page);
        this.marked.push(page);
      },
    });
  }

  private async step(step: Step, page: number): Promise<void> {
    expect(this.busy.has(step), `two pages in ${step} at once`).toBe(false);
    this.busy.add(step);
    this.running += 1;
    this.mostInFlight = Math.max(this.mostInFlight, this.running);
    this.log.push(`${step} ${String(page)}`);
    try {
      for (let turn = this.turns(step, page); turn > 0; turn -= 1)
        await new Promise((resolve) => setImmediate(resolve));
      if (this.fails(step, page)) throw new Error(`${step} ${String(page)} failed`);
    } finally {
      this.busy.delete(step);
      this.running -= 1;
    }
  }
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);

describe('Pages in flight', () => {
  test('the next page is read while one is posted and the one before is marked', async () => {
    const pages = new Pages(5, () => 3);
    expect(await pages.run()).toBe(true);
    expect(pages.mostInFlight).toBe(3);
    expect(pages.log.indexOf('read 3')).toBeLessThan(pages.log.indexOf('mark 2'));
    expect(pages.marked).toEqual(upTo(5));
  });

  test('an empty queue posts and marks nothing', async () => {
    const pages = new Pages(0);
    expect(await pages.run()).toBe(true);
    expect(pages.log).toEqual(['read 1']);
  });

  test('no further page is read when it may not, and those in flight are finished', async () => {
    const pages = new Pages(
      100,
      () => 2,
      () => false,
      (read) => read < 4,
    );
    expect(await pages.run()).toBe(false);
    expect(pages.marked).toEqual(upTo(4));
  });

  test('a read that fails ends after the mark that is under way', async () => {
    const pages = new Pages(
      9,
      (step) => (step === 'mark' ? 20 : 1),
      (step, page) => step === 'read' && page === 3,
    );
    await expect(pages.run()).rejects.toThrow('read 3 failed');
    expect(pages.marked).toEqual([1, 2]);
    expect(pages.running).toBe(0);
  });

  test('a mark that fails: what the page behind it has sent is marked all the same', async () => {
    const pages = new Pages(
      9,
      () => 1,
      (step, page) => step === 'mark' && page === 1,
    );
    await expect(pages.run()).rejects.toThrow('mark 1 failed');
    expect(pages.posted).toEqual([1, 2]);
    expect(pages.marked).toEqual([2]);
  });

  test('the mark of the last page fails: that is no end of the queue', async () => {
    const pages = new Pages(
      1,
      () => 1,
      (step) => step === 'mark',
    );
    await expect(pages.run()).rejects.toThrow('mark 1 failed');
  });

  test('whatever is slow and whatever fails: each step in order, one at a time, every posted page tried to be marked, nothing left running', async () => {
    const failing = fc.option(fc.tuple(fc.constantFrom<Step>('read', 'post', 'mark'), fc.integer({ min: 1, max: 8 })));
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 8 }),
        fc.array(fc.nat(6), { minLength: 24, maxLength: 24 }),
        failing,
        async (count, speeds, failure) => {
          const order = { read: 0, post: 8, mark: 16 };
          const pages = new Pages(
            count,
            (step, page) => speeds[(order[step] + page) % 24]!,
            (step, page) => failure?.[0] === step && failure[1] === page,
          );
          const happens = failure !== null && failure[1] <= count + (failure[0] === 'read' ? 1 : 0);
          if (happens) await expect(pages.run()).rejects.toThrow(`${failure[0]} ${String(failure[1])} failed`);
          else expect(await pages.run()).toBe(true);
          expect(pages.running).toBe(0);
          for (const step of ['read', 'post', 'mark']) {
            const done = pages.log.filter((line) => line.startsWith(step));
            expect(done).toEqual(done.map((_, i) => `${step} ${String(i + 1)}`));
          }
          const unmarked = pages.posted.filter((page) => !pages.marked.includes(page));
          expect(unmarked).toEqual(failure?.[0] === 'mark' && happens ? [failure[1]] : []);
        },
      ),
      { numRuns: 300 },
    );
  });
});
