import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, Runtime, type WorkflowBundleOption } from '@temporalio/worker';
import { inject } from 'vitest';

import { parseConfiguration } from '../../src/config/load.js';
import { createInterfaceWorker } from '../../src/createWorker.js';
import type { FunctionName } from '../../src/domain/functions.js';
import type { InjectionInput } from '../../src/domain/injectionInput.js';
import type { InterfaceState } from '../../src/domain/interfaceState.js';
import type { RetrieveInput } from '../../src/domain/retrieveInput.js';
import type { RunInput } from '../../src/domain/runInput.js';
import type { RunResult } from '../../src/domain/stretch.js';
import { startS360Sandbox, type S360SandboxOptions } from '../../sandbox/s360/sandbox.js';
import { startTixngoSandbox, type TixngoSandboxOptions } from '../../sandbox/tixngo/sandbox.js';
import { sharedBundle } from './sharedBundle.js';

/** Members of the example configuration that a test wants otherwise. */
export interface ConfigurationChange {
  readonly root?: object;
  readonly s360?: object;
  readonly interface?: object;
  /** Of the injection. */
  readonly function?: object;
  readonly pushCancelled?: object;
  readonly pushControlled?: object;
  readonly retrieve?: object;
  readonly privileges?: object;
}

export interface WorldOptions {
  readonly s360?: S360SandboxOptions;
  readonly tixngo?: TixngoSandboxOptions;
  readonly configuration?: ConfigurationChange;
  /** Another Temporal server than the shared one. */
  readonly temporalAddress?: string;
}

/** A worker that differs from the usual one of a world. */
export interface SpecialWorker {
  /** A connection of its own to the server. */
  readonly temporalAddress?: string;
  readonly workflowBundle?: WorkflowBundleOption;
}

/** A ticket as the S-360 sandbox tells the whole truth about it. */
export interface SandboxTicket {
  readonly row: Readonly<Record<string, unknown>> & { readonly ticket_id: number };
  readonly flags: Readonly<Record<string, string>>;
}

/** A ticket as the TIXNGO sandbox tells the whole truth about it. */
export interface MobileTicket {
  readonly ticketId: string;
  readonly status: string;
  readonly notifications: number;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly owner: { readonly email: string };
  readonly deletion: { readonly reason: string; readonly visible: boolean } | null;
  /** Of a control that TIXNGO has accepted, also if the ticket was deleted later. */
  readonly controlledAt: string | null;
}

const silent = new DefaultLogger('ERROR', () => undefined);
let runtimeInstalled = false;

/** The workflow bundle, made once for all tests. */
export async function workflowBundle(): Promise<WorkflowBundleOption> {
  const codePath = await sharedBundle('workflows', async () => {
    const workflowsPath = new URL('../../src/workflows/index.ts', import.meta.url).pathname;
    return (await bundleWorkflowCode({ workflowsPath, logger: silent })).code;
  });
  return { codePath };
}

/** Both sandboxes, a configuration of their own institution, and a client of the shared Temporal server. Workers are started by the test. */
export class World {
  readonly institution = `T${randomBytes(4).toString('hex')}`;
  readonly taskQueue = `test-${this.institution}`;
  private readonly endings: (() => Promise<unknown>)[] = [];
  private started = 0;
  /** Everything that worker processes of this world have printed. */
  workerOutput = '';

  private constructor(
    readonly s360Url: string,
    readonly tixngoUrl: string,
    readonly tixngoControlUrl: string,
    readonly client: Client,
    readonly violations: () => string[],
    private readonly configurationChange: ConfigurationChange,
    private readonly keys: { readonly s360Secret: string; readonly tixngoApiKey: string },
    private readonly temporalAddress: string,
  ) {}

  static async start(options: WorldOptions = {}): Promise<World> {
    if (!runtimeInstalled)
      Runtime.install({ logger: silent, telemetryOptions: { logging: { forward: {}, filter: 'ERROR' } } });
    runtimeInstalled = true;
    const s360 = await startS360Sandbox({ rateLimit: { callsPerMinute: null }, ...options.s360 });
    const tixngo = await startTixngoSandbox({ ...options.tixngo });
    const temporalAddress = options.temporalAddress ?? inject('temporalAddress');
    const connection = await Connection.connect({ address: temporalAddress });
    const client = new Client({ connection, namespace: inject('temporalNamespace') });
    const world = new World(
      s360.url,
      tixngo.url,
      tixngo.controlUrl,
      client,
      () => [...s360.violations(), ...tixngo.violations()],
      options.configuration ?? {},
      {
        s360Secret: options.s360?.secret ?? 'sandbox-secret',
        tixngoApiKey: options.tixngo?.apiKey ?? 'sandbox-api-key',
      },
      temporalAddress,
    );
    world.endings.push(
      () => s360.close(),
      () => tixngo.close(),
      () => connection.close(),
    );
    return world;
  }

