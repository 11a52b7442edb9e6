import { createHash } from 'node:crypto';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cardDefinition, fullPrivilege, smallPrivilege } from './privilegesForTests.js';
import { newTicketId, smallTicket } from './ticketsForTests.js';
import { tixngoForTests, type Json } from './tixngoForTests.js';

const tixngo = tixngoForTests();

const GATE = '2027-08-01T17:05:00.000Z';
const sha256 = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex');
const counters = async () => (await tixngo.hook('/counters')).body;
const outcomes = (answer: Json) => answer.body.results.map(({ outcome }: Json) => outcome);
const remove = (id: string, more: object = {}) =>
  tixngo.delete([{ ticketId: id, deletionReason: 'CANCELLED', ...more }]);
const control = (id: string, controlledAt = GATE) => tixngo.control([{ ticketId: id, controlledAt }]);
const lookup = async (...ticketIds: string[]) => (await tixngo.post('/tickets/lookup', { ticketIds })).body.results;
const of = (email: string) => ({ spectatorDetails: { email } });

/** A privilege of somebody who has nothing else. */
async function card(more: object = {}): Promise<{ id: string; email: string }> {
  const id = newTicketId();
  const email = `Fan${id}@example.org`;
  await tixngo.injectPrivileges([smallPrivilege(id, { ...of(email), ...more })]);
  return { id, email };
}

beforeAll(async () => {
  await tixngo.put('/privilege-definitions/SEASON-27', cardDefinition());
  await tixngo.put('/privilege-definitions/MEMBERS', { type: 'MEMBERSHIP', name: 'Members' });
});
beforeEach(() => tixngo.hook('/counters/reset', {}));
afterEach(async () => {
  await tixngo.hook('/settings', { resultStyle: 'perTicket', strictNotifications: false, maxTicketsPerCall: 1000 });
  await tixngo.hook('/phones/online', { all: true });
  await tixngo.hook('/clock', { now: null, hold: false });
});

