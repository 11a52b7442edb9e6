import { beforeEach, describe, expect, it } from 'vitest';
import { fullTicket, newTicketId, smallTicket, withField } from './ticketsForTests.js';
import { tixngoForTests, type Json } from './tixngoForTests.js';

const tixngo = tixngoForTests();

const idsOf = (body: Json): string[] => body.tickets.map(({ ticketId }: Json) => ticketId);

async function ticket(ticketId: string): Promise<Json> {
  return (await tixngo.hook(`/tickets?ids=${ticketId}`)).body.tickets[0];
}

describe('the list of tickets', () => {
  it('tells everything about a ticket', async () => {
    const sent = fullTicket('Z-full');
    await tixngo.inject([sent]);
    expect(await ticket('Z-full')).toEqual({
      ticketId: 'Z-full',
      status: 'INJECTED',
      payload: sent,
      owner: sent['spectatorDetails'],
      initialOwnerEmail: 'zoe@example.org',
      ticketHolder: null,
      transfer: null,
      activation: null,
      extraFields: [],
      beaconName: null,
      controlledAt: null,
      deletion: null,
      notifications: 1,
      updatedAt: expect.any(String),
      statusChangedAt: expect.any(String),
    });
  });

  it('pages through all of them by ticket id: numbers by number, then the others', async () => {
    await tixngo.inject(['9', '10', 'B-1', '100', 'A-1'].map((id) => smallTicket(id)));
    const { body: first } = await tixngo.hook('/tickets?limit=2&afterTicketId=');
    expect(idsOf(first)).toEqual(['9', '10']);
    const { body: second } = await tixngo.hook('/tickets?limit=2&afterTicketId=10');
    expect(idsOf(second)).toEqual(['100', 'A-1']);
    const { body: third } = await tixngo.hook('/tickets?limit=5000&afterTicketId=A-1');
    expect(idsOf(third)).toEqual(['B-1', 'Z-full']);
    expect([first.total, second.total, third.total]).toEqual([6, 6, 6]);
    await tixngo.inject([smallTicket('50')]);
    expect(idsOf((await tixngo.hook('/tickets?limit=1&afterTicketId=10')).body)).toEqual(['50']);
  });

  it('tells exactly the ids that it is asked for', async () => {
    expect(idsOf((await tixngo.hook('/tickets?ids=10,nothing,9,10')).body)).toEqual(['10', '9']);
  });

  it('has the history of each: what the diff tells, and nothing that a test has put there', async () => {
    const id = newTicketId();
    await tixngo.inject([smallTicket(id)]);
    const history = async (): Promise<Json> =>
      (await tixngo.hook(`/tickets/history?ids=${id}`)).body.histories.map(({ entries }: Json) => entries)[0];
    expect(await history()).toHaveLength(1);
    await tixngo.hook('/phones/download', { ticketIds: [id] });
    await tixngo.hook('/diff/append', { ticketId: id, status: 'INVALID' });
    await tixngo.hook('/spectators/transfer', { ticketIds: [id], recipientEmails: ['b@example.org'] });
    await tixngo.hook('/spectators/accept', { ticketIds: [id] });
    const told = (await tixngo.entriesOf(id)).filter(({ status }: Json) => status !== 'INVALID');
    expect(await history()).toEqual(
      told.map(({ status, statusChangedAt, transfer, spectatorDetails }: Json) => ({
        status,
        statusChangedAt,
        transfer,
        ownerEmail: spectatorDetails.email,
      })),
    );
    expect(told.map(({ status }: Json) => status)).toEqual([
      'INJECTED',
      'DOWNLOADED',
      'PENDING_TRANSFER',
      'TRANSFERRED',
    ]);
    const { body } = await tixngo.hook('/tickets/history?limit=2&afterTicketId=');
    const { body: tickets } = await tixngo.hook('/tickets?limit=2&afterTicketId=');
    expect(body.histories.map(({ ticketId }: Json) => ticketId)).toEqual(idsOf(tickets));
  });

  it.each(['limit=0', 'limit=5001', 'limit=all', `ids=${','.repeat(5000)}`])('refuses ?%.20s', async (query) => {
    expect((await tixngo.hook(`/tickets?${query}`)).status).toBe(400);
  });
});