  /** Ends workers first, then the sandboxes. */
  async close(): Promise<void> {
    try {
      await this.client.workflow.getHandle(`interface/${this.institution}`).terminate('test ended');
    } catch {
      // Never started, or ended by the test.
    }
    for (const end of this.endings.reverse()) await end();
  }

  get environment(): NodeJS.ProcessEnv {
    return {
      ...process.env,
      S360_URL: this.s360Url,
      TIXNGO_URL: this.tixngoUrl,
      S360_SECRET: this.keys.s360Secret,
      TIXNGO_API_KEY: this.keys.tixngoApiKey,
      TEMPORAL_ADDRESS: this.temporalAddress,
      TEMPORAL_NAMESPACE: inject('temporalNamespace'),
    };
  }

  /** The example configuration, for this world's institution, with the test's changes; limits off unless the test sets them. */
  async configurationText(change: ConfigurationChange = this.configurationChange): Promise<string> {
    const file = new URL('../../config/interface.example.json', import.meta.url);
    interface Example {
      institutions: [
        { code: string; s360: object; organizations: [{ interfaces: [{ functions: { function: FunctionName }[] }] }] },
      ];
    }
    const example = JSON.parse(await readFile(file, 'utf8')) as Example;
    const [institution] = example.institutions;
    const [settings] = institution.organizations[0].interfaces;
    institution.code = this.institution;
    institution.s360 = { ...institution.s360, callsPerMinute: null, ...change.s360 };
    Object.assign(settings, change.interface);
    const changes: Readonly<Record<FunctionName, object | undefined>> = {
      ticketsExternalPrinting: change.function,
      pushCancelled: change.pushCancelled,
      pushControlled: change.pushControlled,
      retrieveTicketStatus: change.retrieve,
      digitalPrivilegesInjection: change.privileges,
    };
    for (const fn of settings.functions) Object.assign(fn, changes[fn.function]);
    return JSON.stringify({ ...example, writeTimeoutSeconds: 1, pauseWhenStateIsNew: false, ...change.root });
  }

  /** Ends something of a test's own with this world, before what is there already. */
  endWith(end: () => Promise<unknown>): void {
    this.endings.push(end);
  }

  /** A worker in this process. @returns a function that shuts it down */
  async worker(
    change?: ConfigurationChange,
    environment: NodeJS.ProcessEnv = {},
    special: SpecialWorker = {},
  ): Promise<() => Promise<void>> {
    const env = { ...this.environment, ...environment };
    const { worker, run } = await createInterfaceWorker({
      target: {
        connectionOptions: { address: special.temporalAddress ?? this.temporalAddress },
        namespace: inject('temporalNamespace'),
      },
      configuration: parseConfiguration(await this.configurationText(change), 'test', env),
      environment: env,
      taskQueue: this.taskQueue,
      workflowBundle: special.workflowBundle ?? (await workflowBundle()),
    });
    const running = run();
    const end = async (): Promise<void> => {
      if (worker.getState() === 'RUNNING') worker.shutdown();
      await running;
    };
    this.endings.push(end);
    return end;
  }

