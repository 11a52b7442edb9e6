import { afterEach, describe, expect, it } from 'vitest';
import { ALIVE, HOOKS, S360ForTests } from './s360ForTests.js';

let s360: S360ForTests;
afterEach(() => s360.close());

async function startHeld(callsPerMinute: number, status: 509 | 429 = 509): Promise<void> {
  s360 = await S360ForTests.start({ tickets: 10, rateLimit: { callsPerMinute, status } });
  await s360.post(`${HOOKS}/clock`, { hold: true });
}
const statuses = async (calls: number) => {
  const seen: number[] = [];
  for (let call = 0; call < calls; call += 1) seen.push((await s360.post(ALIVE, {})).status);
  return seen;
};

describe('the rate limit', () => {
  it('answers 509 once a service has been called as often as it may be in a minute', async () => {
    await startHeld(3);
    expect(await statuses(5)).toEqual([200, 200, 200, 509, 509]);
    const { body, headers } = await s360.post(ALIVE, {});
    expect(body).toMatchObject({ requestId: null, statusCode: 'error.rateLimit' });
    expect(headers.get('retry-after')).toBeNull();
    const { rateLimited, calls } = (await s360.get(`${HOOKS}/counters`)).body;
    expect({ rateLimited, calls }).toMatchObject({
      rateLimited: 3,
      calls: { 'catalogService.isCatalogServiceAlive': 6 },
    });
  });

  it('counts every service on its own', async () => {
    await startHeld(2);
    expect(await statuses(3)).toEqual([200, 200, 509]);
    expect((await s360.page()).status).toBe(200);
    expect((await s360.print([1])).status).toBe(200);
  });

  it('opens again when the first call is a minute old; refused calls take no place', async () => {
    await startHeld(2);
    await statuses(1);
    await s360.post(`${HOOKS}/clock`, { advanceSeconds: 30 });
    expect(await statuses(3)).toEqual([200, 509, 509]);
    await s360.post(`${HOOKS}/clock`, { advanceSeconds: 29.999 });
    expect(await statuses(1)).toEqual([509]);
    await s360.post(`${HOOKS}/clock`, { advanceSeconds: 0.001 });
    expect(await statuses(2)).toEqual([200, 509]);
  });

  it('answers 429 with the time to wait where that is set', async () => {
    await startHeld(1, 429);
    await statuses(1);
    await s360.post(`${HOOKS}/clock`, { advanceSeconds: 19.5 });
    const { status, headers } = await s360.post(ALIVE, {});
    expect([status, headers.get('retry-after')]).toEqual([429, '41']);
  });

  it('can be switched off while the sandbox runs', async () => {
    await startHeld(1);
    expect(await statuses(2)).toEqual([200, 509]);
    const { body } = await s360.post(`${HOOKS}/settings`, { rateLimit: { callsPerMinute: null } });
    expect(body.rateLimit).toEqual({ callsPerMinute: null, status: 509 });
    expect(new Set(await statuses(70))).toEqual(new Set([200]));
  });

  it('is 60 calls a minute unless somebody says otherwise', async () => {
    s360 = await S360ForTests.start({ tickets: 1, rateLimit: {} });
    await s360.post(`${HOOKS}/clock`, { hold: true });
    const seen = await statuses(62);
    expect(seen.indexOf(509)).toBe(60);
  });
});
