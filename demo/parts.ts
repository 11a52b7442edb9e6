import { dirname, join } from 'node:path';

import { loadConfiguration } from '../src/config/load.js';
import { connectTemporal, type ConnectedClient } from '../src/connectTemporal.js';
import { interfaceWorkflowId, taskQueue as usualTaskQueue } from '../src/domain/functions.js';
import { webUiOf, WebUi } from '../src/cli/webUi.js';
import { configuredTarget, type TemporalTarget } from '../src/temporal/connect.js';
import { startDevServer, type DevServer } from '../src/temporal/devServer.js';
import type { Say } from '../src/temporal/say.js';
import { startProgram } from './childProgram.js';
import { comparerRules, type ComparerRules } from './comparer/rules.js';
import { demoConfiguration, demoPlace, ownNames } from './ownConfiguration.js';
import { DemoSchedules } from './week/schedules.js';

/** Keys of the demo's own sandboxes: nothing that is worth a secret. */
const s360Secret = 'sandbox-secret';
const tixngoApiKey = 'sandbox-api-key';

/** Everything that the demo has started, in a state to work. */
export interface Parts {
  readonly client: ConnectedClient['client'];
  readonly target: TemporalTarget;
  /** Null if a server was given: then nothing of it is the demo's. */
  readonly server: DevServer | null;
  readonly ui: WebUi | null;
  readonly s360Url: string;
  readonly tixngoUrl: string;
  readonly institution: string;
  readonly organization: string;
  readonly taskQueue: string;
  readonly configurationFile: string;
  readonly rules: ComparerRules;
  /** They start every execution. */
  readonly schedules: DemoSchedules;
  /** Limit of each service of S-360, and of TIXNGO; null for no limit. */
  readonly limits: { readonly s360: number | null; readonly tixngo: number | null };
  /** Whether the tickets are rows of somebody's own, and not made up. */
  readonly ownRows: boolean;
  /** Process ids by name. */
  readonly processes: Readonly<Record<string, number>>;
  /** Rejects if one of the parts ends by itself. */
  readonly broken: Promise<never>;
}

export interface PartsOptions {
  readonly tickets: number;
  readonly seed: number;
  readonly file: string | undefined;
  /** A fault plan for both sandboxes: `default` or a file; calm weather without. */
  readonly faults: string | undefined;
  readonly say: Say;
}

/** What must be undone at the end, last first. */
export class CleanUp {
  private readonly steps: (() => Promise<unknown>)[] = [];

  add(step: () => Promise<unknown>): void {
    this.steps.unshift(step);
  }

  /** One step that fails does not stop the others. */
  async run(): Promise<void> {
    for (const step of this.steps.splice(0)) await step().catch(() => undefined);
  }
}

export async function startParts(options: PartsOptions, cleanUp: CleanUp): Promise<Parts> {
  const { say } = options;
  const given = await configuredTarget({ explicitOnly: true });
  const names = given === null ? null : ownNames();
  const configured = await demoConfiguration(sandboxEnvironment(process.env), names);
  cleanUp.add(() => configured.remove());

  say(
    given === null ? 'Starting Temporal with a fresh database …' : `Using Temporal at ${given.address} (${given.from})`,
  );
  const server = given === null ? await startDevServer({ say }) : null;
  if (server !== null) cleanUp.add(() => server.stop());
  const target = server === null ? (given as TemporalTarget) : localTarget(server);
  const ownUi = server?.uiUrl ?? null;
  const ui = ownUi === null ? webUiOf(process.env, target) : new WebUi(ownUi, target.namespace);

  const weather = options.faults === undefined ? '' : ', both with faults';
  say(`Starting S-360 and TIXNGO (sandboxes, S-360 with its limit of 60 calls a minute${weather}) …`);
  const sandbox = await startSandboxes(options);
  cleanUp.add(() => sandbox.program.stop());

  const taskQueue = names?.taskQueue ?? usualTaskQueue;
  const urls = { S360_URL: sandbox.s360Url, TIXNGO_URL: sandbox.tixngoUrl, INTERFACE_CONFIG: configured.file };
  const configuration = await loadConfiguration({ ...process.env, ...urls });
  const { institution, organization } = demoPlace(configuration, configured.file, sandbox);
  const connected = await connectTemporal(target);
  cleanUp.add(() => connected.close());
  if (server === null) {
    // On somebody's server nothing may be left at work when its worker is gone.
    cleanUp.add(() => endExecutions(connected.client, institution.code, taskQueue));
  }

  say('Starting the worker …');
  const { program: worker } = await startProgram({
    title: 'The worker',
    file: 'src/worker.ts',
    environment: {
      ...temporalEnvironment(server),
      ...urls,
      [institution.s360.secretVariable]: s360Secret,
      [institution.organizations[0]?.interfaces[0]?.apiKeyVariable ?? 'TIXNGO_API_KEY']: tixngoApiKey,
      TASK_QUEUE: taskQueue,
      END_WITH_PARENT: '1',
    },
    readyLine: 'Worker ready',
    patienceMs: server === null ? 15_000 : 2_000,
  });
  cleanUp.add(() => worker.stop());
  const schedules = await DemoSchedules.apply(connected.client, configuration, taskQueue);
  if (server === null) cleanUp.add(() => schedules.delete());

  const endings = [worker.ended, sandbox.program.ended, ...(server === null ? [] : [serverEnding(server)])];
  const broken = Promise.race(endings).then((how) => {
    throw new Error(how);
  });
  // It is looked at only while the demo works; at the end the parts end because they are told to.
  broken.catch(() => undefined);
  return {
    client: connected.client,
    target,
    server,
    ui,
    s360Url: sandbox.s360Url,
    tixngoUrl: sandbox.tixngoUrl,
    institution: institution.code,
    organization,
    taskQueue,
    configurationFile: configured.file,
    rules: comparerRules(configuration),
    schedules,
    limits: {
      s360: institution.s360.callsPerMinute,
      tixngo: institution.organizations[0]?.interfaces[0]?.callsPerMinute ?? null,
    },
    ownRows: options.file !== undefined,
    processes: {
      ...(server === null ? {} : { temporal: server.pid }),
      sandbox: sandbox.program.pid,
      worker: worker.pid,
    },
    broken,
  };
}

