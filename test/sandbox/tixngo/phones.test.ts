import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newTicketId, smallTicket, withField } from './ticketsForTests.js';
import { tixngoForTests } from './tixngoForTests.js';

const tixngo = tixngoForTests();
let people = 0;

/** A ticket of somebody who has no other, downloaded. */
async function onPhone(): Promise<{ id: string; email: string }> {
  people += 1;
  const [id, email] = [newTicketId(), `Visitor${String(people)}@example.org`];
  await tixngo.inject([withField(smallTicket(id), 'spectatorDetails.email', email)]);
  await tixngo.hook('/phones/download', { ticketIds: [id] });
  return { id, email };
}

const remove = (...ids: string[]) =>
  tixngo.delete(ids.map((ticketId) => ({ ticketId, deletionReason: 'CANCELLED', showDeletedTicket: true })));
const statusOf = async (id: string) => (await tixngo.ticket(id)).status;
const confirmed = async () => (await tixngo.hook('/counters')).body.deletionsConfirmed;

beforeEach(async () => {
  await tixngo.hook('/counters/reset', {});
  await tixngo.hook('/clock', { now: '2027-05-01T10:00:00Z', hold: true });
});
afterEach(async () => {
  await tixngo.hook('/phones/online', { all: true });
  await tixngo.hook('/clock', { now: null, hold: false });
});

describe('a phone that is online', () => {
  it('syncs at once: its ticket is deleted with the call', async () => {
    const { id } = await onPhone();
    await remove(id);
    expect(await statusOf(id)).toBe('DELETED');
  });
});

describe('a phone that is offline', () => {
  it('keeps a deletion pending however much time passes, until it is back', async () => {
    const { id, email } = await onPhone();
    expect((await tixngo.hook('/phones/offline', { emails: [email.toUpperCase()] })).body).toEqual({
      phones: 1,
      unknown: 0,
    });
    await remove(id);
    await tixngo.hook('/clock', { advanceSeconds: 400 * 86_400 });
    const pending = await tixngo.ticket(id);
    expect(pending).toMatchObject({ status: 'DELETION_PENDING', deletion: { confirmedAt: null } });
    expect((await tixngo.hook('/phones')).body).toEqual({
      offline: [{ email: email.toLowerCase(), until: null, ticketsToDrop: 1 }],
    });
    const { body } = await tixngo.hook('/phones/online', { emails: [email] });
    expect(body).toEqual({ phones: 1, unknown: 0, deletionsConfirmed: 1 });
    const at = '2028-06-04T10:00:00.000Z';
    expect(await tixngo.ticket(id)).toEqual({
      ...pending,
      status: 'DELETED',
      deletion: { ...pending.deletion, confirmedAt: at },
      updatedAt: at,
      statusChangedAt: at,
    });
    expect((await tixngo.hook('/phones')).body).toEqual({ offline: [] });
    expect(await confirmed()).toBe(1);
  });

  it('is told nothing more when the deletion is confirmed', async () => {
    const { id } = await onPhone();
    await tixngo.hook('/phones/offline', { ticketIds: [id] });
    await remove(id);
    const before = (await tixngo.hook('/counters')).body.notifications;
    await tixngo.hook('/phones/online', { ticketIds: [id] });
    expect((await tixngo.hook('/counters')).body.notifications).toBe(before);
  });

  it('does not hold up a ticket that it never downloaded', async () => {
    const { email } = await onPhone();
    const other = newTicketId();
    await tixngo.inject([withField(smallTicket(other), 'spectatorDetails.email', email)]);
    await tixngo.hook('/phones/offline', { emails: [email] });
    const { body } = await tixngo.hook('/phones/download', { ticketIds: [other] });
    expect(body).toEqual({ downloaded: 0, offline: 1, unchanged: 0, unknown: 0, phones: 0, privileges: 0 });
    expect(await statusOf(other)).toBe('INJECTED');
    await remove(other);
    expect(await statusOf(other)).toBe('DELETED');
  });

  it('keeps a ticket that nobody has deleted', async () => {
    const { id } = await onPhone();
    await tixngo.hook('/phones/offline', { ticketIds: [id] });
    expect((await tixngo.hook('/phones/online', { all: true })).body).toMatchObject({ deletionsConfirmed: 0 });
    expect(await statusOf(id)).toBe('DOWNLOADED');
  });

  it('comes back at its date by the clock of the sandbox, whoever looks first', async () => {
    const [first, second, third] = [await onPhone(), await onPhone(), await onPhone()];
    const until = '2027-05-02T10:00:00+02:00';
    await tixngo.hook('/phones/offline', { emails: [first.email], until });
    await tixngo.hook('/phones/offline', { emails: [second.email], until: '2027-05-03T08:00:00Z' });
    await tixngo.hook('/phones/offline', { emails: [third.email] });
    await remove(first.id, second.id, third.id);
    await tixngo.hook('/clock', { now: '2027-05-02T07:59:59.999Z' });
    const lookup = async () =>
      (await tixngo.post('/tickets/lookup', { ticketIds: [first.id, second.id, third.id] })).body.results;
    expect(await lookup()).toMatchObject(Array(3).fill({ status: 'DELETION_PENDING' }));
    await tixngo.hook('/clock', { now: '2027-05-20T00:00:00Z' });
    const [a, b, c] = await lookup();
    // As of their dates, not of the day on which somebody looked.
    expect(a).toMatchObject({ status: 'DELETED', deletion: { confirmedAt: '2027-05-02T08:00:00.000Z' } });
    expect(b).toMatchObject({ status: 'DELETED', deletion: { confirmedAt: '2027-05-03T08:00:00.000Z' } });
    expect(c.status).toBe('DELETION_PENDING');
    expect(await confirmed()).toBe(2);
  });

  it('whose date is past is online', async () => {
    const { id } = await onPhone();
    await tixngo.hook('/phones/offline', { ticketIds: [id], until: '2027-04-30T00:00:00Z' });
    expect((await tixngo.hook('/phones')).body.offline).toEqual([]);
    await remove(id);
    expect(await statusOf(id)).toBe('DELETED');
  });

  it('can be given another date, or none', async () => {
    const { id } = await onPhone();
    await tixngo.hook('/phones/offline', { ticketIds: [id], until: '2027-05-02T00:00:00Z' });
    await tixngo.hook('/phones/offline', { ticketIds: [id] });
    await remove(id);
    await tixngo.hook('/clock', { now: '2027-06-01T00:00:00Z' });
    expect(await statusOf(id)).toBe('DELETION_PENDING');
  });
});

