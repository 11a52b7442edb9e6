import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TICKET_STATUSES } from '../../../sandbox/tixngo/ticketStatuses.js';
import { newTicketId, smallTicket, withField } from './ticketsForTests.js';
import { tixngoForTests, type Json } from './tixngoForTests.js';

const tixngo = tixngoForTests();

async function injected(count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => newTicketId());
  await tixngo.inject(ids.map((id) => smallTicket(id)));
  return ids;
}

const GATE = '2027-06-12T17:05:00.000Z';
const control = (ticketId: string, controlledAt = GATE) => ({ ticketId, controlledAt });
const counters = async () => (await tixngo.hook('/counters')).body;
const outcomes = (answer: Json) => answer.body.results.map(({ outcome }: Json) => outcome);

beforeEach(() => tixngo.hook('/counters/reset', {}));
afterEach(async () => {
  await tixngo.hook('/settings', { resultStyle: 'perTicket', strictNotifications: false, maxTicketsPerCall: 1000 });
  await tixngo.hook('/phones/online', { all: true });
  await tixngo.hook('/clock', { now: null, hold: false });
});

describe('a control at the gate', () => {
  it('makes the ticket CONTROLLED, and everything that tells of the ticket says since when', async () => {
    const id = newTicketId();
    await tixngo.inject([withField(smallTicket(id), 'event.id', 'E-gates')]);
    await tixngo.hook('/clock', { now: '2027-06-12T17:06:00Z', hold: true });
    const { status, body } = await tixngo.control([control(id)]);
    expect(status).toBe(200);
    expect(body).toEqual({ requestId: expect.any(String), results: [{ ticketId: id, outcome: 'CONTROLLED' }] });
    // The gate was a minute earlier than the call.
    const told = { status: 'CONTROLLED', controlledAt: GATE, updatedAt: '2027-06-12T17:06:00.000Z', deletion: null };
    expect(await tixngo.ticket(id)).toMatchObject({ ...told, statusChangedAt: told.updatedAt });
    expect((await tixngo.post('/tickets/lookup', { ticketIds: [id] })).body.results).toMatchObject([told]);
    const report = '/report/events/E-gates/tickets?mobileAppId=demo-app&limit=10&offset=0';
    expect((await tixngo.get(report)).body.result).toMatchObject([told]);
    expect(await tixngo.entriesOf(id)).toMatchObject([
      { status: 'INJECTED', previousStatus: null },
      { status: 'CONTROLLED', previousStatus: 'INJECTED', statusChangedAt: told.updatedAt },
    ]);
    const log = '/report/ticket-status-logs?mobileAppId=demo-app&from=2027-06-12T00:00:00Z&to=2027-06-13T00:00:00Z';
    expect((await tixngo.get(log)).body.result).toMatchObject([
      { ticketId: id, action: 'Control', actor: 'ORGANIZER' },
    ]);
    expect(await counters()).toMatchObject({ ticketWrites: 2, ticketsControlled: 1, ticketsControlledAgain: 0 });
  });

  it('counts once: a repeat, of another moment too, changes nothing and is no entry of the diff', async () => {
    const [id] = await injected(1);
    const first = await tixngo.control([control(id!), control(id!, '2027-06-12T18:00:00Z')]);
    expect(outcomes(first)).toEqual(['CONTROLLED', 'ALREADY_CONTROLLED']);
    const before = await tixngo.ticket(id!);
    await tixngo.hook('/clock', { advanceSeconds: 60 });
    expect(outcomes(await tixngo.control([control(id!, '2027-06-12T16:00:00+02:00')]))).toEqual(['ALREADY_CONTROLLED']);
    expect(await tixngo.ticket(id!)).toEqual({ ...before, controlledAt: GATE });
    expect(await tixngo.entriesOf(id!)).toHaveLength(2);
    expect(await counters()).toMatchObject({
      ticketWrites: 4,
      ticketsControlled: 1,
      ticketsControlledAgain: 2,
      diffEntries: 2,
    });
  });

  it('takes a ticket in every status but those of a deletion, which answer DELETED and stay as they are', async () => {
    const ids = await injected(TICKET_STATUSES.length);
    for (const [place, status] of TICKET_STATUSES.entries()) {
      await tixngo.hook('/tickets/alter', { ticketId: ids[place], set: { status } });
    }
    const isDeleted = (status: string) => status.startsWith('DELET');
    const expected = TICKET_STATUSES.map((status) =>
      isDeleted(status) ? 'DELETED' : status === 'CONTROLLED' ? 'ALREADY_CONTROLLED' : 'CONTROLLED',
    );
    const before = (await tixngo.hook(`/tickets?ids=${ids.join(',')}`)).body.tickets;
    expect(outcomes(await tixngo.control(ids.map((id) => control(id))))).toEqual(expected);
    const after = (await tixngo.hook(`/tickets?ids=${ids.join(',')}`)).body.tickets;
    for (const [place, status] of TICKET_STATUSES.entries()) {
      if (isDeleted(status)) expect(after[place]).toEqual(before[place]);
      else expect([status, after[place].status]).toEqual([status, 'CONTROLLED']);
    }
    expect(await counters()).toMatchObject({ ticketsControlled: 16, ticketsControlledAgain: 1 });
  });

  it('ends a transfer that is pending, and the ticket stays with its sender', async () => {
    const [id] = await injected(1);
    await tixngo.hook('/phones/download', { ticketIds: [id] });
    await tixngo.hook('/spectators/transfer', { ticketIds: [id], recipientEmails: ['friend@example.org'] });
    await tixngo.control([control(id!)]);
    expect(await tixngo.ticket(id!)).toMatchObject({ owner: { email: 'zoe@example.org' }, transfer: null });
    // Long after the transfer would have lapsed.
    await tixngo.hook('/clock', { advanceSeconds: 7200 });
    expect((await tixngo.hook('/spectators/accept', { ticketIds: [id] })).body).toMatchObject({ refused: 1 });
    expect((await tixngo.ticket(id!)).status).toBe('CONTROLLED');
    expect(await counters()).toMatchObject({ transfersLapsed: 0, transfersAccepted: 0 });
  });

  it('leaves its owner nothing to do with the ticket', async () => {
    const [id] = await injected(1);
    await tixngo.hook('/phones/download', { ticketIds: [id] });
    await tixngo.control([control(id!)]);
    const before = await tixngo.ticket(id!);
    for (const act of ['assign', 'transfer', 'accept', 'refuse', 'cancel-transfer', 'activate']) {
      const body = { ticketIds: [id], ...(act === 'activate' ? { method: 'ONLINE' } : {}) };
      const counted = (await tixngo.hook(`/spectators/${act}`, body)).body;
      expect([act, counted]).toEqual([act, { done: 0, refused: 1, offline: 0, unknown: 0 }]);
    }
    expect((await tixngo.hook('/phones/download', { ticketIds: [id] })).body).toMatchObject({ unchanged: 1 });
    expect(await tixngo.ticket(id!)).toEqual(before);
  });

  it('is kept by a new injection, which changes the data', async () => {
    const [id] = await injected(1);
    await tixngo.control([control(id!)]);
    await tixngo.inject([withField(smallTicket(id), 'sortingKey', 'B')]);
    expect(await tixngo.ticket(id!)).toMatchObject({
      status: 'CONTROLLED',
      controlledAt: GATE,
      payload: { sortingKey: 'B' },
    });
  });

  it('does not stop a deletion, which waits for the phone and keeps when the gate let somebody in', async () => {
    const [id] = await injected(1);
    await tixngo.hook('/phones/download', { ticketIds: [id] });
    await tixngo.control([control(id!)]);
    await tixngo.hook('/phones/offline', { ticketIds: [id] });
    await tixngo.delete([{ ticketId: id, deletionReason: 'CANCELLED' }]);
    expect(outcomes(await tixngo.control([control(id!, '2027-06-12T19:00:00Z')]))).toEqual(['DELETED']);
    expect(await tixngo.ticket(id!)).toMatchObject({ status: 'DELETION_PENDING', controlledAt: GATE });
    await tixngo.hook('/phones/online', { all: true });
    expect(outcomes(await tixngo.control([control(id!)]))).toEqual(['DELETED']);
    expect(await tixngo.ticket(id!)).toMatchObject({ status: 'DELETED', controlledAt: GATE });
    expect(await counters()).toMatchObject({ ticketsControlled: 1, ticketsControlledAgain: 0 });
  });

  it('by hand is of now, and is undone by hand', async () => {
    const [id] = await injected(1);
    const { now } = (await tixngo.hook('/clock', { now: '2027-06-12T17:10:00.000Z', hold: true })).body;
    const alter = (status: string) => tixngo.hook('/tickets/alter', { ticketId: id, set: { status } });
    await alter('CONTROLLED');
    expect((await tixngo.ticket(id!)).controlledAt).toBe(now);
    await alter('OFFLINE_ACTIVATED');
    expect((await tixngo.ticket(id!)).controlledAt).toBeNull();
    expect(outcomes(await tixngo.control([control(id!)]))).toEqual(['CONTROLLED']);
  });
});

