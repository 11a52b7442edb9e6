import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { Hono } from 'hono';
import { afterEach, describe, expect, it } from 'vitest';
import { readJson } from '../../../sandbox/shared/body.js';
import { DEFAULT_FAULTS } from '../../../sandbox/shared/defaultFaults.js';
import { FaultPlan } from '../../../sandbox/shared/faultPlan.js';
import { isNamedBy, readFaultOrder, type FaultRule } from '../../../sandbox/shared/faultRules.js';
import { gzipAnswers } from '../../../sandbox/shared/gzip.js';
import { operationSeam } from '../../../sandbox/shared/operationSeam.js';
import { serve, type RunningServer } from '../../../sandbox/shared/serve.js';

const OPERATIONS = ['things.write', 'things.read'];

let server: RunningServer | undefined;
afterEach(() => server?.close());

/** A server whose write takes `{items}`, says what became of each, and remembers them. */
async function start(rules: readonly FaultRule[], seed = 1) {
  const written: unknown[] = [];
  const plan = new FaultPlan(
    {
      operations: OPERATIONS,
      batchFieldOf: (name) => (name === 'things.write' ? 'items' : null),
      errorBody: (status) => ({ code: status }),
    },
    seed,
  );
  plan.set({ rules });
  const app = new Hono();
  app.use('*', gzipAnswers());
  app.use(
    '*',
    operationSeam((c) => `things.${c.req.path.slice(1)}`, plan.around),
  );
  app.post('/write', async (c) => {
    const body = await readJson(c);
    const { items } = (body.ok ? body.value : {}) as { items: unknown[] };
    written.push(...items);
    return c.json({ results: items.map((item) => ({ item })) });
  });
  app.post('/read', (c) => c.json({ written }));
  server = await serve(app);
  const { url } = server;
  const call = (path: string, body: unknown, init: RequestInit = {}) =>
    fetch(`${url}${path}`, { method: 'POST', body: JSON.stringify(body), ...init });
  return {
    url,
    plan,
    written,
    fired: () => plan.shown().rules.map(({ fired }) => fired),
    seen: () => plan.shown().rules.map(({ seen }) => seen),
    write: (items: readonly unknown[], init?: RequestInit) => call('/write', { items }, init),
    read: () => call('/read', {}),
  };
}

/** What became of so many calls, one after the other: a status, or «lost». */
async function outcomes(count: number, call: () => Promise<Response>): Promise<(number | 'lost')[]> {
  const all: (number | 'lost')[] = [];
  for (let n = 0; n < count; n += 1) {
    all.push(
      await call()
        .then(async (answer) => {
          await answer.text();
          return answer.status;
        })
        .catch(() => 'lost' as const),
    );
  }
  return all;
}

const BROKEN = { kind: 'status', status: 500 } as const;

