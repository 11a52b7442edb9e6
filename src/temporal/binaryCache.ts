import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { messageOf } from './say.js';
import type { ServerProgram } from './programs.js';

/** What is written beside a cached executable, so that a damaged one is noticed. */
interface Manifest {
  readonly version: string;
  readonly sha256: string;
}

/** An executable in the cache whose content is what was once put there. */
export interface CachedBinary {
  readonly path: string;
  readonly version: string;
}

/** One directory per program, release and platform, so that a directory shared between machines stays right. */
export function cacheEntry(cacheDirectory: string, program: ServerProgram): string {
  return join(cacheDirectory, `${program.name}-${program.version}-${process.platform}-${process.arch}`);
}

/** The cached executable, null when there is none; throws when its content is not what was put there. */
export async function readCache(cacheDirectory: string, program: ServerProgram): Promise<CachedBinary | null> {
  const entry = cacheEntry(cacheDirectory, program);
  if (!existsSync(entry)) return null;
  const manifest = await readManifest(entry);
  const path = join(entry, fileName(program));
  const sha256 = await sha256Of(path);
  if (sha256 !== manifest.sha256) throw new Error(`${path} is damaged (its SHA-256 is not the one noted beside it)`);
  return { path, version: manifest.version };
}

/**
 * Puts an executable into the cache by renaming, so that nobody ever sees half of it. When another process was
 * faster with a good one, that one stays.
 */
export async function writeCache(
  cacheDirectory: string,
  program: ServerProgram,
  executable: string,
  version: string,
): Promise<CachedBinary> {
  const work = await workDirectory(cacheDirectory);
  try {
    const prepared = join(work, 'entry');
    await mkdir(prepared);
    const path = join(prepared, fileName(program));
    await rename(executable, path);
    await chmod(path, 0o755);
    const manifest: Manifest = { version, sha256: await sha256Of(path) };
    await writeFile(join(prepared, 'manifest.json'), `${JSON.stringify(manifest)}\n`);
    return await putInPlace(cacheDirectory, program, prepared, work);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** A fresh directory inside the cache (same file system, so that renaming works); the caller deletes it. */
export async function workDirectory(cacheDirectory: string): Promise<string> {
  await mkdir(cacheDirectory, { recursive: true });
  await removeAbandoned(cacheDirectory);
  return mkdtemp(join(cacheDirectory, '.work-'));
}

/** File name of the executable on this platform. */
export function fileName(program: ServerProgram): string {
  return process.platform === 'win32' ? `${program.name}.exe` : program.name;
}

async function putInPlace(
  cacheDirectory: string,
  program: ServerProgram,
  prepared: string,
  work: string,
): Promise<CachedBinary> {
  const entry = cacheEntry(cacheDirectory, program);
  for (let attempt = 1; ; attempt++) {
    try {
      await rename(prepared, entry);
    } catch (error) {
      const already = await readCache(cacheDirectory, program).catch(() => null);
      if (already !== null) return already;
      if (attempt === 3) throw error;
      await rename(entry, join(work, `damaged-${randomUUID()}`)).catch(() => undefined);
      continue;
    }
    const placed = await readCache(cacheDirectory, program);
    if (placed !== null) return placed;
  }
}

async function readManifest(entry: string): Promise<Manifest> {
  try {
    const manifest = JSON.parse(await readFile(join(entry, 'manifest.json'), 'utf8')) as Partial<Manifest>;
    if (typeof manifest.version === 'string' && typeof manifest.sha256 === 'string') {
      return { version: manifest.version, sha256: manifest.sha256 };
    }
  } catch (error) {
    throw new Error(`${entry} is damaged (${messageOf(error)})`, { cause: error });
  }
  throw new Error(`${entry} is damaged (its manifest is incomplete)`);
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}

/** Deletes what downloads left behind that were killed more than three hours ago. */
async function removeAbandoned(cacheDirectory: string): Promise<void> {
  const oldest = Date.now() - 3 * 60 * 60 * 1000;
  for (const name of await readdir(cacheDirectory)) {
    if (!name.startsWith('.work-')) continue;
    const path = join(cacheDirectory, name);
    const age = await stat(path).catch(() => null);
    if (age !== null && age.mtimeMs < oldest) await rm(path, { recursive: true, force: true });
  }
}
