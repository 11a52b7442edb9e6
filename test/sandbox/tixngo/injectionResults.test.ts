import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newTicketId, smallTicket, withField } from './ticketsForTests.js';
import { tixngoForTests, type Json } from './tixngoForTests.js';

const tixngo = tixngoForTests();

async function counters(): Promise<Record<string, unknown>> {
  return (await tixngo.hook('/counters')).body;
}

async function statusOf(ticketId: string): Promise<string | undefined> {
  return (await tixngo.hook(`/tickets?ids=${ticketId}`)).body.tickets[0]?.status;
}

beforeEach(() => tixngo.hook('/counters/reset', {}));

describe('results per ticket', () => {
  it('says for every ticket, in the order of the call, what became of it', async () => {
    const [known, fresh] = [newTicketId(), newTicketId()];
    await tixngo.inject([smallTicket(known)]);
    const { status, body } = await tixngo.inject([
      smallTicket(fresh),
      withField(smallTicket('bad'), 'security.barcode', 'x'.repeat(513)),
      smallTicket(known),
    ]);
    expect(status).toBe(200);
    expect(body).toEqual({
      requestId: expect.stringMatching(/^[0-9a-f]{16}$/),
      results: [
        { ticketId: fresh, outcome: 'INJECTED' },
        {
          ticketId: 'bad',
          outcome: 'REJECTED',
          errorCode: 'FIELD_TOO_LONG',
          message: 'security.barcode is longer than 512 characters',
        },
        { ticketId: known, outcome: 'UPDATED' },
      ],
    });
    expect(await statusOf('bad')).toBeUndefined();
    expect(await statusOf(fresh)).toBe('INJECTED');
    expect(await counters()).toMatchObject({
      ticketWrites: 3,
      ticketsInjected: 2,
      ticketsUpdated: 1,
      ticketsRejected: 1,
    });
  });

  it('gives every accepted call a request id of its own', async () => {
    const ids = await Promise.all([1, 2, 3].map(async () => (await tixngo.inject([smallTicket()])).body.requestId));
    expect(new Set(ids).size).toBe(3);
  });

  it('says null for a ticket without an id that is a text', async () => {
    const { body } = await tixngo.inject([{ ...smallTicket(), ticketId: 12 }, 'ticket', null] as object[]);
    expect(body.results).toEqual([
      { ticketId: null, outcome: 'REJECTED', errorCode: 'FIELD_INVALID', message: 'ticketId must be a text' },
      { ticketId: null, outcome: 'REJECTED', errorCode: 'FIELD_INVALID', message: 'ticket must be an object' },
      { ticketId: null, outcome: 'REJECTED', errorCode: 'FIELD_REQUIRED', message: 'ticket is required' },
    ]);
  });

  it('takes the same ticket twice in one call as an injection and an update', async () => {
    const ticket = smallTicket();
    const { body } = await tixngo.inject([ticket, ticket]);
    expect(body.results.map(({ outcome }: Json) => outcome)).toEqual(['INJECTED', 'UPDATED']);
  });
});

describe('a repeated injection', () => {
  it('changes nothing when the ticket is the same, whatever the order of its fields', async () => {
    const id = newTicketId();
    const ticket = smallTicket(id);
    await tixngo.inject([ticket]);
    const { body: before } = await tixngo.hook(`/tickets?ids=${id}`);
    await tixngo.hook('/clock', { advanceSeconds: 60 });
    await tixngo.inject([Object.fromEntries(Object.entries(ticket).reverse())]);
    const { body: after } = await tixngo.hook(`/tickets?ids=${id}`);
    expect(after).toEqual(before);
  });

  it('takes over new data and keeps the status', async () => {
    const id = newTicketId();
    await tixngo.inject([smallTicket(id)]);
    await tixngo.hook('/phones/download', { ticketIds: [id] });
    const { body: before } = await tixngo.hook(`/tickets?ids=${id}`);
    await tixngo.hook('/clock', { advanceSeconds: 60 });
    await tixngo.inject([withField(smallTicket(id), 'spectatorDetails.email', 'yan@example.net')]);
    const { body: after } = await tixngo.hook(`/tickets?ids=${id}`);
    expect(after.tickets[0]).toMatchObject({ status: 'DOWNLOADED', owner: { email: 'yan@example.net' } });
    expect(Date.parse(after.tickets[0].updatedAt)).toBeGreaterThan(Date.parse(before.tickets[0].updatedAt));
  });

  it.each(['DELETION_PENDING', 'DELETED'])('is refused for a ticket that is %s', async (status) => {
    const id = newTicketId();
    await tixngo.inject([smallTicket(id)]);
    await tixngo.hook('/tickets/alter', { ticketId: id, set: { status } });
    const { body } = await tixngo.inject([smallTicket(id)]);
    expect(body.results).toEqual([
      {
        ticketId: id,
        outcome: 'REJECTED',
        errorCode: 'TICKET_DELETED',
        message: `ticketId is an id that is ${status}; a reissued ticket needs a new id`,
      },
    ]);
    expect(await statusOf(id)).toBe(status);
  });
});

