import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOOKS, S360ForTests, type Row } from './s360ForTests.js';

let s360: S360ForTests;
let truth: Row[];
let next = 0;

beforeAll(async () => {
  s360 = await S360ForTests.start({ tickets: 1500, seed: 9, organizations: ['FCA', 'FCB'] });
  truth = await s360.truth();
});
afterAll(() => s360.close());

/** So many tickets NOT_PRINTED that no other test has had. */
function fresh(count: number): number[] {
  const alive = truth.filter((row) => row['ticket_state'] === 'NOT_PRINTED' && !isCard(row));
  next += count;
  return alive.slice(next - count, next).map((row) => row.ticket_id);
}
const isCard = (row: Row) => String(row['product_kind']).endsWith('_CARD');
const before = (id: number) => truth.find((row) => row.ticket_id === id)!;
const control = async (order: object) => (await s360.post(`${HOOKS}/gates/control`, order)).body;
const rowOf = async (id: number): Promise<Row> => (await s360.get(`${HOOKS}/tickets?ids=${id}`)).body.tickets[0].row;
const offered = async (parameters: Record<string, string | number> = {}): Promise<Row[]> =>
  (await s360.page(parameters, { exportKey: 'TIXNGO_CONTROLLED' })).body.exportedElements;
const ids = (rows: readonly Row[]) => rows.map((row) => row.ticket_id);

describe('the gates', () => {
  it('let a ticket in, printed or not, and its record says when', async () => {
    const [a, b] = fresh(2);
    await s360.print([a!]);
    await s360.post(`${HOOKS}/clock`, { now: '2027-02-03T04:05:06Z', hold: true });
    const answer = await control({ ticketIds: [b, a] });
    await s360.post(`${HOOKS}/clock`, { now: null, hold: false });
    expect(answer).toEqual({ controlled: 2, ticketIds: [b, a], again: 0, refused: [] });
    const letIn = {
      ticket_state: 'CONTROLLED',
      controlled_at: '2027-02-03 04:05:06',
      updated_at: '2027-02-03 04:05:06',
    };
    expect(await rowOf(a!)).toEqual({ ...before(a!), ...letIn, printed_by: 'TIXNGO;MOBILE' });
    expect(await rowOf(b!)).toEqual({ ...before(b!), ...letIn });
  });

  it('change nothing at a second control, also within one order', async () => {
    const [a, b] = fresh(2);
    await control({ ticketIds: [a] });
    const first = await rowOf(a!);
    await s360.post(`${HOOKS}/clock`, { now: '2031-01-01T00:00:00Z', hold: true });
    expect(await control({ ticketIds: [a, b, b] })).toEqual({ controlled: 1, ticketIds: [b], again: 2, refused: [] });
    await s360.post(`${HOOKS}/clock`, { now: null, hold: false });
    expect(await rowOf(a!)).toEqual(first);
  });

  it('turn away what is cancelled, invalidated or nobody’s, and let the others in', async () => {
    const [a, cancelled, invalidated] = fresh(3);
    await s360.post(`${HOOKS}/box-office/cancel`, { ticketIds: [cancelled] });
    await s360.post(`${HOOKS}/box-office/invalidate`, { ticketIds: [invalidated] });
    const gone = [await rowOf(cancelled!), await rowOf(invalidated!)];
    expect(await control({ ticketIds: [cancelled, 5, a, invalidated] })).toEqual({
      controlled: 1,
      ticketIds: [a],
      again: 0,
      refused: [
        { ticketId: cancelled, why: 'CANCELLED' },
        { ticketId: 5, why: 'UNKNOWN' },
        { ticketId: invalidated, why: 'INVALIDATED' },
      ],
    });
    expect([await rowOf(cancelled!), await rowOf(invalidated!)]).toEqual(gone);
  });

  it('are come to by a crowd that a seed draws, of one performance and organization', async () => {
    const performanceId = 10_228_000_011;
    const among = { organization: 'FCB', performanceId, shipmentModes: ['BLOCKCHAIN'] };
    expect((await control({ count: 9, among: { ...among, organization: 'FCA' } })).ticketIds).toEqual([]);
    const one = (await control({ count: 9, seed: 3, among })).ticketIds;
    const other = (await control({ count: 9, seed: 3, among })).ticketIds;
    expect([one.length, other.length]).toEqual([9, 9]);
    expect(one).toEqual([...new Set(one)].sort());
    for (const id of [...one, ...other]) {
      expect(before(id)).toMatchObject({
        organization_code: 'FCB',
        performance_id: performanceId,
        shipment_mode_type: 'BLOCKCHAIN',
      });
    }
    expect(other.filter((id: number) => one.includes(id))).toEqual([]);
    const printed = fresh(3);
    await s360.print(printed);
    expect((await control({ count: 99, among: { printedBy: 'TIXNGO;MOBILE' } })).ticketIds).toEqual(printed);
  });

  it('count whom they let in and whom not', async () => {
    const [a] = fresh(1);
    await s360.post(`${HOOKS}/counters/reset`, '');
    await control({ ticketIds: [a, a, 5, 6] });
    expect((await s360.get(`${HOOKS}/counters`)).body).toMatchObject({
      controlled: 1,
      controlledAgain: 1,
      controlRefused: 2,
    });
  });

  it.each([{}, { ticketIds: [1], count: 1 }, { count: -1 }, { count: 1, among: { state: 'PRINTED' } }])(
    'take no order %j',
    async (order) => {
      expect((await s360.post(`${HOOKS}/gates/control`, order)).status).toBe(400);
    },
  );

  it('let in whom the point of sales has not printed: to print the ticket is refused then', async () => {
    const [printed, notPrinted, elsewhere] = fresh(3);
    await s360.print([printed!]);
    await s360.print([elsewhere!], 'WEB', 'SHOP');
    await control({ ticketIds: [printed, notPrinted, elsewhere] });
    const changed = [await rowOf(printed!), await rowOf(notPrinted!)];
    expect((await s360.print([printed!, notPrinted!, elsewhere!])).body.results).toEqual([
      { ticketId: printed, outcome: 'ALREADY_PRINTED' },
      { ticketId: notPrinted, outcome: 'REFUSED', errorCode: 'TICKET_CONTROLLED' },
      { ticketId: elsewhere, outcome: 'REFUSED', errorCode: 'PRINTED_ELSEWHERE' },
    ]);
    expect([await rowOf(printed!), await rowOf(notPrinted!)]).toEqual(changed);
  });
});

