import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { HOOKS, S360ForTests, type Row } from './s360ForTests.js';

let s360: S360ForTests;
let truth: Row[];
let next = 0;
let row: Row;

beforeAll(async () => {
  s360 = await S360ForTests.start({ tickets: 300, seed: 5 });
  truth = await s360.truth();
});
afterAll(() => s360.close());
/** Every test has a ticket of its own. */
beforeEach(() => {
  next += 1;
  row = truth[next]!;
});

const at = (minute: number) => new Date(Date.UTC(2027, 2, 28, 12, minute)).toISOString();
const entry = (status: string, minute: number, more: object = {}) => ({
  ticketId: row.ticket_id,
  organizationCode: 'FCDEMO',
  status,
  statusChangedAt: at(minute),
  eventId: '10228000101',
  owner: { email: 'owner@example.org', title: null, firstName: 'Ana', lastName: 'Silva' },
  ...more,
});
const store = async (...entries: object[]) =>
  (await s360.post(`${HOOKS}/mobile-tickets/store`, { requestId: null, entries })).body.results;
const outcomes = async (...entries: object[]) =>
  (await store(...entries)).map(({ outcome }: { outcome: string }) => outcome);
const read = async (body: object) => (await s360.post(`${HOOKS}/mobile-tickets/read`, body)).body.mobileTickets;
const shown = async (ticketId = row.ticket_id) =>
  (await s360.get(`${HOOKS}/mobile-tickets?ids=${ticketId}`)).body.mobileTickets[0];
const statuses = async () =>
  (await shown()).history.map(({ status, statusChangedAt }: { status: string; statusChangedAt: string }) => [
    status,
    statusChangedAt,
  ]);