describe('results for the whole batch', () => {
  beforeEach(() => tixngo.hook('/settings', { resultStyle: 'wholeBatch' }));
  afterEach(() => tixngo.hook('/settings', { resultStyle: 'perTicket' }));

  it('refuses the call for one bad ticket, names it, and applies nothing', async () => {
    const good = newTicketId();
    const { status, body } = await tixngo.inject([
      withField(smallTicket(good), 'event.id', 'E-never'),
      withField(withField(smallTicket('bad'), 'event.name', undefined), 'spectatorDetails.gender', 'Z'),
      5 as unknown as object,
    ]);
    expect(status).toBe(400);
    expect(body).toEqual({
      code: 'VALIDATION_ERROR',
      message: '2 of 3 tickets are not valid; nothing was applied',
      details: [
        { path: 'tickets[1].event.name', issue: 'is required' },
        { path: 'tickets[1].spectatorDetails.gender', issue: 'must be one of M, F, U, X' },
        { path: 'tickets[2]', issue: 'must be an object' },
      ],
    });
    expect(await statusOf(good)).toBeUndefined();
    expect((await tixngo.get('/events/E-never')).status).toBe(404);
    expect(await counters()).toMatchObject({ ticketWrites: 0, notifications: 0, eventsCreated: 0, ticketsRejected: 2 });
  });

  it('refuses it for a ticket that was deleted, too', async () => {
    const id = newTicketId();
    await tixngo.inject([smallTicket(id)]);
    await tixngo.hook('/tickets/alter', { ticketId: id, set: { status: 'DELETED' } });
    const { status, body } = await tixngo.inject([smallTicket(id)]);
    expect(status).toBe(400);
    expect(body.message).toBe('1 of 1 tickets is not valid; nothing was applied');
    expect(body.details).toEqual([{ path: 'tickets[0].ticketId', issue: expect.stringContaining('is DELETED') }]);
  });

  it('names at most a hundred problems', async () => {
    const { body } = await tixngo.inject(Array.from({ length: 60 }, () => ({})));
    expect(body.details).toHaveLength(100);
  });

  it('answers a good batch with the result of every ticket', async () => {
    const id = newTicketId();
    const { status, body } = await tixngo.inject([smallTicket(id)]);
    expect(status).toBe(200);
    expect(body.results).toEqual([{ ticketId: id, outcome: 'INJECTED' }]);
  });
});

describe('no results', () => {
  beforeEach(() => tixngo.hook('/settings', { resultStyle: 'none' }));
  afterEach(() => tixngo.hook('/settings', { resultStyle: 'perTicket' }));

  it('answers a good call with its request id only', async () => {
    const id = newTicketId();
    const { status, body } = await tixngo.inject([smallTicket(id)]);
    expect(status).toBe(200);
    expect(Object.keys(body)).toEqual(['requestId']);
    expect(await statusOf(id)).toBe('INJECTED');
  });

  it('refuses a call with a bad ticket without saying which, and applies nothing', async () => {
    const good = newTicketId();
    const { status, body } = await tixngo.inject([smallTicket(good), {}]);
    expect(status).toBe(400);
    expect(body).toEqual({ code: 'VALIDATION_ERROR', message: 'The batch is not valid; nothing was applied' });
    expect(await statusOf(good)).toBeUndefined();
  });
});

describe('a call that is no injection', () => {
  it.each([
    ['{"tickets":[', 'Cannot read the request: the body is not valid JSON', undefined],
    ['', 'Cannot read the request: the body is not valid JSON', undefined],
    ['[]', 'The request is not as expected: the body must be an object with a list of tickets', ''],
    ['null', 'The request is not as expected: the body must be an object with a list of tickets', ''],
    ['{}', 'The request is not as expected: tickets must be a list', 'tickets'],
    ['{"tickets":{}}', 'The request is not as expected: tickets must be a list', 'tickets'],
    ['{"tickets":[]}', 'The request is not as expected: tickets must have at least one ticket', 'tickets'],
  ])('%s is refused with 400', async (text, message, path) => {
    const { status, body } = await tixngo.send('POST', '/tickets', text);
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 'VALIDATION_ERROR', message });
    expect(body.details?.[0].path).toBe(path);
  });

  it('is not refused for a field beside the tickets, which is counted', async () => {
    const { status } = await tixngo.post('/tickets', { tickets: [smallTicket()], dryRun: true });
    expect(status).toBe(200);
    expect(await counters()).toMatchObject({ unknownFields: { '(body).dryRun': 1 } });
  });
});

describe('the number of tickets in a call', () => {
  it('may be 1000', async () => {
    const { status, body } = await tixngo.inject(Array.from({ length: 1000 }, () => smallTicket()));
    expect(status).toBe(200);
    expect(body.results).toHaveLength(1000);
  });

  it('may not be 1001: 413, and nothing is applied', async () => {
    const { status, body } = await tixngo.inject(Array.from({ length: 1001 }, () => smallTicket()));
    expect(status).toBe(413);
    expect(body).toEqual({
      code: 'TOO_MANY_ITEMS',
      message: "1001 tickets in one call; this organizer's limit is 1000",
    });
    expect(await counters()).toMatchObject({ ticketWrites: 0 });
  });

  it('may not be above what the organizer is set to', async () => {
    await tixngo.hook('/settings', { maxTicketsPerCall: 2 });
    expect((await tixngo.inject([smallTicket(), smallTicket()])).status).toBe(200);
    expect((await tixngo.inject([smallTicket(), smallTicket(), smallTicket()])).status).toBe(413);
    await tixngo.hook('/settings', { maxTicketsPerCall: 1000 });
  });
});

it('takes a body that is packed with gzip', async () => {
  const answer = await fetch(tixngo.sandbox.url, {
    method: 'POST',
    headers: { 'x-api-key': 'sandbox-api-key', 'content-encoding': 'gzip' },
    body: gzipSync(JSON.stringify({ tickets: [smallTicket()] })),
  });
  expect(answer.status).toBe(200);
});

it('broke its own contract nowhere', () => {
  expect(tixngo.sandbox.violations()).toEqual([]);
});
