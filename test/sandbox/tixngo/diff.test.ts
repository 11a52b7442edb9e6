import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTixngoSandbox } from '../../../sandbox/tixngo/sandbox.js';
import { fullTicket, newTicketId, smallTicket, withField } from './ticketsForTests.js';
import { TixngoForTests, tixngoForTests, type Json } from './tixngoForTests.js';

const tixngo = tixngoForTests();
const NOW = '2027-05-01T10:00:00.000Z';

beforeEach(() => tixngo.hook('/clock', { now: NOW, hold: true }));
afterEach(async () => {
  await tixngo.hook('/diff/release', {});
  await tixngo.hook('/settings', { diff: { repeatEvery: null, shuffleWithin: null, busyMs: 0 } });
  await tixngo.hook('/clock', { now: null, hold: false });
});

const statuses = (entries: Json[]) => entries.map(({ previousStatus, status }) => [previousStatus, status]);
const seconds = (n: number) => tixngo.hook('/clock', { advanceSeconds: n });
/** The key behind everything that has happened so far. */
const end = async (): Promise<string> => {
  for (let key = ''; ;) {
    const { pagination } = await tixngo.diff(`paginationKey=${key}`);
    key = pagination.nextPageKey;
    if (!pagination.hasMore) return key;
  }
};

describe('an entry of the diff', () => {
  it('tells everything about a ticket, and of its owner what S-360 asks for', async () => {
    const id = newTicketId();
    await tixngo.inject([fullTicket(id)]);
    expect(await tixngo.entriesOf(id)).toEqual([
      {
        ticketId: id,
        eventId: 'E-1',
        status: 'INJECTED',
        previousStatus: null,
        statusChangedAt: NOW,
        spectatorDetails: {
          email: 'zoe@example.org',
          title: 'Ms',
          firstName: 'Zoé',
          lastName: 'Müller',
          gender: 'F',
          dateOfBirth: '1990-12-31',
          nationality: 'CH',
          idCardNumber: 'C0000001',
          phoneNumber: '+41000000000',
          residenceCountry: 'CH',
          language: 'fr',
          organizerSpectatorPreference: { allowPromoEmail: null, allowThirdPartyEmail: null },
        },
        ticketHolder: null,
        initialOwner: { email: 'zoe@example.org' },
        transfer: null,
        activation: null,
        deletion: null,
        extraFields: [],
        beaconName: null,
      },
    ]);
  });

  it('says nothing of what is not known', async () => {
    const id = newTicketId();
    await tixngo.inject([smallTicket(id)]);
    const [{ spectatorDetails }] = await tixngo.entriesOf(id);
    const { email, organizerSpectatorPreference, ...rest } = spectatorDetails;
    expect(email).toBe('zoe@example.org');
    expect(Object.values(rest)).toEqual(Array(10).fill(null));
  });

  it('is written for everything that happens to a ticket, whoever does it', async () => {
    const id = newTicketId();
    const owner = `owner.${id}@example.org`;
    const ticket = withField(smallTicket(id), 'spectatorDetails.email', owner);
    await tixngo.inject([ticket]);
    await tixngo.hook('/phones/download', { ticketIds: [id] });
    await tixngo.inject([withField(ticket, 'sortingKey', 'B')]);
    await tixngo.hook('/spectators/assign', { ticketIds: [id] });
    await tixngo.hook('/tickets/alter', { ticketId: id, set: { status: 'CONTROLLED' } });
    await tixngo.hook('/phones/offline', { emails: [owner] });
    await tixngo.delete([{ ticketId: id, deletionReason: 'CANCELLED' }]);
    await seconds(60);
    await tixngo.hook('/phones/online', { emails: [owner] });
    const entries = await tixngo.entriesOf(id);
    expect(statuses(entries)).toEqual([
      [null, 'INJECTED'],
      ['INJECTED', 'DOWNLOADED'],
      ['DOWNLOADED', 'DOWNLOADED'],
      ['DOWNLOADED', 'ASSIGNED'],
      ['ASSIGNED', 'CONTROLLED'],
      ['CONTROLLED', 'DELETION_PENDING'],
      ['DELETION_PENDING', 'DELETED'],
    ]);
    const confirmedAt = '2027-05-01T10:01:00.000Z';
    expect(entries.slice(-2).map(({ deletion }) => deletion)).toEqual([
      { reason: 'CANCELLED', requestedAt: NOW, confirmedAt: null },
      { reason: 'CANCELLED', requestedAt: NOW, confirmedAt },
    ]);
    expect((await tixngo.ticket(id)).statusChangedAt).toBe(entries.at(-1).statusChangedAt);
  });

  it('is always later than the one before, on a clock that is held or set back', async () => {
    const id = newTicketId();
    await tixngo.inject([smallTicket(id)]);
    await tixngo.hook('/phones/download', { ticketIds: [id] });
    await seconds(-3600);
    await tixngo.hook('/spectators/assign', { ticketIds: [id] });
    expect((await tixngo.entriesOf(id)).map(({ statusChangedAt }) => statusChangedAt)).toEqual([
      NOW,
      '2027-05-01T10:00:00.001Z',
      '2027-05-01T10:00:00.002Z',
    ]);
  });

  it('is not written for a repeat that changes nothing', async () => {
    const id = newTicketId();
    const deletion = { ticketId: id, deletionReason: 'CANCELLED', showDeletedTicket: true };
    await tixngo.inject([smallTicket(id)]);
    await tixngo.inject([smallTicket(id)]);
    await tixngo.delete([deletion]);
    await tixngo.delete([deletion]);
    await tixngo.inject([smallTicket(id)]);
    expect(statuses(await tixngo.entriesOf(id))).toEqual([
      [null, 'INJECTED'],
      ['INJECTED', 'DELETION_PENDING'],
      ['DELETION_PENDING', 'DELETED'],
    ]);
  });

  it('is counted', async () => {
    await tixngo.hook('/counters/reset', {});
    await tixngo.inject([smallTicket(), smallTicket()]);
    expect((await tixngo.hook('/counters')).body).toMatchObject({ diffEntries: 2 });
  });
});

