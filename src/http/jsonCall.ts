import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';

import got, { RequestError, TimeoutError, type Got } from 'got';

import type { SystemName } from '../domain/outcomes.js';
import { CallFailed } from './callFailed.js';

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

/** @throws CallFailed if there was no answer at all; every answer, whatever its status, is returned */
export async function callJson(http: Got, call: JsonCall): Promise<JsonAnswer> {
  const connectMs = Math.min(10_000, call.timeoutMs);
  try {
    const response = await http(call.url, {
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

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
