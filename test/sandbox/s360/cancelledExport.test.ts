import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXPORT, HOOKS, S360ForTests, type Row } from './s360ForTests.js';

let s360: S360ForTests;
let truth: Row[];
const KEY = 'TIXNGO_CANCELLED';
const ids = (rows: readonly Row[]) => rows.map((row) => row.ticket_id);
const gone = () => truth.filter((row) => ['CANCELLED', 'INVALIDATED'].includes(String(row['ticket_state'])));

beforeAll(async () => {
  s360 = await S360ForTests.start({ tickets: 3000, seed: 5 });
  truth = await s360.truth();
});
afterAll(() => s360.close());

const page = async (parameters: Record<string, string | number> = {}, request: object = {}) =>
  (await s360.page(parameters, { exportKey: KEY, ...request })).body;

describe('the export of cancelled tickets', () => {
  it('offers exactly what is cancelled or invalidated, cards too, in ascending order', async () => {
    const rows: Row[] = (await page()).exportedElements;
    expect(new Set(rows.map((row) => row['ticket_state']))).toEqual(new Set(['CANCELLED', 'INVALIDATED']));
    expect(rows.some((row) => String(row['product_kind']).endsWith('_CARD'))).toBe(true);
    expect(ids(rows)).toEqual(ids(gone()));
    expect(rows.map((row) => row['cancellation_cause'])).not.toContain('NOT_CANCELLED');
  });

  it('takes the filters of the interface, and continues after an id', async () => {
    const mobile = gone().filter((row) => row['shipment_mode_type'] === 'BLOCKCHAIN');
    expect(ids((await page({ shipmentModes: 'BLOCKCHAIN' })).exportedElements)).toEqual(ids(mobile));
    const [a, b, c] = ids(mobile);
    expect(ids((await page({ ticketIds: [a, b, c].join(','), afterTicketId: a! })).exportedElements)).toEqual([b, c]);
  });

  it('knows no point of sales', async () => {
    expect(await page({ pointOfSales: 'TIXNGO;MOBILE' })).toMatchObject({
      statusCode: 'error.unknownParameter',
      statusDetail: 'pointOfSales',
    });
    const { availableExports } = (await s360.post(`${EXPORT}/getAvailableExports`, {})).body;
    const parametersOf = (key: string): string[] =>
      availableExports.find((one: { exportKey: string }) => one.exportKey === key).parameters;
    expect(parametersOf(KEY)).toContain('shipmentModes');
    expect(parametersOf(KEY)).not.toContain('pointOfSales');
    expect(parametersOf('TIXNGO_INJECTION')).toContain('pointOfSales');
  });

  it('leaves out what is flagged for it, whatever is flagged for injection', async () => {
    const [a, b] = ids(gone());
    const { exportDate } = await page();
    await s360.flag([a!], exportDate);
    await s360.flag([b!], exportDate, KEY);
    expect(ids((await page()).exportedElements)).toEqual(ids(gone()).filter((id) => id !== b));
    await s360.post(`${EXPORT}/unFlagItems`, { exportKey: KEY, elementIds: [b] });
    expect(ids((await page()).exportedElements)).toEqual(ids(gone()));
  });

  it('offers a flagged ticket again when its record changes, be it the cause or the price', async () => {
    for (const hook of ['change-reason', 'change-price']) {
      const { exportDate, exportedElements } = await page();
      const id: number = exportedElements[0].ticket_id;
      await s360.flag(ids(exportedElements), exportDate, KEY);
      expect((await page()).exportedElements).toEqual([]);
      const change = hook === 'change-reason' ? { cause: 'RESOLD' } : { price: 4000 };
      expect((await s360.post(`${HOOKS}/box-office/${hook}`, { ticketIds: [id], ...change })).status).toBe(200);
      const again: Row[] = (await page()).exportedElements;
      expect(ids(again)).toEqual([id]);
      expect(again[0]).toMatchObject(hook === 'change-reason' ? { cancellation_cause: 'RESOLD' } : { price: 4000 });
      const { flaggingStatuses } = (
        await s360.post(`${EXPORT}/getFlaggingStatus`, { exportKey: KEY, elementIds: [id] })
      ).body;
      expect(flaggingStatuses).toEqual([{ elementId: id, flagged: true, flagDate: exportDate }]);
      await s360.post(`${EXPORT}/unFlagItems`, { exportKey: KEY, elementIds: ids(gone()) });
    }
  });

  it('sees a cancellation that is made between its answer and the flag, also within one millisecond', async () => {
    await s360.post(`${HOOKS}/clock`, { hold: true });
    const { exportDate, exportedElements } = await page();
    const id: number = exportedElements[0].ticket_id;
    await s360.post(`${HOOKS}/box-office/change-reason`, { ticketIds: [id], cause: 'EXCHANGED' });
    await s360.flag(ids(exportedElements), exportDate, KEY);
    expect(ids((await page()).exportedElements)).toEqual([id]);
    await s360.post(`${HOOKS}/clock`, { now: null, hold: false });
  });

  it('by a date offers what has changed since', async () => {
    const { exportDate } = await page();
    const alive = truth.find((row) => row['ticket_state'] === 'NOT_PRINTED')!;
    await s360.post(`${HOOKS}/box-office/cancel`, { ticketIds: [alive.ticket_id] });
    expect(ids((await page({}, { dateFrom: exportDate })).exportedElements)).toEqual([alive.ticket_id]);
  });
});