describe('storing mobile tickets', () => {
  it('keeps the newest status with its details, and every older one in the history', async () => {
    const controlled = entry('CONTROLLED', 30, {
      initialOwnerEmail: 'first@example.org',
      holder: { firstName: 'Zoé', dateOfBirth: '1990-02-28' },
      activation: { method: 'BT', activatedAt: at(20) },
      deletion: null,
      transfer: null,
      extraFields: [{ key: 'shirt', value: 'L' }],
      beaconName: 'north',
    });
    expect(await store(entry('INJECTED', 10), controlled, entry('DOWNLOADED', 20))).toEqual([
      { ticketId: row.ticket_id, status: 'INJECTED', statusChangedAt: at(10), outcome: 'STORED' },
      { ticketId: row.ticket_id, status: 'CONTROLLED', statusChangedAt: at(30), outcome: 'STORED' },
      { ticketId: row.ticket_id, status: 'DOWNLOADED', statusChangedAt: at(20), outcome: 'ADDED_TO_HISTORY' },
    ]);
    expect(await shown()).toEqual({
      ticketId: row.ticket_id,
      current: controlled,
      history: [
        { status: 'INJECTED', statusChangedAt: at(10), ownerEmail: 'owner@example.org' },
        { status: 'DOWNLOADED', statusChangedAt: at(20), ownerEmail: 'owner@example.org' },
        { status: 'CONTROLLED', statusChangedAt: at(30), ownerEmail: 'owner@example.org' },
      ],
      culturalContactNumber: row['contact_number'],
    });
  });

  it('changes nothing when it is repeated, whatever the order and however the instant is written', async () => {
    const [injected, downloaded, assigned] = [entry('INJECTED', 1), entry('DOWNLOADED', 2), entry('ASSIGNED', 3)];
    await store(injected, downloaded, assigned);
    const before = await shown();
    const elsewhere = { ...downloaded, statusChangedAt: '2027-03-28T14:02:00.000+02:00', beaconName: 'other' };
    expect(await outcomes(assigned, injected, elsewhere)).toEqual(['UNCHANGED', 'UNCHANGED', 'UNCHANGED']);
    expect(await shown()).toEqual(before);
  });

  it('comes to the same end in whatever order the entries arrive', async () => {
    const [a, b, c, d] = ['INJECTED', 'DOWNLOADED', 'PENDING_TRANSFER', 'TRANSFERRED'].map((status, minute) =>
      entry(status, minute),
    );
    expect(await outcomes(c!, a!, d!, c!, b!)).toEqual([
      'STORED',
      'ADDED_TO_HISTORY',
      'STORED',
      'UNCHANGED',
      'ADDED_TO_HISTORY',
    ]);
    expect(await statuses()).toEqual([a, b, c, d].map((one) => [one!.status, one!.statusChangedAt]));
    expect((await shown()).current).toEqual(d);
  });

  it('keeps a status that nobody has heard of', async () => {
    expect(await outcomes(entry('GLOWING', 1))).toEqual(['STORED']);
  });

  it('judges each entry on its own', async () => {
    const unknown = entry('INJECTED', 1, { ticketId: 5 });
    const elsewhere = entry('INJECTED', 1, { organizationCode: 'FCOTHER' });
    expect(await outcomes(unknown, elsewhere, entry('INJECTED', 1))).toEqual([
      'UNKNOWN_TICKET',
      'WRONG_ORGANIZATION',
      'STORED',
    ]);
    await s360.change(row.ticket_id, { organization_code: 'FCOTHER' });
    expect(await outcomes(entry('DOWNLOADED', 2), { ...elsewhere, statusChangedAt: at(3) })).toEqual([
      'WRONG_ORGANIZATION',
      'STORED',
    ]);
  });

  it('touches neither the ticket, nor its marks, nor what exports offer', async () => {
    const ticket = truth.find((one) => one['ticket_state'] === 'NOT_PRINTED' && one['product_kind'] === 'MATCH')!;
    const whole = async () => (await s360.get(`${HOOKS}/tickets?ids=${ticket.ticket_id}`)).body.tickets[0];
    const { body } = await s360.page({ ticketIds: ticket.ticket_id });
    expect(body.exportedElements).toHaveLength(1);
    await s360.flag([ticket.ticket_id], body.exportDate);
    const before = await whole();
    const newer = {
      ...entry('CONTROLLED', 0),
      ticketId: ticket.ticket_id,
      statusChangedAt: '2099-01-01T00:00:00.000Z',
    };
    expect(await outcomes(newer)).toEqual(['STORED']);
    expect(await whole()).toEqual(before);
    expect((await s360.page({ ticketIds: ticket.ticket_id })).body.exportedElements).toEqual([]);
  });

  it('is refused for a ticket that somebody has poisoned, until it is accepted again', async () => {
    await s360.post(`${HOOKS}/mobile-tickets/refuse`, { ticketIds: [row.ticket_id], errorCode: 'LOCKED' });
    expect(await store(entry('INJECTED', 1))).toEqual([
      { ticketId: row.ticket_id, status: 'INJECTED', statusChangedAt: at(1), outcome: 'REFUSED', errorCode: 'LOCKED' },
    ]);
    expect(await shown()).toMatchObject({ current: null, history: [] });
    await s360.post(`${HOOKS}/mobile-tickets/accept`, { ticketIds: [row.ticket_id] });
    expect(await outcomes(entry('INJECTED', 1))).toEqual(['STORED']);
  });

  it('is counted', async () => {
    await s360.post(`${HOOKS}/counters/reset`, '');
    await s360.post(`${HOOKS}/mobile-tickets/refuse`, { ticketIds: [truth[0]!.ticket_id], errorCode: 'LOCKED' });
    const poisoned = entry('INJECTED', 1, { ticketId: truth[0]!.ticket_id });
    await store(entry('DOWNLOADED', 2), entry('INJECTED', 1), entry('INJECTED', 1), poisoned);
    await s360.post(`${HOOKS}/mobile-tickets/accept`, { ticketIds: [truth[0]!.ticket_id] });
    expect((await s360.get(`${HOOKS}/counters`)).body).toMatchObject({
      calls: { 'mobileTickets.store': 1 },
      mobileTicketsStored: 1,
      mobileTicketHistoryAdded: 1,
      mobileTicketsUnchanged: 1,
      mobileTicketsRefused: 1,
    });
  });

  it('applies a part of a batch when a fault cuts it', async () => {
    const rule = { operation: 'mobileTickets.store', fault: { kind: 'partial', keep: 0.5 }, nth: 1 };
    await s360.post(`${HOOKS}/faults`, { rules: [rule] });
    expect(await outcomes(entry('INJECTED', 1), entry('DOWNLOADED', 2))).toEqual(['STORED']);
    expect(await statuses()).toEqual([['INJECTED', at(1)]]);
    expect(await outcomes(entry('INJECTED', 1), entry('DOWNLOADED', 2))).toEqual(['UNCHANGED', 'STORED']);
  });

  it.each([
    ['no entry', []],
    ['an instant without a zone', [{ statusChangedAt: '2027-03-28T12:00:00' }]],
    ['a ticket id that is a text', [{ ticketId: '5' }]],
    ['a field that nobody knows', [{ barcode: '1' }]],
    ['an owner with a field that nobody knows', [{ owner: { mail: 'x@example.org' } }]],
    ['more than 1000 entries', Array.from({ length: 1001 }, () => ({}))],
  ])('takes no request with %s', async (_what, wrong) => {
    const entries = wrong.map((more) => entry('INJECTED', 1, more));
    const { status, body } = await s360.post(`${HOOKS}/mobile-tickets/store`, { entries });
    expect([status, body.statusCode]).toEqual([400, 'error.invalidRequest']);
    expect(await statuses()).toEqual([]);
  });
});

