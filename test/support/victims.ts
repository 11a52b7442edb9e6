import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { CrashWorld } from './crashWorld.js';
import { impatientBundle } from './impatientBundle.js';

/** What the process of `victimWorkers.ts` is to do. */
export interface VictimOrder {
  readonly namespace: string;
  readonly workflowCode: string;
  readonly workers: readonly {
    readonly temporalAddress: string;
    readonly taskQueue: string;
    readonly configuration: string;
    readonly environment: Readonly<Record<string, string>>;
  }[];
}

const keys = ['S360_URL', 'TIXNGO_URL', 'S360_SECRET', 'TIXNGO_API_KEY'] as const;

/** One process with a worker for each of the worlds. Its silence is noticed in seconds. */
export class Victims {
  private constructor(
    readonly process: ChildProcess,
    /** Resolves with the signal by which it has ended, null if it has ended by itself. */
    readonly ended: Promise<NodeJS.Signals | null>,
    /** The workflows with the same limits, for those who take over. */
    readonly workflowCode: string,
    private readonly folder: string,
  ) {}

  static async start(worlds: readonly CrashWorld[]): Promise<Victims> {
    const folder = await mkdtemp(join(tmpdir(), 'interface-victims-'));
    const workflowCode = await impatientBundle();
    const workers = await Promise.all(
      worlds.map(async ({ world, temporalAddress }) => ({
        temporalAddress,
        taskQueue: world.taskQueue,
        configuration: await world.configurationText(),
        environment: Object.fromEntries(keys.map((key) => [key, world.environment[key] ?? ''])),
      })),
    );
    const namespace = worlds[0]?.world.environment['TEMPORAL_NAMESPACE'] ?? '';
    const order: VictimOrder = { namespace, workflowCode, workers };
    const file = join(folder, 'order.json');
    await writeFile(file, JSON.stringify(order));
    const program = new URL('./victimWorkers.ts', import.meta.url).pathname;
    const child = spawn(process.execPath, ['--import', 'tsx', program, file], { stdio: ['ignore', 'pipe', 'pipe'] });
    const ended = new Promise<NodeJS.Signals | null>((resolve) => {
      child.once('exit', (_, signal) => {
        resolve(signal);
      });
    });
    let said = '';
    const ready = new Promise<void>((resolve) => {
      const listen = (data: Buffer): void => {
        said += data.toString();
        if (said.includes('Workers ready')) resolve();
      };
      child.stdout.on('data', listen);
      child.stderr.on('data', listen);
    });
    const victims = new Victims(child, ended, workflowCode, folder);
    const early = await Promise.race([ready, ended.then(() => said)]);
    if (early === undefined) return victims;
    await victims.remove();
    throw new Error(`the workers' process ended early: ${early}`);
  }

  async remove(): Promise<void> {
    this.process.kill('SIGKILL');
    await this.ended;
    await rm(this.folder, { recursive: true, force: true });
  }
}
