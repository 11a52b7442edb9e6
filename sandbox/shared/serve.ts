import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { Server } from 'node:http';

/** Anything that answers web requests: a Hono app is one. */
export interface Fetchable {
  fetch(request: Request, env?: unknown): Response | Promise<Response>;
}

/** Where a sandbox listens. */
export interface ListenOptions {
  /** TCP port; 0 (the default) lets the operating system choose a free one. */
  readonly port?: number | undefined;
  /** Address to listen on; default 127.0.0.1. */
  readonly host?: string | undefined;
}

/** A listening server. */
export interface RunningServer {
  readonly port: number;
  /** `http://host:port` without a trailing slash; a wildcard host is shown as 127.0.0.1. */
  readonly url: string;
  /** Stops listening and cuts every open connection; may be called more than once. */
  close(): Promise<void>;
}

/**
 * An idle connection is kept for this long, in milliseconds. It is longer than what HTTP clients keep, so that it is the
 * client that ends a connection: the other way round, a request sent at that moment would look like a reset.
 */
const KEEP_ALIVE_MILLISECONDS = 65_000;

const WILDCARDS = new Set(['0.0.0.0', '::', '']);

/**
 * Listens, and comes back when the port is open.
 *
 * @throws Error with the address in its text when the port cannot be opened (in use, not allowed).
 */
export async function serve(app: Fetchable, options: ListenOptions = {}): Promise<RunningServer> {
  const host = options.host ?? '127.0.0.1';
  const server = createAdaptorServer({
    fetch: (request, env) => app.fetch(request, env),
    serverOptions: { keepAliveTimeout: KEEP_ALIVE_MILLISECONDS },
  }) as Server;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const why = cause.code === 'EADDRINUSE' ? 'the port is in use' : cause.message;
      reject(new Error(`Cannot listen on ${host}:${String(options.port ?? 0)}: ${why}`, { cause }));
    });
    server.listen(options.port ?? 0, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const shown = WILDCARDS.has(host) ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  let closing: Promise<void> | undefined;
  return {
    port,
    url: `http://${shown}:${String(port)}`,
    close() {
      closing ??= new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      });
      return closing;
    },
  };
}
