import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOOKS, S360ForTests, type Row } from './s360ForTests.js';

let s360: S360ForTests;
let programme: Row[];
const MATCH = 10_228_000_000;

beforeAll(async () => {
  s360 = await S360ForTests.start({ tickets: 300, seed: 12, organizations: ['FCA', 'FCB'] });
  programme = await s360.truth();
});
afterAll(() => s360.close());

const office = (what: string, body: object) => s360.post(`${HOOKS}/box-office/${what}`, body);
const rows = async (ids: readonly number[]): Promise<Row[]> =>
  // No ticket has the id 0.
  (await s360.get(`${HOOKS}/tickets?limit=5000&ids=${ids.join(',') || '0'}`)).body.tickets.map(
    ({ row }: { row: Row }) => row,
  );
const valuesOf = (of: readonly Row[], column: string) => [...new Set(of.map((row) => row[column]))];
const lastId = async () => (await s360.truth()).at(-1)!.ticket_id;

interface Card {
  readonly ticketId: number;
  readonly ticketIds: readonly number[];
}
const sellCards = async (order: object): Promise<Card[]> => (await office('sell-cards', order)).body.cards;

/** The card and its tickets agree about who belongs to whom. */
async function expectLinked(cardId: number, ticketIds: readonly number[]): Promise<Row> {
  const [[card], tickets] = [await rows([cardId]), await rows(ticketIds)];
  expect(card).toMatchObject({
    linked_ticket_ids: ticketIds.length === 0 ? null : ticketIds.join(','),
    linked_tax_numbers: tickets.length === 0 ? null : tickets.map((row) => row['tax_number']).join(','),
    card_ticket_id: null,
  });
  for (const row of tickets) expect(row).toMatchObject({ card_ticket_id: cardId, linked_ticket_ids: null });
  return card!;
}