describe('the histories of tickets', () => {
  it('tell what has happened to each, and whose it was from then on, but not what a test has put there', async () => {
    const id = newTicketId();
    await tixngo.inject([smallTicket(id)]);
    await tixngo.hook('/phones/download', { ticketIds: [id] });
    await tixngo.hook('/diff/append', { ticketId: id, status: 'RECEIVED' });
    await tixngo.hook('/spectators/transfer', { ticketIds: [id], recipientEmails: ['friend@example.org'] });
    expect((await tixngo.hook(`/tickets/history?ids=${id}`)).body.histories[0].entries).toHaveLength(3);
    await tixngo.hook('/spectators/accept', { ticketIds: [id] });
    const { body } = await tixngo.hook(`/tickets/history?ids=${id},nothing`);
    const told = (await tixngo.entriesOf(id)).filter(({ status }) => status !== 'RECEIVED');
    expect(body.histories).toEqual([
      {
        ticketId: id,
        entries: told.map(({ status, statusChangedAt, spectatorDetails, transfer }) => ({
          status,
          statusChangedAt,
          ownerEmail: spectatorDetails.email,
          transfer,
        })),
      },
    ]);
    expect(told.map(({ status }) => status)).toEqual(['INJECTED', 'DOWNLOADED', 'PENDING_TRANSFER', 'TRANSFERRED']);
    expect(body.total).toBe((await tixngo.hook('/tickets?limit=1')).body.total);
  });
});

describe('downloads', () => {
  beforeEach(() => tixngo.hook('/counters/reset', {}));

  it('bring the given tickets to the phones of their owners', async () => {
    const ids = [newTicketId(), newTicketId(), newTicketId()];
    await tixngo.inject(ids.map((id) => smallTicket(id)));
    await tixngo.inject([withField(smallTicket(ids[1]), 'spectatorDetails.email', 'ZOE@example.org')]);
    await tixngo.hook('/clock', { advanceSeconds: 60 });
    const before = await ticket(ids[0]!);
    const { status, body } = await tixngo.hook('/phones/download', { ticketIds: [ids[0], ids[1], ids[1], 'unknown'] });
    expect(status).toBe(200);
    expect(body).toEqual({ downloaded: 2, offline: 0, unchanged: 0, unknown: 1, phones: 1, privileges: 0 });
    const after = await ticket(ids[0]!);
    const { updatedAt } = after;
    expect(after).toEqual({ ...before, status: 'DOWNLOADED', updatedAt, statusChangedAt: updatedAt });
    expect(Date.parse(after.updatedAt)).toBeGreaterThan(Date.parse(before.updatedAt));
    expect((await ticket(ids[2]!)).status).toBe('INJECTED');
    expect((await tixngo.hook('/counters')).body).toMatchObject({ ticketsDownloaded: 2 });
  });

  it('bring all that wait, and leave the others as they are', async () => {
    const [waiting, deleted] = [newTicketId(), newTicketId()];
    await tixngo.inject([smallTicket(waiting), smallTicket(deleted)]);
    await tixngo.hook('/tickets/alter', { ticketId: deleted, set: { status: 'DELETION_PENDING' } });
    const first = (await tixngo.hook('/phones/download', { all: true })).body;
    expect(first.downloaded).toBeGreaterThanOrEqual(1);
    expect((await ticket(waiting)).status).toBe('DOWNLOADED');
    expect((await ticket(deleted)).status).toBe('DELETION_PENDING');
    const { total } = (await tixngo.hook('/tickets')).body;
    expect((await tixngo.hook('/phones/download', { all: true })).body).toEqual({
      downloaded: 0,
      offline: 0,
      unchanged: total,
      unknown: 0,
      phones: 0,
      privileges: 0,
    });
  });

  it.each([{}, { all: false }, { ticketIds: [1] }, { ticketIds: [], all: true }])('refuse %j', async (body) => {
    expect((await tixngo.hook('/phones/download', body)).status).toBe(400);
  });
});