describe('a page of the diff', () => {
  it('goes on where the page before has ended, and is the same when it is read again', async () => {
    const from = await end();
    const ids = Array.from({ length: 7 }, () => newTicketId());
    await tixngo.inject(ids.map((id) => smallTicket(id)));
    const read: string[] = [];
    let key = from;
    for (const expected of [3, 3, 1]) {
      const page = await tixngo.diff(`limit=3&paginationKey=${key}`);
      expect(await tixngo.diff(`limit=3&paginationKey=${key}`)).toEqual(page);
      expect(page.result).toHaveLength(expected);
      expect(page.pagination.hasMore).toBe(expected === 3);
      read.push(...page.result.map(({ ticketId }: Json) => ticketId));
      key = page.pagination.nextPageKey;
    }
    expect(read).toEqual(ids);
  });

  it('that is empty gives back the key it was asked with, behind which the next change is found', async () => {
    const key = await end();
    expect(await tixngo.diff(`paginationKey=${key}`)).toEqual({
      pagination: { nextPageKey: key, hasMore: false },
      result: [],
    });
    const id = newTicketId();
    await tixngo.inject([smallTicket(id)]);
    const { result } = await tixngo.diff(`paginationKey=${key}`);
    expect(result.map(({ ticketId }: Json) => ticketId)).toEqual([id]);
  });

  it('has a key that can be used before anything has happened', async () => {
    const fresh = new TixngoForTests();
    await fresh.start({});
    try {
      const { pagination, result } = await fresh.diff();
      expect([pagination.hasMore, result]).toEqual([false, []]);
      await fresh.inject([smallTicket('1')]);
      expect((await fresh.diff(`paginationKey=${pagination.nextPageKey}`)).result).toHaveLength(1);
    } finally {
      await fresh.sandbox.close();
    }
  });

  it('has a thousand entries unless fewer are asked for', async () => {
    await tixngo.inject(Array.from({ length: 1000 }, () => smallTicket()));
    await tixngo.inject([smallTicket()]);
    expect((await tixngo.diff()).result).toHaveLength(1000);
    expect((await tixngo.diff('limit=1')).result).toHaveLength(1);
  });

  it.each(['limit=0', 'limit=1001', 'limit=all', 'limit='])('is refused with %s', async (query) => {
    const { status, body } = await tixngo.get(`/tickets/diff?${query}`);
    expect([status, body.code]).toEqual([400, 'VALIDATION_ERROR']);
  });

  it('needs the key of the organizer', async () => {
    expect((await tixngo.get('/tickets/diff', { 'x-api-key': 'wrong' })).status).toBe(403);
  });
});