describe('a digital privilege', () => {
  it('is created, active, and its owner is told', async () => {
    const id = newTicketId();
    await tixngo.hook('/clock', { now: '2027-07-01T10:00:00Z', hold: true });
    const { status, body } = await tixngo.injectPrivileges([fullPrivilege(id)]);
    expect(status).toBe(200);
    expect(body).toEqual({ requestId: expect.any(String), results: [{ privilegeId: id, outcome: 'CREATED' }] });
    const updatedAt = '2027-07-01T10:00:00.000Z';
    expect(await tixngo.privilege(id)).toEqual({
      privilegeId: id,
      definitionId: 'SEASON-27',
      ownerEmail: 'zoe@example.org',
      status: 'ACTIVE',
      ticketIds: ['77', '78'],
      linkedTicketIds: [],
      barcodeHash: sha256(`C${id}`),
      notifications: 1,
      updatedAt,
      controlledAt: null,
      deletion: null,
    });
    expect(await lookup(id)).toEqual([
      {
        ticketId: id,
        status: 'ACTIVE',
        eventId: null,
        ownerEmail: 'zoe@example.org',
        barcodeHash: sha256(`C${id}`),
        updatedAt,
        controlledAt: null,
        deletion: null,
        privilege: { definitionId: 'SEASON-27', ticketIds: ['77', '78'] },
      },
    ]);
    expect(await counters()).toMatchObject({
      ticketWrites: 1,
      privilegesCreated: 1,
      ticketsInjected: 0,
      notifications: 1,
      definitionWrites: 0,
      diffEntries: 0,
    });
  });

  it('is updated by a repeat: owner, definition, barcode and links as it says, the status as it was', async () => {
    const { id, email } = await card({ barcode: 'C-1', ticketIds: ['1'] });
    await tixngo.hook('/clock', { now: '2027-07-01T10:00:00Z', hold: true });
    await control(id);
    const used = await tixngo.privilege(id);
    await tixngo.hook('/clock', { advanceSeconds: 60 });
    const again = await tixngo.injectPrivileges([
      smallPrivilege(id, { ...of(email), barcode: 'C-1', ticketIds: ['1'] }),
    ]);
    expect(again.body.results).toEqual([{ privilegeId: id, outcome: 'UPDATED' }]);
    expect(await tixngo.privilege(id)).toEqual(used);
    await tixngo.injectPrivileges([
      smallPrivilege(id, { ...of('new@example.org'), definitionId: 'MEMBERS', ticketIds: ['2', '3'] }),
    ]);
    expect(await tixngo.privilege(id)).toEqual({
      ...used,
      definitionId: 'MEMBERS',
      ownerEmail: 'new@example.org',
      barcodeHash: null,
      ticketIds: ['2', '3'],
      updatedAt: '2027-07-01T10:01:00.000Z',
    });
    expect(await counters()).toMatchObject({
      ticketWrites: 4,
      privilegesCreated: 1,
      privilegesUpdated: 2,
      notifications: 1,
    });
  });

  it('is linked to a ticket whichever comes first, for as long as the ticket is there', async () => {
    const [before, after, never] = [newTicketId(), newTicketId(), newTicketId()];
    await tixngo.inject([smallTicket(before)]);
    const { id } = await card({ ticketIds: [after, never, before] });
    const linked = async () => (await tixngo.privilege(id)).linkedTicketIds;
    expect(await linked()).toEqual([before]);
    await tixngo.inject([smallTicket(after)]);
    expect(await linked()).toEqual([after, before]);
    await remove(before);
    expect(await linked()).toEqual([after]);
    expect((await tixngo.privilege(id)).ticketIds).toEqual([after, never, before]);
  });

  it('is never refused its links, and never has the id of a ticket', async () => {
    const ticketId = newTicketId();
    await tixngo.inject([smallTicket(ticketId)]);
    const { id } = await card();
    await tixngo.hook('/counters/reset', {});
    const privilege = await tixngo.injectPrivileges([smallPrivilege(ticketId)]);
    expect(privilege.body.results).toEqual([
      {
        privilegeId: ticketId,
        outcome: 'REJECTED',
        errorCode: 'ID_IN_USE',
        message: 'privilegeId is the id of a ticket',
      },
    ]);
    const ticket = await tixngo.inject([smallTicket(id)]);
    expect(ticket.body.results).toEqual([
      { ticketId: id, outcome: 'REJECTED', errorCode: 'ID_IN_USE', message: 'ticketId is the id of a privilege' },
    ]);
    await remove(ticketId);
    await remove(id);
    // Also when what has the id is gone.
    expect((await tixngo.injectPrivileges([smallPrivilege(ticketId)])).body.results[0].errorCode).toBe('ID_IN_USE');
    expect((await tixngo.inject([smallTicket(id)])).body.results[0].errorCode).toBe('ID_IN_USE');
    expect(await counters()).toMatchObject({ privilegesRejected: 2, ticketsRejected: 2, ticketWrites: 2 });
  });

  it('is transferred, assigned and activated by nobody, and altered by no hand', async () => {
    const { id } = await card();
    const ticketId = newTicketId();
    await tixngo.inject([smallTicket(ticketId)]);
    await tixngo.hook('/phones/download', { ticketIds: [id, ticketId] });
    const before = await tixngo.privilege(id);
    for (const act of ['assign', 'transfer', 'accept', 'refuse', 'cancel-transfer', 'activate']) {
      const body = { ticketIds: [ticketId, id], ...(act === 'activate' ? { method: 'ONLINE' } : {}) };
      expect([act, (await tixngo.hook(`/spectators/${act}`, body)).status]).toEqual([act, 400]);
    }
    expect((await tixngo.hook('/tickets/alter', { ticketId: id, set: { status: 'TRANSFERRED' } })).status).toBe(404);
    expect(await tixngo.privilege(id)).toEqual(before);
    expect((await tixngo.ticket(ticketId)).status).toBe('DOWNLOADED');
  });

  it('is in no diff, no status log and no report', async () => {
    const { id } = await card();
    await tixngo.hook('/phones/download', { ticketIds: [id] });
    await control(id);
    await remove(id);
    expect(await tixngo.entriesOf(id)).toEqual([]);
    const log = '/report/ticket-status-logs?mobileAppId=demo-app&from=2020-01-01T00:00:00Z&to=2099-01-01T00:00:00Z';
    const told = (await tixngo.get(log)).body.result.map(({ ticketId }: Json) => ticketId);
    expect(told).not.toContain(id);
    expect(told).not.toHaveLength(0);
    expect(await counters()).toMatchObject({ diffEntries: 0, privilegesUsed: 1, deletionsConfirmed: 1 });
    expect((await tixngo.hook(`/tickets?ids=${id}`)).body.tickets).toEqual([]);
  });
});