describe('which call meets a fault', () => {
  it.each([
    ['every one', {}, [500, 500, 500, 500, 500, 500]],
    ['the third', { nth: 3 }, [200, 200, 500, 200, 200, 200]],
    ['the second and the fifth', { nth: [2, 5] }, [200, 500, 200, 200, 500, 200]],
    ['the first two', { first: 2 }, [500, 500, 200, 200, 200, 200]],
    ['every second', { every: 2 }, [200, 500, 200, 500, 200, 500]],
    ['every second, twice at most', { every: 2, atMost: 2 }, [200, 500, 200, 500, 200, 200]],
  ])('%s', async (_what, selector, expected) => {
    const { read, fired, seen } = await start([{ operation: 'things.read', fault: BROKEN, ...selector }]);
    expect(await outcomes(6, read)).toEqual(expected);
    expect([seen(), fired()]).toEqual([[6], [expected.filter((status) => status === 500).length]]);
  });

  it('a share of them, drawn: the same seed draws the same ones', async () => {
    const rules: FaultRule[] = [{ operation: '*', fault: BROKEN, rate: 0.3 }];
    const run = async (seed: number) => {
      const { read } = await start(rules, seed);
      const found = await outcomes(100, read);
      await server?.close();
      return found;
    };
    const [one, again, other] = [await run(1), await run(1), await run(2)];
    expect(again).toEqual(one);
    expect(other).not.toEqual(one);
    const broken = one.filter((status) => status === 500).length;
    expect(broken).toBeGreaterThan(15);
    expect(broken).toBeLessThan(45);
  });

  it('only of the operation that is named', async () => {
    const { read, write, seen, fired } = await start([{ operation: 'things.w*', fault: BROKEN }]);
    expect(await outcomes(2, read)).toEqual([200, 200]);
    expect(await outcomes(1, () => write([1]))).toEqual([500]);
    expect([seen(), fired()]).toEqual([[1], [1]]);
  });

  it('only with a text in its body, packed or not', async () => {
    const { write, seen, fired } = await start([
      { operation: '*', bodyContains: 'ticket-7', fault: { ...BROKEN, status: 501 }, nth: 2 },
    ]);
    const packed = (items: unknown[]) =>
      write([], { body: gzipSync(JSON.stringify({ items })), headers: { 'content-encoding': 'gzip' } });
    expect(await outcomes(1, () => write(['ticket-7']))).toEqual([200]);
    expect(await outcomes(1, () => write(['ticket-8']))).toEqual([200]);
    expect(await outcomes(1, () => packed(['ticket-7']))).toEqual([501]);
    expect([seen(), fired()]).toEqual([[2], [1]]);
  });

  it('the first rule that chooses it; the others still count the call', async () => {
    const { read, seen, fired } = await start([
      { operation: '*', fault: { ...BROKEN, status: 503 }, nth: 2 },
      { operation: '*', fault: BROKEN, nth: [2, 3] },
    ]);
    expect(await outcomes(3, read)).toEqual([200, 503, 500]);
    expect([seen(), fired()]).toEqual([
      [3, 3],
      [1, 1],
    ]);
  });

  it('while the plan is changed and cleared in the middle of it all', async () => {
    const { read, plan } = await start([{ operation: '*', fault: BROKEN }]);
    expect(await outcomes(1, read)).toEqual([500]);
    plan.set({ rules: [{ operation: '*', fault: { kind: 'status', status: 429 }, nth: 1 }] });
    expect(await outcomes(2, read)).toEqual([429, 200]);
    plan.clear();
    expect(plan.shown().rules).toEqual([]);
    expect(await outcomes(1, read)).toEqual([200]);
  });
});

describe('a fault before the call takes effect', () => {
  it.each(['refused', 'reset'] as const)('%s: there is no answer', async (kind) => {
    const { write, written, fired } = await start([{ operation: '*', fault: { kind }, nth: 1 }]);
    expect(await outcomes(2, () => write([1]))).toEqual(['lost', 200]);
    expect([written, fired()]).toEqual([[1], [1]]);
  });

  it('timeoutBefore: the caller gives up, and nothing was written', async () => {
    const { write, written, fired } = await start([{ operation: '*', fault: { kind: 'timeoutBefore' } }]);
    await expect(write([1], { signal: AbortSignal.timeout(100) })).rejects.toThrow(/timeout/);
    expect([written, fired()]).toEqual([[], [1]]);
  });

  it('timeoutBefore with a limit: the connection is cut then', async () => {
    const { write, written } = await start([{ operation: '*', fault: { kind: 'timeoutBefore', ms: 20 } }]);
    expect(await outcomes(1, () => write([1]))).toEqual(['lost']);
    expect(written).toEqual([]);
  });

  it('a status, with the body of the system', async () => {
    const { write, written } = await start([
      { operation: '*', fault: { kind: 'status', status: 509 }, nth: 1 },
      { operation: '*', fault: { kind: 'status', status: 429, retryAfter: 7 }, nth: 2 },
      { operation: '*', fault: { kind: 'status', status: 503, retryAfter: 7, retryAfterForm: 'date', body: 'html' } },
    ]);
    const first = await write([1]);
    expect([first.status, first.headers.get('retry-after'), await first.json()]).toEqual([509, null, { code: 509 }]);
    const second = await write([1]);
    expect([second.status, second.headers.get('retry-after'), await second.json()]).toEqual([429, '7', { code: 429 }]);
    const third = await write([1]);
    const date = third.headers.get('retry-after') ?? '';
    expect(date).toMatch(/^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/);
    // Dates have no milliseconds.
    expect(Date.parse(date) - Date.parse(third.headers.get('date') ?? '')).toBeGreaterThan(5_000);
    expect([third.status, third.headers.get('content-type')]).toEqual([503, 'text/html']);
    await expect(third.json()).rejects.toThrow();
    expect(written).toEqual([]);
  });

  it('a status without any body', async () => {
    const { read } = await start([{ operation: '*', fault: { kind: 'status', status: 502, body: 'none' } }]);
    const answer = await read();
    expect([answer.status, await answer.text()]).toEqual([502, '']);
  });
});