async function startSandboxes({ tickets, seed, file, faults }: PartsOptions) {
  const { program, line } = await startProgram({
    title: 'The sandbox',
    file: 'sandbox/main.ts',
    args: [
      ...['--json', '--end-with-parent', '--s360-port', '0', '--tixngo-port', '0'],
      ...['--tickets', String(tickets), '--seed', String(seed)],
      ...(file === undefined ? [] : ['--file', file]),
      ...(faults === undefined ? [] : ['--faults', faults]),
      // Spectators are told at every write that is accepted, so that a needless one is seen.
      '--strict-notifications',
    ],
    environment: sandboxEnvironment(process.env),
    readyLine: '{',
    patienceMs: 3_000,
  });
  const { environment } = JSON.parse(line) as { environment: { S360_URL: string; TIXNGO_URL: string } };
  return { program, s360Url: environment.S360_URL, tixngoUrl: environment.TIXNGO_URL };
}

/** The demo's own keys, whatever real ones stand in the environment. */
function sandboxEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return {
    ...environment,
    S360_SECRET: s360Secret,
    TIXNGO_API_KEY: tixngoApiKey,
    S360_URL: 'http://127.0.0.1:8360',
    TIXNGO_URL: 'http://127.0.0.1:8361/v3/organizer/tickets',
  };
}

/** A server of our own must not be reached with what the person's Temporal profile says about another one. */
function temporalEnvironment(server: DevServer | null): NodeJS.ProcessEnv {
  if (server === null) return process.env;
  const others = Object.entries(process.env).filter(([name]) => !name.startsWith('TEMPORAL_'));
  return {
    ...Object.fromEntries(others),
    TEMPORAL_ADDRESS: server.address,
    TEMPORAL_NAMESPACE: server.namespace,
    // A file that is not there: no profile.
    TEMPORAL_CONFIG_FILE: join(dirname(server.database.file), 'no-profile.toml'),
  };
}

function localTarget({ address, namespace }: DevServer): TemporalTarget {
  return { address, namespace, connectionOptions: { address }, from: 'started by the demo' };
}

async function serverEnding(server: DevServer): Promise<string> {
  const { how, lastLines } = await server.ended;
  return `The Temporal server ended (${how}). Its last lines:\n${lastLines.slice(-15).join('\n')}`;
}

async function endExecutions(client: Parts['client'], institution: string, taskQueue: string): Promise<void> {
  const reason = 'the demo has ended';
  for await (const { workflowId } of client.workflow.list({
    query: `TaskQueue = '${taskQueue}' AND ExecutionStatus = 'Running'`,
  })) {
    await client.workflow
      .getHandle(workflowId)
      .terminate(reason)
      .catch(() => undefined);
  }
  // The list may lag; this one is known by name.
  await client.workflow
    .getHandle(interfaceWorkflowId(institution))
    .terminate(reason)
    .catch(() => undefined);
}
