import { Agent as HttpAgent, type ClientRequest } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';

import { ApplicationFailure } from '@temporalio/common';
import got, { RequestError, TimeoutError, type Got } from 'got';

import { messageOf } from '../domain/messages.js';
import type { SystemName } from '../domain/outcomes.js';
import { CallFailed } from './callFailed.js';
import type { WritePermission } from './writePermission.js';

/** One HTTP call with a JSON body and a JSON answer. */
export interface JsonCall {
  readonly system: SystemName;
  readonly operation: string;
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly signal: AbortSignal;
  /** The whole call is over after so many milliseconds, whatever it is doing. */
  readonly timeoutMs: number;
  /** Of a write: asked at the last moment, when there is a connection and nothing has gone over it. */
  readonly permission?: Pick<WritePermission, 'mayBegin'> | undefined;
}

export interface JsonAnswer {
  readonly status: number;
  /** Undefined if the body is empty (or, in an error answer, no JSON). */
  readonly body: unknown;
  readonly retryAfter: string | undefined;
}

/**
 * Retries are Temporal's, never got's. Connections are kept alive; answers may be gzipped; every phase has a limit of its own, so that a
 * dead peer is noticed before the whole time is used.
 */
export function createHttp(): Got {
  return got.extend({
    retry: { limit: 0 },
    throwHttpErrors: false,
    followRedirect: false,
    decompress: true,
    agent: { http: new HttpAgent({ keepAlive: true }), https: new HttpsAgent({ keepAlive: true }) },
    headers: { 'user-agent': 's360-tixngo-interface', accept: 'application/json' },
  });
}

/**
 * Every answer is returned, whatever its status.
 *
 * @throws CallFailed if there was no answer at all
 * @throws ApplicationFailure PERMISSION_LOST (retryable) if a write may not begin any more: nothing of it was sent
 */
export async function callJson(http: Got, call: JsonCall): Promise<JsonAnswer> {
  const connectMs = Math.min(10_000, call.timeoutMs);
  try {
    const request = http(call.url, {
      method: call.method,
      signal: call.signal,
      timeout: {
        lookup: connectMs,
        connect: connectMs,
        secureConnect: connectMs,
        send: call.timeoutMs,
        response: call.timeoutMs,
        request: call.timeoutMs,
      },
      ...(call.headers === undefined ? {} : { headers: { ...call.headers } }),
      ...(call.query === undefined ? {} : { searchParams: { ...call.query } }),
      ...(call.body === undefined ? {} : { json: call.body }),
    });
    const { permission } = call;
    if (permission !== undefined) {
      void request.on('request', (sending: ClientRequest) => {
        whenItBegins(sending, () => {
          if (!permission.mayBegin()) sending.destroy(new TooLate());
        });
      });
    }
    const response = await request;
    const retryAfter = response.headers['retry-after'];
    if (response.body === '') return { status: response.statusCode, body: undefined, retryAfter };
    const body = parseJson(response.body);
    // A success that cannot be read says nothing about what was applied: the same doubt as no answer.
    if (body === undefined && response.ok) {
      throw new CallFailed({
        system: call.system,
        operation: call.operation,
        transport: 'connection',
        errorKey: 'NOT_JSON',
      });
    }
    return { status: response.statusCode, body, retryAfter };
  } catch (error) {
    if (error instanceof RequestError && error.cause instanceof TooLate) {
      throw ApplicationFailure.create({ type: 'PERMISSION_LOST', message: messageOf('PERMISSION_LOST').sentence });
    }
    if (call.signal.aborted || error instanceof CallFailed) throw error;
    if (error instanceof TimeoutError) {
      throw new CallFailed({ system: call.system, operation: call.operation, transport: 'timeout' });
    }
    if (error instanceof RequestError) {
      // Its message and options hold the URL and the headers: only what kind of failure it was goes on.
      throw new CallFailed({
        system: call.system,
        operation: call.operation,
        transport: 'connection',
        errorKey: error.code,
      });
    }
    throw error;
  }
}

class TooLate extends Error {
  override readonly name = 'TooLate';
}

/** Node.js writes nothing to a socket before it has told of it, and of a new one nothing before its connection is there. */
function whenItBegins(request: ClientRequest, tell: () => void): void {
  request.once('socket', (socket) => {
    tell();
    if (!socket.connecting || request.destroyed) return;
    // Before the listener that writes what has waited for the connection.
    socket.prependOnceListener('connect', tell);
    socket.prependOnceListener('secureConnect', tell);
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
