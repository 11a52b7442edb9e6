import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fullTicket, newTicketId, smallTicket, withField } from './ticketsForTests.js';
import { tixngoForTests, type Json } from './tixngoForTests.js';

const tixngo = tixngoForTests();
const NOW = '2027-05-01T10:00:00.000Z';
let people = 0;

/** Tickets of somebody who has no other, downloaded. */
async function onPhone(count = 1): Promise<{ ids: string[]; id: string; email: string }> {
  people += 1;
  const email = `Sender${String(people)}@example.org`;
  const ids = Array.from({ length: count }, () => newTicketId());
  await tixngo.inject(ids.map((id) => withField(fullTicket(id), 'spectatorDetails.email', email)));
  await tixngo.hook('/phones/download', { ticketIds: ids });
  return { ids, id: ids[0] as string, email };
}

const act = async (what: string, body: object): Promise<Json> => (await tixngo.hook(`/spectators/${what}`, body)).body;
const one = async (what: string, id: string, more: object = {}) => act(what, { ticketIds: [id], ...more });
const DONE = { done: 1, refused: 0, offline: 0, unknown: 0 };
const REFUSED = { done: 0, refused: 1, offline: 0, unknown: 0 };
const OFFLINE = { done: 0, refused: 0, offline: 1, unknown: 0 };
const lastEntry = async (id: string): Promise<Json> => (await tixngo.entriesOf(id)).at(-1);
const statusOf = async (id: string) => (await tixngo.ticket(id)).status;
const minutes = (n: number) => tixngo.hook('/clock', { advanceSeconds: n * 60 });

beforeEach(async () => {
  await tixngo.hook('/counters/reset', {});
  await tixngo.hook('/clock', { now: NOW, hold: true });
});
afterEach(async () => {
  await tixngo.hook('/phones/online', { all: true });
  await tixngo.hook('/settings', { transferLapsesAfterMinutes: 60 });
  await tixngo.hook('/clock', { now: null, hold: false });
});

describe('an assignment', () => {
  it('says who will use the ticket, and what the app has asked of him; the owner stays', async () => {
    const { id, email } = await onPhone();
    const extraFields = [{ key: 'shirtSize', value: 'L' }];
    expect(await one('assign', id, { holder: { firstName: 'Noé', email: 'noe@example.org' }, extraFields })).toEqual(
      DONE,
    );
    const ticketHolder = {
      firstName: 'Noé',
      lastName: null,
      email: 'noe@example.org',
      dateOfBirth: null,
      nationality: null,
      idCardNumber: null,
    };
    expect(await lastEntry(id)).toMatchObject({
      status: 'ASSIGNED',
      previousStatus: 'DOWNLOADED',
      spectatorDetails: { email },
      ticketHolder,
      extraFields,
    });
    expect(await tixngo.ticket(id)).toMatchObject({ status: 'ASSIGNED', owner: { email }, ticketHolder, extraFields });
  });

  it('is to somebody fictive unless it is said, with extra fields for some', async () => {
    const { ids } = await onPhone(40);
    expect(await act('assign', { ticketIds: ids })).toMatchObject({ done: 40 });
    const entries = (await tixngo.entriesOf(...ids)).filter(({ status }) => status === 'ASSIGNED');
    for (const { ticketHolder } of entries) {
      expect(ticketHolder).toEqual({
        firstName: expect.stringMatching(/./),
        lastName: expect.stringMatching(/./),
        email: expect.stringMatching(/^guest\.\d+@guests\.example$/),
        dateOfBirth: expect.stringMatching(/^\d{4}-\d{2}-\d{2}$/),
        nationality: expect.stringMatching(/^[A-Z]{2}$/),
        idCardNumber: expect.stringMatching(/^ID\d{9}$/),
      });
    }
    const withFields = entries.filter(({ extraFields }) => extraFields.length > 0).length;
    expect(withFields).toBeGreaterThan(5);
    expect(withFields).toBeLessThan(35);
  });
});

