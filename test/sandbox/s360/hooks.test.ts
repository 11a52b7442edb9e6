import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOOKS, S360ForTests, type Row } from './s360ForTests.js';

let s360: S360ForTests;
let truth: Row[];

beforeAll(async () => {
  s360 = await S360ForTests.start({ tickets: 120 });
  truth = await s360.truth();
});
afterAll(() => s360.close());

describe('the tickets hook', () => {
  it('shows every ticket, by pages', async () => {
    expect(truth).toHaveLength(120);
    const { body } = await s360.get(`${HOOKS}/tickets?limit=7&afterTicketId=${truth[99]!.ticket_id}`);
    expect(body.total).toBe(120);
    expect(body.tickets.map(({ row }: { row: Row }) => row)).toEqual(truth.slice(100, 107));
  });

  it('shows some tickets by their ids, without those that nobody has', async () => {
    const { body } = await s360.get(`${HOOKS}/tickets?ids=${truth[9]!.ticket_id},5,${truth[3]!.ticket_id}`);
    expect(body.tickets).toEqual([
      { row: truth[3], flags: {} },
      { row: truth[9], flags: {} },
    ]);
  });

  it.each(['limit=5001', 'limit=0', 'limit=x', 'afterTicketId=x', 'ids=1,x'])('refuses %s', async (query) => {
    const { status, body } = await s360.get(`${HOOKS}/tickets?${query}`);
    expect(status).toBe(400);
    expect(body.statusDetail).toContain(query.split('=')[0]);
  });
});

describe('changing tickets', () => {
  it('changes the record and says when', async () => {
    const { ticket_id } = truth[11]!;
    await s360.post(`${HOOKS}/clock`, { now: '2027-02-03T04:05:06.789Z', hold: true });
    const { body } = await s360.change(ticket_id, {
      ticket_state: 'CANCELLED',
      cancellation_cause: 'LOST',
      price: null,
    });
    await s360.post(`${HOOKS}/clock`, { now: null });
    expect(body).toEqual({ changed: 1 });
    const { tickets } = (await s360.get(`${HOOKS}/tickets?ids=${ticket_id}`)).body;
    expect(tickets[0].row).toEqual({
      ...truth[11],
      ticket_state: 'CANCELLED',
      cancellation_cause: 'LOST',
      price: null,
      updated_at: '2027-02-03 04:05:06',
    });
  });

  it('is seen by filters, also with a code that is new', async () => {
    const row = truth.find((one) => one['ticket_state'] === 'NOT_PRINTED' && one['product_kind'] === 'MATCH')!;
    expect((await s360.page({ season: 'S3000' })).body.statusCode).toBe('error.unknownParameterValue');
    await s360.change(row.ticket_id, { season_code: 'S3000' });
    expect((await s360.page({ season: 'S3000' })).body.exportedElements).toMatchObject([{ ticket_id: row.ticket_id }]);
    await s360.change(row.ticket_id, { product_kind: 'MEMBERSHIP_CARD' });
    expect((await s360.page({ season: 'S3000' })).body.exportedElements).toEqual([]);
  });

  it.each([
    [{ colour: 'red' }, 'unknown column colour'],
    [{ price: 'dear' }, 'price: expected a whole number of thousandths or null'],
    [{ ticket_state: 'LOST' }, 'ticket_state: expected one of NOT_PRINTED'],
    [{ product_code: null }, 'product_code: expected a text'],
    [{ ticket_id: 5 }, 'ticket_id: this column cannot be changed'],
    [{ updated_at: '2027-01-01 00:00:00' }, 'updated_at: this column cannot be changed'],
  ])('to %j is refused with a sentence, and then nothing is changed', async (set, sentence) => {
    const [good, bad] = [truth[20]!, truth[21]!];
    const changes = [
      { ticketId: good.ticket_id, set: { gate: 'Q' } },
      { ticketId: bad.ticket_id, set },
    ];
    const { status, body } = await s360.post(`${HOOKS}/tickets/change`, { changes });
    expect(status).toBe(400);
    expect(body.statusDetail).toContain('/changes/1/set');
    expect(body.statusDetail).toContain(sentence);
    const { tickets } = (await s360.get(`${HOOKS}/tickets?ids=${good.ticket_id}`)).body;
    expect(tickets[0].row).toEqual(good);
  });

  it('of a ticket that nobody has is refused', async () => {
    expect((await s360.change(5, { gate: 'Q' })).body.statusDetail).toBe('/changes/0/ticketId: no such ticket');
  });
});

