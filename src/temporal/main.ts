/** `npm run temporal`: a Temporal development server until Ctrl-C. */
import { Command, InvalidArgumentError } from '@commander-js/extra-typings';
import { startDevServer, type DevServer } from './devServer.js';
import { messageOf } from './say.js';

const command = new Command('temporal')
  .description('Starts a Temporal development server with Web UI on this machine and keeps it until Ctrl-C.')
  .option('--port <port>', 'port of the gRPC API (default: 7233 when free, else a free one; 0: a free one)', toPort)
  .option('--ui-port <port>', 'port of the Web UI (default: 8233 when free, else a free one; 0: a free one)', toPort)
  .option('--db <file>', 'SQLite file that keeps everything (default: a temporary one, deleted at the end)')
  .option('--json', 'print one line of JSON instead of text')
  .option('--verbose', 'show the warnings the server writes')
  .parse();

const { port, uiPort, db, json, verbose } = command.opts();
const interrupted = new Promise<'interrupted'>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    // npm and tsx pass a Ctrl-C on that reached this process already, so a second one means nothing.
    process.on(signal, () => {
      resolve('interrupted');
    });
  }
});
// The server does not keep this process alive.
const keepAlive = setInterval(() => undefined, 60_000);
try {
  const started = await Promise.race([
    startDevServer({ port, uiPort, dbFile: db, quiet: verbose !== true }),
    interrupted,
  ]);
  if (started === 'interrupted') process.exit(130);
  await keepRunning(started);
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
} finally {
  clearInterval(keepAlive);
}

async function keepRunning(server: DevServer): Promise<void> {
  process.stdout.write(json === true ? `${JSON.stringify(facts(server))}\n` : introduction(server));
  const ending = await Promise.race([server.ended, interrupted]);
  if (ending === 'interrupted') {
    if (server.database.kept) process.stderr.write('\nending the server in good order, which takes some seconds\n');
    await server.stop();
    return;
  }
  const words = ending.lastLines.slice(-15).map((line) => `  ${line}\n`);
  process.stderr.write(`the Temporal server ended by itself (${ending.how}). Its last lines:\n${words.join('')}`);
  process.exitCode = 1;
}

function facts({ address, uiUrl, namespace, database, binary, pid }: DevServer): object {
  return { address, uiUrl, namespace, database, binary, pid };
}

function introduction({ address, uiUrl, namespace, database, binary }: DevServer): string {
  const usual = address === '127.0.0.1:7233';
  return [
    '',
    `Temporal runs at   ${address} (namespace ${namespace})`,
    `Web UI             ${uiUrl ?? 'none'}`,
    `Database           ${database.file}${database.kept ? '' : ' (temporary: deleted at the end; --db FILE keeps one)'}`,
    `Server program     ${binary.path} (${binary.version}, ${binary.source})`,
    '',
    'Type next, each in another terminal:',
    '  npm run sandbox',
    `  ${usual ? '' : `TEMPORAL_ADDRESS=${address} `}npm run worker    after the line that the sandbox prints`,
    '',
    'Ctrl-C ends it.',
    '',
  ].join('\n');
}

function toPort(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= 65_535) return value;
  throw new InvalidArgumentError('A port is a whole number from 0 to 65535.');
}
