import { gunzipSync } from 'node:zlib';

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { startTixngoSandbox, type TixngoSandbox } from '../../sandbox/tixngo/sandbox.js';
import type { InterfaceSettings } from '../../src/config/schema.js';
import { CallFailed } from '../../src/http/callFailed.js';
import { CallMeter } from '../../src/http/callMeter.js';
import { createHttp } from '../../src/http/jsonCall.js';
import { mapTicket } from '../../src/domain/ticketMapping.js';
import type { TixngoTicket } from '../../src/domain/tixngoTicket.js';
import { TixngoClient } from '../../src/tixngo/client.js';
import type { TixngoSession } from '../../src/tixngo/connection.js';
import { fullConfiguration, read } from '../config/configurationForTests.js';
import { plainMapping, ticket } from '../domain/ticketForTests.js';
import { HostileServer } from '../http/hostileServer.js';

const http = createHttp();
const unknown: string[] = [];
beforeEach(() => {
  unknown.length = 0;
});

function settings(url: string, change: Partial<InterfaceSettings> = {}): InterfaceSettings {
  return { ...read(fullConfiguration()).institutions[0]!.organizations[0]!.interfaces[0]!, url, ...change };
}

function client(
  url: string,
  change: Partial<InterfaceSettings> = {},
  session: Partial<TixngoSession> = {},
): TixngoClient {
  return new TixngoClient({
    http,
    settings: settings(url, change),
    apiKey: 'sandbox-api-key',
    meter: new CallMeter('r', {}, Number.POSITIVE_INFINITY),
    signal: new AbortController().signal,
    readTimeoutMs: 5_000,
    writeTimeoutMs: 5_000,
    unknownFields: (operation, field) => unknown.push(`${operation} ${field}`),
    ...session,
  });
}

let issued = 20_000_000_000_000;
function payload(row: Record<string, unknown> = {}): TixngoTicket {
  issued += 1;
  const mapped = mapTicket(ticket({ ticket_id: issued, ...row }), plainMapping);
  if ('problem' in mapped) throw new Error(mapped.problem.code);
  return mapped.ticket;
}

async function failureOf(call: Promise<unknown>): Promise<CallFailed> {
  const error: unknown = await call.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(CallFailed);
  const failed = error as CallFailed;
  expect(JSON.stringify([failed.message, failed.stack, failed])).not.toMatch(/CANARY|sandbox-api-key|zoe@/);
  return failed;
}