  /** A worker as a process of its own, which can be killed. Resolves when it polls. */
  async workerProcess(
    change?: ConfigurationChange,
    environment: NodeJS.ProcessEnv = {},
    program = 'src/worker.ts',
  ): Promise<ChildProcess> {
    const folder = await mkdtemp(join(tmpdir(), 'interface-'));
    const file = join(folder, 'interface.json');
    await writeFile(file, await this.configurationText(change));
    const child = spawn(process.execPath, ['--import', 'tsx', program], {
      env: { ...this.environment, INTERFACE_CONFIG: file, TASK_QUEUE: this.taskQueue, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    this.endings.push(async () => {
      child.kill('SIGKILL');
      await ended;
      await rm(folder, { recursive: true, force: true });
    });
    let said = '';
    await new Promise<void>((resolve, reject) => {
      const listen = (data: Buffer): void => {
        said += data.toString();
        this.workerOutput += data.toString();
        if (said.includes('Worker ready')) resolve();
      };
      child.stdout.on('data', listen);
      child.stderr.on('data', listen);
      child.once('exit', (code) => {
        reject(new Error(`the worker process ended with ${String(code)}: ${said}`));
      });
    });
    return child;
  }

  nextId(): string {
    this.started += 1;
    return `${this.institution}/${String(this.started)}`;
  }

  /** Starts an execution of any function. */
  startFunction(name: FunctionName, input?: object, workflowId = this.nextId()) {
    return this.client.workflow.start(name, {
      taskQueue: this.taskQueue,
      workflowId,
      args: input === undefined ? [] : [input],
    });
  }

  async runFunction(name: FunctionName, input?: object): Promise<RunResult> {
    const handle = await this.startFunction(name, input);
    return (await handle.result()) as RunResult;
  }

  start(input?: InjectionInput, workflowId = this.nextId()) {
    return this.client.workflow.start('ticketsExternalPrinting', {
      taskQueue: this.taskQueue,
      workflowId,
      args: input === undefined ? [] : [input],
    });
  }

  startCancelled(input?: RunInput, workflowId = this.nextId()) {
    return this.client.workflow.start('pushCancelled', {
      taskQueue: this.taskQueue,
      workflowId,
      args: input === undefined ? [] : [input],
    });
  }

  startRetrieve(input?: RetrieveInput, workflowId = this.nextId()) {
    return this.client.workflow.start('retrieveTicketStatus', {
      taskQueue: this.taskQueue,
      workflowId,
      args: input === undefined ? [] : [input],
    });
  }

  async runRetrieve(input?: RetrieveInput): Promise<RunResult> {
    const handle = await this.startRetrieve(input);
    return (await handle.result()) as RunResult;
  }

  async runCancelled(input?: RunInput): Promise<RunResult> {
    const handle = await this.startCancelled(input);
    return (await handle.result()) as RunResult;
  }

  async run(input?: InjectionInput): Promise<RunResult> {
    const handle = await this.start(input);
    return (await handle.result()) as RunResult;
  }

  interfaceState(): Promise<InterfaceState> {
    return this.client.workflow.getHandle(`interface/${this.institution}`).query<InterfaceState>('state');
  }

  async s360<T>(path: string, body?: object): Promise<T> {
    return hook<T>(`${this.s360Url}/sandbox/s360/${path}`, body);
  }

  async tixngo<T>(path: string, body?: object): Promise<T> {
    return hook<T>(`${this.tixngoControlUrl}/${path}`, body);
  }

  async s360Tickets(): Promise<SandboxTicket[]> {
    return allPages<SandboxTicket>(
      (after) => this.s360(`tickets?limit=5000${after === '' ? '' : `&afterTicketId=${after}`}`),
      (ticket) => String(ticket.row.ticket_id),
    );
  }

  async mobileTickets(): Promise<MobileTicket[]> {
    return allPages<MobileTicket>(
      (after) => this.tixngo(`tickets?limit=5000${after === '' ? '' : `&afterTicketId=${after}`}`),
      (ticket) => ticket.ticketId,
    );
  }

  changeTickets(changes: readonly { readonly ticketId: number; readonly set: object }[]): Promise<unknown> {
    return this.s360('tickets/change', { changes });
  }

  tixngoCounters(): Promise<TixngoCounters> {
    return this.tixngo<TixngoCounters>('counters');
  }

  s360Counters(): Promise<S360Counters> {
    return this.s360<S360Counters>('counters');
  }
}

export interface TixngoCounters {
  readonly calls: Readonly<Record<string, number>>;
  readonly ticketWrites: number;
  readonly ticketsInjected: number;
  readonly ticketsUpdated: number;
  readonly ticketsRejected: number;
  readonly eventsCreated: number;
  readonly notifications: number;
  readonly ticketsDownloaded: number;
  readonly transfersStarted: number;
  readonly rateLimited: number;
}

export interface S360Counters {
  readonly calls: Readonly<Record<string, number>>;
  readonly rateLimited: number;
  readonly flagged: number;
  readonly printed: number;
  readonly mobileTicketsStored: number;
  readonly distributionsRecorded: number;
  readonly contactsCreated: number;
}

export async function hook<T>(url: string, body?: object): Promise<T> {
  const response = await fetch(
    url,
    body === undefined
      ? {}
      : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
  );
  if (!response.ok) throw new Error(`${url} answered ${String(response.status)}: ${await response.text()}`);
  return (await response.json()) as T;
}

async function allPages<T>(
  page: (after: string) => Promise<{ tickets: T[] }>,
  idOf: (ticket: T) => string,
): Promise<T[]> {
  const all: T[] = [];
  for (let after = ''; ;) {
    const { tickets } = await page(after);
    const last = tickets.at(-1);
    if (last === undefined) return all;
    all.push(...tickets);
    after = idOf(last);
  }
}

/** Waits until a condition of a real system holds; the test's own time limit is the only clock. */
export async function until(condition: () => Promise<boolean> | boolean, pauseMs = 20): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, pauseMs));
}
