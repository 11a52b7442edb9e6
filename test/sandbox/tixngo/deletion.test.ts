import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newTicketId, smallTicket, withField } from './ticketsForTests.js';
import { tixngoForTests } from './tixngoForTests.js';

const tixngo = tixngoForTests();

async function injected(count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => newTicketId());
  await tixngo.inject(ids.map((id) => smallTicket(id)));
  return ids;
}

const counters = async () => (await tixngo.hook('/counters')).body;
const deletion = (ticketId: string, deletionReason = 'CANCELLED', more: object = {}) => ({
  ticketId,
  deletionReason,
  ...more,
});

beforeEach(() => tixngo.hook('/counters/reset', {}));
afterEach(async () => {
  await tixngo.hook('/settings', { resultStyle: 'perTicket', strictNotifications: false, maxTicketsPerCall: 1000 });
  await tixngo.hook('/clock', { now: null, hold: false });
});

describe('the deletion of a ticket', () => {
  it('that is on no phone is done at once', async () => {
    const [id] = await injected(1);
    await tixngo.hook('/clock', { now: '2027-05-01T10:00:00Z', hold: true });
    const { status, body } = await tixngo.delete([deletion(id!)]);
    expect(status).toBe(200);
    expect(body).toEqual({
      requestId: expect.any(String),
      results: [{ ticketId: id, outcome: 'DELETION_PENDING' }],
    });
    const at = '2027-05-01T10:00:00.000Z';
    expect(await tixngo.ticket(id!)).toMatchObject({
      status: 'DELETED',
      deletion: { reason: 'CANCELLED', visible: false, requestedAt: at, confirmedAt: at },
      updatedAt: at,
    });
    expect(await counters()).toMatchObject({ ticketWrites: 2, ticketsDeletionRequested: 1, deletionsConfirmed: 1 });
  });

  it('is told by the look-up and by the report of its event, which can leave it out', async () => {
    const event = 'E-deletions';
    const [gone, pending, kept] = [newTicketId(), newTicketId(), newTicketId()];
    await tixngo.inject([gone, pending, kept].map((id) => withField(smallTicket(id), 'event.id', event)));
    await tixngo.hook('/phones/download', { ticketIds: [pending] });
    await tixngo.hook('/phones/offline', { ticketIds: [pending] });
    await tixngo.delete([deletion(gone), deletion(pending, 'RESOLD', { showDeletedTicket: true })]);
    const { results } = (await tixngo.post('/tickets/lookup', { ticketIds: [gone, pending, kept] })).body;
    const told = [
      { ticketId: gone, status: 'DELETED', deletion: { reason: 'CANCELLED', visible: false } },
      {
        ticketId: pending,
        status: 'DELETION_PENDING',
        deletion: { reason: 'RESOLD', visible: true, confirmedAt: null },
      },
      { ticketId: kept, status: 'INJECTED', deletion: null },
    ];
    expect(results).toMatchObject(told);
    const report = async (more = '') =>
      (await tixngo.get(`/report/events/${event}/tickets?mobileAppId=demo-app&limit=10&offset=0${more}`)).body;
    expect(await report()).toMatchObject({ total: 3, result: told });
    expect(await report('&excludeDeleted=true')).toMatchObject({ total: 2, result: told.slice(1) });
    await tixngo.hook('/phones/online', { all: true });
  });

  it.each(['CONTROLLED', 'TRANSFERRED', 'ONLINE_ACTIVATED', 'PENDING_TRANSFER'])('wins over %s', async (status) => {
    const [id] = await injected(1);
    await tixngo.hook('/tickets/alter', { ticketId: id, set: { status } });
    await tixngo.delete([deletion(id!)]);
    expect((await tixngo.ticket(id!)).status).toBe('DELETED');
  });

  it('is final: no injection brings the ticket back, pending or deleted', async () => {
    const [deleted, pending] = await injected(2);
    await tixngo.hook('/phones/download', { ticketIds: [pending] });
    await tixngo.hook('/phones/offline', { ticketIds: [pending] });
    await tixngo.delete([deletion(deleted!), deletion(pending!)]);
    await tixngo.hook('/counters/reset', {});
    const { results } = (await tixngo.inject([smallTicket(deleted), smallTicket(pending)])).body;
    expect(results).toMatchObject([
      { outcome: 'REJECTED', errorCode: 'TICKET_DELETED' },
      { outcome: 'REJECTED', errorCode: 'TICKET_DELETED' },
    ]);
    expect(await counters()).toMatchObject({ ticketWrites: 0, notifications: 0 });
    await tixngo.hook('/phones/online', { all: true });
    expect((await tixngo.ticket(pending!)).status).toBe('DELETED');
  });

  it('can be repeated: reason and visibility are written anew, the dates stay', async () => {
    const [id] = await injected(1);
    await tixngo.hook('/clock', { now: '2027-05-01T10:00:00Z', hold: true });
    await tixngo.delete([deletion(id!, 'RESALE_PENDING', { showDeletedTicket: true })]);
    await tixngo.hook('/clock', { advanceSeconds: 60 });
    const { body } = await tixngo.delete([deletion(id!, 'RESOLD')]);
    expect(body.results).toEqual([{ ticketId: id, outcome: 'ALREADY_DELETED' }]);
    const first = '2027-05-01T10:00:00.000Z';
    expect(await tixngo.ticket(id!)).toMatchObject({
      status: 'DELETED',
      // A repeat that does not say it leaves the visibility.
      deletion: { reason: 'RESOLD', visible: true, requestedAt: first, confirmedAt: first },
      updatedAt: '2027-05-01T10:01:00.000Z',
    });
    await tixngo.hook('/clock', { advanceSeconds: 60 });
    await tixngo.delete([deletion(id!, 'RESOLD', { showDeletedTicket: true })]);
    expect((await tixngo.ticket(id!)).updatedAt).toBe('2027-05-01T10:01:00.000Z');
    expect(await counters()).toMatchObject({ ticketsDeletionRequested: 3, ticketWrites: 4, deletionsConfirmed: 1 });
  });

  it('can be repeated while it is pending, and stays pending', async () => {
    const [id] = await injected(1);
    await tixngo.hook('/phones/download', { ticketIds: [id] });
    await tixngo.hook('/phones/offline', { ticketIds: [id] });
    await tixngo.delete([deletion(id!)]);
    const { body } = await tixngo.delete([deletion(id!, 'RESOLD', { showDeletedTicket: true })]);
    expect(body.results).toEqual([{ ticketId: id, outcome: 'DELETION_PENDING' }]);
    expect(await tixngo.ticket(id!)).toMatchObject({
      status: 'DELETION_PENDING',
      deletion: { reason: 'RESOLD', visible: true, confirmedAt: null },
    });
    await tixngo.hook('/phones/online', { all: true });
  });
});