describe('TIXNGO client against the sandbox', () => {
  let sandbox: TixngoSandbox;
  beforeAll(async () => {
    sandbox = await startTixngoSandbox();
  });
  afterAll(async () => {
    await sandbox.close();
    expect(sandbox.violations()).toEqual([]);
  });
  const set = async (change: object): Promise<void> => {
    await fetch(`${sandbox.controlUrl}/settings`, { method: 'POST', body: JSON.stringify(change) });
  };

  test('accepted, refused with its code and path, and again: one word per ticket', async () => {
    const [good, bad] = [payload(), payload({ site: 'x'.repeat(201) })];
    expect(await client(sandbox.url).injectTickets([good, bad])).toEqual([
      { ticketId: good.ticketId, kind: 'accepted' },
      { ticketId: bad.ticketId, kind: 'refused', code: 'FIELD_TOO_LONG', field: 'event.address.site' },
    ]);
    expect(await client(sandbox.url).injectTickets([good])).toEqual([{ ticketId: good.ticketId, kind: 'accepted' }]);
    expect(unknown).toEqual([]);
  });

  test('an id beyond 2^53 comes back as it went', async () => {
    const huge = payload({ ticket_id: '9007199254740993123' });
    expect(await client(sandbox.url).injectTickets([huge])).toEqual([
      { ticketId: '9007199254740993123', kind: 'accepted' },
    ]);
    expect((await client(sandbox.url).lookupByIds(['9007199254740993123']))[0]!.ticketId).toBe('9007199254740993123');
  });

  test('a look-up tells status, event, owner and barcode of what is there, and is silent on the rest', async () => {
    const one = payload();
    await client(sandbox.url).injectTickets([one]);
    const [held, ...others] = await client(sandbox.url).lookupByIds([one.ticketId, '1']);
    expect(others).toEqual([]);
    expect(held).toEqual({
      ticketId: one.ticketId,
      status: 'INJECTED',
      eventId: '770001',
      ownerEmail: 'zoe@example.org',
      barcodeHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      deletion: null,
    });
  });

  test('the event report tells the same; an event that TIXNGO does not know has no tickets', async () => {
    const one = payload({ performance_id: 990_001 });
    await client(sandbox.url).injectTickets([one]);
    const byId = await client(sandbox.url).lookupByIds([one.ticketId]);
    expect(await client(sandbox.url).eventReport('990001')).toEqual(byId);
    expect(await client(sandbox.url).eventReport('no such event/?#')).toEqual([]);
  });

  test('deleted, with its reason and visibility; a repeat changes the reason; one that TIXNGO never had is told', async () => {
    const [one, two] = [payload(), payload()];
    const tixngo = client(sandbox.url);
    await tixngo.injectTickets([one, two]);
    const deletion = (ticketId: string, deletionReason: string, showDeletedTicket = false) => ({
      ticketId,
      deletionReason,
      showDeletedTicket,
    });
    expect(
      await tixngo.deleteTickets([
        deletion(one.ticketId, 'RESALE_PENDING'),
        deletion('1', 'CANCELLED'),
        deletion(two.ticketId, 'CANCELLED', true),
      ]),
    ).toEqual([
      { ticketId: one.ticketId, kind: 'pending' },
      { ticketId: '1', kind: 'notFound' },
      { ticketId: two.ticketId, kind: 'pending' },
    ]);
    const deletions = async () =>
      (await tixngo.lookupByIds([one.ticketId, two.ticketId])).map(({ status, deletion }) => ({ status, ...deletion }));
    // No phone holds them: deleted as soon as the call is over.
    expect(await deletions()).toEqual([
      { status: 'DELETED', reason: 'RESALE_PENDING', visible: false },
      { status: 'DELETED', reason: 'CANCELLED', visible: true },
    ]);
    expect(await tixngo.deleteTickets([deletion(one.ticketId, 'RESOLD')])).toEqual([
      { ticketId: one.ticketId, kind: 'deleted' },
    ]);
    expect((await deletions())[0]).toEqual({ status: 'DELETED', reason: 'RESOLD', visible: false });
    expect(unknown).toEqual([]);
  });

  test('a whole batch refused, with and without details: to be split', async () => {
    for (const [resultStyle, field] of [
      ['wholeBatch', 'event.address.site'],
      ['none', undefined],
    ] as const) {
      await set({ resultStyle });
      const failed = await failureOf(
        client(sandbox.url).injectTickets([payload(), payload({ site: 'x'.repeat(201) })]),
      );
      expect([failed.outcome, failed.code, failed.errorKey, failed.field]).toEqual([
        'splitPage',
        'BATCH_REFUSED',
        'VALIDATION_ERROR',
        field,
      ]);
      const good = payload();
      expect(await client(sandbox.url).injectTickets([good])).toEqual([{ ticketId: good.ticketId, kind: 'accepted' }]);
    }
    await set({ resultStyle: 'perTicket', maxTicketsPerCall: 1 });
    expect((await failureOf(client(sandbox.url).injectTickets([payload(), payload()]))).outcome).toBe('splitPage');
    await set({ maxTicketsPerCall: 1_000 });
  });

  test('no key, a wrong key and another header name', async () => {
    expect((await failureOf(client(sandbox.url, {}, { apiKey: 'CANARY-key' }).lookupByIds(['1']))).code).toBe(
      'ACCESS_REFUSED',
    );
    await set({ apiKeyHeader: 'x-organizer-key' });
    expect((await failureOf(client(sandbox.url).lookupByIds(['1']))).code).toBe('ACCESS_REFUSED');
    expect(await client(sandbox.url, { apiKeyHeader: 'X-Organizer-Key' }).lookupByIds(['1'])).toEqual([]);
    await set({ apiKeyHeader: 'x-api-key' });
  });

  test('429 tells how long to wait', async () => {
    await set({ rateLimit: { callsPerMinute: 1 } });
    const calls = [client(sandbox.url).lookupByIds(['1']), client(sandbox.url).lookupByIds(['1'])];
    const failed = (await Promise.allSettled(calls)).find(
      ({ status }) => status === 'rejected',
    ) as PromiseRejectedResult;
    const { outcome, code, retryAfterMs } = failed.reason as CallFailed;
    expect([outcome, code]).toEqual(['retryLater', 'RATE_LIMITED']);
    expect(retryAfterMs).toBeGreaterThanOrEqual(1_000);
    expect(retryAfterMs).toBeLessThanOrEqual(60_000);
    await set({ rateLimit: { callsPerMinute: null } });
  });

  test('a look-up that is not granted, and an operation without a path: stop before anything is sent', async () => {
    await set({ lookup: false });
    expect((await failureOf(client(sandbox.url).lookupByIds(['1']))).code).toBe('NOT_FOUND');
    await set({ lookup: true });
    const operations = { ...settings(sandbox.url).operations, injectTickets: null };
    const failed = await failureOf(client(sandbox.url, { operations }).injectTickets([payload()]));
    expect([failed.outcome, failed.code]).toEqual(['stopConfiguration', 'NOT_FOUND']);
  });
});

