import { spawn, type ChildProcess } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

/** What `npm run temporal -- --json` prints. */
export interface Facts {
  address: string;
  uiUrl: string | null;
  namespace: string;
  database: { file: string; kept: boolean };
  binary: { path: string; source: string; version: string };
  pid: number;
}

const running = new Set<ChildProcess>();

/** Runs a TypeScript program as a process (and process group) of its own. */
export function runProgram(file: string, args: readonly string[]): ChildProcess {
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const path = join(import.meta.dirname, '../..', file);
  const child = spawn(process.execPath, ['--import', tsx, path, ...args], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

/** Kills what a failed test left running. */
export function killLeftovers(): void {
  for (const child of running) child.kill('SIGKILL');
}

/** Starts `npm run temporal` without npm and waits for the line it prints; throws with its stderr when it ends first. */
export async function runStarter(args: readonly string[] = []): Promise<{ starter: ChildProcess; facts: Facts }> {
  const starter = runProgram('src/temporal/main.ts', ['--json', '--port', '0', '--ui-port', '0', ...args]);
  return { starter, facts: JSON.parse(await firstLine(starter)) as Facts };
}

/** The first line on stdout; throws with stderr when the process ends without one. */
export function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let errors = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (errors += text));
    if (child.stdout !== null) createInterface({ input: child.stdout }).once('line', resolve);
    child.once('close', (code) => {
      reject(new Error(`it ended with ${String(code)}: ${errors}`));
    });
  });
}

/** The exit code, or the signal's name. */
export function endOf(child: ChildProcess): Promise<number | string | null> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve(child.exitCode ?? child.signalCode);
    else {
      child.once('exit', (code, signal) => {
        resolve(code ?? signal);
      });
    }
  });
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Waits until the condition holds; the test's own time limit is the limit. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await pause(50);
}