describe('the use of a privilege', () => {
  it('at a gate is a control: USED once, and a repeat changes nothing', async () => {
    const { id } = await card();
    await tixngo.hook('/clock', { now: '2027-08-01T17:06:00Z', hold: true });
    expect(outcomes(await control(id))).toEqual(['CONTROLLED']);
    const used = await tixngo.privilege(id);
    expect(used).toMatchObject({ status: 'USED', controlledAt: GATE, updatedAt: '2027-08-01T17:06:00.000Z' });
    await tixngo.hook('/clock', { advanceSeconds: 60 });
    expect(outcomes(await control(id, '2027-08-01T18:00:00Z'))).toEqual(['ALREADY_CONTROLLED']);
    expect(await tixngo.privilege(id)).toEqual(used);
    expect(await lookup(id)).toMatchObject([{ status: 'USED', controlledAt: GATE }]);
    expect(await counters()).toMatchObject({
      ticketWrites: 3,
      ticketsControlled: 1,
      ticketsControlledAgain: 1,
      privilegesUsed: 1,
      notifications: 1,
    });
  });

  it('in the app counts once too, and leaves the gate nothing to do', async () => {
    const { id } = await card();
    const other = await card();
    await remove(other.id);
    const body = { privilegeIds: [id, id, other.id, 'nobody'] };
    expect((await tixngo.hook('/privileges/use', body)).body).toEqual({ used: 1 });
    expect((await tixngo.hook('/privileges/use', body)).body).toEqual({ used: 0 });
    expect(await tixngo.privilege(id)).toMatchObject({ status: 'USED', controlledAt: null });
    expect(outcomes(await control(id))).toEqual(['ALREADY_CONTROLLED']);
    expect((await tixngo.privilege(other.id)).status).toBe('DELETED');
    expect(await counters()).toMatchObject({ privilegesUsed: 1, ticketsControlled: 0, ticketsControlledAgain: 1 });
  });

  it.each([{}, { all: true }, { privilegeIds: 'x' }])('is not asked for with %j', async (body) => {
    expect((await tixngo.hook('/privileges/use', body)).status).toBe(400);
  });
});

