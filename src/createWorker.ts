import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker, type WorkflowBundleOption } from '@temporalio/worker';

import { createActivities } from './activities/index.js';
import { slotsOf, slotsOfWorker, slotsToAsk } from './activities/slots.js';
import { webUiOf } from './cli/webUi.js';
import { readSecrets } from './config/resolve.js';
import type { Configuration } from './config/schema.js';
import { taskQueue as defaultTaskQueue } from './domain/functions.js';
import { countUnknownFields } from './http/unknownFields.js';
import { createHttp } from './http/jsonCall.js';
import { MailServer } from './mail/mailServer.js';
import { TokenStore } from './s360/tokens.js';
import { isLocal, type TemporalTarget } from './temporal/connect.js';

export interface WorkerOptions {
  readonly target: Pick<TemporalTarget, 'connectionOptions' | 'namespace'>;
  readonly configuration: Configuration;
  /** Where the key variables that the configuration names are looked up. */
  readonly environment: NodeJS.ProcessEnv;
  /** Default `s360-tixngo`. */
  readonly taskQueue?: string;
  /** A bundle made before; without one, the built bundle or the sources are used. */
  readonly workflowBundle?: WorkflowBundleOption;
}

export interface InterfaceWorker {
  readonly worker: Worker;
  /** Ends when the worker has been shut down. */
  run(): Promise<void>;
}

/**
 * A worker for all functions of the configuration.
 *
 * @throws ConfigurationError if a key variable is not set
 */
export async function createInterfaceWorker(options: WorkerOptions): Promise<InterfaceWorker> {
  const { configuration, target } = options;
  const secrets = readSecrets(configuration, options.environment);
  const connection = await NativeConnection.connect(target.connectionOptions);
  const clientConnection = await Connection.connect(target.connectionOptions);
  const client = new Client({ connection: clientConnection, namespace: target.namespace });
  const ui = webUiOf(options.environment, {
    address: target.connectionOptions.address ?? '',
    namespace: target.namespace,
  });
  const worker = await Worker.create({
    connection,
    namespace: target.namespace,
    taskQueue: options.taskQueue ?? defaultTaskQueue,
    ...workflowCode(options.workflowBundle),
    activities: createActivities({
      client,
      configuration,
      secrets,
      http: createHttp(),
      tokens: new TokenStore(),
      slots: slotsOf(configuration),
      unknownFields: countUnknownFields,
      mailServer: mailServerOf(configuration, secrets),
      linkTo: ({ workflowId, runId }) => ui?.execution(workflowId, runId) ?? null,
    }),
    maxConcurrentActivityTaskExecutions: slotsOfWorker + slotsToAsk,
    maxConcurrentWorkflowTaskExecutions: 20,
    maxCachedWorkflows: 200,
    // Whoever watches sees progress every five seconds instead of 24; elsewhere heartbeats may be billed.
    ...(isLocal(target.connectionOptions.address ?? '') ? { maxHeartbeatThrottleInterval: '5s' } : {}),
    // Enough for a write to end and what it sent to be marked, so that a deployment leaves nothing in doubt.
    shutdownGraceTime: '10s',
    shutdownForceTime: '60s',
  });
  return {
    worker,
    run: async () => {
      try {
        await worker.run();
      } finally {
        await clientConnection.close();
        await connection.close();
      }
    },
  };
}

function mailServerOf({ email }: Configuration, secrets: ReadonlyMap<string, string>): MailServer | null {
  const url = email === undefined ? undefined : secrets.get(email.smtpUrlVariable);
  return email === undefined || url === undefined ? null : new MailServer(url, email.from);
}

function workflowCode(
  given: WorkflowBundleOption | undefined,
): { workflowBundle: WorkflowBundleOption } | { workflowsPath: string } {
  if (given !== undefined) return { workflowBundle: given };
  const built = fileURLToPath(new URL('./workflowBundle.js', import.meta.url));
  if (existsSync(built)) return { workflowBundle: { codePath: built } };
  const [typescript, javascript] = ['./workflows/index.ts', './workflows/index.js'].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  ) as [string, string];
  return { workflowsPath: existsSync(typescript) ? typescript : javascript };
}
