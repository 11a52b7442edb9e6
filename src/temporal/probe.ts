import { execFile } from 'node:child_process';
import type { ServerProgram } from './programs.js';

/**
 * Runs `<path> --version` and tells the release, or `unknown` for a program that cannot be asked.
 * Throws when the file cannot run, is another program, or is older than this project needs.
 */
export async function probe(program: ServerProgram, path: string): Promise<string> {
  const output = await outputOf(path, program.minimum === null);
  if (program.minimum === null) {
    if (/test-?server/i.test(output)) return 'unknown';
    throw new Error(`it does not behave like the ${program.title}`);
  }
  const version = /\btemporal version (\d+\.\d+\.\d+\S*)/i.exec(output)?.[1];
  if (version === undefined) throw new Error('`--version` does not answer like the Temporal CLI');
  if (isOlder(version, program.minimum)) throw new Error(`release ${version} is older than ${program.minimum}`);
  return version;
}

function outputOf(path: string, mayFail: boolean): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(path, ['--version'], { timeout: 30_000, windowsHide: true }, (error, stdout, stderr) => {
      if (error === null || (mayFail && typeof error.code === 'number')) resolve(`${stdout}\n${stderr}`);
      else if (error.killed === true) reject(new Error('`--version` did not answer within 30 s'));
      else if (typeof error.code === 'number') reject(new Error(`\`--version\` ended with exit code ${error.code}`));
      else reject(new Error(`it cannot be run (${error.code ?? error.signal ?? error.message})`));
    });
  });
}

function isOlder(version: string, minimum: string): boolean {
  const parts = (text: string): number[] => text.split(/[.-]/).slice(0, 3).map(Number);
  const wanted = parts(minimum);
  for (const [index, part] of parts(version).entries()) {
    const least = wanted[index] ?? 0;
    if (part !== least) return part < least;
  }
  return false;
}
