import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { Connection } from '@temporalio/client';
import { findTemporalBinary, type FoundBinary } from './binary.js';
import { freePort, isPortFree, someoneListens, usualOrFreePort } from './ports.js';
import { temporalCli } from './programs.js';
import { sayOnStderr, type Say } from './say.js';
import { searchAttributeTypes } from './ensureSearchAttributes.js';
import { supervise } from './supervise.js';
import { ServerStartError, waitUntilReady } from './waitUntilReady.js';

const usualPort = 7233;
const usualUiPort = 8233;

export interface DevServerOptions {
  /** SQLite file that keeps everything; without one the database is a temporary file, deleted at the end. */
  readonly dbFile?: string | undefined;
  /** Left out: 7233 when free, else a free one. 0: a free one. Any other: that one or an error. */
  readonly port?: number | undefined;
  /** Left out: 8233 when free, else a free one. 0: a free one. Any other: that one or an error. */
  readonly uiPort?: number | undefined;
  /** Without Web UI. Default: false. */
  readonly headless?: boolean | undefined;
  /** Created at the start if need be. Default: `default`. */
  readonly namespace?: string | undefined;
  /** Does not pass on the lines the server writes (its warnings). Default: true. */
  readonly quiet?: boolean | undefined;
  readonly say?: Say | undefined;
  /** Default: the one {@link findTemporalBinary} finds. */
  readonly binary?: FoundBinary | undefined;
}

/** A running development server; it ends with this process, in whatever way this process ends. */
export interface DevServer {
  /** `127.0.0.1:<port>` of the gRPC API. */
  readonly address: string;
  /** `http://127.0.0.1:<port>` of the Web UI, null when headless. */
  readonly uiUrl: string | null;
  readonly namespace: string;
  readonly binary: FoundBinary;
  /** The database and whether it outlives the server. */
  readonly database: { readonly file: string; readonly kept: boolean };
  /** Process id of the server. */
  readonly pid: number;
  /** Resolves with the way it ended and its last lines, once the server is gone. */
  readonly ended: Promise<{ readonly how: string; readonly lastLines: readonly string[] }>;
  stop(): Promise<void>;
}

/**
 * Starts a Temporal development server on 127.0.0.1 with the project's search attributes and waits until it works.
 * Throws {@link ServerStartError} with the server's last lines, or BinaryNotFoundError.
 */
export async function startDevServer(options: DevServerOptions = {}): Promise<DevServer> {
  const say = options.say ?? sayOnStderr;
  const binary = options.binary ?? (await findTemporalBinary({ say }));
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOnce(options, binary, say);
    } catch (error) {
      // Between choosing a free port and taking it somebody else may have taken it: choose anew.
      const lost = error instanceof ServerStartError && error.message.includes('address already in use');
      const choice = hasChoice(options.port) || (options.headless !== true && hasChoice(options.uiPort));
      if (!lost || !choice || attempt === 3) throw error;
    }
  }
}

async function startOnce(options: DevServerOptions, binary: FoundBinary, say: Say): Promise<DevServer> {
  const namespace = options.namespace ?? 'default';
  const port = await choosePort(options.port, usualPort);
  const uiPort = options.headless === true ? null : await choosePort(options.uiPort, usualUiPort);
  const { file, temporaryDirectory } = await chooseDatabase(options.dbFile);
  let stopping = false;
  const server = await supervise(
    {
      command: binary.path,
      args: serverArguments({ port, uiPort, file, namespace }),
      deleteAtEnd: temporaryDirectory,
      // A database that is deleted anyway needs no orderly end; one that is kept takes about three seconds.
      graceMilliseconds: temporaryDirectory === null ? 15_000 : 0,
    },
    (line) => {
      if (options.quiet === false && !stopping) say(`temporal: ${line}`);
    },
  );
  const address = `127.0.0.1:${port}`;
  const uiUrl = uiPort === null ? null : `http://127.0.0.1:${uiPort}`;
  await waitUntilReady(temporalCli.title, server, async () => {
    if (!(await someoneListens(port))) throw new Error(`nobody listens on ${address}`);
    await answers(address, namespace);
    if (uiUrl !== null) await uiAnswers(uiUrl);
  });
  server.letGo();
  return {
    address,
    uiUrl,
    namespace,
    binary,
    database: { file, kept: temporaryDirectory === null },
    pid: server.pid,
    ended: server.ended.then((how) => ({ how, lastLines: server.lastLines() })),
    stop: () => {
      stopping = true;
      return server.stop();
    },
  };
}

/**
 * Two settings lift what the development server holds back with its single shard: queue reads (20 a second) and SQLite
 * syncing twice (write-ahead log with full syncing keeps the same promise with a quarter of the syncs).
 */
function serverArguments(of: { port: number; uiPort: number | null; file: string; namespace: string }): string[] {
  return [
    ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(of.port), '--namespace', of.namespace],
    ...(of.uiPort === null ? ['--headless'] : ['--ui-port', String(of.uiPort)]),
    ...['--db-filename', of.file, '--sqlite-pragma', 'journal_mode=wal', '--sqlite-pragma', 'synchronous=2'],
    ...['--log-format', 'pretty', '--log-level', 'warn'],
    ...['--dynamic-config-value', 'history.transferProcessorMaxPollRPS=10000'],
    ...['--dynamic-config-value', 'frontend.enableServerVersionCheck=false'],
    ...[...searchAttributeTypes].flatMap(([name, type]) => ['--search-attribute', `${name}=${type}`]),
  ];
}

async function choosePort(asked: number | undefined, usual: number): Promise<number> {
  if (asked === undefined) return usualOrFreePort(usual);
  if (asked === 0) return freePort();
  if (await isPortFree(asked)) return asked;
  throw new Error(
    `port ${asked} of 127.0.0.1 is taken. Choose another or none (then a free one is taken); if a Temporal server ` +
      `listens there already, use it with TEMPORAL_ADDRESS=127.0.0.1:${asked}`,
  );
}

function hasChoice(asked: number | undefined): boolean {
  return asked === undefined || asked === 0;
}

async function chooseDatabase(asked: string | undefined): Promise<{ file: string; temporaryDirectory: string | null }> {
  if (asked !== undefined) {
    const file = resolve(asked);
    await mkdir(dirname(file), { recursive: true });
    return { file, temporaryDirectory: null };
  }
  const temporaryDirectory = await mkdtemp(join(tmpdir(), 's360-tixngo-temporal-'));
  return { file: join(temporaryDirectory, 'temporal.db'), temporaryDirectory };
}

/** Throws unless the server answers for the namespace. */
async function answers(address: string, namespace: string): Promise<void> {
  const connection = await Connection.connect({ address, connectTimeout: '5s' });
  try {
    await connection.withDeadline(Date.now() + 5000, () => connection.workflowService.describeNamespace({ namespace }));
  } finally {
    await connection.close();
  }
}

async function uiAnswers(url: string): Promise<void> {
  const { status } = await fetch(url, { signal: AbortSignal.timeout(5000) });
  if (status !== 200) throw new Error(`the Web UI answers ${status}`);
}