describe('a call of deletions', () => {
  it('answers each ticket on its own', async () => {
    const [good] = await injected(1);
    const unknown = newTicketId();
    const tickets: unknown[] = [
      deletion(good!),
      deletion(unknown),
      { ticketId: good },
      deletion(good!, ' '),
      deletion(good!, 'x'.repeat(101)),
      deletion(good!, 'CANCELLED', { showDeletedTicket: 'yes' }),
      { deletionReason: 'CANCELLED' },
      'a text',
    ];
    const { status, body } = await tixngo.post('/tickets/delete', { tickets });
    expect(status).toBe(200);
    const rejected = (errorCode: string, message: string, ticketId: string | null = good!) => ({
      ticketId,
      outcome: 'REJECTED',
      errorCode,
      message,
    });
    expect(body.results).toEqual([
      { ticketId: good, outcome: 'DELETION_PENDING' },
      { ticketId: unknown, outcome: 'NOT_FOUND' },
      rejected('FIELD_REQUIRED', 'deletionReason is required'),
      rejected('FIELD_REQUIRED', 'deletionReason is required and must not be blank'),
      rejected('FIELD_TOO_LONG', 'deletionReason is longer than 100 characters'),
      rejected('FIELD_INVALID', 'showDeletedTicket must be true or false'),
      rejected('FIELD_REQUIRED', 'ticketId is required', null),
      rejected('FIELD_INVALID', 'ticket must be an object', null),
    ]);
    expect(await counters()).toMatchObject({ ticketsDeletionRequested: 1, ticketsRejected: 6 });
  });

  it('counts fields that the contract does not know', async () => {
    const [id] = await injected(1);
    await tixngo.delete([deletion(id!, 'CANCELLED', { colour: 'red' })]);
    expect((await counters()).unknownFields).toEqual({ '(delete).colour': 1 });
  });

  it('is refused as a whole for one bad ticket in the style wholeBatch, and then nothing is deleted', async () => {
    const [a, b] = await injected(2);
    await tixngo.hook('/settings', { resultStyle: 'wholeBatch' });
    const { status, body } = await tixngo.delete([deletion(a!), { ticketId: b }]);
    expect([status, body.details]).toEqual([400, [{ path: 'tickets[1].deletionReason', issue: 'is required' }]]);
    expect((await tixngo.ticket(a!)).status).toBe('INJECTED');
    const good = await tixngo.delete([deletion(a!), deletion(newTicketId())]);
    expect(good.body.results).toMatchObject([{ outcome: 'DELETION_PENDING' }, { outcome: 'NOT_FOUND' }]);
  });

  it('is answered without results in the style none', async () => {
    const [a, b] = await injected(2);
    await tixngo.hook('/settings', { resultStyle: 'none' });
    expect(await tixngo.delete([deletion(a!), { ticketId: b }])).toMatchObject({
      status: 400,
      body: { message: 'The batch is not valid; nothing was applied' },
    });
    expect((await tixngo.delete([deletion(a!)])).body).toEqual({ requestId: expect.any(String) });
    expect((await tixngo.ticket(a!)).status).toBe('DELETED');
    expect((await tixngo.ticket(b!)).status).toBe('INJECTED');
  });

  it('has the limit of an injection', async () => {
    const ids = await injected(2);
    await tixngo.hook('/settings', { maxTicketsPerCall: 1 });
    expect((await tixngo.delete(ids.map((id) => deletion(id)))).status).toBe(413);
    expect((await tixngo.delete([])).status).toBe(400);
    expect((await tixngo.post('/tickets/delete', { ticketIds: ids })).status).toBe(400);
    expect(await counters()).toMatchObject({ ticketsDeletionRequested: 0, calls: { 'tickets.delete': 3 } });
  });

  it('needs the key', async () => {
    expect((await tixngo.post('/tickets/delete', { tickets: [] }, { 'x-api-key': 'wrong' })).status).toBe(403);
  });
});

