import { fork } from 'node:child_process';
import { rm } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { ownProcess } from './ownProcess.js';
import type { SupervisorJob, SupervisorReport } from './supervisorProtocol.js';

const keptLines = 40;

/** A server that ends with this process, whatever ends this process. */
export interface Supervised {
  /** Process id of the server. */
  readonly pid: number;
  /** Process id of the supervisor between this process and the server. */
  readonly supervisorPid: number;
  /** The last lines the server wrote. */
  lastLines(): string[];
  /** Resolves with the way it ended (`exit code 1`, `signal SIGKILL`) once the server is gone. */
  readonly ended: Promise<string>;
  /** Ends the server and resolves when it is gone and its temporary directory is deleted. */
  stop(): Promise<void>;
  /** Lets this process end by itself although the server still runs (which then ends too). */
  letGo(): void;
}

/** Starts a server below a supervisor; `hear` gets every line it writes. Throws when it cannot be run. */
export async function supervise(job: SupervisorJob, hear: (line: string) => void): Promise<Supervised> {
  const { execArgv, file } = ownProcess('supervisor');
  const supervisor = fork(file, [JSON.stringify(job)], {
    execArgv,
    detached: true,
    env: environmentOfServer(),
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const lines: string[] = [];
  let pid: number | undefined;
  let how: string | undefined;
  const hearLine = (line: string): void => {
    lines.push(line);
    if (lines.length > keptLines) lines.shift();
    hear(line);
  };
  const words = supervisor.stderr as Socket;
  createInterface({ input: words }).on('line', hearLine);
  const started = new Promise<void>((resolve) => {
    supervisor.on('message', (message) => {
      const report = message as SupervisorReport;
      if (report.kind === 'line') hearLine(report.line);
      else if (report.kind === 'ended') how = report.how;
      else {
        pid = report.pid;
        resolve();
      }
    });
  });
  const ended = new Promise<string>((resolve) => {
    supervisor.once('error', (error) => {
      resolve(`its supervisor cannot be run: ${error.message}`);
    });
    supervisor.once('close', (code, signal) => {
      const unexpected = `its supervisor ended (${signal ?? `exit code ${code ?? 'unknown'}`})`;
      if (how !== undefined) resolve(how);
      else
        void cleanUpAfterSupervisor(pid, job).finally(() => {
          resolve(unexpected);
        });
    });
  });
  await Promise.race([started, ended]);
  if (pid === undefined) throw new Error(`${job.command} did not start: ${await ended}`);
  return {
    pid,
    supervisorPid: supervisor.pid ?? 0,
    lastLines: () => [...lines],
    ended,
    stop: async () => {
      supervisor.ref();
      words.ref();
      supervisor.channel?.ref();
      if (supervisor.connected) supervisor.send('stop', () => undefined);
      await ended;
    },
    letGo: () => {
      supervisor.unref();
      words.unref();
      supervisor.channel?.unref();
    },
  };
}

/** Someone killed the supervisor itself: what it would have done falls to the starter. */
async function cleanUpAfterSupervisor(pid: number | undefined, job: SupervisorJob): Promise<void> {
  try {
    if (pid !== undefined) process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
  if (job.deleteAtEnd !== null) await rm(job.deleteAtEnd, { recursive: true, force: true, maxRetries: 5 });
}

/** The server must not read this program's own connection settings as its options. */
function environmentOfServer(): NodeJS.ProcessEnv {
  const settings = Object.entries(process.env).filter(([name]) => !name.startsWith('TEMPORAL_'));
  return Object.fromEntries(settings.filter(([name]) => name !== 'NODE_OPTIONS' && name !== 'NODE_V8_COVERAGE'));
}
