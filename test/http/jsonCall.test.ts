import { createServer } from 'node:net';
import { gzipSync } from 'node:zlib';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { CallFailed } from '../../src/http/callFailed.js';
import { callJson, createHttp, type JsonAnswer, type JsonCall } from '../../src/http/jsonCall.js';
import { HostileServer } from './hostileServer.js';

const server = new HostileServer();
const http = createHttp();
beforeAll(() => server.start());
afterAll(() => server.close());

const canary = 'CANARY-5b1d';

function call(given: Partial<JsonCall> = {}): Promise<JsonAnswer> {
  return callJson(http, {
    system: 'TIXNGO',
    operation: 'injectTickets',
    method: 'POST',
    url: `${server.url}/tickets`,
    headers: { 'x-api-key': canary },
    query: { mobileAppId: canary },
    body: { tickets: [{ email: canary }] },
    signal: new AbortController().signal,
    timeoutMs: 5_000,
    ...given,
  });
}

async function failure(given: Partial<JsonCall> = {}): Promise<CallFailed> {
  const error: unknown = await call(given).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(CallFailed);
  const failed = error as CallFailed;
  // Whatever went wrong, nothing of what was sent or answered stands in it.
  expect(JSON.stringify([failed.message, failed.stack, failed.errorKey, failed.field, failed.cause])).not.toContain(
    'CANARY',
  );
  expect(JSON.stringify(failed)).not.toContain('CANARY');
  return failed;
}

describe('One HTTP call: what is sent', () => {
  test('JSON, the headers and the query that were given, once', async () => {
    server.answers(200, { ok: true });
    expect(await call()).toMatchObject({ status: 200, body: { ok: true } });
    expect(server.seen).toHaveLength(1);
    expect(server.seen[0]).toMatchObject({
      method: 'POST',
      url: `/tickets?mobileAppId=${canary}`,
      body: JSON.stringify({ tickets: [{ email: canary }] }),
    });
    expect(server.seen[0]!.headers).toMatchObject({
      'x-api-key': canary,
      'content-type': 'application/json',
      accept: 'application/json',
    });
  });

  test('a connection is kept: many calls, one after the other, use one', async () => {
    server.answers(200, {});
    await call();
    const before = server.connections;
    for (let i = 0; i < 20; i += 1) await call();
    expect(server.connections).toBe(before);
    expect(server.seen).toHaveLength(21);
  });

  test('a gzipped answer is unpacked', async () => {
    server.does((request, response) => {
      expect(request.headers['accept-encoding']).toContain('gzip');
      response.writeHead(200, { 'content-encoding': 'gzip' });
      response.end(gzipSync(JSON.stringify({ text: 'é'.repeat(10_000) })));
    });
    expect(((await call()).body as { text: string }).text).toHaveLength(10_000);
  });
});

describe('One HTTP call: a write that may not begin any more', () => {
  /** @param asked what is answered, time after time; then yes */
  async function write(asked: readonly boolean[], client = http): Promise<{ times: number; error: unknown }> {
    let times = 0;
    const mayBegin = (): boolean => asked[times++] ?? true;
    server.answers(200, {});
    const given = { system: 'TIXNGO', operation: 'injectTickets', method: 'POST', url: server.url } as const;
    const error: unknown = await callJson(client, {
      ...given,
      body: { tickets: [] },
      signal: new AbortController().signal,
      timeoutMs: 5_000,
      permission: { mayBegin },
    }).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    return { times, error };
  }

  const lost = { name: 'ApplicationFailure', type: 'PERMISSION_LOST', nonRetryable: false };

  test('is not sent over a connection that is there', async () => {
    await write([]);
    expect(server.seen).toHaveLength(1);
    expect((await write([false])).error).toMatchObject(lost);
    await call();
    expect(server.seen.map(({ url }) => url)).toEqual([`/tickets?mobileAppId=${canary}`]);
  });

  test('is not sent over a new connection either, when it was in time only before that was there', async () => {
    const { times, error } = await write([true, false], createHttp());
    expect([times, error]).toEqual([2, expect.objectContaining(lost)]);
    // Whatever it had sent would be there before this one.
    await call();
    expect(server.seen.map(({ url }) => url)).toEqual([`/tickets?mobileAppId=${canary}`]);
  });

  test('is sent when it is in time', async () => {
    expect((await write([true, true], createHttp())).error).toBeNull();
    expect(server.seen).toHaveLength(1);
  });
});

describe('One HTTP call: every answer is an answer', () => {
  test.each([200, 201, 302, 400, 401, 404, 409, 413, 429, 500, 503, 509])(
    '%d is returned, never repeated, never followed',
    async (status) => {
      server.answers(status, { code: 'X' }, { 'retry-after': '7', location: '/elsewhere' });
      expect(await call()).toEqual({ status, body: { code: 'X' }, retryAfter: '7' });
      expect(server.seen).toHaveLength(1);
    },
  );

  test('an empty body, and an error page that is no JSON', async () => {
    server.answers(204, '');
    expect(await call()).toEqual({ status: 204, body: undefined, retryAfter: undefined });
    server.answers(502, `<html>${canary}</html>`);
    expect(await call()).toEqual({ status: 502, body: undefined, retryAfter: undefined });
  });
});

