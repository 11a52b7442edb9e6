import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';

import { onTestFinished } from 'vitest';

import { repository } from '../scripts/temporaryTree.js';

/** A program that a person would type, as a process group of its own, like in a terminal. */
export interface Program {
  readonly child: ChildProcess;
  out(): string;
  err(): string;
  /** Waits until it has printed this to standard output or standard error; throws with all it said if it ends before. */
  until(text: string | RegExp): Promise<void>;
  /** Waits for its end; the exit code, or the name of the signal. */
  ended(): Promise<number | string>;
  /** Ctrl-C in its terminal: it reaches the whole process group. */
  interrupt(): void;
  /** kill -9 of the whole process group. */
  kill(): void;
}

/** An environment without what the person at this machine has set for these programs. */
export function cleanEnvironment(own: Record<string, string> = {}): NodeJS.ProcessEnv {
  const foreign = /^(TEMPORAL_(?!BINARY)|S360_|TIXNGO_|INTERFACE_CONFIG$|TASK_QUEUE$|NO_COLOR$|FORCE_COLOR$)/;
  return { ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name))), ...own };
}

/** Runs one line of a shell. What is left of it at the end of the test is killed. */
export function type(line: string, environment: NodeJS.ProcessEnv = cleanEnvironment()): Program {
  const child = spawn('sh', ['-c', line], {
    cwd: repository,
    env: environment,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const group = child.pid ?? 0;
  onTestFinished(() => signalGroup(group, 'SIGKILL'));
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const end = new Promise<number | string>((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'unknown'));
  });
  let running = true;
  void end.then(() => (running = false));
  return {
    child,
    out: () => out,
    err: () => err,
    until: async (text) => {
      const said = (): boolean =>
        typeof text === 'string' ? `${out}${err}`.includes(text) : text.test(`${out}${err}`);
      while (!said()) {
        if (!running) throw new Error(`«${line}» ended and never said ${String(text)}:\n${out}\n${err}`);
        await pause(50);
      }
    },
    ended: () => end,
    interrupt: () => signalGroup(group, 'SIGINT'),
    kill: () => signalGroup(group, 'SIGKILL'),
  };
}

/** Runs it to its end. */
export async function run(
  line: string,
  environment?: NodeJS.ProcessEnv,
): Promise<{ code: number | string; out: string; err: string }> {
  const program = type(line, environment);
  const code = await program.ended();
  return { code, out: program.out(), err: program.err() };
}

/** The processes below a process, deepest last. */
export function descendants(pid: number): number[] {
  const parents = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number) as [number, number]);
  const below = (parent: number): number[] =>
    parents.filter(([, of]) => of === parent).flatMap(([child]) => [child, ...below(child)]);
  return below(pid);
}

/** Waits until none of them is alive; the test's own time limit is the limit. */
export async function allGone(pids: readonly number[]): Promise<void> {
  while (pids.some(isRunning)) await pause(50);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch {
    // It is gone already.
  }
}
