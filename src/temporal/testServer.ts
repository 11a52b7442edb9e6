import { Connection } from '@temporalio/client';
import { InternalConnectionOptionsSymbol, type InternalConnectionOptions } from '@temporalio/client/lib/connection.js';
import { findTestServerBinary, type FoundBinary } from './binary.js';
import { freePort, someoneListens } from './ports.js';
import { temporalTestServer } from './programs.js';
import { sayOnStderr, type Say } from './say.js';
import { supervise } from './supervise.js';
import { ServerStartError, waitUntilReady } from './waitUntilReady.js';

export interface TimeSkippingServerOptions {
  readonly say?: Say | undefined;
  /** Default: the one {@link findTestServerBinary} finds. */
  readonly binary?: FoundBinary | undefined;
}

/** A running time-skipping test server; it ends with this process, in whatever way this process ends. */
export interface TimeSkippingServer {
  /** `127.0.0.1:<port>` of the gRPC API. The server itself listens on all addresses; it offers no setting for it. */
  readonly address: string;
  /** The only namespace it has. */
  readonly namespace: 'default';
  readonly binary: FoundBinary;
  /** Process id of the server. */
  readonly pid: number;
  /** A connection that also has the test service, as `TimeSkippingWorkflowClient` needs it. The caller closes it. */
  connect(): Promise<Connection>;
  stop(): Promise<void>;
}

/**
 * Starts the time-skipping test server on a free port and waits until it works. It keeps everything in memory.
 * Throws {@link ServerStartError} with the server's last lines, or BinaryNotFoundError.
 */
export async function startTimeSkippingServer(options: TimeSkippingServerOptions = {}): Promise<TimeSkippingServer> {
  const binary = options.binary ?? (await findTestServerBinary({ say: options.say ?? sayOnStderr }));
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOnce(binary);
    } catch (error) {
      const lost = error instanceof ServerStartError && /address already in use/i.test(error.message);
      if (!lost || attempt === 3) throw error;
    }
  }
}

async function startOnce(binary: FoundBinary): Promise<TimeSkippingServer> {
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const job = { command: binary.path, args: [String(port)], deleteAtEnd: null, graceMilliseconds: 0 };
  const server = await supervise(job, () => undefined);
  await waitUntilReady(temporalTestServer.title, server, async () => {
    if (!(await someoneListens(port))) throw new Error(`nobody listens on ${address}`);
    await (await connect(address)).close();
  });
  server.letGo();
  return {
    address,
    namespace: 'default',
    binary,
    pid: server.pid,
    connect: () => connect(address),
    stop: () => server.stop(),
  };
}

/** The switch for the test service is the one the SDK's own test environment uses; there is no public one. */
function connect(address: string): Promise<Connection> {
  const options: InternalConnectionOptions = {
    address,
    connectTimeout: '5s',
    [InternalConnectionOptionsSymbol]: { supportsTestService: true },
  };
  return Connection.connect(options);
}