describe('a fault after the call has taken effect', () => {
  it('resetAfter: written, and the answer is lost', async () => {
    const { write, written, fired } = await start([{ operation: '*', fault: { kind: 'resetAfter' }, nth: 1 }]);
    expect(await outcomes(2, () => write([1]))).toEqual(['lost', 200]);
    expect([written, fired()]).toEqual([[1, 1], [1]]);
  });

  it('timeoutAfter: written, and the caller gives up', async () => {
    const { write, written, fired } = await start([{ operation: '*', fault: { kind: 'timeoutAfter' } }]);
    await expect(write([1], { signal: AbortSignal.timeout(100) })).rejects.toThrow(/timeout/);
    expect([written, fired()]).toEqual([[1], [1]]);
  });

  it('malformed: a success that is no JSON', async () => {
    const { write, written } = await start([{ operation: '*', fault: { kind: 'malformed' } }]);
    const answer = await write([1]);
    expect(answer.status).toBe(200);
    await expect(answer.json()).rejects.toThrow(SyntaxError);
    expect(written).toEqual([1]);
  });

  it('truncated: the answer says how long it is, and ends before', async () => {
    const { url, written, fired } = await start([{ operation: '*', fault: { kind: 'truncated' }, nth: 1 }]);
    const body = JSON.stringify({ items: ['a', 'b'] });
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write(`POST /write HTTP/1.1\r\nhost: x\r\ncontent-length: ${String(body.length)}\r\n\r\n${body}`);
    let received = '';
    socket.on('data', (bytes: Buffer) => (received += bytes.toString()));
    await new Promise((resolve) => socket.on('close', resolve));
    const [head, rest] = received.split('\r\n\r\n') as [string, string];
    const whole = JSON.stringify({ results: [{ item: 'a' }, { item: 'b' }] });
    expect(head).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(Number(/content-length: (\d+)/i.exec(head)?.[1])).toBe(whole.length);
    expect(rest).toBe(whole.slice(0, Math.floor(whole.length / 2)));
    expect([written, fired()]).toEqual([['a', 'b'], [1]]);
  });

  it('truncated: a usual client sees no answer, and goes on', async () => {
    const { write, read, written } = await start([{ operation: 'things.write', fault: { kind: 'truncated' } }]);
    expect(await outcomes(2, () => write([1]))).toEqual(['lost', 'lost']);
    expect(await (await read()).json()).toEqual({ written });
  });
});

describe('a partial fault', () => {
  it.each([
    [undefined, 5, 2],
    [0.9, 5, 4],
    [0.99, 5, 4],
    [0.01, 5, 1],
    [0.5, 2, 1],
  ])('that keeps %s of %s applies and answers %s', async (keep, length, kept) => {
    const { write, written } = await start([
      { operation: '*', fault: { kind: 'partial', ...(keep !== undefined && { keep }) } },
    ]);
    const items = Array.from({ length }, (_, n) => n);
    const answer = await write(items);
    expect(await answer.json()).toEqual({ results: items.slice(0, kept).map((item) => ({ item })) });
    expect(written).toEqual(items.slice(0, kept));
  });

  it('strikes a packed request too', async () => {
    const { write, written } = await start([{ operation: '*', fault: { kind: 'partial' } }]);
    const body = gzipSync(JSON.stringify({ items: [1, 2, 3, 4] }));
    expect((await write([], { body, headers: { 'content-encoding': 'gzip' } })).status).toBe(200);
    expect(written).toEqual([1, 2]);
  });

  it('can apply all and answer a part', async () => {
    const { write, written } = await start([{ operation: '*', fault: { kind: 'partial', applied: 'all' } }]);
    expect(await (await write([1, 2, 3, 4])).json()).toEqual({ results: [{ item: 1 }, { item: 2 }] });
    expect(written).toEqual([1, 2, 3, 4]);
  });

  it('leaves alone what is no batch of two or more, and does not count it', async () => {
    const { write, read, fired, seen } = await start([{ operation: '*', fault: { kind: 'partial' }, nth: 1 }]);
    expect(await outcomes(1, read)).toEqual([200]);
    expect(await outcomes(1, () => write([1]))).toEqual([200]);
    expect([seen(), fired()]).toEqual([[0], [0]]);
    expect(await (await write([1, 2])).json()).toEqual({ results: [{ item: 1 }] });
    expect([seen(), fired()]).toEqual([[1], [1]]);
  });
});

