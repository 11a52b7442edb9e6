import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { MiddlewareHandler } from 'hono';

const gzipAsync = promisify(gzip);

/** Answers smaller than this many bytes are sent as they are. */
const THRESHOLD_BYTES = 1024;

const ACCEPTS_GZIP = /(?:^|,)\s*(?:gzip|\*)\s*(?!;\s*q=0(?:\.0*)?\s*(?:,|$))(?:;|,|$)/i;

/**
 * Packs every answer of at least 1 KiB for a caller that accepts gzip («gzip supported»: S-360 manual, Web services).
 * Level 1: a local sandbox has more network than processor.
 */
export function gzipAnswers(): MiddlewareHandler {
  return async (c, next) => {
    await next();
    if (!ACCEPTS_GZIP.test(c.req.header('accept-encoding') ?? '') || c.res.headers.has('content-encoding')) return;
    if (c.res.body === null) return;
    const plain = new Uint8Array(await c.res.arrayBuffer());
    const headers = new Headers(c.res.headers);
    headers.delete('content-length');
    headers.append('vary', 'accept-encoding');
    const { status } = c.res;
    c.res = undefined;
    if (plain.length < THRESHOLD_BYTES) {
      c.res = new Response(plain, { status, headers });
      return;
    }
    headers.set('content-encoding', 'gzip');
    c.res = new Response(new Uint8Array(await gzipAsync(plain, { level: 1 })), { status, headers });
  };
}