describe('the deletion of a privilege', () => {
  it('is that of a ticket: at once when no phone has it, and final', async () => {
    const { id, email } = await card();
    await control(id);
    await tixngo.hook('/clock', { now: '2027-09-01T10:00:00Z', hold: true });
    expect(outcomes(await remove(id))).toEqual(['DELETION_PENDING']);
    const at = '2027-09-01T10:00:00.000Z';
    const deleted = await tixngo.privilege(id);
    expect(deleted).toMatchObject({
      status: 'DELETED',
      controlledAt: GATE,
      deletion: { reason: 'CANCELLED', visible: false, requestedAt: at, confirmedAt: at },
      updatedAt: at,
    });
    await tixngo.hook('/clock', { advanceSeconds: 60 });
    expect(outcomes(await control(id))).toEqual(['DELETED']);
    // Also when TIXNGO has lost the definition: nobody is to write that again for a card that is gone.
    const privilege = smallPrivilege(id, { ...of(email), definitionId: 'LOST' });
    expect((await tixngo.injectPrivileges([privilege])).body.results).toEqual([
      {
        privilegeId: id,
        outcome: 'REJECTED',
        errorCode: 'PRIVILEGE_DELETED',
        message: 'privilegeId is an id that is DELETED; a reissued card needs a new id',
      },
    ]);
    expect(await tixngo.privilege(id)).toEqual(deleted);
    expect(outcomes(await remove(id, { deletionReason: 'EXCHANGED', showDeletedTicket: true }))).toEqual([
      'ALREADY_DELETED',
    ]);
    expect(await tixngo.privilege(id)).toMatchObject({
      deletion: { reason: 'EXCHANGED', visible: true, requestedAt: at, confirmedAt: at },
      // Of the card, and of a deletion that its owner sees.
      notifications: 2,
      updatedAt: '2027-09-01T10:01:00.000Z',
    });
    const told = await tixngo.privilege(id);
    await tixngo.hook('/clock', { advanceSeconds: 60 });
    await remove(id, { deletionReason: 'EXCHANGED', showDeletedTicket: true });
    expect(await tixngo.privilege(id)).toEqual(told);
    expect(await counters()).toMatchObject({
      ticketsDeletionRequested: 3,
      deletionsConfirmed: 1,
      ticketsControlled: 1,
    });
  });

  it('waits for a phone that has it and is offline', async () => {
    const { id, email } = await card();
    await tixngo.hook('/phones/download', { ticketIds: [id] });
    expect((await tixngo.hook('/phones/offline', { ticketIds: [id] })).body).toEqual({ phones: 1, unknown: 0 });
    await remove(id);
    expect((await tixngo.hook('/phones')).body.offline).toMatchObject([
      { email: email.toLowerCase(), ticketsToDrop: 1 },
    ]);
    expect(await lookup(id)).toMatchObject([{ status: 'DELETION_PENDING', deletion: { confirmedAt: null } }]);
    expect(outcomes(await control(id))).toEqual(['DELETED']);
    const refused = await tixngo.injectPrivileges([smallPrivilege(id, of(email))]);
    expect(refused.body.results[0].errorCode).toBe('PRIVILEGE_DELETED');
    expect(outcomes(await remove(id))).toEqual(['DELETION_PENDING']);
    expect((await tixngo.hook('/phones/online', { emails: [email] })).body.deletionsConfirmed).toBe(1);
    expect((await tixngo.privilege(id)).status).toBe('DELETED');
  });

  it('waits for the phone of a former owner that has not synced since', async () => {
    const { id, email } = await card();
    await tixngo.hook('/phones/download', { ticketIds: [id] });
    await tixngo.hook('/phones/offline', { emails: [email] });
    await tixngo.injectPrivileges([smallPrivilege(id, of('heir@example.org'))]);
    await remove(id);
    expect((await tixngo.privilege(id)).status).toBe('DELETION_PENDING');
    await tixngo.hook('/phones/online', { emails: [email] });
    expect((await tixngo.privilege(id)).status).toBe('DELETED');
  });
});

