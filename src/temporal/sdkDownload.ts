import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ownProcess } from './ownProcess.js';
import { projectRoot } from './projectRoot.js';
import type { ServerProgram } from './programs.js';
import type { Say } from './say.js';

const limitMilliseconds = 15 * 60_000;

/**
 * Lets the SDK download the program into `directory`, in a process of its own because the SDK does it while it starts
 * a server, and because its runtime can be set up only once in a process. Gives the path of the executable.
 */
export async function downloadWithSdk(
  program: ServerProgram,
  directory: string,
  env: NodeJS.ProcessEnv,
  say: Say,
): Promise<string> {
  const started = Date.now();
  const reminder = setInterval(() => {
    say(`still downloading the ${program.title} with the SDK (${Math.round((Date.now() - started) / 1000)} s)`);
  }, 10_000);
  const failure = await runChild(program, directory, env).finally(() => {
    clearInterval(reminder);
  });
  // The SDK gives a server five seconds to start: a file that is there is good even if its first start was too slow.
  const files = (await readdir(directory, { withFileTypes: true })).filter((entry) => entry.isFile());
  const file = files.find(({ name }) => name.startsWith(program.name) && !name.endsWith('.downloading'));
  if (file !== undefined) return join(directory, file.name);
  throw new Error(failure ?? 'the SDK ended well but left no file');
}

/** Null when the child ended well, else why not. */
function runChild(program: ServerProgram, directory: string, env: NodeJS.ProcessEnv): Promise<string | null> {
  const { execArgv, file } = ownProcess('sdkDownloadProcess');
  const args = [...execArgv, file, program.sdk.server, program.sdk.version, directory];
  return new Promise((resolve) => {
    const options = { cwd: projectRoot(), env, timeout: limitMilliseconds, maxBuffer: 1 << 24 };
    execFile(process.execPath, args, options, (error, _stdout, stderr) => {
      const lines = stderr.split('\n').filter((line) => line.trim() !== '');
      resolve(error === null ? null : (lines.at(-1)?.trim() ?? error.message));
    });
  });
}
