/**
 * Run as a process between a starter and its server. It owns the server and holds one end of a pipe to the starter:
 * when the starter ends, in whatever way (also by `kill -9`), the pipe closes, and the supervisor ends the server,
 * deletes its temporary files and goes. It leads a process group of its own, so that a Ctrl-C in the terminal reaches
 * the starter alone, which may still need the server to finish.
 */
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { SupervisorJob, SupervisorReport } from './supervisorProtocol.js';

const job = JSON.parse(process.argv[2] ?? 'null') as SupervisorJob;
if (process.connected) supervise();
else finish('the starter had already ended');

function supervise(): void {
  const server = spawn(job.command, job.args, { stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true });
  let killer: NodeJS.Timeout | undefined;
  const end = (): void => {
    if (killer !== undefined) return;
    if (job.graceMilliseconds > 0) server.kill('SIGTERM');
    killer = setTimeout(() => server.kill('SIGKILL'), job.graceMilliseconds);
  };
  for (const stream of [server.stdout, server.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      report({ kind: 'line', line });
    });
  }
  server.once('spawn', () => {
    report({ kind: 'started', pid: server.pid ?? 0 });
  });
  server.once('error', (error) => {
    if (server.pid === undefined) finish(`it could not be run: ${error.message}`);
  });
  server.once('close', (code, signal) => {
    clearTimeout(killer);
    finish(signal === null ? `exit code ${code ?? 'unknown'}` : `signal ${signal}`);
  });
  process.once('disconnect', end);
  process.on('message', end);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
}

function finish(how: string): void {
  try {
    if (job.deleteAtEnd !== null) rmSync(job.deleteAtEnd, { recursive: true, force: true, maxRetries: 5 });
  } finally {
    report({ kind: 'ended', how }, () => {
      process.exit();
    });
  }
}

function report(message: SupervisorReport, done: () => void = () => undefined): void {
  if (!process.connected || process.send === undefined) {
    done();
    return;
  }
  // The starter may go at any moment; that it did not hear the last words is no failure.
  process.send(message, undefined, undefined, done);
}