describe('a phone that downloads', () => {
  it('nothing new fetches a privilege that has come since, of its owner and of nobody else', async () => {
    const { id, email } = await card();
    const ticketId = newTicketId();
    await tixngo.inject([{ ...smallTicket(ticketId), ...of(email) }]);
    await tixngo.hook('/phones/download', { ticketIds: [ticketId] });
    const later = newTicketId();
    await tixngo.injectPrivileges([smallPrivilege(later, of(email)), smallPrivilege(id, of('heir@example.org'))]);
    const { body } = await tixngo.hook('/phones/download', { ticketIds: [ticketId] });
    expect(body).toEqual({ downloaded: 0, offline: 0, unchanged: 1, unknown: 0, phones: 1, privileges: 1 });
    // The card that is somebody else's now has left this phone, and is on no other yet.
    await tixngo.hook('/phones/offline', { emails: [email] });
    await remove(id);
    await remove(later);
    expect((await tixngo.privilege(id)).status).toBe('DELETED');
    expect((await tixngo.privilege(later)).status).toBe('DELETION_PENDING');
  });

  it('a ticket fetches the privileges of its owner too, once', async () => {
    const { id, email } = await card();
    const ticketId = newTicketId();
    await tixngo.inject([{ ...smallTicket(ticketId), ...of(email.toUpperCase()) }]);
    const { body } = await tixngo.hook('/phones/download', { ticketIds: [ticketId] });
    expect(body).toEqual({ downloaded: 1, offline: 0, unchanged: 0, unknown: 0, phones: 1, privileges: 1 });
    const again = await tixngo.hook('/phones/download', { ticketIds: [ticketId, id] });
    expect(again.body).toEqual({ downloaded: 0, offline: 0, unchanged: 2, unknown: 0, phones: 0, privileges: 0 });
    // A new owner has it on no phone.
    await tixngo.injectPrivileges([smallPrivilege(id, of('heir@example.org'))]);
    const heir = await tixngo.hook('/phones/download', { ticketIds: [id] });
    expect(heir.body).toMatchObject({ unchanged: 0, phones: 1, privileges: 1 });
    expect(await counters()).toMatchObject({ ticketsDownloaded: 1 });
  });

  it('everything fetches all privileges that are not deleted, but not while it is offline', async () => {
    await tixngo.hook('/phones/download', { all: true });
    const [waiting, deleted, offline] = [await card(), await card(), await card()];
    await remove(deleted.id);
    await tixngo.hook('/phones/offline', { emails: [offline.email] });
    const { body } = await tixngo.hook('/phones/download', { all: true });
    expect(body).toMatchObject({ downloaded: 0, offline: 1, unknown: 0, phones: 1, privileges: 1 });
    await tixngo.hook('/phones/offline', { ticketIds: [waiting.id] });
    await remove(waiting.id);
    await remove(offline.id);
    expect((await tixngo.privilege(waiting.id)).status).toBe('DELETION_PENDING');
    expect((await tixngo.privilege(offline.id)).status).toBe('DELETED');
  });
});

describe('a call of privileges', () => {
  it('answers each on its own, and names paths and no values', async () => {
    const id = newTicketId();
    const privileges: unknown[] = [
      smallPrivilege(id),
      smallPrivilege(id, { definitionId: 'UNKNOWN' }),
      smallPrivilege(id, of('zoe at example')),
      smallPrivilege(id, { ticketIds: ['1', ''] }),
      smallPrivilege(id, { ticketIds: null }),
      smallPrivilege(id, { barcode: 'x'.repeat(513), definitionId: ' ' }),
      smallPrivilege('a;b'),
      { definitionId: 'SEASON-27' },
      'a text',
    ];
    const { status, body } = await tixngo.post('/privileges', { privileges });
    expect(status).toBe(200);
    const rejected = (message: string, privilegeId: string | null = id, errorCode = 'VALIDATION_ERROR') => ({
      privilegeId,
      outcome: 'REJECTED',
      errorCode,
      message,
    });
    expect(body.results).toEqual([
      { privilegeId: id, outcome: 'CREATED' },
      rejected('definitionId is no privilege definition that TIXNGO has', id, 'DEFINITION_UNKNOWN'),
      rejected('spectatorDetails.email must be one e-mail address'),
      rejected('ticketIds[1] is required and must not be blank'),
      rejected('ticketIds is required'),
      rejected('definitionId is required and must not be blank; barcode is longer than 512 characters'),
      rejected('privilegeId may only have letters, digits, spaces and * . - _ + / ( )', 'a;b'),
      rejected('privilegeId is required; spectatorDetails is required; ticketIds is required', null),
      rejected('privilege must be an object', null),
    ]);
    expect(await counters()).toMatchObject({
      calls: { 'privileges.inject': 1 },
      ticketWrites: 1,
      privilegesCreated: 1,
      privilegesRejected: 8,
      ticketsRejected: 0,
    });
  });

  it('counts fields that the contract does not know', async () => {
    await card({ status: 'USED' });
    expect((await counters()).unknownFields).toEqual({ '(privilege).status': 1 });
  });

  it('is refused as a whole for one bad privilege in the styles wholeBatch and none', async () => {
    const [a, b] = [newTicketId(), newTicketId()];
    const batch = [smallPrivilege(a), smallPrivilege(b, { definitionId: 'UNKNOWN' })];
    await tixngo.hook('/settings', { resultStyle: 'wholeBatch' });
    const { status, body } = await tixngo.injectPrivileges(batch);
    const details = [{ path: 'privileges[1].definitionId', issue: 'is no privilege definition that TIXNGO has' }];
    expect([status, body.details]).toEqual([400, details]);
    expect(body.message).toBe('1 of 2 privileges is not valid; nothing was applied');
    await tixngo.hook('/settings', { resultStyle: 'none' });
    expect(await tixngo.injectPrivileges(batch)).toMatchObject({
      status: 400,
      body: { message: 'The batch is not valid; nothing was applied' },
    });
    expect(await tixngo.privilege(a)).toBeUndefined();
    expect((await tixngo.injectPrivileges([smallPrivilege(a)])).body).toEqual({ requestId: expect.any(String) });
    expect((await tixngo.privilege(a)).status).toBe('ACTIVE');
    expect(await counters()).toMatchObject({ privilegesRejected: 2, privilegesCreated: 1 });
  });

  it('has the limit of an injection, and needs the key', async () => {
    const two = [smallPrivilege(), smallPrivilege()];
    await tixngo.hook('/settings', { maxTicketsPerCall: 1 });
    const tooMany = await tixngo.injectPrivileges(two);
    expect(tooMany.status).toBe(413);
    expect(tooMany.body.message).toBe("2 privileges in one call; this organizer's limit is 1");
    expect((await tixngo.injectPrivileges([])).status).toBe(400);
    expect((await tixngo.post('/privileges', { tickets: two })).status).toBe(400);
    expect((await tixngo.post('/privileges', { privileges: two }, { 'x-api-key': 'wrong' })).status).toBe(403);
    expect(await counters()).toMatchObject({ ticketWrites: 0, calls: { 'privileges.inject': 4 } });
  });

  it('can be applied in part', async () => {
    await tixngo.hook('/faults', { rules: [{ operation: 'privileges.inject', fault: { kind: 'partial' }, nth: 1 }] });
    const ids = [newTicketId(), newTicketId()];
    expect(outcomes(await tixngo.injectPrivileges(ids.map((id) => smallPrivilege(id))))).toEqual(['CREATED']);
    expect((await tixngo.privilege(ids[0]!)).status).toBe('ACTIVE');
    expect(await tixngo.privilege(ids[1]!)).toBeUndefined();
    await fetch(`${tixngo.sandbox.controlUrl}/faults`, { method: 'DELETE' });
  });
});

