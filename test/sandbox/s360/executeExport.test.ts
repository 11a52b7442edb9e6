import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXPORT, S360ForTests, type Row } from './s360ForTests.js';

let s360: S360ForTests;
let truth: Row[];
const ids = (rows: readonly Row[]) => rows.map((row) => row.ticket_id);
const isCard = (row: Row) => String(row['product_kind']).endsWith('_CARD');
const injectable = () => truth.filter((row) => row['ticket_state'] === 'NOT_PRINTED' && !isCard(row));

beforeAll(async () => {
  s360 = await S360ForTests.start({ tickets: 2500, seed: 3 });
  truth = await s360.truth();
});
afterAll(() => s360.close());

describe('the export of tickets to inject', () => {
  it('offers exactly the tickets that are not printed, without cards', async () => {
    expect(truth.some(isCard)).toBe(true);
    expect(new Set(truth.map((row) => row['ticket_state'])).size).toBeGreaterThan(3);
    expect(ids(await s360.walk())).toEqual(ids(injectable()));
  });

  it('comes in ascending order of ticket id, whatever the size of the pages', async () => {
    const rows = ids(await s360.walk({}, 137));
    expect(rows).toEqual([...rows].sort((a, b) => a - b));
    expect(rows).toEqual(ids(injectable()));
  });

  it('gives no more rows than were asked for, and starts after the id that was given', async () => {
    const first = (await s360.page({}, { nbMaxResults: 10 })).body.exportedElements as Row[];
    expect(first).toHaveLength(10);
    const next = (await s360.page({ afterTicketId: first[4]!.ticket_id }, { nbMaxResults: 5 })).body;
    expect(ids(next.exportedElements)).toEqual(ids(first.slice(5)));
  });

  it('takes 1000 rows at most', async () => {
    expect((await s360.page({}, { nbMaxResults: 1000 })).body.exportedElements).toHaveLength(1000);
    for (const nbMaxResults of [1001, 0, -1, 1.5, '10', null]) {
      const { status, body } = await s360.page({}, { nbMaxResults });
      expect([nbMaxResults, status, body.statusCode]).toEqual([nbMaxResults, 400, 'error.invalidRequest']);
      expect(body.statusDetail).toContain('/nbMaxResults');
    }
  });

  it('says when it was read, with milliseconds and offset', async () => {
    const { body } = await s360.page({}, { nbMaxResults: 1 });
    expect(body).toMatchObject({ statusCode: 'success', statusDetail: null, requestState: 'FINISHED' });
    expect(body.exportDate).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00$/);
  });

  it('also offers what our own point of sales has printed, when it is named', async () => {
    const ours = ids(injectable()).slice(0, 3);
    await s360.print(ours);
    const without = ids((await s360.page({ ticketIds: ours.join(',') })).body.exportedElements);
    const named = (await s360.page({ ticketIds: ours.join(','), pointOfSales: 'TIXNGO;MOBILE' })).body;
    const other = (await s360.page({ ticketIds: ours.join(','), pointOfSales: 'WEB;SHOP' })).body;
    truth = await s360.truth();
    expect(without).toEqual([]);
    expect(named.exportedElements).toMatchObject(
      ours.map((ticket_id) => ({ ticket_id, ticket_state: 'PRINTED', printed_by: 'TIXNGO;MOBILE' })),
    );
    expect(other.exportedElements).toEqual([]);
  });

  it('knows only the exports that are there', async () => {
    const { status, body } = await s360.page({}, { exportKey: 'TIXNGO_INJECTIONS' });
    expect(status).toBe(200);
    expect(body).toMatchObject({ statusCode: 'error.unknownExport', statusDetail: 'TIXNGO_INJECTIONS' });
    expect((await s360.page({}, { exportKey: 'constructor' })).body.statusCode).toBe('error.unknownExport');
    const { body: list } = await s360.post(`${EXPORT}/getAvailableExports`, {});
    expect(list.availableExports.map((one: { exportKey: string }) => one.exportKey)).toContain('TIXNGO_INJECTION');
  });
});

