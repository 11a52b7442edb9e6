import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { HOOKS, S360ForTests, type Row } from './s360ForTests.js';

let s360: S360ForTests;
let truth: Row[];
let next = 0;
let row: Row;

beforeAll(async () => {
  s360 = await S360ForTests.start({ tickets: 300, seed: 6 });
  truth = (await s360.truth()).filter((one) => one['contact_email'] !== null);
  const contacts = ['one', 'two', 'three'].map((name) => ({
    contactNumber: `R-${name}`,
    email: `${name}@example.org`,
    individualTitle: 'MR',
    individualFirstname: name,
    individualLastname: 'Recipient',
    individualPreferredLanguage: 'fr',
  }));
  await s360.post(`${HOOKS}/contacts/add`, { contacts });
});
afterAll(() => s360.close());
/** Tickets that the injection export offers, apart from those of the other tests. */
const offered = (number: number) =>
  truth.slice(100).filter((one) => one['ticket_state'] === 'NOT_PRINTED' && one['product_kind'] === 'MATCH')[number]!;
/** Every test has a ticket of its own. */
beforeEach(() => {
  next += 1;
  row = truth[next]!;
});

const at = (minute: number) => new Date(Date.UTC(2027, 2, 28, 12, minute)).toISOString();
const line = (status: string, minute: number, newContactNumber: string | null, more: object = {}) => ({
  ticketId: row.ticket_id,
  organizationCode: 'FCDEMO',
  status,
  action: 'Distribute',
  changedAt: at(minute),
  oldContactNumber: row['contact_number'],
  newContactNumber,
  ...more,
});
const record = async (...lines: object[]) =>
  (await s360.post(`${HOOKS}/distributions/record`, { requestId: null, lines })).body.results;
const outcomes = async (...lines: object[]) =>
  (await record(...lines)).map(({ outcome }: { outcome: string }) => outcome);
const lines = async (): Promise<{ status: string; changedAt: string }[]> =>
  (await s360.get(`${HOOKS}/distributions?ids=${row.ticket_id}`)).body.distributions[0]?.lines ?? [];
const whole = async () => (await s360.get(`${HOOKS}/tickets?ids=${row.ticket_id}`)).body.tickets[0];
const contactNumber = async () => (await whole()).row.contact_number;

