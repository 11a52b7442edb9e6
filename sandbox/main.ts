import { readFileSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { DEFAULT_FAULTS } from './shared/defaultFaults.js';
import type { FaultOrder } from './shared/faultRules.js';
import { startS360Sandbox } from './s360/sandbox.js';
import { startTixngoSandbox } from './tixngo/sandbox.js';

// Starts the two sandboxes in one process: npm run sandbox -- --help

const DEFAULT_S360_SECRET = 'sandbox-secret';
const DEFAULT_TIXNGO_API_KEY = 'sandbox-api-key';

const program = new Command('sandbox')
  .description('Starts a stand-in for S-360 and one for TIXNGO, and says where they are.')
  .addOption(new Option('--only <system>', 'start one of them only').choices(['s360', 'tixngo'] as const))
  .option('--tickets <number>', 'how many tickets S-360 has', wholeNumber(0, 10_000_000), 1000)
  .option('--events <number>', 'for how many performances they are', wholeNumber(0, 50_000), 7)
  .option('--seed <number>', 'which tickets: the same seed gives the same tickets', wholeNumber(0, 2 ** 31), 1)
  .option('--organizations <codes>', 'whose tickets they are, in turn, such as A,B', organizationCodes, ['FCDEMO'])
  .option('--file <csv>', 'take the tickets from a CSV file instead')
  .option('--host <host>', 'address to listen on', '127.0.0.1')
  .option('--s360-port <port>', 'port of S-360; 0 chooses a free one', wholeNumber(0, 65_535), 8360)
  .option('--tixngo-port <port>', 'port of TIXNGO; 0 chooses a free one', wholeNumber(0, 65_535), 8361)
  .addOption(new Option('--s360-secret <secret>').env('S360_SECRET').default(DEFAULT_S360_SECRET))
  .addOption(new Option('--tixngo-api-key <key>').env('TIXNGO_API_KEY').default(DEFAULT_TIXNGO_API_KEY))
  .option('--calls-per-minute <number|off>', "S-360's limit for each service", callsPerMinute, 60)
  .option('--strict-notifications', 'TIXNGO tells the spectator at every write that it accepts', false)
  .option(
    '--faults <file|default>',
    'let calls fail: a JSON file {"s360"?: {rules}, "tixngo"?: {rules}}, or a few percent',
  )
  .option('--no-check-answers', 'do not check answers against the OpenAPI documents, for load')
  .option('--json', 'print one line of JSON', false)
  .option('--end-with-parent', 'end when standard input is closed', false)
  .configureHelp({ showGlobalOptions: false })
  .addHelpText(
    'after',
    `
People, while the sandboxes run (POST below TIXNGO's hooks; every body is in openapi.json there):
  phones/{download,offline,online}        what their phones do
  spectators/{assign,transfer,accept,refuse,cancel-transfer,activate}
                                          what they do with their tickets
  spectators/act                          a seeded crowd does so many of each
  privileges/use                          what they do with their cards`,
  );

/** A number that commander reads from the command line; it prints the sentence and ends with code 1 otherwise. */
function wholeNumber(smallest: number, largest: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= smallest && value <= largest) return value;
    throw new InvalidArgumentError(`expected a whole number from ${String(smallest)} to ${String(largest)}.`);
  };
}

function callsPerMinute(text: string): number | 'off' {
  return text === 'off' ? text : wholeNumber(1, 1_000_000)(text);
}

function organizationCodes(text: string): string[] {
  const codes = text.split(',').map((code) => code.trim());
  if (codes.every((code) => code !== '') && new Set(codes).size === codes.length) return codes;
  throw new InvalidArgumentError('expected organization codes, each once, separated by commas.');
}

interface Sandbox {
  readonly url: string;
  close(): Promise<void>;
}

const options = program.parse().opts();