describe('latency', () => {
  it('delays the call, which then goes its way, into another fault too', async () => {
    const { read, fired } = await start([
      { operation: '*', fault: BROKEN, nth: 1 },
      { operation: '*', fault: { kind: 'latency', ms: 500 }, nth: 1 },
    ]);
    const order: string[] = [];
    const slow = read().then(({ status }) => order.push(`slow ${String(status)}`));
    while (fired()[1] === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    await read().then(({ status }) => order.push(`quick ${String(status)}`));
    await slow;
    expect(order).toEqual(['quick 200', 'slow 500']);
    expect(fired()).toEqual([1, 1]);
  });
});

describe('an order of faults', () => {
  it.each([
    [null, 'expected object'],
    [{}, 'rules: '],
    [{ rules: [{ fault: BROKEN }] }, 'rules[0].operation: '],
    [{ rules: [{ operation: 'things.wrote', fault: BROKEN }] }, 'rules[0].operation: no operation has this name'],
    [{ rules: [{ operation: '*', fault: { kind: 'fire' } }] }, 'rules[0].fault'],
    [{ rules: [{ operation: '*', fault: { kind: 'status', status: 200 } }] }, 'rules[0].fault.status: '],
    [{ rules: [{ operation: '*', fault: { kind: 'latency' } }] }, 'rules[0].fault.ms: '],
    [{ rules: [{ operation: '*', fault: BROKEN, nth: 0 }] }, 'rules[0].nth'],
    [{ rules: [{ operation: '*', fault: BROKEN, rate: 1.5 }] }, 'rules[0].rate: '],
    [{ rules: [{ operation: '*', fault: BROKEN, nth: 1, rate: 0.5 }] }, 'rules[0]: at most one of nth, first'],
    [{ rules: [{ operation: '*', fault: BROKEN, often: true }] }, 'rules[0]: '],
  ])('%j is refused with a sentence', (order, sentence) => {
    const read = readFaultOrder(order, OPERATIONS);
    expect(read).toBeTypeOf('string');
    expect(read).toContain(sentence);
  });

  it('names operations with * for any text, and with nothing else', () => {
    expect(isNamedBy('*', 'tickets.inject')).toBe(true);
    expect(isNamedBy('tickets.*', 'tickets.inject')).toBe(true);
    expect(isNamedBy('*.inject', 'tickets.inject')).toBe(true);
    expect(isNamedBy('t*s.in*t', 'tickets.inject')).toBe(true);
    expect(isNamedBy('tickets.i', 'tickets.inject')).toBe(false);
    expect(isNamedBy('ticketsX*', 'ticketsXY')).toBe(true);
    expect(isNamedBy('tickets.*', 'ticketsXinject')).toBe(false);
  });

  it('of the default weather has every kind of fault', () => {
    const kinds = new Set(
      [...DEFAULT_FAULTS.s360.rules, ...DEFAULT_FAULTS.tixngo.rules].map(({ fault }) => fault.kind),
    );
    expect([...kinds].sort()).toEqual([
      'latency',
      'malformed',
      'partial',
      'refused',
      'reset',
      'resetAfter',
      'status',
      'timeoutAfter',
      'timeoutBefore',
      'truncated',
    ]);
  });
});

it('a server closes with calls that a fault holds', async () => {
  const { write } = await start([{ operation: '*', fault: { kind: 'timeoutAfter' } }]);
  const held = write([1]).catch(() => 'lost');
  await new Promise((resolve) => setTimeout(resolve, 50));
  await server?.close();
  expect(await held).toBe('lost');
});