describe('altering a ticket by hand', () => {
  const alter = (ticketId: string, set: object) => tixngo.hook('/tickets/alter', { ticketId, set });

  it('changes fields of the ticket and tells nobody', async () => {
    const id = newTicketId();
    await tixngo.inject([fullTicket(id)]);
    const before = await ticket(id);
    await tixngo.hook('/clock', { advanceSeconds: 60 });
    const { status, body } = await alter(id, {
      'spectatorDetails.email': 'new@example.com',
      'ticketDetails.main[0].value': 'B',
      'ticketDetails.main[1]': { key: 'Row', value: '7' },
      'security.barcode': '999',
      sortingKey: null,
    });
    expect(status).toBe(200);
    expect(body.ticket).toEqual(await ticket(id));
    expect(body.ticket).toMatchObject({
      status: 'INJECTED',
      owner: { email: 'new@example.com' },
      notifications: before.notifications,
      payload: {
        security: { barcode: '999' },
        ticketDetails: {
          main: [
            { key: 'Gate', value: 'B' },
            { key: 'Row', value: '7' },
          ],
        },
      },
    });
    expect(body.ticket.payload).not.toHaveProperty('sortingKey');
    expect(Date.parse(body.ticket.updatedAt)).toBeGreaterThan(Date.parse(before.updatedAt));
    const { body: lookup } = await tixngo.post('/tickets/lookup', { ticketIds: [id] });
    expect(lookup.results[0].ownerEmail).toBe('new@example.com');
  });

  it('is undone by the next injection, which is then a change', async () => {
    const id = newTicketId();
    await tixngo.inject([smallTicket(id)]);
    await alter(id, { 'security.barcode': '999' });
    await tixngo.inject([smallTicket(id)]);
    expect(await ticket(id)).toMatchObject({ payload: smallTicket(id), notifications: 2 });
  });

  it('moves a ticket to another event', async () => {
    const id = newTicketId();
    await tixngo.inject([withField(smallTicket(id), 'event.id', 'E-from')]);
    await alter(id, { 'event.id': 'E-to' });
    expect((await tixngo.get('/events/E-from')).body.tickets).toBe(0);
    expect((await tixngo.get('/events/E-to')).body.tickets).toBe(1);
  });

  it('sets any status, with the deletion that belongs to it', async () => {
    const id = newTicketId();
    await tixngo.inject([smallTicket(id)]);
    await alter(id, { status: 'TRANSFERRED' });
    expect(await ticket(id)).toMatchObject({ status: 'TRANSFERRED', deletion: null });
    await tixngo.hook('/clock', { hold: true });
    const { now: requestedAt } = (await tixngo.hook('/clock')).body;
    await alter(id, { status: 'DELETION_PENDING' });
    const deletion = { reason: 'ALTERED_BY_HAND', visible: false, requestedAt, confirmedAt: null };
    expect((await ticket(id)).deletion).toEqual(deletion);
    const { now: confirmedAt } = (await tixngo.hook('/clock', { advanceSeconds: 5 })).body;
    await alter(id, { status: 'DELETED' });
    expect((await ticket(id)).deletion).toEqual({ ...deletion, confirmedAt });
    await alter(id, { status: 'INJECTED' });
    expect((await ticket(id)).deletion).toBeNull();
    await tixngo.hook('/clock', { now: null, hold: false });
  });

  it.each([
    [{ status: 'LOST' }, 'status', 'must be a status of a TIXNGO ticket'],
    [{ ticketId: '2' }, 'ticketId', 'cannot be altered'],
    [{ 'nowhere.deep': 1 }, 'nowhere.deep', 'is not a path of this ticket'],
    [{ 'ticketDetails.main[9]': {} }, 'ticketDetails.main[9]', 'is not a path of this ticket'],
    [{ 'ticketId[0]': 'x' }, 'ticketId[0]', 'is not a path of this ticket'],
    [{ '': 1 }, '', 'is not a path of this ticket'],
    [{ 'event..name': 'x' }, 'event..name', 'is not a path of this ticket'],
    [{ '__proto__.x': 1 }, '__proto__.x', 'is not a path of this ticket'],
    [{ 'constructor.prototype.x': 1 }, 'constructor.prototype.x', 'is not a path of this ticket'],
    [{ 'security.barcode': null }, 'security.barcode', 'is required'],
    [{ 'spectatorDetails.gender': 'Z' }, 'spectatorDetails.gender', 'must be one of M, F, U, X'],
  ])('refuses %j and changes nothing', async (set, path, issue) => {
    const id = newTicketId();
    await tixngo.inject([fullTicket(id)]);
    const before = await ticket(id);
    const { status, body } = await alter(id, { 'event.name': 'Changed', ...set });
    expect(status).toBe(400);
    expect(body).toEqual({
      code: 'VALIDATION_ERROR',
      message: 'The ticket cannot be altered like this; nothing was changed',
      details: [{ path, issue }],
    });
    expect(await ticket(id)).toEqual(before);
  });

  it('does not know a ticket that was never injected', async () => {
    expect((await alter('never', {})).status).toBe(404);
  });

  it('refuses a body in another shape', async () => {
    expect((await tixngo.hook('/tickets/alter', { ticketId: 'x' })).status).toBe(400);
  });
});

it('broke its own contract nowhere', async () => {
  expect(tixngo.sandbox.violations()).toEqual([]);
  expect((await tixngo.hook('/violations')).body).toEqual({ violations: [] });
});
