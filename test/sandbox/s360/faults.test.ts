import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startS360Sandbox } from '../../../sandbox/s360/sandbox.js';
import { HOOKS, S360ForTests, type Row } from './s360ForTests.js';

let s360: S360ForTests;
let ids: number[];

beforeAll(async () => {
  s360 = await S360ForTests.start({ tickets: 200 });
  ids = (await s360.page()).body.exportedElements.map((row: Row) => row.ticket_id);
});
afterEach(() => fetch(`${s360.sandbox.url}${HOOKS}/faults`, { method: 'DELETE' }));
afterAll(() => s360.close());

const plan = (...rules: object[]) => s360.post(`${HOOKS}/faults`, { rules });
const fired = async () =>
  (await s360.get(`${HOOKS}/faults`)).body.rules.map((rule: { fired: number }) => rule.fired) as number[];
const stateOf = async (id: number) => (await s360.get(`${HOOKS}/tickets?ids=${id}`)).body.tickets[0].row.ticket_state;

describe('the fault plan of S-360', () => {
  it('answers 509 as its rate limit does', async () => {
    await plan({ operation: 'dataExportService.*', fault: { kind: 'status', status: 509 }, nth: 1 });
    const { status, headers, body } = await s360.page();
    expect([status, headers.get('retry-after'), body.statusCode]).toEqual([509, null, 'error.rateLimit']);
    expect((await s360.page()).status).toBe(200);
    expect(await fired()).toEqual([1]);
  });

  it('refuses a token, or gives none', async () => {
    await plan(
      { operation: 'auth.auth', fault: { kind: 'status', status: 401 } },
      { operation: 'markPrinted.markPrinted', fault: { kind: 'status', status: 401 }, nth: 1 },
    );
    const print = await s360.print([ids[0]!]);
    expect([print.status, print.body.statusCode]).toEqual([401, 'error.authentication']);
    expect(await stateOf(ids[0]!)).toBe('NOT_PRINTED');
    expect((await s360.post('/tnai/backend-apis/v1/auth', {})).status).toBe(401);
    expect(await fired()).toEqual([1, 1]);
  });

  it('loses the answer of what was printed, and of what was flagged', async () => {
    await plan({ operation: '*', fault: { kind: 'resetAfter' }, first: 2 });
    await expect(s360.print([ids[1]!])).rejects.toThrow();
    await expect(s360.flag([ids[1]!], '2027-01-01T00:00:00.000Z')).rejects.toThrow();
    expect(await stateOf(ids[1]!)).toBe('PRINTED');
    const { flags } = (await s360.get(`${HOOKS}/tickets?ids=${ids[1]!}`)).body.tickets[0];
    expect(Object.keys(flags)).toEqual(['TIXNGO_INJECTION']);
  });

  it('marks and flags a part, and says so', async () => {
    await plan({ operation: '*', fault: { kind: 'partial' } });
    const four = ids.slice(4, 8);
    expect((await s360.print(four)).body.results).toHaveLength(2);
    expect(await Promise.all(four.map(stateOf))).toEqual(['PRINTED', 'PRINTED', 'NOT_PRINTED', 'NOT_PRINTED']);
    expect((await s360.flag(four, '2027-01-01T00:00:00.000Z')).body.flaggedElements).toBe(2);
  });

  it('never makes a page shorter than it is', async () => {
    await plan({ operation: '*', fault: { kind: 'partial' } });
    const wanted = ids.slice(20, 24);
    expect((await s360.page({ ticketIds: wanted.join(',') })).body.exportedElements).toHaveLength(4);
  });

  it('tells calls of two exports apart by their body', async () => {
    await plan({ operation: '*', bodyContains: 'TIXNGO_CANCELLED', fault: { kind: 'status', status: 500 } });
    expect((await s360.page()).status).toBe(200);
    const { status, body } = await s360.page({}, { exportKey: 'TIXNGO_CANCELLED' });
    expect([status, body.statusCode]).toEqual([500, 'error.internal']);
  });

  it('can be there from the start, and is checked then', async () => {
    const own = await S360ForTests.start({
      tickets: 10,
      faults: { rules: [{ operation: 'catalogService.*', fault: { kind: 'malformed' } }] },
    });
    const path = '/tnseb/backend-apis/catalogService/v1_33/isCatalogServiceAlive';
    await expect(own.post(path, {})).rejects.toThrow(SyntaxError);
    await own.close();
    await expect(
      startS360Sandbox({ faults: { rules: [{ operation: 'tickets.inject', fault: { kind: 'reset' } }] } }),
    ).rejects.toThrow('The fault plan cannot be used. rules[0].operation: no operation has this name');
  });
});

describe('the signals of S-360', () => {
  it('count what was printed and flagged', async () => {
    const { body } = await s360.post(`${HOOKS}/signals`, {
      signals: [
        // SIGCONT does nothing to a process that runs.
        { pid: process.pid, signal: 'SIGCONT', operation: 'markPrinted.markPrinted', acceptedTickets: 1000 },
        { pid: process.pid, signal: 'SIGCONT', operation: 'dataExportService.flagItems', acceptedTickets: 3 },
      ],
    });
    expect(body.signals).toHaveLength(2);
    await s360.print([ids[30]!, ids[31]!, ids[31]!, 5]);
    await s360.flag(ids.slice(30, 34), '2027-01-01T00:00:00.000Z');
    const { signals } = (await s360.get(`${HOOKS}/signals`)).body;
    expect(signals).toMatchObject([
      { accepted: 2, seen: 1, firedAt: null },
      { accepted: 4, seen: 1, firedAt: expect.any(String), error: null },
    ]);
  });
});

describe('an export with tickets that are processed', () => {
  it('offers those again that were marked since a moment', async () => {
    const id = ids[40]!;
    const before = (await s360.page()).body.exportDate;
    await s360.flag([ids[41]!], before);
    let exportDate = before;
    while (exportDate <= before) ({ exportDate } = (await s360.page()).body);
    await s360.flag([id], exportDate);
    const page = async (parameters: Record<string, string | number>) =>
      (await s360.page({ ticketIds: `${id},${ids[41]!}`, ...parameters })).body;
    expect((await page({})).exportedElements).toEqual([]);
    expect((await page({ processedSince: exportDate })).exportedElements).toMatchObject([{ ticket_id: id }]);
    expect((await page({ processedSince: 'yesterday' })).statusDetail).toBe('processedSince=yesterday');
  });
});