describe('the box office sells', () => {
  it('tickets whose data is complete, with ids behind all others and numbers of their own', async () => {
    const last = await lastId();
    const { ticketIds, fileNumbers } = (await office('sell', { count: 60 })).body;
    expect(ticketIds[0]).toBeGreaterThan(last);
    expect(ticketIds).toEqual([...ticketIds].sort((a, b) => a - b));
    const sold = await rows(ticketIds);
    expect(sold).toHaveLength(60);
    const numbers = ['tax_number', 'barcode', 'movement_id', 'ticket_id', 'holder_email'];
    for (const column of numbers) expect([column, valuesOf(sold, column).length]).toEqual([column, 60]);
    expect(valuesOf(sold, 'file_id')).toEqual(fileNumbers);
    expect(fileNumbers).toEqual([...fileNumbers].sort((a, b) => a - b));
    for (const row of sold) {
      const missing = Object.keys(row).filter((name) => /^(contact|holder)_/.test(name) && row[name] === null);
      expect([row.ticket_id, missing]).toEqual([row.ticket_id, []]);
      expect(row).toMatchObject({
        ticket_state: 'NOT_PRINTED',
        cancellation_cause: 'NOT_CANCELLED',
        shipment_mode_type: 'BLOCKCHAIN',
        ticket_model_blockchain: true,
        printed_by: null,
        controlled_at: null,
        card_ticket_id: null,
        updated_at: expect.any(String),
      });
      expect([row['zip'], row['site'], row['seat'], row['price']]).not.toContain(null);
      // What the performance says is what all of its tickets say.
      const other = programme.find((one) => one['performance_id'] === row['performance_id'])!;
      for (const name of ['product_code', 'start', 'time_zone', 'currency', 'organization_code']) {
        expect([name, row[name]]).toEqual([name, other[name]]);
      }
    }
    for (const file of fileNumbers) {
      const order = sold.filter((row) => row['file_id'] === file);
      expect(order.length).toBeLessThanOrEqual(4);
      expect([valuesOf(order, 'performance_id').length, valuesOf(order, 'contact_number').length]).toEqual([1, 1]);
      expect(order[0]!['holder_email']).toBe(order[0]!['contact_email']);
    }
    expect(valuesOf(sold, 'organization_code').sort()).toEqual(['FCA', 'FCB']);
    expect((await s360.walk({ afterTicketId: last })).map((row) => row.ticket_id)).toEqual(ticketIds);
    const taxNumbers = String(sold[7]!['tax_number']);
    expect((await s360.page({ taxNumbers })).body.exportedElements).toMatchObject([{ ticket_id: ticketIds[7] }]);
  });

  it('to people who are contacts of the institution then', async () => {
    const [id] = (await office('sell', { count: 1 })).body.ticketIds;
    const [row] = await rows([id]);
    const emails = encodeURIComponent(String(row!['contact_email']));
    expect((await s360.get(`${HOOKS}/contacts?emails=${emails}`)).body.contacts).toMatchObject([
      {
        contactNumber: row!['contact_number'],
        individualFirstname: row!['contact_first_name'],
        individualLastname: row!['contact_last_name'],
        hasInternetAccount: true,
        createdByInterface: false,
      },
    ]);
  });

  it('for one performance, by another shipment, for an organization that had nothing', async () => {
    const sell = async (order: object) => rows((await office('sell', { count: 5, ...order })).body.ticketIds);
    const chosen = await sell({ performanceId: MATCH, shipmentMode: 'PICK_UP' });
    expect(valuesOf(chosen, 'performance_id')).toEqual([MATCH]);
    expect(valuesOf(chosen, 'shipment_mode_type')).toEqual(['PICK_UP']);
    expect(valuesOf(chosen, 'organization_code')).toEqual(['FCA']);
    const own = await sell({ organization: 'FCB', count: 40 });
    const ofB = programme.filter((row) => row['organization_code'] === 'FCB').map((row) => row['performance_id']);
    for (const id of valuesOf(own, 'performance_id')) expect(ofB).toContain(id);
    const founded = await sell({ organization: 'FCNEW' });
    expect(valuesOf(founded, 'organization_code')).toEqual(['FCNEW']);
    expect((await s360.page({ organization: 'FCNEW' })).body.exportedElements).toHaveLength(5);
  });

  it('the same to the same seed', async () => {
    const twin = async (seed: number) => {
      const own = await S360ForTests.start({ tickets: 20 });
      const { ticketIds } = (await own.post(`${HOOKS}/box-office/sell`, { count: 20, seed })).body;
      const all = (await own.truth()).filter((row) => ticketIds.includes(row.ticket_id));
      await own.close();
      return all.map(({ updated_at: _at, ...row }) => row);
    };
    const [one, again, other] = await Promise.all([twin(1), twin(1), twin(2)]);
    expect(again).toEqual(one);
    expect(other).not.toEqual(one);
  });

  it('also where there is no ticket yet, and what is in a file', async () => {
    const [empty, file] = await Promise.all([
      S360ForTests.start({ tickets: 0 }),
      S360ForTests.start({ csvFile: 'config/tickets.example.csv' }),
    ]);
    expect((await empty.post(`${HOOKS}/box-office/sell`, { count: 3 })).body.ticketIds).toHaveLength(3);
    await file.post(`${HOOKS}/box-office/sell`, { count: 9, performanceId: 10_228_000_202 });
    const cards = { count: 1, kind: 'SEASON_TICKET_CARD', tickets: 1 };
    await file.post(`${HOOKS}/box-office/sell-cards`, cards);
    expect((await file.truth()).slice(20)).toMatchObject([
      ...Array.from({ length: 9 }, () => ({ product_code: 'JAZZ-01' })),
      { product_kind: 'SEASON_TICKET_CARD' },
      { product_code: 'CUP-03' },
    ]);
    expect((await file.page({ tariff: 'STUDENT' })).body.statusCode).toBe('success');
    await Promise.all([empty.close(), file.close()]);
  });

  it('fifty thousand tickets in one order', async () => {
    const own = await S360ForTests.start({ tickets: 10 });
    const { ticketIds } = (await own.post(`${HOOKS}/box-office/sell`, { count: 50_000 })).body;
    expect(new Set(ticketIds).size).toBe(50_000);
    expect((await own.get(`${HOOKS}/tickets?limit=1`)).body.total).toBe(50_010);
    const { controlled } = (await own.post(`${HOOKS}/gates/control`, { ticketIds })).body;
    expect(controlled).toBe(50_000);
    await own.close();
  });

  it('and counts, cards and their tickets too', async () => {
    await s360.post(`${HOOKS}/counters/reset`, '');
    await office('sell', { count: 3 });
    const [card] = await sellCards({ count: 2, kind: 'SEASON_TICKET_CARD', tickets: 4 });
    await office('add-card-tickets', { ticketId: card!.ticketId, count: 5 });
    expect((await s360.get(`${HOOKS}/counters`)).body).toMatchObject({ sold: 18, contactsCreated: 0 });
  });
});

