import { expect, test } from 'vitest';

import { severalAtOnce } from '../../src/activities/severalAtOnce.js';

/** Work that ends when the test says so. */
function held() {
  const begun: number[] = [];
  const endings = new Map<number, { readonly end: () => void; readonly fail: (error: Error) => void }>();
  const work = (item: number): Promise<void> =>
    new Promise((end, fail) => {
      begun.push(item);
      endings.set(item, { end, fail });
    });
  return { begun, work, of: (item: number) => endings.get(item) };
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('so many are under way at the same time, and the next one begins when one has ended', async () => {
  const { begun, work, of } = held();
  const all = severalAtOnce([1, 2, 3, 4, 5], 3, work);
  expect(begun).toEqual([1, 2, 3]);
  of(2)?.end();
  await nextTurn();
  expect(begun).toEqual([1, 2, 3, 4]);
  of(4)?.end();
  await nextTurn();
  for (const item of [1, 3, 5]) of(item)?.end();
  await all;
  expect(begun).toEqual([1, 2, 3, 4, 5]);
});

test('after a failure nothing more begins, and it is told when what is under way has ended', async () => {
  const { begun, work, of } = held();
  let said: unknown = null;
  const all = severalAtOnce([1, 2, 3, 4], 2, work).catch((error: unknown) => (said = error));
  const failure = new Error('the answer is lost');
  of(1)?.fail(failure);
  await nextTurn();
  expect([begun, said]).toEqual([[1, 2], null]);
  of(2)?.end();
  await all;
  expect([begun, said]).toEqual([[1, 2], failure]);
});

test('nothing to do is done at once', async () => {
  await severalAtOnce([], 4, () => Promise.reject(new Error('there is nothing')));
});
