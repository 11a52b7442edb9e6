import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXPORT, HOOKS, S360ForTests, type Row } from './s360ForTests.js';

let s360: S360ForTests;
let row: Row;
let number = 0;

beforeAll(async () => {
  s360 = await S360ForTests.start({ tickets: 400 });
});
afterAll(() => s360.close());

/** A ticket of its own for each test. */
async function nextTicket(): Promise<Row> {
  number += 1;
  row = (await s360.walk())[number * 3]!;
  return row;
}
const read = () => s360.page({ ticketIds: row.ticket_id });
const isOffered = async () => ((await read()).body.exportedElements as Row[]).length === 1;
const status = async () =>
  (await s360.post(`${EXPORT}/getFlaggingStatus`, { exportKey: 'TIXNGO_INJECTION', elementIds: [row.ticket_id] })).body
    .flaggingStatuses[0];

describe('a ticket that is marked processed', () => {
  it('is not offered any more', async () => {
    await nextTicket();
    const { exportDate } = (await read()).body;
    const { body } = await s360.flag([row.ticket_id], exportDate);
    expect(body).toMatchObject({ statusCode: 'success', flaggedElements: 1 });
    expect(await isOffered()).toBe(false);
    expect(await status()).toEqual({ elementId: row.ticket_id, flagged: true, flagDate: exportDate });
  });

  it('is offered again when its record changes afterwards, with the older mark still visible', async () => {
    await nextTicket();
    const { exportDate } = (await read()).body;
    await s360.flag([row.ticket_id], exportDate);
    await s360.change(row.ticket_id, { holder_first_name: 'Zoé' });
    const again = (await read()).body.exportedElements;
    expect(again).toMatchObject([{ ticket_id: row.ticket_id, holder_first_name: 'Zoé' }]);
    expect(await status()).toMatchObject({ flagged: true, flagDate: exportDate });
  });

  it('is seen again when it changed between the read and the mark, because the mark has the date of the read', async () => {
    await nextTicket();
    const { exportDate } = (await read()).body;
    await s360.change(row.ticket_id, { gate: 'X' });
    await s360.flag([row.ticket_id], exportDate);
    expect(await isOffered()).toBe(true);
  });

  it('is seen again also when read and change fall into the same millisecond', async () => {
    await nextTicket();
    await s360.post(`${HOOKS}/clock`, { hold: true });
    const { exportDate } = (await read()).body;
    await s360.change(row.ticket_id, { gate: 'Y' });
    await s360.flag([row.ticket_id], exportDate);
    expect(await isOffered()).toBe(true);
    const { body } = await read();
    await s360.flag([row.ticket_id], body.exportDate);
    expect(await isOffered()).toBe(false);
    await s360.post(`${HOOKS}/clock`, { hold: false });
  });

  it('keeps the later of two marks', async () => {
    await nextTicket();
    await s360.flag([row.ticket_id], '2030-01-01T00:00:00.000+00:00');
    await s360.flag([row.ticket_id], '2029-01-01T00:00:00.000+00:00');
    expect((await status()).flagDate).toBe('2030-01-01T00:00:00.000+00:00');
    await s360.flag([row.ticket_id], '2031-01-01T01:00:00.000+01:00');
    expect((await status()).flagDate).toBe('2031-01-01T00:00:00.000+00:00');
  });

  it('stays marked when it is printed: printing is no change of its record', async () => {
    await nextTicket();
    const before = row['updated_at'];
    const { exportDate } = (await read()).body;
    await s360.flag([row.ticket_id], exportDate);
    await s360.print([row.ticket_id]);
    const { body } = await s360.page({ ticketIds: row.ticket_id, pointOfSales: 'TIXNGO;MOBILE' });
    expect(body.exportedElements).toEqual([]);
    const { tickets } = (await s360.get(`${HOOKS}/tickets?ids=${row.ticket_id}`)).body;
    expect(tickets).toMatchObject([
      { row: { ticket_state: 'PRINTED', updated_at: before }, flags: { TIXNGO_INJECTION: exportDate } },
    ]);
  });

  it('is offered again when the mark is taken back', async () => {
    await nextTicket();
    await s360.flag([row.ticket_id], '2030-01-01T00:00:00.000+00:00');
    const elements = { exportKey: 'TIXNGO_INJECTION', elementIds: [row.ticket_id] };
    expect((await s360.post(`${EXPORT}/unFlagItems`, elements)).body).toMatchObject({ unFlaggedElements: 1 });
    expect(await isOffered()).toBe(true);
    expect(await status()).toEqual({ elementId: row.ticket_id, flagged: false, flagDate: null });
  });
});

describe('a mark', () => {
  it('of an id that nobody has is an error, and then nothing is marked', async () => {
    await nextTicket();
    const { body } = await s360.flag([row.ticket_id, 5], '2030-01-01T00:00:00.000+00:00');
    expect(body).toMatchObject({ statusCode: 'error.unknownElement', statusDetail: '5' });
    expect((await status()).flagged).toBe(false);
  });

  it('of an unknown export is an error', async () => {
    expect((await s360.flag([row.ticket_id], '2030-01-01T00:00:00Z', 'NO_EXPORT')).body.statusCode).toBe(
      'error.unknownExport',
    );
  });

  it('of more than 1000 tickets, or without an instant, is refused', async () => {
    const many = Array.from({ length: 1001 }, (_, index) => index + 1);
    expect((await s360.flag(many, '2030-01-01T00:00:00Z')).status).toBe(400);
    const { status: code, body } = await s360.flag([row.ticket_id], '2030-01-01 00:00:00');
    expect([code, body.statusCode]).toEqual([400, 'error.invalidRequest']);
    expect(body.statusDetail).toContain('/flagDate');
  });
});
