import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOOKS, S360ForTests, type Row } from './s360ForTests.js';

let s360: S360ForTests;
let truth: Row[];
const EXPORTS = ['TIXNGO_INJECTION', 'TIXNGO_CANCELLED', 'TIXNGO_CONTROLLED', 'TIXNGO_PRIVILEGES'];
const ids = (rows: readonly Row[]) => rows.map((row) => row.ticket_id);
const isCard = (row: Row) => String(row['product_kind']).endsWith('_CARD');
const page = async (exportKey: string, parameters: Record<string, string | number> = {}) =>
  (await s360.page(parameters, { exportKey })).body;
const offered = async (exportKey: string, parameters: Record<string, string | number> = {}): Promise<Row[]> =>
  (await page(exportKey, parameters)).exportedElements;

beforeAll(async () => {
  s360 = await S360ForTests.start({ tickets: 900, seed: 11, organizations: ['FCA', 'FCB'] });
  await s360.post(`${HOOKS}/gates/control`, { count: 40 });
  truth = await s360.truth();
});
afterAll(() => s360.close());

describe.each(EXPORTS)('the export %s', (exportKey) => {
  it('has the tickets of some organizations; of one that has sold nothing yet there are none', async () => {
    const all = await offered(exportKey);
    const of = (...codes: string[]) => ids(all.filter((row) => codes.includes(String(row['organization_code']))));
    expect(of('FCA').length * of('FCB').length).toBeGreaterThan(0);
    expect(ids(await offered(exportKey, { organization: 'FCB' }))).toEqual(of('FCB'));
    expect(ids(await offered(exportKey, { organization: 'FCNEW, FCA' }))).toEqual(of('FCA'));
    expect(await page(exportKey, { organization: 'FCNEW' })).toMatchObject({
      statusCode: 'success',
      exportedElements: [],
    });
    expect(await page(exportKey, { organization: 'FCA,' })).toMatchObject({
      statusCode: 'error.unknownParameterValue',
      statusDetail: 'organization=',
    });
  });

  it('has only some tickets, by their tax numbers or by their ids', async () => {
    const [a, b, c, d] = await offered(exportKey);
    const other = truth.find((row) => row['organization_code'] !== a!['organization_code'])!;
    const taxNumbers = [c, a, other].map((row) => row!['tax_number']).join(',');
    const expected = ids([a!, c!]);
    const found = ids(await offered(exportKey, { taxNumbers }));
    expect(found.filter((id) => id !== other.ticket_id)).toEqual(expected.filter((id) => id !== other.ticket_id));
    expect(ids(await offered(exportKey, { taxNumbers: 'X1' }))).toEqual([]);
    const either = { taxNumbers: String(c!['tax_number']), ticketIds: `${d!.ticket_id},${a!.ticket_id}` };
    expect(ids(await offered(exportKey, either))).toEqual(ids([a!, c!, d!]));
    expect(ids(await offered(exportKey, { ...either, afterTicketId: b!.ticket_id }))).toEqual(ids([c!, d!]));
    const code = String(a!['organization_code']);
    expect(ids(await offered(exportKey, { ...either, organization: code }))).toEqual(
      ids([a!, c!, d!].filter((row) => row['organization_code'] === code)),
    );
  });
});

describe('the export of cards', () => {
  it('offers the cards that are not printed, and those that a point of sales has printed if it is given', async () => {
    const cards = truth.filter((row) => isCard(row) && row['ticket_state'] === 'NOT_PRINTED');
    expect(new Set(cards.map((row) => row['product_kind']))).toEqual(
      new Set(['MEMBERSHIP_CARD', 'SEASON_TICKET_CARD']),
    );
    expect(ids(await offered('TIXNGO_PRIVILEGES'))).toEqual(ids(cards));
    const [own, elsewhere] = ids(cards);
    await s360.print([own!]);
    await s360.print([elsewhere!], 'WEB', 'SHOP');
    expect(ids(await offered('TIXNGO_PRIVILEGES'))).toEqual(ids(cards).slice(2));
    const ours = await offered('TIXNGO_PRIVILEGES', { pointOfSales: 'TIXNGO;MOBILE' });
    expect(ids(ours)).toEqual(ids(cards).filter((id) => id !== elsewhere));
    const { exportDate } = await page('TIXNGO_PRIVILEGES');
    await s360.flag([own!], exportDate, 'TIXNGO_PRIVILEGES');
    expect(ids(await offered('TIXNGO_PRIVILEGES', { pointOfSales: 'TIXNGO;MOBILE' }))).toEqual(ids(cards).slice(2));
  });
});

describe('a record that changes', () => {
  it('is found under its new organization and tax number, and not under the old ones', async () => {
    const [row] = await offered('TIXNGO_INJECTION', { organization: 'FCA' });
    const id = row!.ticket_id;
    await s360.change(id, { organization_code: 'FCNEXT', tax_number: 'T-1' });
    expect(await offered('TIXNGO_INJECTION', { organization: 'FCNEXT' })).toMatchObject([{ ticket_id: id }]);
    expect(ids(await offered('TIXNGO_INJECTION', { organization: 'FCA' }))).not.toContain(id);
    expect(await offered('TIXNGO_INJECTION', { taxNumbers: 'T-1' })).toMatchObject([{ ticket_id: id }]);
    expect(await offered('TIXNGO_INJECTION', { taxNumbers: String(row!['tax_number']) })).toEqual([]);
    await s360.change(id, { organization_code: null });
    expect(await offered('TIXNGO_INJECTION', { organization: 'FCNEXT' })).toEqual([]);
  });
});
