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
  const bytes = await readBytes(c);
  if (typeof bytes === 'string') return { ok: false, problem: bytes };
  try {
    return { ok: true, value: JSON.parse(bytes.toString('utf8')) as unknown };
  } catch {
    return { ok: false, problem: 'the body is not valid JSON' };
  }
}

/** A request body as text, unpacked; empty when it cannot be read. */
export async function bodyText(c: Context): Promise<string> {
  const bytes = await readBytes(c);
  return typeof bytes === 'string' ? '' : bytes.toString('utf8');
}

/** The unpacked body, or what is wrong with it. */
async function readBytes(c: Context): Promise<Buffer | string> {
  let bytes: Buffer = Buffer.from(await c.req.arrayBuffer());
  const encoding = c.req.header('content-encoding')?.toLowerCase() ?? 'identity';
  if (encoding === 'gzip') {
    try {
      bytes = await gunzipAsync(bytes, { maxOutputLength: MAXIMUM_BYTES });
    } catch {
      return 'the body is not valid gzip';
    }
  } else if (encoding !== 'identity') {
    return 'Content-Encoding: expected gzip or none';
  }
  return bytes.length > MAXIMUM_BYTES ? `the body is larger than ${String(MAXIMUM_BYTES)} bytes` : bytes;
}