describe('TIXNGO client against a server that answers badly', () => {
  const server = new HostileServer();
  let url: string;
  beforeAll(async () => {
    await server.start();
    url = `${server.url}/v3/organizer/tickets`;
  });
  afterAll(() => server.close());

  const results = (...given: object[]) => server.answers(200, { results: given });

  test('paths, key, query and body are those of the contract', async () => {
    server.answers(200, { total: 0, result: [] });
    await client(url).eventReport('a/b c');
    expect(server.seen[0]!.url).toBe(
      '/v3/organizer/report/events/a%2Fb%20c/tickets?mobileAppId=demo-app&eventId=a%2Fb+c&limit=10000&offset=0&excludeDeleted=false',
    );
    server.answers(200, {});
    const one = payload();
    await client(url).injectTickets([one]);
    const [seen] = server.seen;
    expect([seen!.method, seen!.url, seen!.headers['x-api-key']]).toEqual([
      'POST',
      '/v3/organizer/tickets',
      'sandbox-api-key',
    ]);
    const body = seen!.headers['content-encoding'] === 'gzip' ? gunzipSync(seen!.body).toString() : seen!.body;
    expect(JSON.parse(body)).toEqual({ tickets: [one] });
  });

  test.each([
    ['an empty body', ''],
    ['only a request id', { requestId: 'x' }],
    ['no results', { results: null }],
  ])('a success with %s accepts all, since the vendor publishes no results', async (_what, body) => {
    server.answers(200, body);
    const two = [payload(), payload()];
    expect((await client(url).injectTickets(two)).map(({ kind }) => kind)).toEqual(['accepted', 'accepted']);
  });

  test('results that leave a ticket out, or say a word that we do not know, are no acceptance', async () => {
    const [a, b, c, d] = [payload(), payload(), payload(), payload()];
    results(
      { ticketId: a.ticketId, outcome: 'UPDATED' },
      { ticketId: b.ticketId, outcome: 'QUEUED_FOR_REVIEW' },
      {
        ticketId: c.ticketId,
        outcome: 'REJECTED',
        errorCode: 'Zoé CANARY',
        message: 'spectatorDetails.email CANARY@example.org is wrong',
      },
      { ticketId: 'nobody asked', outcome: 'INJECTED' },
    );
    expect(await client(url).injectTickets([a, b, c, d])).toEqual([
      { ticketId: a.ticketId, kind: 'accepted' },
      { ticketId: b.ticketId, kind: 'unknown' },
      { ticketId: c.ticketId, kind: 'refused', code: 'unreadable error key', field: 'spectatorDetails.email' },
      { ticketId: d.ticketId, kind: 'unknown' },
    ]);
  });

  test('a deletion: success without results is pending; a word that we do not know is no acceptance', async () => {
    const deletions = ['a', 'b', 'c'].map((ticketId) => ({
      ticketId,
      deletionReason: 'RESOLD',
      showDeletedTicket: true,
    }));
    server.answers(200, '');
    expect((await client(url).deleteTickets(deletions)).map(({ kind }) => kind)).toEqual([
      'pending',
      'pending',
      'pending',
    ]);
    expect(server.seen[0]!.url).toBe('/v3/organizer/tickets/delete');
    expect(JSON.parse(server.seen[0]!.body)).toEqual({ tickets: deletions });
    results({ ticketId: 'a', outcome: 'QUEUED' }, { ticketId: 'b', outcome: 'REJECTED', errorCode: 'Zoé CANARY' });
    expect(await client(url).deleteTickets(deletions)).toEqual([
      { ticketId: 'a', kind: 'unknown' },
      { ticketId: 'b', kind: 'refused', code: 'unreadable error key' },
      { ticketId: 'c', kind: 'unknown' },
    ]);
  });

  test('an empty list of results accepts nothing', async () => {
    results();
    expect((await client(url).injectTickets([payload()]))[0]!.kind).toBe('unknown');
  });

  test('refused without a code of its own, and a message that names no field of ours', async () => {
    const one = payload();
    results({ ticketId: one.ticketId, outcome: 'REJECTED', errorCode: null, message: 'Zoé CANARY' });
    expect(await client(url).injectTickets([one])).toEqual([
      { ticketId: one.ticketId, kind: 'refused', code: 'TICKET_REFUSED' },
    ]);
  });

  test.each([
    [{ results: [{ ticketId: 5, outcome: 'INJECTED' }] }, 'results.0.ticketId'],
    [{ results: [{ ticketId: 'a' }] }, 'results.0.outcome'],
    [{ results: 'CANARY' }, 'results'],
    ['"CANARY"', 'the whole answer'],
    ['null', 'the whole answer'],
  ])('an answer against the contract names the path: %j', async (body, field) => {
    server.answers(200, body);
    const failed = await failureOf(client(url).injectTickets([payload()]));
    expect([failed.outcome, failed.field]).toEqual(['stopContract', field]);
  });

  test('a look-up: unknown statuses are kept, unknown fields counted, missing ones null', async () => {
    results(
      { ticketId: 'a', status: 'FROZEN', shade: 'blue', deletion: { reason: 'x', by: 'y' } },
      { ticketId: 'b', status: 'DELETED', ownerEmail: null },
    );
    expect(await client(url).lookupByIds(['a', 'b'])).toEqual([
      {
        ticketId: 'a',
        status: 'FROZEN',
        eventId: null,
        ownerEmail: null,
        barcodeHash: null,
        deletion: { reason: 'x', visible: null },
      },
      { ticketId: 'b', status: 'DELETED', eventId: null, ownerEmail: null, barcodeHash: null, deletion: undefined },
    ]);
    expect(unknown).toEqual(['lookupTickets results.shade', 'lookupTickets results.deletion.by']);
    server.answers(200, '');
    expect((await failureOf(client(url).lookupByIds(['a']))).field).toBe('the whole answer');
  });

  test.each([true, false])(
    'an event report of several pages is read to its end (with a total: %s)',
    async (hasTotal) => {
      server.does((request, response) => {
        const offset = Number(new URL(request.url, url).searchParams.get('offset'));
        const result = [0, 1, 2]
          .map((i) => offset + i)
          .filter((i) => i < 7)
          .map((i) => ({ ticketId: String(i), status: 'INJECTED' }));
        response.end(JSON.stringify(hasTotal ? { total: 7, result } : { result }));
      });
      const held = await client(url).eventReport('E');
      expect(held.map(({ ticketId }) => ticketId)).toEqual(['0', '1', '2', '3', '4', '5', '6']);
      expect(held[0]!.eventId).toBe('E');
      expect(server.seen).toHaveLength(hasTotal ? 3 : 4);
    },
  );

  test('a 404 that is not TIXNGO’s own is a wrong address, not an empty event', async () => {
    server.answers(404, '<html>nothing here</html>');
    expect((await failureOf(client(url).eventReport('E'))).code).toBe('NOT_FOUND');
  });

  test.each([
    [429, 'retryLater', 'RATE_LIMITED', 7_000],
    [503, 'retryLater', 'SYSTEM_FAILED', 7_000],
    [409, 'retryLater', 'SYSTEM_FAILED', 7_000],
    [500, 'retry', 'SYSTEM_FAILED', undefined],
    [400, 'splitPage', 'BATCH_REFUSED', undefined],
  ])('%d is %s', async (status, outcome, code, retryAfterMs) => {
    server.answers(
      status,
      { code: 'SOME_CODE', message: 'CANARY', details: [{ path: 'tickets[3].event.name', issue: 'CANARY' }] },
      { 'retry-after': '7' },
    );
    const failed = await failureOf(client(url).injectTickets([payload()]));
    expect([failed.outcome, failed.code, failed.retryAfterMs, failed.errorKey, failed.field]).toEqual([
      outcome,
      code,
      retryAfterMs,
      'SOME_CODE',
      'event.name',
    ]);
    expect(server.seen).toHaveLength(1);
  });

  test('a lost answer after the write was applied is no success', async () => {
    server.does((_request, response) => response.destroy());
    expect((await failureOf(client(url).injectTickets([payload()]))).outcome).toBe('retry');
  });

  test('reading and writing have their own time', async () => {
    server.does(() => undefined);
    expect((await failureOf(client(url, {}, { writeTimeoutMs: 50 }).injectTickets([payload()]))).code).toBe(
      'TIMED_OUT',
    );
    expect((await failureOf(client(url, {}, { readTimeoutMs: 50 }).lookupByIds(['1']))).code).toBe('TIMED_OUT');
  });

  test('every call is counted for the organizer, and none is made beyond those granted', async () => {
    server.answers(200, { results: [] });
    const meter = new CallMeter('r', { 'TIXNGO demo-organizer': 1 }, Date.now() + 60_000);
    const limited = client(url, {}, { meter });
    await limited.lookupByIds(['1']);
    await expect(limited.lookupByIds(['1'])).rejects.toMatchObject({ type: 'WAITING_FOR_CALLS' });
    expect(server.seen).toHaveLength(1);
  });
});
