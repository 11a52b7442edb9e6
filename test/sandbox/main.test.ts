import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';

const children: ChildProcessWithoutNullStreams[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

interface Program {
  readonly child: ChildProcessWithoutNullStreams;
  /** Everything that was printed until there is a line end. */
  firstLines(): Promise<string>;
  /** Waits for the end. */
  ended(): Promise<{ code: number | null; out: string; err: string }>;
}

function sandbox(...args: string[]): Program {
  const { S360_SECRET: _secret, TIXNGO_API_KEY: _key, ...env } = process.env;
  const child = spawn(process.execPath, ['--import', 'tsx', 'sandbox/main.ts', ...args], { env });
  children.push(child);
  let [out, err] = ['', ''];
  child.stdout.on('data', (text: Buffer) => (out += text.toString()));
  child.stderr.on('data', (text: Buffer) => (err += text.toString()));
  const end = once(child, 'close');
  return {
    child,
    async firstLines() {
      while (!out.includes('\n')) {
        const ended = await Promise.race([once(child.stdout, 'data').then(() => false), end.then(() => true)]);
        if (ended && !out.includes('\n')) throw new Error(`the sandbox has ended: ${err}`);
      }
      return out;
    },
    async ended() {
      const [code] = (await end) as [number | null];
      return { code, out, err };
    },
  };
}

const FREE = ['--s360-port', '0', '--tixngo-port', '0'];

describe('npm run sandbox', () => {
  it('starts both systems, says where they are, and ends when it is told to', async () => {
    const program = sandbox(...FREE, '--json', '--tickets', '30', '--calls-per-minute', 'off');
    const { s360, tixngo, environment } = JSON.parse(await program.firstLines());
    expect(environment).toEqual({
      S360_URL: s360.url,
      S360_SECRET: 'sandbox-secret',
      TIXNGO_URL: tixngo.url,
      TIXNGO_API_KEY: 'sandbox-api-key',
    });
    expect(tixngo.url).toMatch(/\/v3\/organizer\/tickets$/);
    const json = async (url: string) => (await fetch(url)).json();
    expect(await json(`${s360.url}/sandbox/s360/tickets?limit=1`)).toMatchObject({ total: 30 });
    expect(await json(`${s360.url}/sandbox/s360/settings`)).toMatchObject({ rateLimit: { callsPerMinute: null } });
    expect(await json(`${tixngo.controlUrl}/counters`)).toMatchObject({ ticketWrites: 0 });
    program.child.kill('SIGTERM');
    expect(await program.ended()).toMatchObject({ code: 0, err: '' });
  });

  it('starts one of them only, and ends with its parent', async () => {
    const program = sandbox(...FREE, '--only', 's360', '--end-with-parent');
    const text = await program.firstLines();
    expect(text).toContain('export S360_URL=http://127.0.0.1:');
    expect(text).not.toContain('TIXNGO_URL');
    program.child.stdin.end();
    expect((await program.ended()).code).toBe(0);
  });

  it('takes tickets from a file', async () => {
    const program = sandbox(...FREE, '--only', 's360', '--json', '--file', 'config/tickets.example.csv');
    const { s360 } = JSON.parse(await program.firstLines());
    const answer = await fetch(`${s360.url}/sandbox/s360/tickets?limit=1`);
    expect(await answer.json()).toMatchObject({ total: 20 });
  });

  it('has tickets of several organizations', async () => {
    const program = sandbox(...FREE, '--only', 's360', '--json', '--tickets', '50', '--organizations', 'FCA,FCB');
    const { s360 } = JSON.parse(await program.firstLines());
    const { tickets } = (await (await fetch(`${s360.url}/sandbox/s360/tickets`)).json()) as {
      tickets: { row: { organization_code: string } }[];
    };
    expect(new Set(tickets.map(({ row }) => row.organization_code))).toEqual(new Set(['FCA', 'FCB']));
  });

  it('starts in bad weather, the default one or that of a file', async () => {
    interface Shown {
      readonly rules: readonly { readonly operation: string }[];
    }
    const faultsOf = async (wish: string): Promise<[Shown, Shown]> => {
      const program = sandbox(...FREE, '--json', '--tickets', '10', '--faults', wish);
      const { s360, tixngo } = JSON.parse(await program.firstLines());
      const json = async (url: string) => (await fetch(url)).json() as Promise<Shown>;
      return [await json(`${s360.url}/sandbox/s360/faults`), await json(`${tixngo.controlUrl}/faults`)];
    };
    const [s360, tixngo] = await faultsOf('default');
    expect(s360.rules.map(({ operation }) => operation)).toContain('dataExportService.flagItems');
    expect(tixngo.rules.map(({ operation }) => operation)).toContain('tickets.delete');
    const directory = await mkdtemp(join(tmpdir(), 'faults-'));
    const file = join(directory, 'faults.json');
    await writeFile(file, '{"tixngo": {"rules": [{"operation": "*", "fault": {"kind": "reset"}}], "seed": 7}}');
    expect(await faultsOf(file)).toMatchObject([
      { rules: [] },
      { seed: 7, rules: [{ operation: '*', fault: { kind: 'reset' } }] },
    ]);
    await rm(directory, { recursive: true });
  });

  it('says in its help where people can be moved', async () => {
    const { code, out } = await sandbox('--help').ended();
    expect(code).toBe(0);
    expect(out).toContain('phones/{download,offline,online}');
    expect(out).toContain('spectators/{assign,transfer,accept,refuse,cancel-transfer,activate}');
    expect(out).toContain('spectators/act');
  });

  it.each([
    [['--faults', 'none.json'], 'The sandbox could not start. none.json: there is no such file'],
    [['--faults', 'tsconfig.json'], 'The sandbox could not start. tsconfig.json: expected an object with «s360» or'],
    [['--file', 'none.csv'], 'The sandbox could not start. none.csv: there is no such file'],
    [['--tickets', 'many'], 'expected a whole number from 0 to'],
    [['--organizations', 'A,,B'], 'expected organization codes, each once'],
    [['--calls-per-minute', '0'], 'expected a whole number from 1 to'],
    [['--only', 'both'], 'Allowed choices are s360, tixngo'],
  ])('with %j ends with code 1 and a sentence', async (args, sentence) => {
    const { code, out, err } = await sandbox(...FREE, ...args).ended();
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain(sentence);
    expect(err).not.toContain('    at ');
  });
});
