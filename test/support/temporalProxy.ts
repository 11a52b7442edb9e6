import { connect, constants, createServer, type ClientHttp2Session, type IncomingHttpHeaders } from 'node:http2';
import type { ServerHttp2Session, ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';

/** One call of a worker to Temporal. */
export interface TemporalCall {
  /** `ExecuteMultiOperation`, `RespondActivityTaskCompleted`, … */
  readonly method: string;
  /** The gRPC message as bytes; ids and names are readable in it. */
  readonly body: Buffer;
}

/** What the server has answered. */
export interface TemporalAnswer {
  readonly headers: IncomingHttpHeaders;
  readonly data: Buffer;
  readonly trailers: IncomingHttpHeaders;
}

/** An answer of the proxy's own: the connection's stream is cut, or a gRPC status is given. */
export type OwnAnswer = 'cut' | { readonly grpcStatus: number };

/**
 * What stands around every call, as in the sandboxes: `apply` gives the call to the server once, until `signal` takes it back. What is returned
 * is the answer; without `apply` nothing is applied.
 */
export type AroundTemporal = (
  call: TemporalCall,
  apply: (signal?: AbortSignal) => Promise<TemporalAnswer>,
) => Promise<TemporalAnswer | OwnAnswer>;

const hopByHop: readonly string[] = [':method', ':scheme', ':authority', ':path', 'host'];

/** A connection to Temporal on which calls and answers can be held, lost and refused: gRPC over plain HTTP/2, calls of one message each. */
export class TemporalProxy {
  private constructor(
    readonly address: string,
    private readonly end: () => Promise<void>,
  ) {}

  static async start(target: string, around: AroundTemporal): Promise<TemporalProxy> {
    const sessions = new Set<ServerHttp2Session>();
    const server = createServer();
    server.on('session', (session) => {
      sessions.add(session);
      const upstream = connect(`http://${target}`);
      // A server that is gone takes the worker's connection with it, as it would without a proxy between.
      upstream.on('error', () => session.destroy());
      upstream.on('close', () => session.destroy());
      session.on('error', () => upstream.destroy());
      session.on('close', () => {
        sessions.delete(session);
        upstream.destroy();
      });
      session.on('stream', (stream: ServerHttp2Stream, headers) => {
        stream.on('error', () => undefined);
        void serveCall(stream, headers, upstream, around);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    return new TemporalProxy(`127.0.0.1:${String(port)}`, async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const session of sessions) session.destroy();
      await closed;
    });
  }

  async close(): Promise<void> {
    await this.end();
  }
}

async function serveCall(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  upstream: ClientHttp2Session,
  around: AroundTemporal,
): Promise<void> {
  try {
    const path = headers[':path'] ?? '';
    const body = await allOf(stream);
    const method = path.slice(path.lastIndexOf('/') + 1);
    const answer = await around({ method, body }, (signal) => forward(stream, headers, body, upstream, signal));
    if (stream.destroyed) return;
    if (answer === 'cut') stream.close(constants.NGHTTP2_INTERNAL_ERROR);
    else if ('grpcStatus' in answer) {
      const own = { ':status': 200, 'content-type': 'application/grpc', 'grpc-status': String(answer.grpcStatus) };
      stream.respond(own, { endStream: true });
    } else reply(stream, answer);
  } catch {
    // The server has cut the call, or the caller has given it up.
    if (!stream.destroyed) stream.close(constants.NGHTTP2_CANCEL);
  }
}

function forward(
  caller: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  body: Buffer,
  upstream: ClientHttp2Session,
  signal: AbortSignal | undefined,
): Promise<TemporalAnswer> {
  return new Promise((resolve, reject) => {
    const own = Object.fromEntries(Object.entries(headers).filter(([name]) => !hopByHop.includes(name)));
    const request = upstream.request({ ...own, ':method': 'POST', ':path': headers[':path'] });
    const giveUp = (): void => {
      request.close(constants.NGHTTP2_CANCEL);
    };
    caller.once('close', giveUp);
    signal?.addEventListener('abort', giveUp);
    let answered: IncomingHttpHeaders = {};
    let trailers: IncomingHttpHeaders = {};
    const parts: Buffer[] = [];
    request.on('response', (response) => (answered = response));
    request.on('trailers', (last) => (trailers = last));
    request.on('data', (part: Buffer) => parts.push(part));
    request.once('error', reject);
    request.once('close', () => {
      caller.off('close', giveUp);
      signal?.removeEventListener('abort', giveUp);
      if (answered[':status'] === undefined || request.rstCode !== constants.NGHTTP2_NO_ERROR)
        reject(new Error('the server gave no answer'));
      else resolve({ headers: answered, data: Buffer.concat(parts), trailers });
    });
    request.end(body);
  });
}

function reply(stream: ServerHttp2Stream, { headers, data, trailers }: TemporalAnswer): void {
  // An answer without a message has its status among the headers.
  if (Object.keys(trailers).length === 0) {
    stream.respond(plain(headers), { endStream: true });
    return;
  }
  stream.respond(plain(headers), { waitForTrailers: true });
  stream.once('wantTrailers', () => {
    stream.sendTrailers(plain(trailers));
  });
  stream.end(data);
}

/** Without the names that Node marks as sensitive, which belong to the received object. */
function plain(headers: IncomingHttpHeaders): Record<string, string | string[] | number | undefined> {
  return Object.fromEntries(Object.entries(headers));
}

async function allOf(stream: ServerHttp2Stream): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
