import type { Socket } from 'node:net';
import { keptOf, readBatch, replaceBody } from './batchBody.js';
import type { Fault } from './faultRules.js';
import type { OperationCall } from './operationSeam.js';

/** What a fault must know of the system that it strikes. */
export interface FaultySystem {
  /** The names of all operations that can be struck. */
  readonly operations: readonly string[];
  /** The list of the operation's request that is its batch of writes, or null: it writes none. */
  batchFieldOf(operation: string): string | null;
  /** The body that the system gives with a status of its own. */
  errorBody(status: number): object;
}

type Strike<Kind extends Fault['kind']> = (
  fault: Extract<Fault, { kind: Kind }>,
  call: OperationCall,
  apply: () => Promise<Response>,
  system: FaultySystem,
) => Promise<Response>;

/** Nobody waits for an answer longer than this. */
const LONGEST_HOLD_MILLISECONDS = 600_000;

const EFFECTS: { readonly [Kind in Fault['kind']]: Strike<Kind> } = {
  // The plan has waited before it comes here.
  latency: (_fault, _call, apply) => apply(),
  refused: (_fault, call) => {
    socketOf(call).destroy();
    return Promise.resolve(nothing());
  },
  reset: async (_fault, call) => {
    await call.context.req.arrayBuffer();
    return cut(call);
  },
  resetAfter: async (_fault, call, apply) => {
    await apply();
    return cut(call);
  },
  timeoutBefore: async ({ ms }, call) => {
    await untilClosed(socketOf(call), ms);
    return cut(call);
  },
  timeoutAfter: async ({ ms }, call, apply) => {
    await apply();
    await untilClosed(socketOf(call), ms);
    return cut(call);
  },
  status: ({ status, retryAfter, retryAfterForm, body }, _call, _apply, system) => {
    const headers = new Headers();
    if (retryAfter !== undefined) {
      const date = new Date(Date.now() + retryAfter * 1000).toUTCString();
      headers.set('retry-after', retryAfterForm === 'date' ? date : String(retryAfter));
    }
    if (body === 'none') return Promise.resolve(new Response(null, { status, headers }));
    headers.set('content-type', body === 'html' ? 'text/html' : 'application/json');
    const text =
      body === 'html'
        ? `<html><body><h1>${String(status)}</h1></body></html>`
        : JSON.stringify(system.errorBody(status));
    return Promise.resolve(new Response(text, { status, headers }));
  },
  malformed: async (_fault, _call, apply) => {
    const answer = await apply();
    const text = await answer.text();
    return new Response(text.slice(0, Math.max(1, Math.floor(text.length / 2))), {
      status: answer.status,
      headers: { 'content-type': 'application/json' },
    });
  },
  truncated: async (_fault, call, apply) => {
    const answer = await apply();
    const body = Buffer.from(await answer.arrayBuffer());
    const head = [
      `HTTP/1.1 ${String(answer.status)} ${answer.ok ? 'OK' : 'Error'}`,
      'content-type: application/json',
      `content-length: ${String(body.length)}`,
    ];
    const socket = socketOf(call);
    const bytes = Buffer.concat([
      Buffer.from(`${head.join('\r\n')}\r\n\r\n`),
      body.subarray(0, Math.floor(body.length / 2)),
    ]);
    await new Promise<void>((resolve) => {
      socket.once('close', resolve).end(bytes, resolve);
    });
    socket.destroy();
    return nothing();
  },
  partial: async ({ keep = 0.5, applied = 'part' }, { name, context }, apply, system) => {
    const field = system.batchFieldOf(name) ?? '';
    const batch = await readBatch(context, field);
    if (batch === null) return apply();
    const kept = keptOf(batch.list.length, keep);
    if (applied === 'part') {
      replaceBody(context, { ...batch.body, [field]: batch.list.slice(0, kept) });
      return apply();
    }
    const answer = await apply();
    const body = (await answer.clone().json()) as { readonly results?: unknown };
    return Array.isArray(body.results)
      ? Response.json({ ...body, results: body.results.slice(0, kept) as unknown[] }, { status: answer.status })
      : answer;
  },
};

/** Lets a call meet a fault; the answer is whatever is left of it. */
export function strike(
  fault: Fault,
  call: OperationCall,
  apply: () => Promise<Response>,
  system: FaultySystem,
): Promise<Response> {
  return (EFFECTS[fault.kind] as Strike<Fault['kind']>)(fault, call, apply, system);
}

function socketOf({ context }: OperationCall): Socket {
  return context.env.incoming.socket;
}

/** The answer of a connection on which nothing can be sent any more. */
function nothing(): Response {
  return new Response(null);
}

function cut(call: OperationCall): Response {
  const socket = socketOf(call);
  if (!socket.destroyed) socket.resetAndDestroy();
  return nothing();
}

async function untilClosed(socket: Socket, milliseconds = LONGEST_HOLD_MILLISECONDS): Promise<void> {
  if (socket.destroyed) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    socket.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