describe('recording distributions', () => {
  it('leaves the cultural contact alone while a transfer is pending or when it fails', async () => {
    const pending = line('PENDING', 1, 'R-one');
    expect(await record(pending, line('CANCELLED', 2, 'R-one'))).toEqual([
      { ticketId: row.ticket_id, status: 'PENDING', changedAt: at(1), outcome: 'RECORDED' },
      { ticketId: row.ticket_id, status: 'CANCELLED', changedAt: at(2), outcome: 'RECORDED' },
    ]);
    expect((await whole()).row).toEqual(row);
    expect((await lines())[0]).toEqual({
      status: 'PENDING',
      action: 'Distribute',
      changedAt: at(1),
      oldContactNumber: row['contact_number'],
      newContactNumber: 'R-one',
    });
  });

  it('gives the ticket to the recipient once the transfer is confirmed, and changes nothing else', async () => {
    await s360.flag([row.ticket_id], '2026-12-24T00:00:00.000+00:00');
    const before = await whole();
    expect(await outcomes(line('CONFIRMED', 1, 'R-one'))).toEqual(['RECORDED']);
    expect(await whole()).toEqual({
      ...before,
      row: {
        ...before.row,
        contact_number: 'R-one',
        contact_email: 'one@example.org',
        contact_first_name: 'one',
        contact_last_name: 'Recipient',
        contact_gender: 'M',
        contact_language: 'fr',
      },
    });
    const { mobileTickets } = (await s360.get(`${HOOKS}/mobile-tickets?ids=${row.ticket_id}`)).body;
    expect(mobileTickets[0].culturalContactNumber).toBe('R-one');
    const { body } = await s360.post(`${HOOKS}/mobile-tickets/read`, { ticketIds: [row.ticket_id] });
    expect(body.mobileTickets[0].culturalContact).toEqual({ contactNumber: 'R-one', email: 'one@example.org' });
  });

  it('is no change of the record: what was processed is not offered again', async () => {
    row = offered(0);
    const { body } = await s360.page({ ticketIds: row.ticket_id });
    expect(body.exportedElements).toHaveLength(1);
    await s360.flag([row.ticket_id], body.exportDate);
    await record(line('CONFIRMED', 1, 'R-one'));
    expect(await contactNumber()).toBe('R-one');
    expect((await s360.page({ ticketIds: row.ticket_id })).body.exportedElements).toEqual([]);
  });

  it('shows the recipient in exports as he is now', async () => {
    row = offered(1);
    await s360.post(`${HOOKS}/contacts/add`, { contacts: [{ contactNumber: 'R-late', email: 'late@example.org' }] });
    await record(line('CONFIRMED', 1, 'R-late'));
    await s360.post(`${HOOKS}/contacts/change`, { contactNumber: 'R-late', set: { individualFirstname: 'Late' } });
    const { body } = await s360.page({ ticketIds: row.ticket_id });
    expect(body.exportedElements).toMatchObject([{ contact_number: 'R-late', contact_first_name: 'Late' }]);
  });

  it('keeps lines in order of time, and lets the latest confirmed one decide', async () => {
    await record(line('CONFIRMED', 30, 'R-two'), line('PENDING', 20, 'R-two'), line('CONFIRMED', 10, 'R-one'));
    expect(await contactNumber()).toBe('R-two');
    expect((await lines()).map(({ status, changedAt }) => [status, changedAt])).toEqual([
      ['CONFIRMED', at(10)],
      ['PENDING', at(20)],
      ['CONFIRMED', at(30)],
    ]);
    await record(line('PENDING', 50, 'R-one'), line('CONFIRMED', 40, 'R-three'));
    expect(await contactNumber()).toBe('R-three');
  });

  it('changes nothing when it is repeated', async () => {
    await record(line('PENDING', 1, 'R-one'), line('CONFIRMED', 2, 'R-one'));
    const before = [await lines(), await whole()];
    const again = line('CONFIRMED', 2, 'R-two', { changedAt: '2027-03-28T14:02:00.000+02:00' });
    expect(await outcomes(line('PENDING', 1, 'R-one'), again)).toEqual(['UNCHANGED', 'UNCHANGED']);
    expect([await lines(), await whole()]).toEqual(before);
  });

  it('lets the box office have the last word about who the contact is', async () => {
    await record(line('CONFIRMED', 1, 'R-one'));
    await s360.change(row.ticket_id, { contact_number: 'R-two', contact_email: 'box@example.org' });
    expect((await whole()).row).toMatchObject({ contact_number: 'R-two', contact_email: 'box@example.org' });
  });

  it('prints a ticket anew for the recipient', async () => {
    row = offered(2);
    await record(line('CONFIRMED', 1, 'R-one'));
    const { body } = await s360.post(`${HOOKS}/box-office/reprint`, { ticketIds: [row.ticket_id] });
    const { tickets } = (await s360.get(`${HOOKS}/tickets?ids=${body.reprinted[0].newTicketId}`)).body;
    expect(tickets[0].row).toMatchObject({ contact_number: 'R-one', contact_email: 'one@example.org' });
  });

  it('judges each line on its own', async () => {
    await s360.post(`${HOOKS}/distributions/refuse`, { ticketIds: [truth[0]!.ticket_id], errorCode: 'LOCKED' });
    const results = await record(
      line('PENDING', 1, 'R-one', { ticketId: 5 }),
      line('PENDING', 1, 'R-one', { organizationCode: 'FCOTHER' }),
      line('PENDING', 1, 'nobody'),
      line('PENDING', 1, 'R-one', { oldContactNumber: 'nobody' }),
      line('PENDING', 1, 'R-one', { ticketId: truth[0]!.ticket_id }),
      line('CONFIRMED', 1, null),
      line('PENDING', 1, null, { oldContactNumber: null }),
    );
    expect(results.map(({ outcome, errorCode }: Record<string, string>) => [outcome, errorCode])).toEqual([
      ['UNKNOWN_TICKET', undefined],
      ['WRONG_ORGANIZATION', undefined],
      ['UNKNOWN_CONTACT', undefined],
      ['UNKNOWN_CONTACT', undefined],
      ['REFUSED', 'LOCKED'],
      ['REFUSED', 'NEW_CONTACT_MISSING'],
      ['RECORDED', undefined],
    ]);
    expect(await lines()).toHaveLength(1);
    await s360.post(`${HOOKS}/distributions/accept`, { ticketIds: [truth[0]!.ticket_id] });
    expect(
      await outcomes(line('PENDING', 1, 'R-one', { ticketId: truth[0]!.ticket_id, oldContactNumber: null })),
    ).toEqual(['RECORDED']);
  });

  it('is counted', async () => {
    await s360.post(`${HOOKS}/counters/reset`, '');
    await record(line('PENDING', 1, 'R-one'), line('PENDING', 1, 'R-one'), line('PENDING', 2, 'nobody'));
    expect((await s360.get(`${HOOKS}/counters`)).body).toMatchObject({
      calls: { 'distributions.record': 1 },
      distributionsRecorded: 1,
      distributionsUnchanged: 1,
    });
  });

  it.each([
    ['another status', { status: 'DONE' }],
    ['another action', { action: 'Take back' }],
    ['no old contact', { oldContactNumber: undefined }],
    ['a time without a zone', { changedAt: '2027-03-28 12:00:00' }],
  ])('takes no request with %s', async (_what, wrong) => {
    const { status } = await s360.post(`${HOOKS}/distributions/record`, {
      lines: [line('PENDING', 1, 'R-one', wrong)],
    });
    expect(status).toBe(400);
  });
});

describe('the distributions hook', () => {
  it('shows the tickets that have a history, by pages', async () => {
    const all = (await s360.get(`${HOOKS}/distributions?limit=5000`)).body;
    expect(all.total).toBe(all.distributions.length);
    expect(all.total).toBeGreaterThan(5);
    const [first] = all.distributions;
    const { body } = await s360.get(`${HOOKS}/distributions?limit=2&afterTicketId=${first.ticketId}`);
    expect(body.distributions).toEqual(all.distributions.slice(1, 3));
  });
});