describe('a transfer', () => {
  it('leaves the ticket with its sender while it is pending, and says no more of the recipient than the e-mail', async () => {
    const { id, email } = await onPhone();
    expect(await one('transfer', id, { recipientEmails: [' Friend@Example.org '] })).toEqual(DONE);
    const transfer = {
      direction: 'FORWARD',
      senderEmail: email,
      recipientEmail: ' Friend@Example.org ',
      initiatedAt: NOW,
    };
    const entry = await lastEntry(id);
    expect(entry).toMatchObject({ status: 'PENDING_TRANSFER', spectatorDetails: { email }, transfer });
    expect(JSON.stringify(entry).match(/friend/gi)).toHaveLength(1);
    expect(await tixngo.ticket(id)).toMatchObject({ owner: { email }, transfer });
    expect((await tixngo.hook('/counters')).body).toMatchObject({ transfersStarted: 1, transfersAccepted: 0 });
  });

  it('that is accepted gives the ticket to the recipient, of whom everything is known now', async () => {
    const { id, email } = await onPhone();
    await one('assign', id);
    await one('transfer', id, { recipientEmails: [' Friend@Example.org '] });
    await minutes(5);
    expect(await one('accept', id)).toEqual(DONE);
    const entry = await lastEntry(id);
    expect(entry).toMatchObject({
      status: 'TRANSFERRED',
      previousStatus: 'PENDING_TRANSFER',
      statusChangedAt: '2027-05-01T10:05:00.000Z',
      transfer: { direction: 'FORWARD', senderEmail: email, recipientEmail: ' Friend@Example.org ' },
      initialOwner: { email },
      // What was said about the use of the ticket is not the recipient's.
      ticketHolder: null,
      extraFields: [],
    });
    const { organizerSpectatorPreference, title, gender, ...known } = entry.spectatorDetails;
    expect(known.email).toBe(' Friend@Example.org ');
    for (const value of Object.values(known)) expect(value).toEqual(expect.stringMatching(/./));
    expect(Object.values(organizerSpectatorPreference).map((answer) => typeof answer)).toEqual(['boolean', 'boolean']);
    expect(
      new Map([
        ['F', 'Ms'],
        ['M', 'Mr'],
      ]).get(gender) ?? null,
    ).toBe(title);
    expect(await tixngo.ticket(id)).toMatchObject({ status: 'TRANSFERRED', owner: entry.spectatorDetails });
  });

  it('knows one person behind one e-mail, however it is typed', async () => {
    const { ids } = await onPhone(3);
    await act('transfer', {
      ticketIds: ids,
      recipientEmails: ['ann@example.org', ' ANN@example.org', 'bob@example.org'],
    });
    await act('accept', { ticketIds: ids });
    const [ann, again, bob] = (await Promise.all(ids.map((id) => tixngo.ticket(id)))).map(({ owner }) => owner);
    expect(again).toEqual({ ...ann, email: ' ANN@example.org' });
    expect(bob.idCardNumber).not.toBe(ann.idCardNumber);
  });

  it('takes what a test says about the recipients', async () => {
    const { id } = await onPhone();
    await one('transfer', id, { recipientEmails: ['Eve@example.org'] });
    const eve = { firstName: 'Eve', organizerSpectatorPreference: { allowPromoEmail: true } };
    await one('accept', id, { recipients: [{ email: 'eve@example.org ', ...eve }] });
    expect((await lastEntry(id)).spectatorDetails).toEqual({
      email: 'Eve@example.org',
      title: null,
      firstName: 'Eve',
      lastName: null,
      gender: null,
      dateOfBirth: null,
      nationality: null,
      idCardNumber: null,
      phoneNumber: null,
      residenceCountry: null,
      language: null,
      organizerSpectatorPreference: { allowPromoEmail: true, allowThirdPartyEmail: null },
    });
  });

  it.each([
    ['refuse', 'FAILURE_TRANSFER', 'transfersRefused'],
    ['cancel-transfer', 'FAILURE_TRANSFER', 'transfersCancelled'],
  ])('that ends with %s leaves the ticket with its sender', async (what, status, counter) => {
    const { id, email } = await onPhone();
    await one('transfer', id, { recipientEmails: ['friend@example.org'] });
    expect(await one(what, id)).toEqual(DONE);
    expect(await lastEntry(id)).toMatchObject({
      status,
      spectatorDetails: { email },
      transfer: { senderEmail: email, recipientEmail: 'friend@example.org' },
    });
    expect((await tixngo.hook('/counters')).body).toMatchObject({ [counter]: 1 });
    expect(await one('accept', id)).toEqual(REFUSED);
  });

  it('can be followed by an assignment, an activation, or another transfer', async () => {
    const { ids } = await onPhone(3);
    const [assigned, activated, sentOn] = ids as [string, string, string];
    await act('transfer', { ticketIds: ids, recipientEmails: ['friend@example.org'] });
    await act('accept', { ticketIds: ids });
    expect(await one('assign', assigned)).toEqual(DONE);
    expect(await lastEntry(assigned)).toMatchObject({ status: 'ASSIGNED', transfer: null });
    expect(await one('activate', activated, { method: 'MANUAL' })).toEqual(DONE);
    expect(await one('transfer', sentOn, { recipientEmails: ['third@example.org'] })).toEqual(DONE);
    await one('accept', sentOn);
    expect(await lastEntry(sentOn)).toMatchObject({
      spectatorDetails: { email: 'third@example.org' },
      transfer: { direction: 'FORWARD', senderEmail: 'friend@example.org' },
    });
  });

  it('goes backward to somebody who has had the ticket before', async () => {
    const { id, email } = await onPhone();
    for (const recipient of ['friend@example.org', 'third@example.org']) {
      await one('transfer', id, { recipientEmails: [recipient] });
      await one('accept', id);
    }
    await one('transfer', id, { recipientEmails: ['FRIEND@example.org'] });
    expect((await lastEntry(id)).transfer.direction).toBe('BACKWARD');
    await one('refuse', id);
    await one('transfer', id, { recipientEmails: [email.toLowerCase()] });
    await one('accept', id);
    // He is whom the injection says, not somebody fictive.
    expect(await lastEntry(id)).toMatchObject({
      status: 'TRANSFERRED',
      transfer: { direction: 'BACKWARD', senderEmail: 'third@example.org' },
      spectatorDetails: { email: email.toLowerCase(), firstName: 'Zoé', lastName: 'Müller', idCardNumber: 'C0000001' },
    });
  });

  it('to its own sender is refused', async () => {
    const { id, email } = await onPhone();
    expect(await one('transfer', id, { recipientEmails: [` ${email.toUpperCase()}`] })).toEqual(REFUSED);
    expect(await statusOf(id)).toBe('DOWNLOADED');
  });

  it('is not undone by an injection that changes the ticket', async () => {
    const { id, email } = await onPhone();
    await one('transfer', id, { recipientEmails: ['friend@example.org'] });
    await one('accept', id);
    const changed = withField(withField(fullTicket(id), 'spectatorDetails.email', email), 'sortingKey', 'B-1');
    expect((await tixngo.inject([changed])).body.results[0].outcome).toBe('UPDATED');
    expect(await lastEntry(id)).toMatchObject({
      status: 'TRANSFERRED',
      previousStatus: 'TRANSFERRED',
      spectatorDetails: { email: 'friend@example.org' },
      initialOwner: { email },
    });
    // Nor by a change by hand, unless that is about the owner.
    const alter = (set: object) => tixngo.hook('/tickets/alter', { ticketId: id, set });
    await alter({ status: 'CONTROLLED' });
    expect((await tixngo.ticket(id)).owner.email).toBe('friend@example.org');
    await alter({ 'spectatorDetails.email': 'new@example.org' });
    expect((await tixngo.ticket(id)).owner.email).toBe('new@example.org');
  });

  it('ends with the deletion of the ticket', async () => {
    const { id, email } = await onPhone();
    await one('transfer', id, { recipientEmails: ['friend@example.org'] });
    await tixngo.delete([{ ticketId: id, deletionReason: 'CANCELLED' }]);
    expect(await lastEntry(id)).toMatchObject({ status: 'DELETED', transfer: null, spectatorDetails: { email } });
    for (const what of ['accept', 'refuse', 'cancel-transfer', 'assign', 'transfer']) {
      expect([what, await one(what, id)]).toEqual([what, REFUSED]);
    }
    expect(await one('activate', id, { method: 'BT' })).toEqual(REFUSED);
    await minutes(120);
    expect(await statusOf(id)).toBe('DELETED');
  });

  it('moves the ticket to the phone of the recipient', async () => {
    const { id, email } = await onPhone();
    await one('transfer', id, { recipientEmails: ['Friend@example.org'] });
    await one('accept', id);
    await tixngo.hook('/phones/offline', { emails: [email] });
    await tixngo.hook('/phones/offline', { emails: ['friend@example.org'] });
    await tixngo.delete([{ ticketId: id, deletionReason: 'CANCELLED' }]);
    await tixngo.hook('/phones/online', { emails: [email] });
    expect(await statusOf(id)).toBe('DELETION_PENDING');
    await tixngo.hook('/phones/online', { emails: ['friend@example.org'] });
    expect(await statusOf(id)).toBe('DELETED');
  });
});

