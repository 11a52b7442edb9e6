import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newTicketId, smallTicket, withField } from './ticketsForTests.js';
import { tixngoForTests, type Json } from './tixngoForTests.js';

const tixngo = tixngoForTests();
const [id, other] = [newTicketId(), newTicketId()];
const OWNER = 'Sender@example.org';

const logs = (query: string) => tixngo.get(`/report/ticket-status-logs?mobileAppId=demo-app&${query}`);
const DAY = 'from=2027-05-01T00:00:00Z&to=2027-05-02T00:00:00Z';
const linesOf = async (query: string): Promise<Json[]> => (await logs(query)).body.result;

// One thing a minute.
beforeAll(async () => {
  await tixngo.hook('/clock', { now: '2027-05-01T10:00:00Z', hold: true });
  const steps = [
    () => tixngo.inject([withField(smallTicket(id), 'spectatorDetails.email', OWNER)]),
    () => tixngo.hook('/phones/download', { ticketIds: [id] }),
    () => tixngo.hook('/spectators/transfer', { ticketIds: [id], recipientEmails: ['friend@example.org'] }),
    () => tixngo.hook('/spectators/accept', { ticketIds: [id] }),
    () => tixngo.hook('/spectators/activate', { ticketIds: [id], method: 'BT' }),
    () => tixngo.inject([withField(smallTicket(other), 'spectatorDetails.email', 'SENDER@EXAMPLE.org')]),
    () => tixngo.delete([{ ticketId: other, deletionReason: 'CANCELLED' }]),
  ];
  for (const step of steps) {
    await step();
    await tixngo.hook('/clock', { advanceSeconds: 60 });
  }
  await tixngo.hook('/diff/append', { ticketId: id, status: 'RECEIVED' });
});
afterAll(() => tixngo.hook('/clock', { now: null, hold: false }));

describe('the ticket status logs', () => {
  it('tell what has happened, by whom, and between whom, without saying who that is', async () => {
    const { status, body } = await logs(DAY);
    expect(status).toBe(200);
    expect(body.pagination.hasMore).toBe(false);
    const [sender, friend] = [body.result[0].toOwnerId, body.result[3].toOwnerId];
    expect(sender).not.toBe(friend);
    const at = (minute: number) => `2027-05-01T10:0${String(minute)}:00.000Z`;
    const of = (ticketId: string) => ({ ticketId, eventId: 'E-1' });
    const step = (action: string, actor: string, fromStatus: string | null, toStatus: string) => ({
      action,
      actor,
      fromStatus,
      toStatus,
    });
    const owners = (fromOwnerId: string | null, toOwnerId: string) => ({ fromOwnerId, toOwnerId });
    expect(body.result).toEqual([
      { ...of(id), ...step('Inject', 'ORGANIZER', null, 'INJECTED'), ...owners(null, sender), timestamp: at(0) },
      {
        ...of(id),
        ...step('Download', 'SPECTATOR', 'INJECTED', 'DOWNLOADED'),
        ...owners(sender, sender),
        timestamp: at(1),
      },
      {
        ...of(id),
        ...step('Start transfer', 'SPECTATOR', 'DOWNLOADED', 'PENDING_TRANSFER'),
        ...owners(sender, sender),
        timestamp: at(2),
      },
      {
        ...of(id),
        ...step('Accept transfer', 'SPECTATOR', 'PENDING_TRANSFER', 'TRANSFERRED'),
        ...owners(sender, friend),
        timestamp: at(3),
      },
      {
        ...of(id),
        ...step('Activate', 'SPECTATOR', 'TRANSFERRED', 'BT_ACTIVATED'),
        ...owners(friend, friend),
        timestamp: at(4),
      },
      // The same person, however the e-mail is typed.
      { ...of(other), ...step('Inject', 'ORGANIZER', null, 'INJECTED'), ...owners(null, sender), timestamp: at(5) },
      {
        ...of(other),
        ...step('Delete', 'ORGANIZER', 'INJECTED', 'DELETION_PENDING'),
        ...owners(sender, sender),
        timestamp: at(6),
      },
      {
        ...of(other),
        ...step('Confirm deletion', 'SYSTEM', 'DELETION_PENDING', 'DELETED'),
        ...owners(sender, sender),
        timestamp: '2027-05-01T10:06:00.001Z',
      },
    ]);
    expect(JSON.stringify(body)).not.toMatch(/example/i);
  });

  it('begin with a moment and end before another one', async () => {
    const found = await linesOf('from=2027-05-01T12:01:00%2B02:00&to=2027-05-01T10:03:00Z');
    expect(found.map(({ action }) => action)).toEqual(['Download', 'Start transfer']);
  });

  it('keep to any of the values of each filter', async () => {
    const actions = async (query: string) => (await linesOf(`${DAY}&${query}`)).map(({ action }) => action);
    expect(await actions('actionNames=Activate&actionNames=Download')).toEqual(['Download', 'Activate']);
    expect(await actions('fromStatuses=INJECTED')).toEqual(['Download', 'Delete']);
    expect(await actions('toStatuses=DELETED&toStatuses=TRANSFERRED')).toEqual(['Accept transfer', 'Confirm deletion']);
    expect(await actions('actor=SYSTEM')).toEqual(['Confirm deletion']);
    expect(await actions('actor=SPECTATOR&fromStatuses=INJECTED')).toEqual(['Download']);
    expect(await actions('actionNames=Log%20off')).toEqual([]);
    const { fromOwnerId, toOwnerId } = (await linesOf(`${DAY}&actionNames=Accept%20transfer`))[0];
    expect(await actions(`fromOwnerId=${fromOwnerId}&toOwnerId=${toOwnerId}`)).toEqual(['Accept transfer']);
  });

  it('come in pages', async () => {
    const all = await linesOf(DAY);
    const read: Json[] = [];
    let key = '';
    for (const expected of [3, 3, 2]) {
      const { pagination, result } = (await logs(`${DAY}&limit=3&paginationKey=${key}`)).body;
      expect([result.length, pagination.hasMore]).toEqual([expected, expected === 3]);
      read.push(...result);
      key = pagination.nextPageKey;
    }
    expect(read).toEqual(all);
    expect((await logs(`${DAY}&paginationKey=${key}`)).body.result).toEqual([]);
  });

  it.each([
    ['from=2027-05-01T00:00:00Z', 'to'],
    ['from=2027-05-01&to=2027-05-02T00:00:00Z', 'from'],
    [`${DAY}&limit=10001`, 'limit'],
  ])('refuse %s', async (query, path) => {
    const { status, body } = await logs(query);
    expect([status, body.details[0].path]).toEqual([400, path]);
  });

  it('refuse the app of another organizer, and a key that is none of theirs', async () => {
    expect((await tixngo.get(`/report/ticket-status-logs?mobileAppId=x&${DAY}`)).body.code).toBe('VALIDATION_ERROR');
    expect((await logs(`${DAY}&paginationKey=x`)).body.code).toBe('INVALID_PAGINATION_KEY');
  });
});

it('broke its own contract nowhere', () => {
  expect(tixngo.sandbox.violations()).toEqual([]);
});
