import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOOKS, S360ForTests, type Row } from './s360ForTests.js';

let s360: S360ForTests;
let truth: Row[];
let next = 0;

beforeAll(async () => {
  s360 = await S360ForTests.start({ tickets: 1500, seed: 6 });
  truth = await s360.truth();
});
afterAll(() => s360.close());

/** So many tickets NOT_PRINTED that no other test has had. */
function fresh(count: number): number[] {
  const alive = truth.filter(
    (row) => row['ticket_state'] === 'NOT_PRINTED' && !String(row['product_kind']).endsWith('_CARD'),
  );
  next += count;
  return alive.slice(next - count, next).map((row) => row.ticket_id);
}

const office = (what: string, body: object) => s360.post(`${HOOKS}/box-office/${what}`, body);
const hook = (ids: readonly number[]) => s360.get(`${HOOKS}/tickets?ids=${ids.join(',')}`);
const rows = async (ids: readonly number[]): Promise<Row[]> =>
  (await hook(ids)).body.tickets.map(({ row }: { row: Row }) => row);
const before = (id: number) => truth.find((row) => row.ticket_id === id)!;

describe('the box office', () => {
  it('cancels, at the customer’s request if nothing else is said', async () => {
    const [a, b] = fresh(2);
    await s360.post(`${HOOKS}/clock`, { now: '2027-02-03T04:05:06Z', hold: true });
    expect((await office('cancel', { ticketIds: [b, a, b] })).body).toEqual({ changed: 2, ticketIds: [b, a] });
    await s360.post(`${HOOKS}/clock`, { now: null, hold: false });
    expect(await rows([a!])).toEqual([
      {
        ...before(a!),
        ticket_state: 'CANCELLED',
        cancellation_cause: 'CUSTOMER_REQUEST',
        updated_at: '2027-02-03 04:05:06',
      },
    ]);
    await office('cancel', { ticketIds: [a], cause: 'EVENT_CANCELLED' });
    expect(await rows([a!])).toMatchObject([{ cancellation_cause: 'EVENT_CANCELLED' }]);
  });

  it('invalidates', async () => {
    const [a] = fresh(1);
    await office('invalidate', { ticketIds: [a], cause: 'RESALE_PENDING' });
    expect(await rows([a!])).toMatchObject([{ ticket_state: 'INVALIDATED', cancellation_cause: 'RESALE_PENDING' }]);
  });

  it('changes the reason of what is gone, and of nothing else', async () => {
    const [a, alive] = fresh(2);
    await office('invalidate', { ticketIds: [a], cause: 'RESALE_PENDING' });
    const mixed = await office('change-reason', { ticketIds: [a, alive], cause: 'RESOLD' });
    expect([mixed.status, mixed.body.statusDetail]).toEqual([
      400,
      '/ticketIds/1: this ticket is neither cancelled nor invalidated',
    ]);
    expect(await rows([a!])).toMatchObject([{ cancellation_cause: 'RESALE_PENDING' }]);
    await office('change-reason', { ticketIds: [a], cause: 'RESOLD' });
    expect(await rows([a!])).toMatchObject([{ ticket_state: 'INVALIDATED', cancellation_cause: 'RESOLD' }]);
  });

  it('changes prices', async () => {
    const [a] = fresh(1);
    await office('change-price', { ticketIds: [a], price: 4000 });
    expect(await rows([a!])).toMatchObject([{ price: 4000, ticket_state: 'NOT_PRINTED' }]);
  });

  it('draws tickets by a seed: always the same, and no others than asked for', async () => {
    const twin = async (seed: number) => {
      const own = await S360ForTests.start({ tickets: 1500, seed: 6 });
      const order = { count: 20, seed, among: { states: ['NOT_PRINTED'], shipmentModes: ['BLOCKCHAIN'] } };
      const { body } = await own.post(`${HOOKS}/box-office/cancel`, order);
      await own.close();
      return body.ticketIds as number[];
    };
    const [one, again, other] = await Promise.all([twin(1), twin(1), twin(2)]);
    expect(one).toHaveLength(20);
    expect(again).toEqual(one);
    expect(other).not.toEqual(one);
    expect(one).toEqual([...new Set(one)].sort((a, b) => a - b));
    for (const id of one) {
      expect(before(id)).toMatchObject({ ticket_state: 'NOT_PRINTED', shipment_mode_type: 'BLOCKCHAIN' });
      expect(String(before(id)['product_kind'])).not.toContain('CARD');
    }
  });

  it('draws from what our own point of sales has printed, all of it if that is less', async () => {
    const printed = fresh(5);
    await s360.print(printed);
    const { body } = await office('cancel', { count: 99, among: { printedBy: 'TIXNGO;MOBILE' } });
    expect(body).toEqual({ changed: 5, ticketIds: printed });
  });

  it('reprints: the old ticket is invalidated and a new one, with an id of its own, has its seat', async () => {
    const [a, b] = fresh(2);
    await s360.change(a!, { seat: '77' });
    await s360.print([a!]);
    const last = truth.at(-1)!.ticket_id;
    const { body } = await office('reprint', { ticketIds: [a, b] });
    expect(body).toMatchObject({ changed: 2, reprinted: [{ ticketId: a }, { ticketId: b }] });
    const [newA, newB]: number[] = body.reprinted.map((pair: { newTicketId: number }) => pair.newTicketId);
    expect(newA).toBeGreaterThan(last);
    expect(newB).toBeGreaterThan(newA!);
    const [old, renewed] = await rows([a!, newA!]);
    expect(old).toMatchObject({ ticket_state: 'INVALIDATED', cancellation_cause: 'REPRINTED' });
    expect(renewed).toEqual({
      ...before(a!),
      seat: '77',
      ticket_id: newA,
      tax_number: String(newA),
      barcode: expect.stringMatching(/^9\d{18}$/),
      ticket_state: 'NOT_PRINTED',
      cancellation_cause: 'NOT_CANCELLED',
      printed_by: null,
      updated_at: expect.any(String),
    });
    expect((await hook([newA!])).body.total).toBe(1502);

    // The new ones live like all others.
    expect((await s360.page({ afterTicketId: last })).body.exportedElements.map((row: Row) => row.ticket_id)).toEqual([
      newA,
      newB,
    ]);
    const { exportDate } = (await s360.page({ ticketIds: newA! })).body;
    await s360.print([newA!]);
    await s360.flag([newA!], exportDate);
    expect((await s360.page({ ticketIds: `${newA},${newB}`, pointOfSales: 'TIXNGO;MOBILE' })).body).toMatchObject({
      exportedElements: [{ ticket_id: newB }],
    });
    await office('reprint', { ticketIds: [newA] });
    expect(await rows([newA!])).toMatchObject([{ ticket_state: 'INVALIDATED', printed_by: 'TIXNGO;MOBILE' }]);
    expect((await office('reprint', { ticketIds: [newA] })).status).toBe(400);
  });

  it('reprints many, and the order by ticket id stays', async () => {
    const ids = fresh(300);
    const { body } = await office('reprint', { ticketIds: ids });
    expect(body.changed).toBe(300);
    const all = (await s360.truth()).map((row) => row.ticket_id);
    expect(all).toEqual([...all].sort((a, b) => a - b));
    expect(new Set((await s360.truth()).map((row) => row['barcode'])).size).toBeGreaterThan(all.length - 20);
  });

  it('cancels a whole final at once, and its date does not run ahead of the clock', async () => {
    const own = await S360ForTests.start({ tickets: 20_000 });
    const { body } = await own.post(`${HOOKS}/box-office/cancel`, { count: 20_000, cause: 'EVENT_CANCELLED' });
    expect(body.changed).toBeGreaterThan(15_000);
    const { exportDate } = (await own.page({}, { exportKey: 'TIXNGO_CANCELLED' })).body;
    const { now } = (await own.get(`${HOOKS}/clock`)).body;
    expect(Date.parse(exportDate)).toBeLessThanOrEqual(Date.parse(now));
    await own.close();
  });

  it.each([
    ['cancel', {}],
    ['cancel', { ticketIds: [1], count: 1 }],
    ['cancel', { count: -1 }],
    ['cancel', { count: 1, among: { state: 'PRINTED' } }],
    ['cancel', { ticketIds: [], cause: '' }],
    ['invalidate', { ticketIds: [], cause: 'NOT_CANCELLED' }],
    ['reprint', { count: 1 }],
    ['change-reason', { ticketIds: [] }],
    ['change-price', { ticketIds: [], price: 1.5 }],
  ])('refuses to %s %j', async (what, body) => {
    expect((await office(what, body)).status).toBe(400);
  });

  it('refuses an order with a ticket that nobody has, and then changes nothing', async () => {
    const [a] = fresh(1);
    const { status, body } = await office('cancel', { ticketIds: [a, 5] });
    expect([status, body.statusDetail]).toEqual([400, '/ticketIds/1: no such ticket']);
    expect(await rows([a!])).toEqual([before(a!)]);
  });
});
