import { beforeEach, describe, expect, it } from 'vitest';
import { smallTicket } from './ticketsForTests.js';
import { tixngoForTests } from './tixngoForTests.js';

const tixngo = tixngoForTests();

const OPERATIONS: readonly (readonly [string, string])[] = [
  ['POST', '/tickets'],
  ['POST', '/tickets/lookup'],
  ['GET', '/report/events/E-1/tickets'],
  ['POST', '/events'],
  ['GET', '/events/E-1'],
  ['PUT', '/events/E-1'],
];

function organizer(path: string): string {
  return tixngo.sandbox.url.replace(/\/tickets$/, path);
}

beforeEach(() => tixngo.hook('/counters/reset', {}));

describe('the addresses', () => {
  it('end as the interface and the hooks need them', () => {
    expect(tixngo.sandbox.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/v3\/organizer\/tickets$/);
    expect(tixngo.sandbox.controlUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/sandbox\/tixngo$/);
  });

  it.each([
    ['GET', '/v3/organizer/nothing'],
    ['GET', '/v3/organizer/tickets'],
    ['DELETE', '/v3/organizer/events/E-1'],
    ['POST', '/v3/organizer/tickets/delete/me'],
    ['GET', '/sandbox/tixngo/nothing'],
    ['GET', '/'],
  ])('%s %s is not found, with or without a key', async (method, path) => {
    const { origin } = new URL(tixngo.sandbox.url);
    for (const headers of [{}, { 'x-api-key': 'sandbox-api-key' }]) {
      const answer = await fetch(origin + path, { method, headers });
      expect(answer.status).toBe(404);
      expect(await answer.json()).toEqual({ code: 'NOT_FOUND', message: `No operation ${method} ${path}` });
    }
  });
});

describe('the API key', () => {
  it.each(OPERATIONS)('%s %s is refused with 401 without it and 403 with another', async (method, path) => {
    const init = { method, ...(method === 'GET' ? {} : { body: '{}' }) };
    const missing = await fetch(organizer(path), init);
    expect(missing.status).toBe(401);
    expect(await missing.json()).toEqual({
      code: 'API_KEY_MISSING',
      message: 'The header x-api-key with the API key is missing',
    });
    const wrong = await fetch(organizer(path), { ...init, headers: { 'x-api-key': 'sandbox-api-kez' } });
    expect(wrong.status).toBe(403);
    const body = await wrong.text();
    expect(JSON.parse(body).code).toBe('API_KEY_WRONG');
    expect(body).not.toContain('sandbox-api-kez');
  });

  it('lets nothing happen when it is wrong', async () => {
    await fetch(tixngo.sandbox.url, { method: 'POST', body: JSON.stringify({ tickets: [smallTicket()] }) });
    expect((await tixngo.hook('/counters')).body).toMatchObject({ calls: { 'tickets.inject': 1 }, ticketWrites: 0 });
  });

  it('may be sent in the header that the organizer is set to, and be changed', async () => {
    await tixngo.hook('/settings', { apiKeyHeader: 'Api-Key', apiKey: 'other' });
    expect((await tixngo.inject([smallTicket()])).status).toBe(401);
    expect((await tixngo.post('/tickets', { tickets: [smallTicket()] }, { 'api-key': 'other' })).status).toBe(200);
    await tixngo.hook('/settings', { apiKeyHeader: 'x-api-key', apiKey: 'sandbox-api-key' });
  });
});

describe('the rate limit', () => {
  it('answers 429 with the seconds to wait, and opens again then', async () => {
    await tixngo.hook('/clock', { hold: true });
    await tixngo.hook('/settings', { rateLimit: { callsPerMinute: 2 } });
    await tixngo.inject([smallTicket()]);
    await tixngo.hook('/clock', { advanceSeconds: 20 });
    expect((await tixngo.post('/tickets/lookup', { ticketIds: [] })).status).toBe(200);

    const refused = await tixngo.inject([smallTicket()]);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('40');
    expect(refused.body).toEqual({ code: 'RATE_LIMITED', message: 'Too many calls; try again in 40 s' });
    expect((await tixngo.hook('/counters')).body).toMatchObject({
      calls: { 'tickets.inject': 2, 'tickets.lookup': 1 },
      rateLimited: 1,
      ticketWrites: 1,
    });

    await tixngo.hook('/clock', { advanceSeconds: 40 });
    expect((await tixngo.inject([smallTicket()])).status).toBe(200);
    await tixngo.hook('/settings', { rateLimit: { callsPerMinute: null } });
    await tixngo.hook('/clock', { now: null });
  });

  it('is off unless the organizer has one', async () => {
    for (let n = 0; n < 100; n += 1) {
      expect((await tixngo.post('/tickets/lookup', { ticketIds: [] })).status).toBe(200);
    }
  });
});

it('broke its own contract nowhere', () => {
  expect(tixngo.sandbox.violations()).toEqual([]);
});
