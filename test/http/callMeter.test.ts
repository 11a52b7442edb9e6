import { describe, expect, test } from 'vitest';

import { CallMeter } from '../../src/http/callMeter.js';

const limited = 'S-360 markPrinted';
const soon = (): number => Date.now() + 60_000;

describe('Call meter: a call that was not reserved is never made', () => {
  test('as many calls as were granted, then none', async () => {
    const meter = new CallMeter('r', { [limited]: 2 }, soon());
    let made = 0;
    const one = () => meter.count(limited, async () => (made += 1));
    expect(meter.left(limited)).toBe(2);
    await one();
    await one();
    expect(meter.left(limited)).toBe(0);
    await expect(one()).rejects.toMatchObject({ type: 'WAITING_FOR_CALLS', nonRetryable: false });
    expect(made).toBe(2);
    expect(meter.used()).toMatchObject({ reservation: 'r', calls: { [limited]: 2 } });
  });

  test('a call that fails was made, and counts', async () => {
    const meter = new CallMeter('r', { [limited]: 1 }, soon());
    await expect(meter.count(limited, () => Promise.reject(new Error('x')))).rejects.toThrow('x');
    expect(meter.left(limited)).toBe(0);
  });

  test('calls at the same time are counted before they are made', async () => {
    const meter = new CallMeter('r', { [limited]: 3 }, soon());
    let running = 0;
    const all = await Promise.allSettled(
      Array.from({ length: 10 }, () => meter.count(limited, async () => (running += 1))),
    );
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    expect(running).toBe(3);
  });

  test('after the end of the reservation no call of a limited service is made', async () => {
    const meter = new CallMeter('r', { [limited]: 5 }, Date.now() - 1);
    await expect(meter.count(limited, async () => 1)).rejects.toMatchObject({ type: 'WAITING_FOR_CALLS' });
    expect(await meter.count('TIXNGO demo-organizer', async () => 1)).toBe(1);
    expect(meter.used().calls).toEqual({ 'TIXNGO demo-organizer': 1 });
  });

  test('a service without a limit is only counted; totals are by system', async () => {
    const meter = new CallMeter('r', { [limited]: 5 }, soon());
    for (let i = 0; i < 7; i += 1) await meter.count('TIXNGO demo-organizer', async () => 1);
    await meter.count(limited, async () => 1);
    await meter.count('S-360 auth', async () => 1);
    expect(meter.left('TIXNGO demo-organizer')).toBe(Number.POSITIVE_INFINITY);
    expect([meter.total('TIXNGO'), meter.total('S-360')]).toEqual([7, 2]);
    expect(meter.used().endedAgoMs).toBeGreaterThanOrEqual(0);
  });
});
