import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { startS360Sandbox, type S360Sandbox } from '../../sandbox/s360/sandbox.js';
import type { S360Settings } from '../../src/config/schema.js';
import { CallFailed } from '../../src/http/callFailed.js';
import { CallMeter } from '../../src/http/callMeter.js';
import { createHttp } from '../../src/http/jsonCall.js';
import { S360Client, type ExportQuery } from '../../src/s360/client.js';
import type { S360Session } from '../../src/s360/connection.js';
import { injectionParameters, type InjectionQuery } from '../../src/s360/exportParameters.js';
import { TokenStore } from '../../src/s360/tokens.js';
import { fullConfiguration, read } from '../config/configurationForTests.js';
import { matchRow } from '../domain/ticketForTests.js';
import { HostileServer, type Behaviour } from '../http/hostileServer.js';

const http = createHttp();
const unknown: string[] = [];
beforeEach(() => {
  unknown.length = 0;
});

function client(url: string, session: Partial<S360Session> = {}, change: Partial<S360Settings> = {}): S360Client {
  return new S360Client({
    http,
    settings: { ...read(fullConfiguration()).institutions[0]!.s360, url, ...change },
    secret: 'sandbox-secret',
    tokens: new TokenStore(),
    meter: new CallMeter('r', {}, Number.POSITIVE_INFINITY),
    signal: new AbortController().signal,
    readTimeoutMs: 5_000,
    writeTimeoutMs: 5_000,
    unknownFields: (operation, field) => unknown.push(`${operation} ${field}`),
    ...session,
  });
}

/** The query of an injection, with what a test is about. */
function injection(change: Partial<InjectionQuery> = {}, rest: Partial<ExportQuery> = {}): ExportQuery {
  return {
    exportKey: 'TIXNGO_INJECTION',
    maxResults: 10,
    parameters: injectionParameters({
      organization: 'FCDEMO',
      afterTicketId: null,
      pointOfSales: 'TIXNGO;MOBILE',
      shipmentModes: ['BLOCKCHAIN'],
      filters: {},
      fileNumber: undefined,
      ...change,
    }),
    ...rest,
  };
}

const query = injection();

async function failureOf(call: Promise<unknown>): Promise<CallFailed> {
  const error: unknown = await call.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(CallFailed);
  const failed = error as CallFailed;
  expect(JSON.stringify([failed.message, failed.stack, failed])).not.toMatch(/CANARY|sandbox-secret|Bearer|zoe@/);
  return failed;
}

