import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { impatientBundle } from '../support/impatientBundle.js';
import type { VictimOrder } from '../support/victims.js';
import type { ModelWorld } from './modelWorld.js';

const secrets = { S360_SECRET: 'sandbox-secret', TIXNGO_API_KEY: 'sandbox-api-key' };

/** Two worker processes that work for all institutions, and die and come back by the hand of the sequences. */
export class SharedWorkers {
  private readonly children: ChildProcess[] = [];
  private comingBack: Promise<unknown> = Promise.resolve();
  private lastKillMs = Date.now();
  private hasKilled = false;
  private ending = false;

  private constructor(
    readonly taskQueue: string,
    private readonly folder: string,
    /** So long all sequences are left in peace after a kill that befalls all of them. */
    private readonly peaceMs: number,
  ) {}

  static async start(worlds: readonly ModelWorld[], taskQueue: string, peaceMs: number): Promise<SharedWorkers> {
    const folder = await mkdtemp(join(tmpdir(), 'interface-model-'));
    const workers = new SharedWorkers(taskQueue, folder, peaceMs);
    const [first] = worlds;
    if (first === undefined) return workers;
    const { environment } = first.world;
    const workflowCode = await impatientBundle();
    const order: VictimOrder = {
      namespace: environment['TEMPORAL_NAMESPACE'] ?? '',
      workflowCode,
      workers: [
        {
          temporalAddress: environment['TEMPORAL_ADDRESS'] ?? '',
          taskQueue,
          configuration: await configurationOf(worlds),
          environment: secrets,
        },
      ],
    };
    await writeFile(workers.orderFile, JSON.stringify(order));
    await Promise.all([workers.startOne(), workers.startOne()]);
    return workers;
  }

  /** Kills one of them with SIGKILL; the other goes on, and a new one comes. @returns false if it is too soon after the last kill */
  kill(): boolean {
    const nowMs = Date.now();
    const [victim] = this.children;
    if (this.children.length < 2 || victim === undefined || nowMs - this.lastKillMs < this.peaceMs) return false;
    this.lastKillMs = nowMs;
    this.hasKilled = true;
    this.children.shift();
    victim.kill('SIGKILL');
    this.comingBack = this.startOne();
    return true;
  }

  /** Whether a kill may have befallen what has been at work since then. */
  hasKilledSince(ms: number): boolean {
    return this.hasKilled && this.lastKillMs >= ms;
  }

  async end(): Promise<void> {
    this.ending = true;
    await this.comingBack;
    await Promise.all(
      this.children.map(async (child) => {
        const ended = new Promise((resolve) => child.once('exit', resolve));
        child.kill('SIGKILL');
        await ended;
      }),
    );
    await rm(this.folder, { recursive: true, force: true });
  }

  private get orderFile(): string {
    return join(this.folder, 'order.json');
  }

  private async startOne(): Promise<void> {
    const program = new URL('../support/victimWorkers.ts', import.meta.url).pathname;
    const child = spawn(process.execPath, ['--import', 'tsx', program, this.orderFile], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    await new Promise<void>((resolve, reject) => {
      const listen = (data: Buffer): void => {
        said += data.toString();
        if (said.includes('Workers ready')) resolve();
      };
      child.stdout.on('data', listen);
      child.stderr.on('data', listen);
      child.once('exit', (code, signal) => {
        reject(new Error(`a worker process ended with ${String(code ?? signal)}: ${said}`));
      });
    });
    if (this.ending) child.kill('SIGKILL');
    else this.children.push(child);
  }
}

/** One configuration with all institutions; each has a TIXNGO organizer of its own. */
async function configurationOf(worlds: readonly ModelWorld[]): Promise<string> {
  interface Whole {
    readonly institutions: readonly object[];
  }
  const wholes = await Promise.all(
    worlds.map(async ({ world }) => {
      const text = await world.configurationText({
        s360: { url: world.s360Url },
        interface: { url: world.tixngoUrl, organizer: world.institution, customParameters: { ticketIterationSize: 3 } },
        pushCancelled: { deletionFirstPauseSeconds: 5 },
      });
      return JSON.parse(text) as Whole;
    }),
  );
  return JSON.stringify({ ...wholes[0], institutions: wholes.flatMap(({ institutions }) => institutions) });
}