describe('the box office sells cards', () => {
  it('without tickets, the products of the kind in turn', async () => {
    const cards = await sellCards({ count: 4, kind: 'MEMBERSHIP_CARD' });
    expect(cards.map((card) => card.ticketIds)).toEqual([[], [], [], []]);
    const sold = await rows(cards.map((card) => card.ticketId));
    expect(sold.map((row) => [row['product_code'], row['organization_code']])).toEqual([
      ['MEMBERSHIP_CARD-01', 'FCA'],
      ['MEMBERSHIP_CARD-02', 'FCB'],
      ['MEMBERSHIP_CARD-01', 'FCA'],
      ['MEMBERSHIP_CARD-02', 'FCB'],
    ]);
    for (const card of cards) await expectLinked(card.ticketId, []);
    expect(valuesOf(sold, 'contact_email')).toHaveLength(4);
    expect(sold[0]).toMatchObject({ performance_id: null, seat: null, ticket_state: 'NOT_PRINTED' });
    const { body } = await s360.page({ afterTicketId: cards[0]!.ticketId - 1 }, { exportKey: 'TIXNGO_PRIVILEGES' });
    expect(body.exportedElements.map((row: Row) => row.ticket_id)).toEqual(cards.map((card) => card.ticketId));
  });

  it('with tickets for the matches of their organization, to the same person', async () => {
    const [one, two] = await sellCards({ count: 2, kind: 'SEASON_TICKET_CARD', tickets: 2 });
    for (const { ticketId, ticketIds } of [one!, two!]) {
      const card = await expectLinked(ticketId, ticketIds);
      const tickets = await rows(ticketIds);
      expect(valuesOf(tickets, 'performance_id')).toHaveLength(2);
      for (const row of tickets) {
        expect(row).toMatchObject({ product_kind: 'MATCH', organization_code: 'FCA', ticket_state: 'NOT_PRINTED' });
        for (const name of ['file_id', 'contact_number', 'holder_email', 'holder_id_number', 'shipment_mode_type']) {
          expect([name, row[name]]).toEqual([name, card[name]]);
        }
      }
    }
    const afterwards = (await s360.walk({ afterTicketId: one!.ticketId })).map((row) => row.ticket_id);
    expect(afterwards).toEqual([...one!.ticketIds, ...two!.ticketIds]);
  });

  it('for performances that are named, for another organization, of a new product', async () => {
    const order = { count: 1, kind: 'SEASON_TICKET_CARD', organization: 'FCZ', productCode: 'GOLD' };
    const [card] = await sellCards({ ...order, tickets: 3, performanceIds: [MATCH + 11, MATCH] });
    const row = await expectLinked(card!.ticketId, card!.ticketIds);
    expect(row).toMatchObject({ product_code: 'GOLD', organization_code: 'FCZ', product_kind: 'SEASON_TICKET_CARD' });
    const tickets = await rows(card!.ticketIds);
    expect(tickets.map((ticket) => ticket['performance_id'])).toEqual([MATCH + 11, MATCH, MATCH + 11]);
    expect(valuesOf(tickets, 'organization_code')).toEqual(['FCZ']);
    const { body } = await s360.page({ product: 'GOLD' }, { exportKey: 'TIXNGO_PRIVILEGES' });
    expect(body.exportedElements).toMatchObject([{ ticket_id: card!.ticketId }]);
  });

  it('and adds tickets to a card, first for matches that it has none for; its record changes', async () => {
    const [card] = await sellCards({ count: 1, kind: 'SEASON_TICKET_CARD', tickets: 1 });
    const { exportDate } = (await s360.page({}, { exportKey: 'TIXNGO_PRIVILEGES' })).body;
    await s360.flag([card!.ticketId], exportDate, 'TIXNGO_PRIVILEGES');
    const { ticketIds } = (await office('add-card-tickets', { ticketId: card!.ticketId, count: 3 })).body;
    expect(ticketIds).toHaveLength(3);
    const all = [...card!.ticketIds, ...ticketIds];
    await expectLinked(card!.ticketId, all);
    const matches = programme.filter((row) => row['product_kind'] === 'MATCH' && row['organization_code'] === 'FCA');
    expect(valuesOf(await rows(all), 'performance_id').sort()).toEqual(valuesOf(matches, 'performance_id').sort());
    const { body } = await s360.page({ ticketIds: card!.ticketId }, { exportKey: 'TIXNGO_PRIVILEGES' });
    expect(body.exportedElements).toMatchObject([{ linked_ticket_ids: all.join(',') }]);
  });

  it('and keeps cards and tickets together when one of them is reprinted', async () => {
    const [card] = await sellCards({ count: 1, kind: 'SEASON_TICKET_CARD', tickets: 2 });
    const [first, second] = card!.ticketIds;
    const [{ newTicketId }] = (await office('reprint', { ticketIds: [second] })).body.reprinted;
    await expectLinked(card!.ticketId, [first!, newTicketId]);
    expect(await rows([second!])).toMatchObject([{ ticket_state: 'INVALIDATED', card_ticket_id: null }]);
    const [{ newTicketId: newCardId }] = (await office('reprint', { ticketIds: [card!.ticketId] })).body.reprinted;
    await expectLinked(newCardId, [first!, newTicketId]);
    await expectLinked(card!.ticketId, []);
  });
});