describe('people', () => {
  const told = async (ticketId: string): Promise<number> => (await tixngo.ticket(ticketId)).notifications - 1;

  it('are told of a deletion that they can see, once, and again when its reason changes', async () => {
    const [hidden, seen] = await injected(2);
    const visible = { showDeletedTicket: true };
    for (let n = 0; n < 2; n += 1) await tixngo.delete([deletion(hidden!), deletion(seen!, 'RESALE_PENDING', visible)]);
    expect([await told(hidden!), await told(seen!)]).toEqual([0, 1]);
    await tixngo.delete([deletion(hidden!, 'RESOLD'), deletion(seen!, 'RESOLD', visible)]);
    expect([await told(hidden!), await told(seen!)]).toEqual([0, 2]);
    await tixngo.delete([deletion(hidden!, 'RESOLD', visible), deletion(seen!, 'OTHER', { showDeletedTicket: false })]);
    expect([await told(hidden!), await told(seen!)]).toEqual([1, 2]);
    expect((await counters()).notifications).toBe(2 + 3);
  });

  it('are told at every accepted deletion in strict mode', async () => {
    await tixngo.hook('/settings', { strictNotifications: true });
    const [id] = await injected(1);
    for (let n = 0; n < 3; n += 1) await tixngo.delete([deletion(id!)]);
    await tixngo.delete([{ ticketId: id }, deletion(newTicketId())]);
    expect(await told(id!)).toBe(3);
    expect(await counters()).toMatchObject({ notifications: 4, ticketWrites: 4 });
  });
});

it('broke its own contract nowhere', () => {
  expect(tixngo.sandbox.violations()).toEqual([]);
});
