import type { Context } from 'hono';
import { readJson } from './body.js';

/** The list of a request that writes a batch. */
export interface Batch {
  readonly list: readonly unknown[];
  /** The whole body. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** The list in this field of the body, or null when there is none. The request can be read again. */
export async function readBatch(c: Context, field: string): Promise<Batch | null> {
  const read = await readJson(c);
  if (!read.ok || typeof read.value !== 'object' || read.value === null) return null;
  const body = read.value as Record<string, unknown>;
  const list = body[field];
  return Array.isArray(list) ? { list: list as readonly unknown[], body } : null;
}

/** How many of a batch of at least two are kept: at least one, never all. */
export function keptOf(length: number, share: number): number {
  return Math.min(length - 1, Math.max(1, Math.floor(length * share)));
}

/** Makes whoever reads the request from now on see another body. */
export function replaceBody(c: Context, body: object): void {
  const { raw } = c.req;
  const headers = new Headers(raw.headers);
  headers.delete('content-encoding');
  headers.delete('content-length');
  c.req.raw = new Request(raw.url, { method: raw.method, headers, body: JSON.stringify(body) });
  c.req.bodyCache = {};
}