describe('a filter', () => {
  const columns: readonly (readonly [string, string])[] = [
    ['shipmentModes', 'shipment_mode_type'],
    ['salesChannel', 'sales_channel_code'],
    ['season', 'season_code'],
    ['productFamily', 'product_family'],
    ['product', 'product_code'],
    ['activity', 'activity_code'],
    ['performance', 'performance_id'],
    ['tariff', 'tariff_code'],
    ['category', 'seat_category_code'],
    ['fileNumber', 'file_id'],
    ['blockchainTicketModel', 'ticket_model_blockchain'],
  ];

  it.each(columns)('by %s selects by the column %s, one of the values that are listed', async (name, column) => {
    const codes = [...new Set(injectable().map((row) => row[column]))].filter((code) => code !== null);
    const wanted = codes.slice(0, codes.length > 2 ? 2 : 1);
    const rows = await s360.walk({ [name]: wanted.join(',') });
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.length).toBeLessThan(injectable().length);
    expect(ids(rows)).toEqual(ids(injectable().filter((row) => wanted.includes(row[column]!))));
  });

  it('is joined to others with AND', async () => {
    const rows = await s360.walk({
      shipmentModes: 'BLOCKCHAIN',
      tariff: 'CHILD,SENIOR',
      productFamily: 'SINGLE_ENTRY',
    });
    expect(rows.length).toBeGreaterThan(0);
    expect(ids(rows)).toEqual(
      ids(
        injectable().filter(
          (row) =>
            row['shipment_mode_type'] === 'BLOCKCHAIN' &&
            ['CHILD', 'SENIOR'].includes(String(row['tariff_code'])) &&
            row['product_family'] === 'SINGLE_ENTRY',
        ),
      ),
    );
  });

  it('by ticket ids leaves out what is not offered, and ids that nobody has', async () => {
    const cancelled = truth.find((row) => row['ticket_state'] === 'CANCELLED')!;
    const [a, b, c] = ids(injectable());
    const { body } = await s360.page({ ticketIds: [c, cancelled.ticket_id, a, 5, b].join(','), afterTicketId: a! });
    expect(ids(body.exportedElements)).toEqual([b, c]);
  });

  it('by a file number that nobody has selects nothing', async () => {
    expect((await s360.page({ fileNumber: 4711 })).body).toMatchObject({ statusCode: 'success', exportedElements: [] });
  });

  it.each([
    ['season', 'S1999'],
    ['productFamily', 'SINGLE_ENTRIES'],
    ['product', 'match-01'],
    ['activity', 'CHESS'],
    ['performance', '1'],
    ['tariff', 'ADULTS'],
    ['category', 'CAT9'],
    ['salesChannel', 'FAX'],
    ['shipmentModes', 'BLOKCHAIN'],
    ['blockchainTicketModel', 'yes'],
    ['afterTicketId', 'first'],
    ['ticketIds', 'abc'],
    ['ticketIds', '9223372036854775808'],
  ])('by %s with a value that nothing has is an error that names it', async (name, value) => {
    const { status, body } = await s360.page({ [name]: value });
    expect(status).toBe(200);
    expect(body).toEqual({
      requestId: expect.any(String),
      statusCode: 'error.unknownParameterValue',
      statusDetail: `${name}=${value}`,
    });
  });

  it('by an id of 64 bits that no ticket has is an empty page', async () => {
    expect((await s360.page({ ticketIds: '9223372036854775807' })).body).toMatchObject({
      statusCode: 'success',
      exportedElements: [],
    });
  });

  it('with one typing error among good values is an error too', async () => {
    expect((await s360.page({ tariff: 'ADULT,CHlLD' })).body.statusDetail).toBe('tariff=CHlLD');
  });

  it('that does not exist is an error', async () => {
    expect((await s360.page({ tarif: 'ADULT' })).body).toMatchObject({
      statusCode: 'error.unknownParameter',
      statusDetail: 'tarif',
    });
  });

  it('by a point of sales that does not exist is an error', async () => {
    expect((await s360.page({ pointOfSales: 'TIXNGO;PHONE' })).body).toMatchObject({
      statusCode: 'error.unknownPointOfSales',
      statusDetail: 'TIXNGO;PHONE',
    });
  });

  it('by dates keeps what has changed in the span', async () => {
    const row = injectable()[20]!;
    const from = (await s360.page({}, { nbMaxResults: 1 })).body.exportDate;
    await s360.change(row.ticket_id, { gate: 'Z' });
    expect(ids((await s360.page({}, { dateFrom: from })).body.exportedElements)).toEqual([row.ticket_id]);
    const before = (await s360.page({ ticketIds: row.ticket_id }, { dateTo: from })).body.exportedElements;
    expect(before).toEqual([]);
  });
});

describe('an export that takes its time', () => {
  it('is in progress first, and shows what is true when it succeeds', async () => {
    const own = await S360ForTests.start({ tickets: 50, inProgressAnswers: 2 });
    const first = (await own.page()).body;
    expect(first).toMatchObject({ statusCode: 'in_progress', requestState: 'IN_PROGRESS', exportedElements: [] });
    const second = (await own.page({}, { requestId: first.requestId })).body;
    expect(second).toMatchObject({ statusCode: 'in_progress', requestId: first.requestId });
    const cancelled = (await own.truth()).find((row) => row['ticket_state'] === 'NOT_PRINTED')!;
    await own.change(cancelled.ticket_id, { ticket_state: 'CANCELLED' });
    const third = (await own.page({}, { requestId: first.requestId })).body;
    expect(third).toMatchObject({ statusCode: 'success', requestId: first.requestId });
    expect(third.exportedElements.length).toBeGreaterThan(0);
    expect(ids(third.exportedElements)).not.toContain(cancelled.ticket_id);
    // Who has lost the last answer can ask again.
    expect((await own.page({}, { requestId: first.requestId })).body.statusCode).toBe('success');
    await own.close();
  });

  it('does not know a request id that it has not given', async () => {
    expect((await s360.page({}, { requestId: 'made-up' })).body.statusCode).toBe('error.unknownRequest');
  });
});
