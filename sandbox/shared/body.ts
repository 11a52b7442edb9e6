import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Context } from 'hono';

const gunzipAsync = promisify(gunzip);

/** No request is larger than this once it is unpacked, in bytes. */
const MAXIMUM_BYTES = 64 * 1024 * 1024;

/** A parsed body, or a sentence that says what is wrong with it without repeating any of it. */
export type JsonBody =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly problem: string };

/** Reads a JSON request body, unpacking it when it says `Content-Encoding: gzip`. */
export async function readJson(c: Context): Promise<JsonBody> {
  let bytes: Buffer = Buffer.from(await c.req.arrayBuffer());
  const encoding = c.req.header('content-encoding')?.toLowerCase() ?? 'identity';
  if (encoding === 'gzip') {
    try {
      bytes = await gunzipAsync(bytes, { maxOutputLength: MAXIMUM_BYTES });
    } catch {
      return { ok: false, problem: 'the body is not valid gzip' };
    }
  } else if (encoding !== 'identity') {
    return { ok: false, problem: 'Content-Encoding: expected gzip or none' };
  }
  if (bytes.length > MAXIMUM_BYTES)
    return { ok: false, problem: `the body is larger than ${String(MAXIMUM_BYTES)} bytes` };
  try {
    return { ok: true, value: JSON.parse(bytes.toString('utf8')) as unknown };
  } catch {
    return { ok: false, problem: 'the body is not valid JSON' };
  }
}