describe('a ticket that was transferred', () => {
  const transfer = (ticketId: string, email: string) =>
    tixngo.hook('/tickets/alter', { ticketId, set: { status: 'TRANSFERRED', 'spectatorDetails.email': email } });

  it('waits for the phone of its recipient', async () => {
    const { id, email } = await onPhone();
    await transfer(id, 'recipient@example.org');
    await tixngo.hook('/phones/offline', { emails: ['recipient@example.org'] });
    await remove(id);
    expect(await statusOf(id)).toBe('DELETION_PENDING');
    await tixngo.hook('/phones/offline', { emails: [email] });
    await tixngo.hook('/phones/online', { emails: ['recipient@example.org'] });
    expect(await statusOf(id)).toBe('DELETED');
  });

  it('waits for the phone of its sender too, if that has not synced since', async () => {
    const { id, email } = await onPhone();
    await tixngo.hook('/phones/offline', { emails: [email] });
    await transfer(id, 'recipient@example.org');
    await remove(id);
    expect(await statusOf(id)).toBe('DELETION_PENDING');
    await tixngo.hook('/phones/online', { emails: [email] });
    expect(await statusOf(id)).toBe('DELETED');
  });

  it('waits for the last of them', async () => {
    const { id, email } = await onPhone();
    await tixngo.hook('/phones/offline', { emails: [email] });
    await transfer(id, 'recipient@example.org');
    await tixngo.hook('/phones/offline', { ticketIds: [id] });
    await remove(id);
    await tixngo.hook('/phones/online', { emails: [email] });
    expect(await statusOf(id)).toBe('DELETION_PENDING');
    await tixngo.hook('/phones/online', { emails: ['recipient@example.org'] });
    expect(await statusOf(id)).toBe('DELETED');
  });
});

describe('the hooks', () => {
  it.each([
    ['offline', {}],
    ['offline', { all: true }],
    ['offline', { emails: ['a@example.org'], until: 'tomorrow' }],
    ['offline', { emails: ['a@example.org'], until: '2027-05-02T10:00:00' }],
    ['offline', { emails: ['a@example.org'], ticketIds: [] }],
    ['online', {}],
    ['online', { emails: 'a@example.org' }],
    ['online', { emails: [], until: '2027-05-02T10:00:00Z' }],
  ])('refuse phones/%s %j', async (what, body) => {
    expect((await tixngo.hook(`/phones/${what}`, body)).status).toBe(400);
  });

  it('count ids that TIXNGO does not have', async () => {
    expect((await tixngo.hook('/phones/offline', { ticketIds: ['nobody'] })).body).toEqual({ phones: 0, unknown: 1 });
  });
});

it('broke its own contract nowhere', () => {
  expect(tixngo.sandbox.violations()).toEqual([]);
});