describe('a pagination key', () => {
  const codeFor = async (key: string) => {
    const { status, body } = await tixngo.get(`/tickets/diff?paginationKey=${encodeURIComponent(key)}`);
    return [status, body.code];
  };
  const INVALID = [400, 'INVALID_PAGINATION_KEY'];

  it('that nobody has given out is refused', async () => {
    const key = await end();
    for (const wrong of ['1', 'abc', '0', `${key}A`, `${key}=`, ` ${key}`, key.slice(0, -3), key.toLowerCase()]) {
      expect([wrong, await codeFor(wrong)]).toEqual([wrong, INVALID]);
    }
  });

  it('of another run of the sandbox is refused, also of one with the same seed', async () => {
    const other = await startTixngoSandbox({ seed: 1 });
    try {
      const answer = await fetch(`${other.url}/diff`, { headers: { 'x-api-key': 'sandbox-api-key' } });
      const { pagination } = (await answer.json()) as Json;
      expect(await codeFor(pagination.nextPageKey)).toEqual(INVALID);
    } finally {
      await other.close();
    }
  });

  it('of the status log is refused', async () => {
    const query = 'mobileAppId=demo-app&from=2000-01-01T00:00:00Z&to=2100-01-01T00:00:00Z&limit=1';
    const { body } = await tixngo.get(`/report/ticket-status-logs?${query}`);
    expect(await codeFor(body.pagination.nextPageKey)).toEqual(INVALID);
    const { body: refused } = await tixngo.get(`/report/ticket-status-logs?${query}&paginationKey=${await end()}`);
    expect(refused.code).toBe('INVALID_PAGINATION_KEY');
  });
});

describe('the one reader of the diff', () => {
  const answer = async () => {
    const { status, body } = await tixngo.get('/tickets/diff?limit=1');
    return status === 200 ? 200 : [status, body.code];
  };
  const IN_USE = [409, 'DIFF_IN_USE'];

  it('keeps a second one out while his call is under way', async () => {
    await tixngo.hook('/settings', { diff: { busyMs: 600_000 } });
    const first = answer();
    await expect.poll(async () => (await tixngo.hook('/diff')).body.inUse).toBe(true);
    expect(await answer()).toEqual(IN_USE);
    await tixngo.hook('/settings', { diff: { busyMs: 5 } });
    await tixngo.hook('/diff/release', {});
    expect(await first).toBe(200);
    expect((await tixngo.hook('/diff')).body.inUse).toBe(false);
    expect(await answer()).toBe(200);
  });

  it('gives his seat back after a call that is refused', async () => {
    await tixngo.get('/tickets/diff?paginationKey=wrong');
    expect(await answer()).toBe(200);
  });

  it('can be somebody else, until he goes', async () => {
    const { entries } = (await tixngo.hook('/diff')).body;
    expect((await tixngo.hook('/diff/occupy', {})).body).toEqual({ entries, inUse: true });
    await seconds(86_400);
    expect(await answer()).toEqual(IN_USE);
    expect((await tixngo.hook('/diff/release', {})).body).toEqual({ entries, inUse: false });
    expect(await answer()).toBe(200);
  });

  it('can be somebody else for some seconds of the clock', async () => {
    await tixngo.hook('/diff/occupy', { seconds: 30 });
    await seconds(29);
    expect(await answer()).toEqual(IN_USE);
    await seconds(1);
    expect(await answer()).toBe(200);
  });

  it.each([{ seconds: 0 }, { seconds: 'x' }, { minutes: 1 }])('cannot be occupied with %j', async (body) => {
    expect((await tixngo.hook('/diff/occupy', body)).status).toBe(400);
  });
});