describe('a transfer that nobody settles', () => {
  it('lapses after an hour of the clock, as of that moment, whoever looks later', async () => {
    const { id, email } = await onPhone();
    await one('transfer', id, { recipientEmails: ['friend@example.org'] });
    await minutes(59);
    expect(await statusOf(id)).toBe('PENDING_TRANSFER');
    await minutes(600);
    expect(await lastEntry(id)).toMatchObject({
      status: 'FAILURE',
      previousStatus: 'PENDING_TRANSFER',
      statusChangedAt: '2027-05-01T11:00:00.000Z',
      spectatorDetails: { email },
      transfer: { recipientEmail: 'friend@example.org', initiatedAt: NOW },
    });
    expect((await tixngo.hook('/counters')).body).toMatchObject({ transfersLapsed: 1 });
    expect(await one('accept', id)).toEqual(REFUSED);
    expect(await one('transfer', id)).toEqual(DONE);
  });

  it('lapses exactly then, the oldest first', async () => {
    const [first, second] = [await onPhone(), await onPhone()];
    await one('transfer', first.id);
    await minutes(1);
    await one('transfer', second.id);
    await minutes(59);
    expect([await statusOf(first.id), await statusOf(second.id)]).toEqual(['FAILURE', 'PENDING_TRANSFER']);
    await minutes(1);
    expect((await lastEntry(second.id)).statusChangedAt).toBe('2027-05-01T11:01:00.000Z');
  });

  it('lapses after another time, or never, if the organizer says so', async () => {
    const [short, never] = [await onPhone(), await onPhone()];
    await tixngo.hook('/settings', { transferLapsesAfterMinutes: 0.5 });
    await one('transfer', short.id);
    await minutes(1);
    expect((await lastEntry(short.id)).statusChangedAt).toBe('2027-05-01T10:00:30.000Z');
    await tixngo.hook('/settings', { transferLapsesAfterMinutes: null });
    await one('transfer', never.id);
    await minutes(60 * 24 * 365);
    expect(await statusOf(never.id)).toBe('PENDING_TRANSFER');
    await one('cancel-transfer', never.id);
  });
});