describe('S-360 client against the sandbox', () => {
  let sandbox: S360Sandbox;
  beforeAll(async () => {
    sandbox = await startS360Sandbox({ tickets: 300, rateLimit: { callsPerMinute: null } });
  });
  afterAll(async () => {
    await sandbox.close();
    expect(sandbox.violations()).toEqual([]);
  });
  const set = async (change: object): Promise<void> => {
    const answer = await fetch(`${sandbox.url}/sandbox/s360/settings`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(change),
    });
    expect(answer.status).toBe(200);
  };

  test('pages go on behind the last ticket, in the order of their ids, to an empty one', async () => {
    const s360 = client(sandbox.url);
    const ids: string[] = [];
    for (let after: string | null = null; ; after = ids.at(-1) ?? null) {
      const page = await s360.executeExport(injection({ afterTicketId: after }, { maxResults: 100 }));
      if (page.tickets.length === 0) break;
      ids.push(...page.tickets.map(({ ticketId }) => ticketId));
    }
    expect(ids.length).toBeGreaterThan(100);
    expect(ids).toEqual([...new Set(ids)].sort((a, b) => Number(BigInt(a) - BigInt(b))));
    expect(unknown).toEqual([]);
  });

  test('printed and marked processed: not offered any more', async () => {
    const s360 = client(sandbox.url);
    const page = await s360.executeExport({ ...query, maxResults: 2 });
    const ids = page.tickets.map(({ ticketId }) => ticketId);
    expect(await s360.markPrinted(ids, 'TIXNGO;MOBILE')).toEqual(
      ids.map((ticketId) => ({ ticketId, outcome: 'PRINTED', errorCode: undefined })),
    );
    // Again: the same, since it is ours already.
    expect((await s360.markPrinted(ids, 'TIXNGO;MOBILE')).map(({ outcome }) => outcome)).toEqual([
      'PRINTED',
      'PRINTED',
    ]);
    await s360.flagItems('TIXNGO_INJECTION', ids, page.exportDate);
    const after = await s360.executeExport({ ...query, maxResults: 2 });
    expect(after.tickets.map(({ ticketId }) => ticketId)).not.toContain(ids[0]);
  });

  test('since when tickets are marked processed, for one export alone; nothing asked, no call', async () => {
    const meter = new CallMeter('r', {}, Number.POSITIVE_INFINITY);
    const s360 = client(sandbox.url, { meter });
    expect(await s360.flaggingStatus('TIXNGO_CANCELLED', [])).toEqual(new Map());
    expect(meter.total('S-360')).toBe(0);
    const page = await s360.executeExport({ ...query, maxResults: 2 });
    const [one, two] = page.tickets.map(({ ticketId }) => ticketId) as [string, string];
    await s360.flagItems('TIXNGO_CANCELLED', [one], page.exportDate);
    const marked = await s360.flaggingStatus('TIXNGO_CANCELLED', [one, two]);
    expect([...marked.keys()]).toEqual([one, two]);
    expect(Date.parse(marked.get(one) ?? '')).toBe(Date.parse(page.exportDate));
    expect(marked.get(two)).toBeNull();
    expect((await s360.flaggingStatus('TIXNGO_INJECTION', [one])).get(one)).toBeNull();
    expect(unknown).toEqual([]);
  });

  test('a ticket that S-360 refuses to print is told with its code', async () => {
    const s360 = client(sandbox.url);
    const [one] = (await s360.executeExport({ ...query, maxResults: 1 })).tickets;
    expect(await s360.markPrinted(['1'], 'TIXNGO;MOBILE')).toEqual([
      { ticketId: '1', outcome: 'REFUSED', errorCode: 'UNKNOWN_TICKET' },
    ]);
    await s360.markPrinted([one!.ticketId], 'WEB;SHOP');
    expect(await s360.markPrinted([one!.ticketId], 'TIXNGO;MOBILE')).toEqual([
      { ticketId: one!.ticketId, outcome: 'REFUSED', errorCode: 'PRINTED_ELSEWHERE' },
    ]);
  });

  test('nothing to mark: no call', async () => {
    const meter = new CallMeter('r', {}, Number.POSITIVE_INFINITY);
    const s360 = client(sandbox.url, { meter });
    await s360.flagItems('TIXNGO_INJECTION', [], '2027-01-01T00:00:00.000+00:00');
    expect(await s360.markPrinted([], 'TIXNGO;MOBILE')).toEqual([]);
    expect(meter.total('S-360')).toBe(0);
  });

  test('filters reach S-360; a file number goes alone', async () => {
    const s360 = client(sandbox.url);
    const [one] = (await s360.executeExport({ ...query, maxResults: 1 })).tickets;
    const filters = { product: [one!.product.code!, 'XX'] };
    // S-360 names a code that it does not know: a typing error selects nothing silently.
    const failed = await failureOf(s360.executeExport(injection({ filters })));
    expect([failed.code, failed.field]).toEqual(['FILTER_UNKNOWN', 'product=XX']);
    const byProduct = await s360.executeExport(injection({ filters: { product: [one!.product.code!] } }));
    expect(new Set(byProduct.tickets.map(({ product }) => product.code))).toEqual(new Set([one!.product.code]));
    const byFile = await s360.executeExport(injection({ filters, fileNumber: one!.fileId! }));
    expect(new Set(byFile.tickets.map(({ fileId }) => fileId))).toEqual(new Set([one!.fileId]));
  });

  test('an unknown point of sales and an unknown export stop the run', async () => {
    const s360 = client(sandbox.url);
    const code = async (asked: ExportQuery) => {
      const { outcome, code: said } = await failureOf(s360.executeExport(asked));
      return [outcome, said];
    };
    expect(await code(injection({ pointOfSales: 'NO;WHERE' }))).toEqual([
      'stopConfiguration',
      'POINT_OF_SALES_UNKNOWN',
    ]);
    expect(await code(injection({}, { exportKey: 'NOPE' }))).toEqual(['stopConfiguration', 'EXPORT_UNKNOWN']);
  });

  test('in progress: asked again with the request id until it is there', async () => {
    await set({ inProgressAnswers: 2 });
    const meter = new CallMeter('r', {}, Number.POSITIVE_INFINITY);
    const page = await client(sandbox.url, { meter }).executeExport({ ...query, maxResults: 3 });
    expect(page.tickets).toHaveLength(3);
    expect(meter.used().calls).toEqual({ 'S-360 auth': 1, 'S-360 dataExportService': 3 });
    await set({ inProgressAnswers: 0 });
  });

  test('a wrong secret, operator or partner is refused access', async () => {
    expect((await failureOf(client(sandbox.url, { secret: 'CANARY' }).executeExport(query))).code).toBe(
      'ACCESS_REFUSED',
    );
    expect((await failureOf(client(sandbox.url, {}, { operator: 'OTHER' }).executeExport(query))).code).toBe(
      'ACCESS_REFUSED',
    );
  });

  test('a token that S-360 takes back is replaced once', async () => {
    const tokens = new TokenStore();
    const meter = new CallMeter('r', {}, Number.POSITIVE_INFINITY);
    const s360 = client(sandbox.url, { tokens, meter, secret: 'second-secret' });
    await set({ secret: 'second-secret' });
    await s360.executeExport(query);
    await s360.executeExport(query);
    expect(meter.used().calls['S-360 auth']).toBe(1);
    await set({ secret: 'sandbox-secret' });
    const failed = await failureOf(s360.executeExport(query));
    expect(failed.code).toBe('ACCESS_REFUSED');
  });

  test.each([509, 429] as const)('too many calls, answered %d', async (status) => {
    await set({ rateLimit: { callsPerMinute: 1, status } });
    const s360 = client(sandbox.url);
    const all = await Promise.allSettled([s360.executeExport(query), s360.executeExport(query)]);
    const refused = all.flatMap((one) => (one.status === 'rejected' ? [one.reason as CallFailed] : []));
    for (const failed of refused) expect([failed.outcome, failed.code]).toEqual(['retryLater', 'RATE_LIMITED']);
    expect(refused.length).toBeGreaterThan(0);
    await set({ rateLimit: { callsPerMinute: null, status: 509 } });
  });
});