describe('One HTTP call: no answer that could be trusted', () => {
  test.each([
    ['cut off in the middle', `{"results": ["${canary}`],
    ['an HTML page', `<html>${canary}</html>`],
    ['two documents', `{}${canary}`],
  ])('a success whose body is %s is no success: the effect is in doubt', async (_what, body) => {
    server.answers(200, body);
    const failed = await failure();
    expect([failed.outcome, failed.code, failed.errorKey]).toEqual(['retry', 'CONNECTION_FAILED', 'NOT_JSON']);
    expect(failed.message).toBe(
      'TIXNGO injectTickets (NOT_JSON): The connection failed. Nothing to do at first: it is tried again for 15 minutes. Then check the network and the system.',
    );
  });

  test('a body that ends before it is complete', async () => {
    server.does((_request, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write(`{"a": "${canary}"}`);
      setImmediate(() => response.destroy());
    });
    expect((await failure()).outcome).toBe('retry');
  });

  test('a gzipped body that ends before it is complete', async () => {
    server.does((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' });
      response.end(gzipSync(JSON.stringify({ text: canary.repeat(1_000) })).subarray(0, 30));
    });
    expect((await failure()).outcome).toBe('retry');
  });

  test('a body that is said to be gzipped and is not', async () => {
    server.answers(200, { text: canary }, { 'content-encoding': 'gzip' });
    expect((await failure()).outcome).toBe('retry');
  });

  test('a connection that is cut before or after the request was read', async () => {
    server.does((_request, response) => response.destroy());
    const failed = await failure();
    expect([failed.outcome, failed.code]).toEqual(['retry', 'CONNECTION_FAILED']);
    expect(server.seen).toHaveLength(1);
  });

  test('a port that nobody listens on', async () => {
    const closed = new HostileServer();
    await closed.start();
    const url = `${closed.url}/?key=${canary}`;
    await closed.close();
    const failed = await failure({ url });
    expect([failed.outcome, failed.errorKey]).toEqual(['retry', 'ECONNREFUSED']);
  });

  test('an address without a host of that name', async () => {
    const failed = await failure({ url: 'http://nobody.invalid/' });
    expect([failed.outcome, failed.code]).toEqual(['retry', 'CONNECTION_FAILED']);
  });

  test('bytes that are no HTTP', async () => {
    const noise = createServer((socket) => {
      socket.resume();
      socket.end(`${canary}\r\n\r\n`);
    });
    await new Promise<void>((resolve) => noise.listen(0, '127.0.0.1', resolve));
    const { port } = noise.address() as { port: number };
    expect((await failure({ url: `http://127.0.0.1:${String(port)}/` })).outcome).toBe('retry');
    await new Promise((resolve) => noise.close(resolve));
  });
});

describe('One HTTP call: its end', () => {
  test('no answer at all: the time is up', async () => {
    server.does(() => undefined);
    const failed = await failure({ timeoutMs: 50 });
    expect([failed.outcome, failed.code]).toEqual(['retry', 'TIMED_OUT']);
  });

  test('an answer that trickles for ever: the time is up for the whole call', async () => {
    server.does((_request, response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write(' '), 10);
      response.on('close', () => {
        clearInterval(drip);
      });
    });
    expect((await failure({ timeoutMs: 150 })).code).toBe('TIMED_OUT');
  });

  test('headers, and then nothing: the time is up', async () => {
    server.does((_request, response) => {
      response.writeHead(200, { 'content-length': '10' });
      response.flushHeaders();
    });
    expect((await failure({ timeoutMs: 50 })).code).toBe('TIMED_OUT');
  });

  test('a peer that accepts and never reads a large request: the time is up', async () => {
    const deaf = createServer((socket) => socket.pause());
    await new Promise<void>((resolve) => deaf.listen(0, '127.0.0.1', resolve));
    const { port } = deaf.address() as { port: number };
    const failed = await failure({
      url: `http://127.0.0.1:${String(port)}/`,
      body: 'x'.repeat(20_000_000),
      timeoutMs: 200,
    });
    expect(failed.code).toBe('TIMED_OUT');
    deaf.close();
  });

  test('aborted: the call ends as an abort, not as a failure of the system', async () => {
    const ends = new AbortController();
    server.does(() => {
      ends.abort();
    });
    await expect(call({ signal: ends.signal })).rejects.toMatchObject({ name: 'AbortError' });
    await expect(call({ signal: ends.signal })).rejects.toMatchObject({ name: 'AbortError' });
    expect(server.seen).toHaveLength(1);
  });
});

describe('A failed call', () => {
  test('tells system, operation, status, key, field, sentence and action, and how long to wait', () => {
    const failed = new CallFailed(
      { system: 'S-360', operation: 'executeExport', status: 509, errorKey: 'error.rateLimit' },
      { retryAfter: '7' },
    );
    expect(failed.message).toBe(
      'S-360 executeExport answered 509 (error.rateLimit): The system asked to slow down. Nothing to do: it is tried again when the system allows. If it repeats, lower callsPerMinute.',
    );
    expect([failed.outcome, failed.code, failed.retryAfterMs]).toEqual(['retryLater', 'RATE_LIMITED', 7_000]);
    const refused = new CallFailed(
      { system: 'TIXNGO', operation: 'injectTickets', status: 400 },
      { field: 'event.name', retryAfter: '7' },
    );
    expect(refused.message).toContain('Field: event.name.');
    expect(refused.retryAfterMs).toBeUndefined();
  });

  test.each(['Zoé Müller is unknown', 'zoe@example.org', '', '5', `x${'y'.repeat(80)}`, 'a\nb'])(
    'an error key that does not look like one is not repeated: "%s"',
    (errorKey) => {
      const failed = new CallFailed({ system: 'TIXNGO', operation: 'x', status: 400, errorKey });
      expect(failed.errorKey).toBe('unreadable error key');
      expect(failed.message).toContain('(unreadable error key)');
    },
  );
});
