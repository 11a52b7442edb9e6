import { spawn, type ChildProcess } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

import { projectRoot } from '../src/temporal/projectRoot.js';

const keptLines = 40;
const shownLines = 15;

/** A program of this repository as a process of its own. */
export interface ChildProgram {
  readonly pid: number;
  /** Resolves once it has ended, with what to say if nobody asked it to. */
  readonly ended: Promise<string>;
  /** Ends it: like Ctrl-C, and by force after some seconds. */
  stop(): Promise<void>;
}

export interface ProgramOptions {
  /** What people call it. */
  readonly title: string;
  readonly file: string;
  readonly args?: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  /** What it prints when it is ready begins like this. */
  readonly readyLine: string;
  /** How long it may take to end in good order. */
  readonly patienceMs: number;
}

/**
 * Starts a program and waits until it prints that it is ready. Its standard input is a pipe of this process: when this process ends, in
 * whatever way, the pipe closes and the program ends. It leads a process group of its own, so that a Ctrl-C in the terminal reaches
 * this process alone, which may still need the program.
 *
 * @returns the program and the line
 * @throws Error with its last lines if it ends instead
 */
export async function startProgram(options: ProgramOptions): Promise<{ program: ChildProgram; line: string }> {
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const child = spawn(process.execPath, ['--import', tsx, join(projectRoot(), options.file), ...(options.args ?? [])], {
    cwd: projectRoot(),
    env: options.environment,
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`${options.title} could not be run: ${error.message}`));
    child.once('close', (code, signal) => {
      const how = signal === null ? `exit code ${String(code)}` : `signal ${signal}`;
      const last = lines.slice(-shownLines).map((line) => `\n  ${line}`);
      resolve(`${options.title} ended (${how}). Its last lines:${last.join('')}`);
    });
  });
  const ready = new Promise<string>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        lines.push(line);
        if (lines.length > keptLines) lines.shift();
        if (line.startsWith(options.readyLine)) resolve(line);
      });
    }
  });
  // A program that has ended cannot hear that its pipe closes.
  child.stdin.on('error', () => undefined);
  const stop = (): Promise<void> => stopChild(child, ended, options.patienceMs);
  const line = await Promise.race([ready, ended.then(() => null)]);
  if (line === null) throw new Error(await ended);
  return { program: { pid: child.pid ?? 0, ended, stop }, line };
}

async function stopChild(child: ChildProcess, ended: Promise<string>, patienceMs: number): Promise<void> {
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), patienceMs);
  await ended;
  clearTimeout(timer);
}