describe('an activation', () => {
  it.each(['ONLINE', 'OFFLINE', 'MANUAL'])('%s gives the ticket its status', async (method) => {
    const { id } = await onPhone();
    expect(await one('activate', id, { method })).toEqual(DONE);
    expect(await lastEntry(id)).toMatchObject({
      status: `${method}_ACTIVATED`,
      activation: { method, activatedAt: NOW },
      beaconName: null,
    });
    expect(await one('activate', id, { method })).toEqual(REFUSED);
  });

  it('by Bluetooth names the beacon: that of the injection, or one of the site', async () => {
    const { id } = await onPhone();
    await one('activate', id, { method: 'BT' });
    expect(await lastEntry(id)).toMatchObject({ status: 'BT_ACTIVATED', beaconName: 'beacon-1' });
    const small = newTicketId();
    await tixngo.inject([smallTicket(small)]);
    await tixngo.hook('/phones/download', { ticketIds: [small] });
    await one('activate', small, { method: 'BT' });
    expect((await lastEntry(small)).beaconName).toMatch(/^beacon-\d+$/);
  });
});

describe('a phone that is offline', () => {
  it('neither assigns nor transfers, activates nor cancels', async () => {
    const { ids, id, email } = await onPhone(2);
    await act('transfer', { ticketIds: [ids[1]] });
    await tixngo.hook('/phones/offline', { emails: [email] });
    expect(await one('assign', id)).toEqual(OFFLINE);
    expect(await one('transfer', id)).toEqual(OFFLINE);
    expect(await one('activate', id, { method: 'OFFLINE' })).toEqual(OFFLINE);
    expect(await act('cancel-transfer', { ticketIds: [ids[1]] })).toEqual(OFFLINE);
    expect([await statusOf(id), await statusOf(ids[1] as string)]).toEqual(['DOWNLOADED', 'PENDING_TRANSFER']);
  });

  it('neither accepts nor refuses, though the sender is online', async () => {
    const { id } = await onPhone();
    await one('transfer', id, { recipientEmails: [' Friend@example.org'] });
    await tixngo.hook('/phones/offline', { emails: ['friend@example.org'] });
    expect(await one('accept', id)).toEqual(OFFLINE);
    expect(await one('refuse', id)).toEqual(OFFLINE);
    await tixngo.hook('/phones/online', { emails: ['friend@example.org'] });
    expect(await one('accept', id)).toEqual(DONE);
  });
});

