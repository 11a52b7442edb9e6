import { Client, Connection, isGrpcServiceError } from '@temporalio/client';

import { taskQueue as usualTaskQueue } from './domain/functions.js';
import { configuredTarget, isLocal, type TemporalTarget } from './temporal/connect.js';
import { ensureSearchAttributes } from './temporal/ensureSearchAttributes.js';

const localAddress = '127.0.0.1:7233';

/** The server that the environment or a Temporal profile names, else the one that `npm run temporal` starts on this machine. */
export async function chosenTarget(): Promise<TemporalTarget> {
  const configured = await configuredTarget();
  if (configured !== null) return configured;
  const address = localAddress;
  return {
    address,
    namespace: 'default',
    connectionOptions: { address },
    from: 'the default; set TEMPORAL_ADDRESS for another',
  };
}

/** `TASK_QUEUE`; an empty one means the same as none. */
export function chosenTaskQueue(environment: NodeJS.ProcessEnv): string {
  const given = environment['TASK_QUEUE'] ?? '';
  return given === '' ? usualTaskQueue : given;
}

export interface ConnectedClient {
  readonly client: Client;
  readonly close: () => Promise<void>;
}

/** No Temporal server answers there, or it does not let us in; the message says what to do. */
export class TemporalUnreachable extends Error {
  override readonly name = 'TemporalUnreachable';
}

/**
 * Connects, and registers the project's search attributes where they are missing.
 *
 * @throws TemporalUnreachable · SearchAttributesMissingError with the commands that create them
 */
export async function connectTemporal(target: TemporalTarget): Promise<ConnectedClient> {
  let connection: Connection;
  try {
    connection = await Connection.connect({ connectTimeout: '5s', ...target.connectionOptions });
  } catch (error) {
    throw new TemporalUnreachable(unreachableSentence(target, error));
  }
  await requireNamespace(connection, target);
  await ensureSearchAttributes(connection, target.namespace);
  return {
    client: new Client({ connection, namespace: target.namespace }),
    close: () => connection.close(),
  };
}

/** gRPC's codes of an answer that refuses. */
const notFound = 5;
const refusals: ReadonlySet<number> = new Set([7, 16]);

function unreachableSentence({ address, from, connectionOptions }: TemporalTarget, error: unknown): string {
  if (isGrpcServiceError(error) && refusals.has(error.code)) {
    return `The Temporal server at ${address} (${from}) refuses us: ${error.details}. Check TEMPORAL_API_KEY, the certificate and the namespace.`;
  }
  const encrypted = (connectionOptions.tls ?? false) !== false || connectionOptions.apiKey !== undefined;
  const port = isLocal(address) ? address.split(':')[1] : undefined;
  const advice = encrypted
    ? 'Check that address, and that the server speaks TLS: TEMPORAL_API_KEY and TEMPORAL_TLS… demand it.'
    : port === undefined
      ? 'Check that address, the network, and whether the server is up.'
      : `Start one with: npm run temporal${port === '7233' ? '' : ` -- --port ${port}`}`;
  return `No Temporal server answers at ${address} (${from}). ${advice}`;
}

/** Somebody who may not look the namespace up can still work in it: only its absence is a problem. */
async function requireNamespace(connection: Connection, { address, namespace }: TemporalTarget): Promise<void> {
  try {
    await connection.workflowService.describeNamespace({ namespace });
  } catch (error) {
    const code: number | null = isGrpcServiceError(error) ? error.code : null;
    if (code !== notFound) return;
    await connection.close();
    throw new TemporalUnreachable(
      `The Temporal server at ${address} has no namespace ${namespace}. Set TEMPORAL_NAMESPACE to one that it has, or create it: ` +
        `temporal operator namespace create ${namespace}`,
    );
  }
}