async function start(): Promise<{ s360?: Sandbox; tixngo?: Sandbox & { readonly controlUrl: string } }> {
  const { host, checkAnswers } = options;
  const faults = faultOrders(options.faults);
  const s360 =
    options.only === 'tixngo'
      ? undefined
      : await startS360Sandbox({
          host,
          checkAnswers,
          faults: faults.s360,
          port: options.s360Port,
          tickets: options.tickets,
          events: options.events,
          seed: options.seed,
          organizations: options.organizations,
          csvFile: options.file,
          secret: options.s360Secret,
          rateLimit: { callsPerMinute: options.callsPerMinute === 'off' ? null : options.callsPerMinute },
        });
  if (options.only === 's360') return { ...(s360 && { s360 }) };
  try {
    const tixngo = await startTixngoSandbox({
      host,
      checkAnswers,
      faults: faults.tixngo,
      port: options.tixngoPort,
      seed: options.seed,
      apiKey: options.tixngoApiKey,
      strictNotifications: options.strictNotifications,
    });
    return { ...(s360 && { s360 }), tixngo };
  } catch (error) {
    await s360?.close();
    throw error;
  }
}

interface FaultOrders {
  readonly s360?: FaultOrder;
  readonly tixngo?: FaultOrder;
}

/** What `--faults` asks for; the rules themselves are checked by each sandbox as it starts. */
function faultOrders(wish: string | undefined): FaultOrders {
  if (wish === undefined) return {};
  if (wish === 'default') return DEFAULT_FAULTS;
  const wrong = (why: string) => new Error(`${wish}: ${why}`);
  let read: unknown;
  try {
    read = JSON.parse(readFileSync(wish, 'utf8'));
  } catch (error) {
    throw wrong(error instanceof SyntaxError ? 'is not JSON' : 'there is no such file, or it cannot be read');
  }
  const isObject = typeof read === 'object' && read !== null && !Array.isArray(read);
  if (!isObject || Object.keys(read as object).some((name) => name !== 's360' && name !== 'tixngo')) {
    throw wrong('expected an object with «s360» or «tixngo» or both');
  }
  return read as FaultOrders;
}

/** What a worker needs in its environment to talk to these sandboxes. */
function environment(running: Awaited<ReturnType<typeof start>>): Record<string, string> {
  return {
    ...(running.s360 && { S360_URL: running.s360.url, S360_SECRET: options.s360Secret }),
    ...(running.tixngo && { TIXNGO_URL: running.tixngo.url, TIXNGO_API_KEY: options.tixngoApiKey }),
  };
}

function report(running: Awaited<ReturnType<typeof start>>): string {
  const { s360, tixngo } = running;
  const variables = environment(running);
  if (options.json) {
    return JSON.stringify({
      ...(s360 && { s360: { url: s360.url } }),
      ...(tixngo && { tixngo: { url: tixngo.url, controlUrl: tixngo.controlUrl } }),
      environment: variables,
    });
  }
  const content = options.file ?? `${String(options.tickets)} tickets for ${String(options.events)} performances`;
  return [
    ...(s360 ? [`S-360   ${s360.url}   (${content})`, `        hooks ${s360.url}/sandbox/s360`] : []),
    ...(tixngo ? [`TIXNGO  ${tixngo.url}`, `        hooks ${tixngo.controlUrl}`] : []),
    '',
    'In the terminal of the worker, type:',
    `  export ${Object.entries(variables)
      .map(([name, value]) => `${name}=${quotedForShell(value)}`)
      .join(' ')}`,
    '',
    'Ctrl-C ends the sandboxes; what happened in them is gone then.',
  ].join('\n');
}

function quotedForShell(value: string): string {
  return /^[\w./:@-]+$/.test(value) ? value : `'${value.replaceAll("'", String.raw`'\''`)}'`;
}

try {
  const running = await start();
  let ending = false;
  const end = (): void => {
    if (ending) return;
    ending = true;
    void Promise.all([running.s360?.close(), running.tixngo?.close()]).then(() => process.exit(0));
  };
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
  if (options.endWithParent) process.stdin.once('end', end).once('close', end).once('error', end).resume();
  process.stdout.write(`${report(running)}\n`);
} catch (error) {
  process.stderr.write(`The sandbox could not start. ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