describe('a call of controls', () => {
  it('answers each ticket on its own', async () => {
    const [good] = await injected(1);
    const unknown = newTicketId();
    const tickets: unknown[] = [
      control(good!),
      control(unknown),
      { ticketId: good },
      control(good!, '2027-06-12T17:05:00'),
      control(good!, 'yesterday'),
      { controlledAt: GATE },
      'a text',
    ];
    const { status, body } = await tixngo.post('/tickets/control', { tickets });
    expect(status).toBe(200);
    const rejected = (errorCode: string, message: string, ticketId: string | null = good!) => ({
      ticketId,
      outcome: 'REJECTED',
      errorCode,
      message,
    });
    const form = 'controlledAt must be an RFC 3339 date-time with an offset, like 2027-06-12T18:00:00+02:00';
    expect(body.results).toEqual([
      { ticketId: good, outcome: 'CONTROLLED' },
      { ticketId: unknown, outcome: 'NOT_FOUND' },
      rejected('FIELD_REQUIRED', 'controlledAt is required'),
      rejected('FIELD_INVALID', form),
      rejected('FIELD_INVALID', form),
      rejected('FIELD_REQUIRED', 'ticketId is required', null),
      rejected('FIELD_INVALID', 'ticket must be an object', null),
    ]);
    expect(await counters()).toMatchObject({ ticketsControlled: 1, ticketsRejected: 5 });
  });

  it('counts fields that the contract does not know', async () => {
    const [id] = await injected(1);
    await tixngo.control([{ ...control(id!), gate: 'A' }]);
    expect((await counters()).unknownFields).toEqual({ '(control).gate': 1 });
  });

  it('is refused as a whole for one bad ticket in the style wholeBatch, but not for one that is not there', async () => {
    const [a, b] = await injected(2);
    await tixngo.hook('/settings', { resultStyle: 'wholeBatch' });
    const { status, body } = await tixngo.control([control(a!), { ticketId: b }]);
    expect([status, body.details]).toEqual([400, [{ path: 'tickets[1].controlledAt', issue: 'is required' }]]);
    expect((await tixngo.ticket(a!)).status).toBe('INJECTED');
    await tixngo.delete([{ ticketId: b, deletionReason: 'CANCELLED' }]);
    const good = await tixngo.control([control(a!), control(newTicketId()), control(b!)]);
    expect(outcomes(good)).toEqual(['CONTROLLED', 'NOT_FOUND', 'DELETED']);
  });

  it('is answered without results in the style none', async () => {
    const [a, b] = await injected(2);
    await tixngo.hook('/settings', { resultStyle: 'none' });
    expect(await tixngo.control([control(a!), { ticketId: b }])).toMatchObject({
      status: 400,
      body: { message: 'The batch is not valid; nothing was applied' },
    });
    expect((await tixngo.control([control(a!)])).body).toEqual({ requestId: expect.any(String) });
    expect((await tixngo.ticket(a!)).status).toBe('CONTROLLED');
    expect((await tixngo.ticket(b!)).status).toBe('INJECTED');
  });

  it('has the limit of an injection', async () => {
    const ids = await injected(2);
    await tixngo.hook('/settings', { maxTicketsPerCall: 1 });
    expect((await tixngo.control(ids.map((id) => control(id)))).status).toBe(413);
    expect((await tixngo.control([])).status).toBe(400);
    expect((await tixngo.post('/tickets/control', { ticketIds: ids })).status).toBe(400);
    expect(await counters()).toMatchObject({ ticketsControlled: 0, calls: { 'tickets.control': 3 } });
  });

  it('needs the key', async () => {
    expect((await tixngo.post('/tickets/control', { tickets: [] }, { 'x-api-key': 'wrong' })).status).toBe(403);
  });

  it('can be applied in part, and lose its answer', async () => {
    const ids = await injected(4);
    const rules = [{ operation: 'tickets.control', fault: { kind: 'partial' }, nth: 1 }];
    await tixngo.hook('/faults', { rules: [...rules, { ...rules[0], fault: { kind: 'resetAfter' }, nth: 2 }] });
    const tickets = ids.map((id) => control(id));
    expect(outcomes(await tixngo.control(tickets))).toEqual(['CONTROLLED', 'CONTROLLED']);
    await expect(tixngo.control(tickets)).rejects.toThrow();
    expect(await counters()).toMatchObject({ ticketsControlled: 4, ticketsControlledAgain: 2 });
    await fetch(`${tixngo.sandbox.controlUrl}/faults`, { method: 'DELETE' });
  });
});

describe('people', () => {
  const told = async (ticketId: string): Promise<number> => (await tixngo.ticket(ticketId)).notifications - 1;

  it('are not told that their ticket was controlled', async () => {
    const [id] = await injected(1);
    await tixngo.control([control(id!), control(id!)]);
    expect([await told(id!), (await counters()).notifications]).toEqual([0, 1]);
  });

  it('are told at every accepted control in strict mode', async () => {
    const [id, deleted] = await injected(2);
    await tixngo.delete([{ ticketId: deleted, deletionReason: 'CANCELLED' }]);
    await tixngo.hook('/settings', { strictNotifications: true });
    await tixngo.control([control(id!), control(id!), { ticketId: id }, control(deleted!), control(newTicketId())]);
    expect([await told(id!), await told(deleted!), (await counters()).notifications]).toEqual([2, 0, 4]);
  });
});

it('broke its own contract nowhere', () => {
  expect(tixngo.sandbox.violations()).toEqual([]);
});