describe('the export of controlled tickets', () => {
  it('offers exactly what is controlled, cards too, in ascending order, and what is flagged no more', async () => {
    const card = truth.find((row) => isCard(row) && row['ticket_state'] === 'NOT_PRINTED')!.ticket_id;
    await control({ ticketIds: [card, ...fresh(2)] });
    const expected = ids((await s360.truth()).filter((row) => row['ticket_state'] === 'CONTROLLED'));
    const { exportDate, exportedElements } = (await s360.page({}, { exportKey: 'TIXNGO_CONTROLLED' })).body;
    expect(ids(exportedElements)).toEqual(expected);
    expect(expected).toContain(card);
    await s360.flag([card], exportDate, 'TIXNGO_CONTROLLED');
    expect(ids(await offered())).toEqual(expected.filter((id) => id !== card));
    expect(ids(await offered({ processedSince: exportDate }))).toEqual(expected);
    expect(ids(await offered({ processedSince: '2040-01-01T00:00:00Z' }))).not.toContain(card);
    await control({ ticketIds: [card] });
    expect(ids(await offered())).not.toContain(card);
    await s360.change(card, { gate: 'Z' });
    expect(ids(await offered())).toContain(card);
  });

  it('knows no point of sales', async () => {
    const { body } = await s360.page({ pointOfSales: 'TIXNGO;MOBILE' }, { exportKey: 'TIXNGO_CONTROLLED' });
    expect(body).toMatchObject({ statusCode: 'error.unknownParameter', statusDetail: 'pointOfSales' });
  });
});