function jwt(payload: object): string {
  return ['{}', JSON.stringify(payload), 'x'].map((part) => Buffer.from(part).toString('base64url')).join('.');
}

describe('S-360 client against a server that answers badly', () => {
  const server = new HostileServer();
  let tokensGiven = 0;
  beforeAll(() => server.start());
  afterAll(() => server.close());

  /** Gives tokens, and answers everything else as a test wants. */
  function does(behaviour: Behaviour): void {
    tokensGiven = 0;
    server.does((request, response, raw) => {
      if (!request.url.endsWith('/auth')) {
        behaviour(request, response, raw);
        return;
      }
      tokensGiven += 1;
      response.end(JSON.stringify({ token: `token-${String(tokensGiven)}` }));
    });
  }
  const answers = (body: unknown, status = 200, headers: Record<string, string> = {}): void => {
    does((_request, response) => {
      response.writeHead(status, headers);
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  };
  const page = (...rows: object[]) => ({
    requestId: 'x',
    statusCode: 'success',
    exportDate: '2027-05-01T10:00:00.123+00:00',
    exportedElements: rows,
  });
  const calls = () => server.seen.filter(({ url }) => !url.endsWith('/auth'));

  test('what is asked: path, bearer, parameters', async () => {
    answers(page());
    await client(`${server.url}/`).executeExport(
      injection({
        afterTicketId: '9007199254740993',
        shipmentModes: ['A', 'B'],
        filters: { season: ['1', '2'] },
      }),
    );
    const [asked] = calls();
    expect([asked!.method, asked!.url, asked!.headers.authorization]).toEqual([
      'POST',
      '/tnai/backend-apis/dataExportService/v1_0/executeExport',
      'Bearer token-1',
    ]);
    expect(JSON.parse(asked!.body)).toEqual({
      requestId: null,
      exportKey: 'TIXNGO_INJECTION',
      nbMaxResults: 10,
      parameters: [
        { name: 'pointOfSales', value: 'TIXNGO;MOBILE' },
        { name: 'organization', value: 'FCDEMO' },
        { name: 'afterTicketId', value: '9007199254740993' },
        { name: 'shipmentModes', value: 'A,B' },
        { name: 'blockchainTicketModel', value: 'true' },
        { name: 'season', value: '1,2' },
      ],
    });
  });

  test('ids beyond 2^53 are kept as texts both ways; as a number they are refused, not rounded', async () => {
    answers(page({ ...matchRow, ticket_id: '9007199254740993123' }));
    expect((await client(server.url).executeExport(query)).tickets[0]!.ticketId).toBe('9007199254740993123');
    answers(JSON.stringify(page(matchRow)).replace('10228305000005', '9007199254740993123'));
    expect((await failureOf(client(server.url).executeExport(query))).field).toBe('exportedElements.0.ticket_id');
    answers({ statusCode: 'success' });
    await client(server.url).flagItems('E', ['9007199254740993123', '5'], 'd');
    expect(JSON.parse(calls()[0]!.body)).toMatchObject({ elementIds: ['9007199254740993123', 5] });
  });

  test.each([
    [page({ ...matchRow, ticket_id: null }), 'exportedElements.0.ticket_id'],
    [page(matchRow, { ...matchRow, ticket_state: 5 }), 'exportedElements.1.ticket_state'],
    [page({ ...matchRow, price: 4.5 }), 'exportedElements.0.price'],
    [page({ ...matchRow, holder_email: ['CANARY'] }), 'exportedElements.0.holder_email'],
    [{ ...page(), exportDate: undefined }, 'exportDate'],
    [{ ...page(), statusCode: undefined }, 'statusCode'],
    ['null', 'the whole answer'],
    ['', 'the whole answer'],
  ])('an answer against the contract names the path and no value', async (body, field) => {
    answers(body);
    const failed = await failureOf(client(server.url).executeExport(query));
    expect([failed.outcome, failed.code, failed.field]).toEqual(['stopContract', 'CONTRACT_BROKEN', field]);
  });

  test('unknown columns are counted, unknown states and kinds kept, empty texts are no values', async () => {
    answers(page({ ...matchRow, ticket_state: 'FROZEN', product_kind: 'PARKING', holder_email: ' ', colour: 1 }));
    const [one] = (await client(server.url).executeExport(query)).tickets;
    expect([one!.state, one!.product.kind, one!.holder.email]).toEqual(['FROZEN', 'PARKING', null]);
    expect(unknown).toEqual(['executeExport exportedElements.colour']);
  });

  test('a column that is missing is the same as one that is empty', async () => {
    answers(page({ ticket_id: 5, ticket_state: 'NOT_PRINTED', product_kind: 'MATCH' }));
    const [one] = (await client(server.url).executeExport(query)).tickets;
    expect(one).toMatchObject({
      ticketId: '5',
      taxNumber: null,
      price: null,
      product: { blockchainTicketModel: false },
    });
  });

  test('401: one fresh token, then access is refused', async () => {
    answers({ statusCode: 'error.authentication', statusDetail: 'CANARY' }, 401);
    const failed = await failureOf(client(server.url).executeExport(query));
    expect([failed.outcome, failed.code]).toEqual(['stopConfiguration', 'ACCESS_REFUSED']);
    expect(calls().map(({ headers }) => headers.authorization)).toEqual(['Bearer token-1', 'Bearer token-2']);
  });

  test('401 once: the fresh token is used, and kept', async () => {
    does((request, response) => {
      response.writeHead(request.headers.authorization === 'Bearer token-1' ? 401 : 200);
      response.end(JSON.stringify(page()));
    });
    const s360 = client(server.url);
    await s360.executeExport(query);
    await s360.executeExport(query);
    expect(calls().map(({ headers }) => headers.authorization)).toEqual([
      'Bearer token-1',
      'Bearer token-2',
      'Bearer token-2',
    ]);
  });

  test('in progress for ever: given up, to be tried later; aborted meanwhile: ended at once', async () => {
    const ends = new AbortController();
    does((_request, response) => {
      if (calls().length === 2) ends.abort();
      response.end(JSON.stringify({ requestId: 'again', statusCode: 'in_progress' }));
    });
    await expect(client(server.url, { signal: ends.signal }).executeExport(query)).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect(calls().map(({ body }) => (JSON.parse(body) as { requestId: string | null }).requestId)).toEqual([
      null,
      'again',
    ]);
  });

  test.each([
    ['error.internal', 'CANARY-12345', undefined, 'stopContract', 'REQUEST_REFUSED'],
    ['error.unknownParameterValue', 'season=2072', 'season=2072', 'stopConfiguration', 'FILTER_UNKNOWN'],
    ['error.unknownParameter', 'CANARY of Zoé', undefined, 'stopConfiguration', 'FILTER_UNKNOWN'],
    ['error.Zoé CANARY', null, undefined, 'stopContract', 'REQUEST_REFUSED'],
    ['error.authentication.expired', null, undefined, 'stopConfiguration', 'ACCESS_REFUSED'],
  ])('%s in a 200 envelope', async (statusCode, statusDetail, field, outcome, code) => {
    answers({ statusCode, statusDetail });
    const failed = await failureOf(client(server.url).executeExport(query));
    expect([failed.outcome, failed.code, failed.field]).toEqual([outcome, code, field]);
  });

  test.each([200, 429, 509])('a rate limit answered %d: Retry-After is honoured', async (status) => {
    answers({ statusCode: 'error.rateLimit' }, status, { 'retry-after': '9' });
    const failed = await failureOf(client(server.url).executeExport(query));
    expect([failed.outcome, failed.code, failed.retryAfterMs]).toEqual(['retryLater', 'RATE_LIMITED', 9_000]);
  });

  test('a success that is cut off is no success', async () => {
    answers('{"statusCode":"success","exportedElements":[');
    expect((await failureOf(client(server.url).executeExport(query))).outcome).toBe('retry');
  });

  test('without results, a success prints all; a result that says no is a refusal, also in a word that we do not know', async () => {
    answers({ statusCode: 'success' });
    expect(await client(server.url).markPrinted(['5'], 'A;B')).toEqual([
      { ticketId: '5', outcome: 'PRINTED', errorCode: undefined },
    ]);
    expect(JSON.parse(calls()[0]!.body)).toEqual({ ticketIds: [5], salesChannelCode: 'A', posCode: 'B' });
    answers({
      statusCode: 'success',
      results: [
        { ticketId: 5, outcome: 'ALREADY_PRINTED' },
        { ticketId: '6', outcome: 'LATER' },
        { ticketId: 7, outcome: 'REFUSED', errorCode: 'TICKET_CANCELLED' },
      ],
    });
    expect(await client(server.url).markPrinted(['5', '6', '7'], 'A;B')).toEqual([
      { ticketId: '5', outcome: 'PRINTED', errorCode: undefined },
      { ticketId: '6', outcome: 'REFUSED', errorCode: undefined },
      { ticketId: '7', outcome: 'REFUSED', errorCode: 'TICKET_CANCELLED' },
    ]);
  });

  test('reading and writing have their own time', async () => {
    does(() => undefined);
    expect((await failureOf(client(server.url, { readTimeoutMs: 50 }).executeExport(query))).code).toBe('TIMED_OUT');
    expect((await failureOf(client(server.url, { writeTimeoutMs: 50 }).markPrinted(['5'], 'A;B'))).code).toBe(
      'TIMED_OUT',
    );
  });

  test('an operation without a path makes no call', async () => {
    answers({ statusCode: 'success' });
    const operations = {
      ...read(fullConfiguration()).institutions[0]!.s360.operations,
      authenticate: '/auth',
      executeExport: null,
      flagItems: null,
      getFlaggingStatus: null,
      markPrinted: null,
    };
    const s360 = client(server.url, {}, { operations });
    expect((await failureOf(s360.markPrinted(['5'], 'A;B'))).code).toBe('NOT_FOUND');
    expect((await failureOf(s360.executeExport(query))).code).toBe('NOT_FOUND');
    expect(calls()).toEqual([]);
  });

  test('tokens, too, are calls of a limited service', async () => {
    answers(page());
    const meter = new CallMeter('r', { 'S-360 auth': 0, 'S-360 dataExportService': 5 }, Date.now() + 60_000);
    await expect(client(server.url, { meter }).executeExport(query)).rejects.toMatchObject({
      type: 'WAITING_FOR_CALLS',
    });
    expect(server.seen).toEqual([]);
  });

  describe('Tokens', () => {
    const { s360: settings } = read(fullConfiguration()).institutions[0]!;
    const second = 1_000;
    const nowS = (): number => Math.floor(Date.now() / second);

    test.each([
      ['one good for a quarter of an hour, in seconds', () => jwt({ exp: nowS() + 900 }), 1],
      ['one good for a quarter of an hour, in milliseconds', () => jwt({ exp: (nowS() + 900) * second }), 1],
      ['one that ends within five seconds', () => jwt({ exp: nowS() + 4 }), 3],
      ['one that nobody can read', () => 'opaque', 1],
      ['one without an end', () => jwt({}), 1],
    ])('%s', async (_what, token, fetched) => {
      const tokens = new TokenStore();
      let count = 0;
      const fetch = async (): Promise<string> => {
        count += 1;
        return token();
      };
      for (let i = 0; i < 3; i += 1) expect(await tokens.get(settings, fetch)).toBe(token());
      expect(count).toBe(fetched);
    });

    test('several who ask at once share one call; a failure is not kept', async () => {
      const tokens = new TokenStore();
      let count = 0;
      const fetch = async (): Promise<string> => {
        count += 1;
        await Promise.resolve();
        return jwt({ exp: nowS() + 900 });
      };
      await Promise.all([tokens.get(settings, fetch), tokens.get(settings, fetch), tokens.get(settings, fetch)]);
      expect(count).toBe(1);
      tokens.forget(settings);
      await expect(tokens.get(settings, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
      await tokens.get(settings, fetch);
      expect(count).toBe(2);
    });

    test('two institutions have two tokens', async () => {
      const tokens = new TokenStore();
      expect(await tokens.get(settings, async () => jwt({ exp: nowS() + 900, for: 1 }))).not.toBe(
        await tokens.get({ ...settings, operator: 'OTHER' }, async () => jwt({ exp: nowS() + 900, for: 2 })),
      );
    });
  });
});
