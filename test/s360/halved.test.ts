import { describe, expect, test } from 'vitest';

import { CallFailed } from '../../src/http/callFailed.js';
import { halved } from '../../src/s360/halved.js';

/** An S-360 that refuses a call as a whole as soon as one of its items is bad. */
function refusing(isBad: (item: number) => boolean) {
  const calls: number[][] = [];
  const call = (items: readonly number[]): Promise<string[]> => {
    calls.push([...items]);
    return items.some(isBad)
      ? Promise.reject(
          new CallFailed({ system: 'S-360', operation: 'storeMobileTickets', status: 400, errorKey: 'error.bad' }),
        )
      : Promise.resolve(items.map((item) => `kept ${String(item)}`));
  };
  return { calls, call };
}

const alone = (item: number, errorCode: string): string => `${errorCode} ${String(item)}`;
const hundred = Array.from({ length: 100 }, (_, index) => index);

describe('A call that S-360 refuses as a whole', () => {
  test('goes through at once when nothing is wrong', async () => {
    const { calls, call } = refusing(() => false);
    expect(await halved(hundred, call, alone)).toHaveLength(100);
    expect(calls).toHaveLength(1);
  });

  test('is halved until the wrong items are alone; the outcomes keep the order of the items', async () => {
    const { calls, call } = refusing((item) => item === 17 || item === 80);
    const outcomes = await halved(hundred, call, alone);
    expect(outcomes).toEqual(
      hundred.map((item) => (item === 17 || item === 80 ? `error.bad ${String(item)}` : `kept ${String(item)}`)),
    );
    expect(calls.length).toBeLessThan(35);
  });

  test('stops after five that are refused alone with nothing accepted: that is no matter of single items', async () => {
    const { calls, call } = refusing(() => true);
    await expect(halved(hundred, call, alone)).rejects.toMatchObject({ type: 'REQUEST_REFUSED', nonRetryable: true });
    expect(calls.length).toBeLessThan(20);
  });

  test('leaves every other failure alone', async () => {
    const down = new CallFailed({ system: 'S-360', operation: 'storeMobileTickets', status: 503 });
    await expect(halved([1, 2], () => Promise.reject(down), alone)).rejects.toBe(down);
  });
});