describe('reading mobile tickets', () => {
  it('tells the organization, the cultural contact and the newest status, by ids and tax numbers', async () => {
    const other = truth[200]!;
    await store(entry('INJECTED', 1), entry('DOWNLOADED', 2));
    const found = await read({
      ticketIds: [row.ticket_id, 5],
      taxNumbers: [other['tax_number'], row['tax_number'], '0'],
    });
    expect(found).toEqual([
      {
        ticketId: row.ticket_id,
        taxNumber: row['tax_number'],
        organizationCode: 'FCDEMO',
        culturalContact: { contactNumber: row['contact_number'], email: expect.anything() as unknown },
        status: 'DOWNLOADED',
        statusChangedAt: at(2),
        distributions: [],
      },
      expect.objectContaining({ ticketId: other.ticket_id, status: null, statusChangedAt: null }),
    ]);
    const { contactNumber, email } = found[0].culturalContact;
    const { contacts } = (await s360.get(`${HOOKS}/contacts?emails=${encodeURIComponent(email)}`)).body;
    expect(contacts).toContainEqual(expect.objectContaining({ contactNumber, email }));
  });

  it('says that a ticket has no cultural contact', async () => {
    await s360.change(row.ticket_id, { contact_number: null });
    expect((await read({ ticketIds: [row.ticket_id] }))[0].culturalContact).toBeNull();
  });

  it('finds a ticket that was printed anew by its tax number', async () => {
    const printed = truth.find(
      (one) => one['ticket_state'] === 'NOT_PRINTED' && one.ticket_id > truth[250]!.ticket_id,
    )!;
    await read({ taxNumbers: ['0'] });
    const { body } = await s360.post(`${HOOKS}/box-office/reprint`, { ticketIds: [printed.ticket_id] });
    const { newTicketId } = body.reprinted[0];
    expect(await read({ taxNumbers: [String(newTicketId)] })).toMatchObject([
      { ticketId: newTicketId, culturalContact: { contactNumber: printed['contact_number'] } },
    ]);
  });

  it('takes ids or tax numbers, 1000 of each at most', async () => {
    const many = Array.from({ length: 1001 }, (_, id) => id);
    for (const body of [{}, { ticketIds: many }, { taxNumbers: many.map(String) }]) {
      expect((await s360.post(`${HOOKS}/mobile-tickets/read`, body)).status).toBe(400);
    }
    expect(await read({ ticketIds: [] })).toEqual([]);
  });
});

describe('the mobile tickets hook', () => {
  it('shows all tickets by pages, also those without a mobile status', async () => {
    const { body } = await s360.get(`${HOOKS}/mobile-tickets?limit=3&afterTicketId=${truth[259]!.ticket_id}`);
    expect(body.mobileTickets).toEqual(
      truth.slice(260, 263).map((one) => ({
        ticketId: one.ticket_id,
        current: null,
        history: [],
        culturalContactNumber: one['contact_number'],
      })),
    );
    expect(body.total).toBeGreaterThanOrEqual(300);
  });

  it.each(['limit=5001', 'afterTicketId=x', 'ids=1,x'])('refuses %s', async (query) => {
    expect((await s360.get(`${HOOKS}/mobile-tickets?${query}`)).status).toBe(400);
  });
});