describe('settings', () => {
  it('are changed in part, and shown without the secret', async () => {
    const before = (await s360.get(`${HOOKS}/settings`)).body;
    const { body } = await s360.post(`${HOOKS}/settings`, { inProgressAnswers: 3, rateLimit: { status: 429 } });
    expect(body).toEqual({ ...before, inProgressAnswers: 3, rateLimit: { ...before.rateLimit, status: 429 } });
    await s360.post(`${HOOKS}/settings`, { inProgressAnswers: 0, rateLimit: { status: 509 } });
    expect((await s360.get(`${HOOKS}/settings`)).body).toEqual(before);
    expect(JSON.stringify(before)).not.toContain('sandbox-secret');
  });

  it.each([{ rateLimits: 5 }, { rateLimit: { callsPerMinute: 0 } }, { tokenUnit: 'minutes' }, []])(
    'refuse %j',
    async (update) => {
      expect((await s360.post(`${HOOKS}/settings`, update)).status).toBe(400);
    },
  );
});

describe('the catalogue', () => {
  it('lists every code that a filter takes', async () => {
    const { body } = await s360.get(`${HOOKS}/catalogue`);
    expect(body.pointOfSales).toEqual(['TIXNGO;MOBILE', 'WEB;SHOP', 'BOXOFFICE;GATE1']);
    for (const [name, codes] of Object.entries(body as Record<string, string[]>)) {
      expect([name, codes.length > 0]).toEqual([name, true]);
      expect([name, (await s360.page({ [name]: codes.join(',') })).body.statusCode]).toEqual([name, 'success']);
    }
  });
});

describe('the counters', () => {
  it('say what was asked and done, and start again', async () => {
    await s360.post(`${HOOKS}/counters/reset`, '');
    const { body } = await s360.page({}, { nbMaxResults: 5 });
    await s360.flag([body.exportedElements[0].ticket_id], body.exportDate);
    await s360.post('/tnai/backend-apis/v1/auth', { operator: 'a', partner: 'b', secret: 'c' });
    expect((await s360.get(`${HOOKS}/counters`)).body).toEqual({
      calls: { 'dataExportService.executeExport': 1, 'dataExportService.flagItems': 1, 'auth.auth': 1 },
      rateLimited: 0,
      unauthenticated: 1,
      exported: 5,
      flagged: 1,
      unflagged: 0,
      printed: 0,
      alreadyPrinted: 0,
      printRefused: 0,
      mobileTicketsStored: 0,
      mobileTicketHistoryAdded: 0,
      mobileTicketsUnchanged: 0,
      mobileTicketsRefused: 0,
      contactsCreated: 0,
      contactsUpdated: 0,
      distributionsRecorded: 0,
      distributionsUnchanged: 0,
      controlled: 0,
      controlledAgain: 0,
      controlRefused: 0,
      sold: 0,
    });
    const reset = (await s360.post(`${HOOKS}/counters/reset`, '')).body;
    expect(reset).toMatchObject({ calls: {}, exported: 0, unauthenticated: 0 });
  });
});

describe('anything else', () => {
  it.each(['/tnai/backend-apis/dataExportService/v1_0/executeImport', '/', '/sandbox/tixngo/counters'])(
    'such as %s is not found',
    async (path) => {
      const { status, body } = await s360.post(path, {});
      expect([status, body.statusCode]).toEqual([404, 'error.notFound']);
    },
  );

  it('is only taken as POST where S-360 does so', async () => {
    expect((await s360.get('/tnai/backend-apis/v1/auth')).status).toBe(404);
  });
});