describe('people', () => {
  it('are told at every accepted write of their privilege in strict mode', async () => {
    await tixngo.hook('/settings', { strictNotifications: true });
    const { id, email } = await card();
    await tixngo.injectPrivileges([smallPrivilege(id, of(email)), smallPrivilege(id, { definitionId: 'UNKNOWN' })]);
    await control(id);
    await control(id);
    await remove(id);
    await control(id);
    expect((await tixngo.privilege(id)).notifications).toBe(5);
    expect(await counters()).toMatchObject({ notifications: 5, ticketWrites: 5 });
  });
});

describe('the list of privileges', () => {
  it('pages through all of them by id: numbers by number, then the others', async () => {
    const { total: before } = (await tixngo.hook('/privileges')).body;
    await tixngo.injectPrivileges(['9', 'C-1', '10', '100'].map((id) => smallPrivilege(id)));
    const page = async (query: string) =>
      (await tixngo.hook(`/privileges?${query}`)).body.privileges.map(({ privilegeId }: Json) => privilegeId);
    expect(await page('limit=2&afterPrivilegeId=')).toEqual(['9', '10']);
    expect(await page('limit=1&afterPrivilegeId=10')).toEqual(['100']);
    expect((await page('limit=5000&afterPrivilegeId=100')).at(-1)).toBe('C-1');
    expect((await tixngo.hook('/privileges?limit=1')).body.total).toBe(Number(before) + 4);
    for (const limit of ['0', '5001', 'all']) {
      expect((await tixngo.hook(`/privileges?limit=${limit}`)).status).toBe(400);
    }
  });
});

it('broke its own contract nowhere', () => {
  expect(tixngo.sandbox.violations()).toEqual([]);
});