describe('the box office does not sell', () => {
  it.each([
    ['sell', { count: 1, performanceId: 5 }, '/performanceId: no such performance'],
    [
      'sell-cards',
      { count: 2, kind: 'MEMBERSHIP_CARD', tickets: 1, performanceIds: [MATCH, 5] },
      '/performanceIds/1: no such performance',
    ],
    ['add-card-tickets', { ticketId: 5, count: 1 }, '/ticketId: no such ticket'],
    ['sell', {}, 'count'],
    ['sell', { count: 1, shipmentMode: 'PIGEON' }, 'shipmentMode'],
    ['sell-cards', { count: 1, kind: 'MATCH' }, 'kind'],
    ['sell-cards', { count: 1, kind: 'MEMBERSHIP_CARD', performanceIds: [] }, 'performanceIds'],
  ])('to an order %s %j', async (what, order, sentence) => {
    const last = await lastId();
    const { status, body } = await office(what, order);
    expect([status, body.statusCode]).toEqual([400, 'error.invalidRequest']);
    expect(body.statusDetail).toContain(sentence);
    expect(await lastId()).toBe(last);
  });

  it('tickets to what is no card, or gone', async () => {
    const [ticket] = (await office('sell', { count: 1 })).body.ticketIds;
    expect((await office('add-card-tickets', { ticketId: ticket, count: 1 })).body.statusDetail).toBe(
      '/ticketId: this ticket is no card',
    );
    const [card] = await sellCards({ count: 1, kind: 'MEMBERSHIP_CARD' });
    await office('cancel', { ticketIds: [card!.ticketId] });
    expect((await office('add-card-tickets', { ticketId: card!.ticketId, count: 1 })).body.statusDetail).toBe(
      '/ticketId: this card is cancelled or invalidated',
    );
  });

  it('where nothing is played', async () => {
    const own = await S360ForTests.start({ tickets: 30, events: 0 });
    const { status, body } = await own.post(`${HOOKS}/box-office/sell`, { count: 1 });
    expect([status, body.statusDetail]).toEqual([400, 'there is no performance']);
    await own.close();
  });
});
