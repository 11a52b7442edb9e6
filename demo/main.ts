/** `npm run demo`: everything at once, on this machine. */
import { writeFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';

import { Command, InvalidArgumentError } from '@commander-js/extra-typings';

import { endingText } from '../src/cli/showEnding.js';
import { colours, count } from '../src/cli/terminal.js';
import { messageOf, sayOnStderr as say } from '../src/temporal/say.js';
import { lastOf } from './executions.js';
import { facts, runFacts } from './facts.js';
import { weekPage } from './page/weekPage.js';
import { CleanUp, startParts, type Parts, type PartsOptions } from './parts.js';
import { nextText, sectionsOf } from './report.js';
import { RunFailed } from './runFailed.js';
import { isGood, tellStory, type Story } from './story.js';
import { Week } from './week/week.js';
import { weekPicture } from './week/weekPicture.js';

const given = new Command('npm run demo --')
  .description(
    'Starts Temporal, a sandbox of S-360 and of TIXNGO and a worker, and plays one match week: sale, injection, season tickets, downloads, transfers, cancellations while one phone is offline, the gates. All functions are started by their schedules. Then it compares both systems ticket by ticket, and ends everything.',
  )
  .option('--tickets <number>', 'how many tickets S-360 has', wholeNumber(1, 1_000_000), 2_000)
  .option('--seed <number>', 'which tickets: the same seed gives the same ones', wholeNumber(0, 2 ** 31), 1)
  .option('--file <csv>', 'rows of your own instead, with the columns of config/tickets.example.csv')
  .option('--faults [file]', 'let calls fail in both sandboxes: a few percent, or by the rules of a file')
  .option('--report <file.html>', 'write a picture of the week: one HTML file that needs nothing else')
  .option('--keep', 'stay up at the end, until Ctrl-C', false)
  .option('--json', 'print one JSON object as the last line', false)
  .addHelpText(
    'after',
    [
      '',
      'Exit status: 0 only if both systems agree ticket by ticket and nobody was told twice.',
      'TEMPORAL_ADDRESS or TEMPORAL_PROFILE: use that Temporal server instead of starting one.',
      'INTERFACE_CONFIG: another interface configuration (default: config/interface.example.json).',
    ].join('\n'),
  )
  .parse()
  .opts();
// Without a file the option is true.
const options = { ...given, faults: given.faults === true ? 'default' : given.faults };

/** Ctrl-C, or whoever wants this process to end. */
class Interrupted extends Error {
  constructor(
    /** 128 and the number of the signal, as a shell has it. */
    readonly code: number,
  ) {
    super('interrupted');
  }
}

const startedMs = Date.now();
const interrupted = new Promise<number>((end) => {
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    // npm passes a Ctrl-C on that reached this process already, so a second one means nothing.
    process.on(signal, () => {
      end(code);
    });
  }
  // npm, when it is killed, takes nobody along; what it started is an orphan then.
  if (process.env['npm_lifecycle_event'] !== undefined) {
    const parent = process.ppid;
    setInterval(() => {
      if (process.ppid !== parent) end(129);
    }, 500).unref();
  }
});

const cleanUp = new CleanUp();
const code = await demonstrate();
await cleanUp.run();
process.exit(code);

/** @returns the exit status */
async function demonstrate(): Promise<number> {
  try {
    const parts = await orInterrupted(startParts(partsOptions(), cleanUp));
    const agreed = await orInterrupted(Promise.race([demonstrateWith(parts), parts.broken]));
    if (options.keep) {
      await Promise.race([interrupted, parts.broken]);
      say('\nEnding everything …');
    }
    return agreed;
  } catch (error) {
    if (error instanceof Interrupted) {
      say('\nInterrupted: ending everything …');
      return error.code;
    }
    process.stderr.write(`${colours.red('The demo failed.')} ${messageOf(error)}\n`);
    printJson({ ok: false, error: messageOf(error) });
    return 1;
  }
}

async function orInterrupted<T>(work: Promise<T>): Promise<T> {
  return await Promise.race([
    work,
    interrupted.then((code) => {
      throw new Interrupted(code);
    }),
  ]);
}

function partsOptions(): PartsOptions {
  const { tickets, seed, file, faults } = options;
  return {
    tickets,
    seed,
    file: file === undefined ? undefined : resolve(file),
    faults: faults === undefined || faults === 'default' ? faults : resolve(faults),
    say,
  };
}

async function demonstrateWith(parts: Parts): Promise<number> {
  const { seed, faults, report, keep } = options;
  const week = new Week(parts, say, report !== undefined);
  let story: Story;
  try {
    story = await tellStory(week, { seed, withFaults: faults !== undefined });
  } catch (error) {
    if (!(error instanceof RunFailed)) throw error;
    const { url, ending } = lastOf(error.run);
    process.stdout.write(`${endingText(ending, url)}\n`);
    printJson({ ok: false, runs: [runFacts(error.run)] });
    return 1;
  }
  for (const [title, text] of await sectionsOf(week, story, keep)) {
    process.stdout.write(`${colours.bold(title)}\n\n${text}\n\n`);
  }
  const sentTicket = story.examples.find(({ title }) => title.endsWith(', sent'))?.ticketId ?? null;
  process.stdout.write(`${nextText(parts, story.comparison, sentTicket, keep)}\n`);
  if (report !== undefined) {
    await writeFile(report, weekPage(weekPicture(week, story, aboutText(), keep)));
    process.stdout.write(`\nThe week as a picture: ${resolve(report)}\n`);
  }
  printJson(facts(week, story, ran()));
  return isGood(story) ? 0 : 1;
}

/** What was played. */
function aboutText(): string {
  const { tickets, seed, file, faults } = options;
  const what =
    file === undefined
      ? `${count(tickets)} tickets and cards at first (seed ${String(seed)})`
      : `The rows of ${basename(file)}`;
  return `${what}${faults === undefined ? '' : ', while calls failed in both systems'}.`;
}

function printJson(said: object): void {
  if (options.json) process.stdout.write(`${JSON.stringify(said)}\n`);
}

function ran(): object {
  const { tickets, seed, file, faults, keep, report } = options;
  return {
    ...(report === undefined ? {} : { report: resolve(report) }),
    ...(file === undefined ? { tickets } : { file }),
    seed,
    faults: faults ?? null,
    keep,
    seconds: (Date.now() - startedMs) / 1_000,
  };
}

function wholeNumber(smallest: number, largest: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= smallest && value <= largest) return value;
    throw new InvalidArgumentError(`expected a whole number from ${String(smallest)} to ${String(largest)}.`);
  };
}