describe('an entry that a test has put into the stream', () => {
  it('is how the ticket is now, but for the fields that are given', async () => {
    const id = newTicketId();
    await tixngo.inject([smallTicket(id)]);
    const { body } = await tixngo.hook('/diff/append', { ticketId: id, status: 'PENDING_TRANFER', extraFields: 17 });
    const [injected, raw] = await tixngo.entriesOf(id);
    expect(raw).toEqual(body.entry);
    expect(raw).toEqual({
      ...injected,
      status: 'PENDING_TRANFER',
      previousStatus: 'INJECTED',
      extraFields: 17,
      statusChangedAt: '2027-05-01T10:00:00.001Z',
    });
    await tixngo.hook('/phones/download', { ticketIds: [id] });
    expect((await tixngo.entriesOf(id))[2]).toMatchObject({
      status: 'DOWNLOADED',
      previousStatus: 'INJECTED',
      statusChangedAt: '2027-05-01T10:00:00.002Z',
    });
  });

  it('is just what is given, when that is asked for or TIXNGO does not have the ticket', async () => {
    const id = newTicketId();
    await tixngo.inject([smallTicket(id)]);
    const [poison, stranger] = [
      { ticketId: id, statusChangedAt: null },
      { ticketId: newTicketId(), status: 'RECEIVED' },
    ];
    await tixngo.hook('/diff/append?exact=true', poison);
    await tixngo.hook('/diff/append', stranger);
    expect(await tixngo.entriesOf(id, stranger.ticketId)).toEqual([expect.anything(), poison, stranger]);
  });

  it('stands where it was put, among the others of its page', async () => {
    const from = await end();
    await tixngo.inject([smallTicket('R-1')]);
    await tixngo.hook('/diff/append', { ticketId: 'R-2' });
    await tixngo.inject([smallTicket('R-3')]);
    await tixngo.hook('/diff/append', { ticketId: 'R-4' });
    await tixngo.hook('/diff/append', { ticketId: 'R-5' });
    const { result } = await tixngo.diff(`paginationKey=${from}`);
    expect(result.map(({ ticketId }: Json) => ticketId)).toEqual(['R-1', 'R-2', 'R-3', 'R-4', 'R-5']);
  });

  it.each([[{ status: 'DOWNLOADED' }], [{ ticketId: 5 }], [[]]])('cannot be %j', async (body) => {
    expect((await tixngo.hook('/diff/append', body)).status).toBe(400);
  });
});

describe('the disorder that can be set', () => {
  async function tenTickets(): Promise<string[]> {
    const ids = Array.from({ length: 10 }, () => newTicketId());
    await tixngo.inject(ids.map((id) => smallTicket(id)));
    return ids;
  }
  const idsFrom = async (key: string) =>
    (await tixngo.diff(`paginationKey=${key}`)).result.map(({ ticketId }: Json) => ticketId);

  it('lets entries come twice', async () => {
    const from = await end();
    await tixngo.hook('/settings', { diff: { repeatEvery: 2 } });
    const ids = await tenTickets();
    const read = await idsFrom(from);
    expect(read).toHaveLength(15);
    expect([...new Set(read)].sort()).toEqual(ids);
  });

  it('lets entries change places, always the same way', async () => {
    const from = await end();
    await tixngo.hook('/settings', { diff: { shuffleWithin: 10 } });
    const ids = await tenTickets();
    const read = await idsFrom(from);
    expect(read).not.toEqual(ids);
    expect([...read].sort()).toEqual(ids);
    expect(await idsFrom(from)).toEqual(read);
  });

  it('changes only what is given, and is told with the settings', async () => {
    await tixngo.hook('/settings', { diff: { repeatEvery: 5 } });
    const { body } = await tixngo.hook('/settings', { diff: { shuffleWithin: 4 } });
    expect(body.diff).toEqual({ repeatEvery: 5, shuffleWithin: 4, busyMs: 0 });
  });

  it.each([{ repeatEvery: 0 }, { shuffleWithin: 1 }, { busyMs: -1 }, { other: 1 }])('cannot be %j', async (diff) => {
    expect((await tixngo.hook('/settings', { diff })).status).toBe(400);
  });
});

it('broke its own contract nowhere', () => {
  expect(tixngo.sandbox.violations()).toEqual([]);
});
