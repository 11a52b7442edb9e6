import { describe, expect, it } from 'vitest';
import { startTixngoSandbox } from '../../../sandbox/tixngo/sandbox.js';
import { fullTicket, smallTicket, withField } from './ticketsForTests.js';
import { tixngoForTests, type Json } from './tixngoForTests.js';

const tixngo = tixngoForTests();

describe('online activation', () => {
  const online = () => withField(smallTicket(), 'activationParameters.method', 'online');

  it('is refused unless the organizer allows it', async () => {
    const { body } = await tixngo.inject([online(), smallTicket()]);
    expect(body.results[0]).toMatchObject({
      outcome: 'REJECTED',
      errorCode: 'ONLINE_NOT_ALLOWED',
      message: 'activationParameters.method must be offline: this organizer does not allow online activation',
    });
    expect(body.results[1].outcome).toBe('INJECTED');
  });

  it('is taken when the organizer allows it', async () => {
    await tixngo.hook('/settings', { allowOnlineActivation: true });
    expect((await tixngo.inject([online()])).body.results[0].outcome).toBe('INJECTED');
  });
});

describe('the contingent', () => {
  const without = (contingent: unknown) => withField(fullTicket(), 'purchaseDetails.contingent', contingent);

  it('may be left out unless the organizer demands it', async () => {
    const { body } = await tixngo.inject([without(undefined), without(null), without('')]);
    expect(body.results.map(({ outcome }: Json) => outcome)).toEqual(['INJECTED', 'INJECTED', 'INJECTED']);
  });

  it('is mandatory when the organizer demands it', async () => {
    await tixngo.hook('/settings', { contingentMandatory: true });
    const { body } = await tixngo.inject([without(undefined), without(null), without(' '), fullTicket()]);
    for (const result of body.results.slice(0, 3)) {
      expect(result).toMatchObject({
        errorCode: 'FIELD_REQUIRED',
        message: 'purchaseDetails.contingent is required: this organizer has the contingent feature on',
      });
    }
    expect(body.results[3].outcome).toBe('INJECTED');
    await tixngo.hook('/settings', { contingentMandatory: false });
  });
});

describe('the settings', () => {
  it('change only what is given, and are told without the API key', async () => {
    const { body: before } = await tixngo.hook('/settings');
    const { status, body: after } = await tixngo.hook('/settings', { strictNotifications: true });
    expect(status).toBe(200);
    expect(after).toEqual({ ...before, strictNotifications: true });
    expect(after).not.toHaveProperty('apiKey');
    expect((await tixngo.hook('/settings', { strictNotifications: false })).body).toEqual(before);
  });

  it.each([
    [{ resultStyle: 'some' }, 'resultStyle'],
    [{ maxTicketsPerCall: 0 }, 'maxTicketsPerCall'],
    [{ rateLimit: { callsPerMinute: 0 } }, 'rateLimit.callsPerMinute'],
    [{ rateLimit: {} }, 'rateLimit.callsPerMinute'],
    [{ overwritableEventFields: ['id'] }, 'overwritableEventFields[0]'],
    [{ apiKeyHeader: 'two words' }, 'apiKeyHeader'],
    [{ lookup: 'yes' }, 'lookup'],
    [{ unknownSetting: 1 }, ''],
  ])('refuse %j and stay as they were', async (change, path) => {
    const { body: before } = await tixngo.hook('/settings');
    const { status, body } = await tixngo.hook('/settings', change);
    expect(status).toBe(400);
    expect(body.code).toBe('VALIDATION_ERROR');
    expect(body.details[0].path).toBe(path);
    expect((await tixngo.hook('/settings')).body).toEqual(before);
  });

  it('are checked before the sandbox starts', async () => {
    await expect(startTixngoSandbox({ maxTicketsPerCall: -1 })).rejects.toThrow(/maxTicketsPerCall/);
  });
});

it('broke its own contract nowhere', () => {
  expect(tixngo.sandbox.violations()).toEqual([]);
});
