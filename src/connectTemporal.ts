import { Client, Connection } from '@temporalio/client';

import { configuredTarget, type TemporalTarget } from './temporal/connect.js';
import { ensureSearchAttributes } from './temporal/ensureSearchAttributes.js';

/** The server that the environment or a Temporal profile names, else the one that `npm run temporal` starts on this machine. */
export async function chosenTarget(): Promise<TemporalTarget> {
  const configured = await configuredTarget();
  if (configured !== null) return configured;
  const address = '127.0.0.1:7233';
  return {
    address,
    namespace: 'default',
    connectionOptions: { address },
    from: 'the default; set TEMPORAL_ADDRESS for another',
  };
}

export interface ConnectedClient {
  readonly client: Client;
  readonly close: () => Promise<void>;
}

/** No Temporal server answers there; the message says how to get one. */
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
  } catch {
    throw new TemporalUnreachable(
      `No Temporal server answers at ${target.address} (${target.from}). Start one with: npm run temporal`,
    );
  }
  await ensureSearchAttributes(connection, target.namespace);
  return {
    client: new Client({ connection, namespace: target.namespace }),
    close: () => connection.close(),
  };
}
