import { createConnection } from 'node:net';
import { Hono } from 'hono';
import { afterEach, describe, expect, it } from 'vitest';
import { applyDirectly, operationSeam, type Around } from '../../../sandbox/shared/operationSeam.js';
import { gzipAnswers } from '../../../sandbox/shared/gzip.js';
import { serve, type RunningServer } from '../../../sandbox/shared/serve.js';

let server: RunningServer | undefined;
afterEach(() => server?.close());

/** A server with one operation, `/write`, that counts what it has applied. */
async function start(around: Around) {
  const applied = { writes: 0 };
  const app = new Hono();
  app.use('*', gzipAnswers());
  app.use(
    '*',
    operationSeam((c) => (c.req.path === '/write' ? 'things.write' : null), around),
  );
  app.post('/write', async (c) => {
    applied.writes += 1;
    return c.json({ got: await c.req.json<unknown>(), applied: applied.writes }, 200, { 'x-own': 'yes' });
  });
  app.post('/hook', (c) => c.json({ hook: true }));
  server = await serve(app);
  const { url } = server;
  return {
    applied,
    post: (path = '/write') => fetch(`${url}${path}`, { method: 'POST', body: '{"a":1}' }),
  };
}

describe('around an operation', () => {
  it('nothing changes anything in calm weather', async () => {
    const { post, applied } = await start(applyDirectly);
    const response = await post();
    expect([response.status, response.headers.get('x-own')]).toEqual([200, 'yes']);
    expect(await response.json()).toEqual({ got: { a: 1 }, applied: 1 });
    expect(applied.writes).toBe(1);
  });

  it('a call can be refused before it is applied', async () => {
    const { post, applied } = await start(async () => Response.json({ no: true }, { status: 503 }));
    const response = await post();
    expect([response.status, await response.json(), applied.writes]).toEqual([503, { no: true }, 0]);
  });

  it('an answer can be replaced after it was applied, headers and all', async () => {
    const { post, applied } = await start(async (_call, apply) => {
      await apply();
      return new Response('{"got":', { headers: { 'content-type': 'application/json' } });
    });
    const response = await post();
    expect(await response.text()).toBe('{"got":');
    expect(response.headers.get('x-own')).toBeNull();
    expect(applied.writes).toBe(1);
  });

  it('the connection can be cut after the write: the effect stays, the answer is lost', async () => {
    const { post, applied } = await start(async ({ context }, apply) => {
      const answer = await apply();
      context.env.incoming.socket.destroy();
      return answer;
    });
    await expect(post()).rejects.toThrow();
    expect(applied.writes).toBe(1);
  });

  it('the connection can be cut before it: nothing is applied', async () => {
    const { post, applied } = await start(async ({ context }) => {
      context.env.incoming.socket.destroy();
      return new Response(null);
    });
    await expect(post()).rejects.toThrow();
    expect(applied.writes).toBe(0);
  });

  it('the body can be read, and the name is known', async () => {
    const seen: unknown[] = [];
    const { post } = await start(async ({ name, context }, apply) => {
      seen.push(name, await context.req.json());
      return apply();
    });
    expect(await (await post()).json()).toEqual({ got: { a: 1 }, applied: 1 });
    expect(seen).toEqual(['things.write', { a: 1 }]);
  });

  it('hooks are left alone', async () => {
    const { post } = await start(async () => Response.json({}, { status: 503 }));
    expect(await (await post('/hook')).json()).toEqual({ hook: true });
  });
});

describe('a server', () => {
  it('says which address it cannot open', async () => {
    server = await serve(new Hono());
    await expect(serve(new Hono(), { port: server.port })).rejects.toThrow(
      `Cannot listen on 127.0.0.1:${server.port}: the port is in use`,
    );
  });

  it('closes with calls in flight, and closes once', async () => {
    const running = await serve(new Hono().get('/', () => new Promise<Response>(() => undefined)));
    const socket = createConnection(running.port, '127.0.0.1').on('error', () => undefined);
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    const ended = new Promise((resolve) => socket.on('close', resolve));
    await new Promise((resolve) => socket.on('connect', resolve));
    await Promise.all([running.close(), running.close()]);
    await ended;
    await expect(fetch(running.url)).rejects.toThrow();
  });
});