describe('a status that is set by hand', () => {
  it('brings what belongs to it', async () => {
    const { id, email } = await onPhone();
    const alter = (set: object) => tixngo.hook('/tickets/alter', { ticketId: id, set });
    await alter({ status: 'PENDING' });
    const transfer = { direction: 'FORWARD', senderEmail: email, recipientEmail: null, initiatedAt: NOW };
    expect(await lastEntry(id)).toMatchObject({ status: 'PENDING', transfer });
    await alter({ status: 'FAILURE' });
    expect(await lastEntry(id)).toMatchObject({ status: 'FAILURE', transfer });
    await alter({ status: 'TRANSFERRED', 'spectatorDetails.email': 'friend@example.org' });
    expect(await lastEntry(id)).toMatchObject({ transfer: { ...transfer, recipientEmail: 'friend@example.org' } });
    await alter({ status: 'BT_ACTIVATED' });
    expect(await lastEntry(id)).toMatchObject({ transfer: null, activation: { method: 'BT', activatedAt: NOW } });
    await alter({ status: 'INVALID' });
    expect(await lastEntry(id)).toMatchObject({ status: 'INVALID', previousStatus: 'BT_ACTIVATED' });
  });

  it('can be a pending transfer that somebody accepts, or that lapses', async () => {
    const { ids, email } = await onPhone(2);
    const [accepted, lapsed] = ids as [string, string];
    for (const ticketId of ids) await tixngo.hook('/tickets/alter', { ticketId, set: { status: 'PENDING' } });
    expect(await one('accept', accepted)).toEqual(DONE);
    const { owner, transfer } = await tixngo.ticket(accepted);
    expect(owner.email).toMatch(/@guests\.example$/);
    expect(transfer).toMatchObject({ senderEmail: email, recipientEmail: owner.email });
    await minutes(60);
    expect(await statusOf(lapsed)).toBe('FAILURE');
  });
});

describe('the hooks', () => {
  it('count what they could not do, each ticket once', async () => {
    const { ids, id } = await onPhone(2);
    const injected = newTicketId();
    await tixngo.inject([smallTicket(injected)]);
    expect(await act('transfer', { ticketIds: [...ids, id, injected, 'nobody'] })).toEqual({
      done: 2,
      refused: 1,
      offline: 0,
      unknown: 1,
    });
  });

  it('do it with all tickets with which it can be done', async () => {
    await act('cancel-transfer', { all: true });
    const { ids } = await onPhone(3);
    await act('transfer', { ticketIds: ids });
    expect(await act('refuse', { all: true })).toMatchObject({ done: 3, offline: 0, unknown: 0 });
  });

  it.each([
    ['assign', {}],
    ['assign', { ticketIds: [], all: true }],
    ['assign', { ticketIds: [], holder: { age: 5 } }],
    ['assign', { ticketIds: [], extraFields: [{ key: 'a' }] }],
    ['transfer', { ticketIds: ['1'], recipientEmails: [] }],
    ['transfer', { ticketIds: ['1', '2', '3'], recipientEmails: ['a@b', 'c@d'] }],
    ['transfer', { all: true, recipientEmails: ['a@b', 'c@d'] }],
    ['accept', { ticketIds: ['1'], recipients: [{ firstName: 'Nobody' }] }],
    ['refuse', { ticketIds: '1' }],
    ['cancel-transfer', { all: false }],
    ['activate', { ticketIds: ['1'] }],
    ['activate', { ticketIds: ['1'], method: 'NFC' }],
    ['act', { transfers: -1 }],
    ['act', { deletions: 1 }],
  ])('refuse spectators/%s %j', async (what, body) => {
    expect((await tixngo.hook(`/spectators/${what}`, body)).status).toBe(400);
  });
});

it('broke its own contract nowhere', () => {
  expect(tixngo.sandbox.violations()).toEqual([]);
});
