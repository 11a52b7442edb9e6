/** `npm run demo`: everything at once, on this machine. */
import { resolve } from 'node:path';

import { Command, InvalidArgumentError } from '@commander-js/extra-typings';

import { endingText } from '../src/cli/showEnding.js';
import { colours, count } from '../src/cli/terminal.js';
import { messageOf, sayOnStderr as say } from '../src/temporal/say.js';
import { compareSandboxes, type Comparison } from './comparer/compareSandboxes.js';
import { comparisonText } from './comparer/comparisonText.js';
import { chooseExamples, examplesText } from './examples.js';
import { runInjection, wroteNothing, type InjectionRun } from './injectionRun.js';
import { CleanUp, startParts, type Parts, type PartsOptions } from './parts.js';
import { linksText, nextText, runsText, sharedEnvironment, startFormOf } from './report.js';

const options = new Command('npm run demo --')
  .description(
    'Starts Temporal, a sandbox of S-360 and of TIXNGO and a worker, injects the tickets twice, compares both systems ticket by ticket, and ends everything.',
  )
  .option('--tickets <number>', 'how many tickets S-360 has', wholeNumber(1, 1_000_000), 2_000)
  .option('--seed <number>', 'which tickets: the same seed gives the same ones', wholeNumber(0, 2 ** 31), 1)
  .option('--file <csv>', 'rows of your own instead, with the columns of config/tickets.example.csv')
  .option('--keep', 'stay up at the end, until Ctrl-C', false)
  .option('--json', 'print one JSON object as the last line', false)
  .addHelpText(
    'after',
    [
      '',
      'Exit status: 0 only if both systems agree ticket by ticket.',
      'TEMPORAL_ADDRESS or TEMPORAL_PROFILE: use that Temporal server instead of starting one.',
      'INTERFACE_CONFIG: another interface configuration (default: config/interface.example.json).',
    ].join('\n'),
  )
  .parse()
  .opts();

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
    const agreed = await orInterrupted(Promise.race([injectTwice(parts), parts.broken]));
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
    if (options.json) process.stdout.write(`${JSON.stringify({ ok: false, error: messageOf(error) })}\n`);
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
  const { tickets, seed, file } = options;
  return { tickets, seed, file: file === undefined ? undefined : resolve(file), say };
}

async function injectTwice(parts: Parts): Promise<number> {
  const examples = await chooseExamples(parts, parts.rules);
  say('\nFirst run: a fresh interface does not know what TIXNGO has, so it looks every ticket up before it sends.');
  const first = await runInjection(parts, say);
  if (first.ending.kind === 'failed') return failed(first);
  say('\nSecond run: nothing has changed, so it must write nothing.');
  const second = await runInjection(parts, say);
  if (second.ending.kind === 'failed') return failed(second);
  say('\nComparing both systems over HTTP …\n');
  const comparison = await compareSandboxes({ s360: parts.s360Url, tixngo: parts.tixngoUrl }, parts.rules);
  const runs = [first, second];
  const ok = comparison.agree && wroteNothing(second.writes);

  const sections: [string, string][] = [
    ['Ticket injection', runsText(runs)],
    [
      `Three of ${count(comparison.s360Tickets)} tickets, before and after (= unchanged)`,
      await examplesText(parts, examples),
    ],
    ['Do both systems agree?', comparisonText(comparison)],
    ['Look at it', linksText(parts, runs, options.keep)],
  ];
  for (const [title, text] of sections) process.stdout.write(`${colours.bold(title)}\n\n${text}\n\n`);
  const sentTicket = examples.find(({ title }) => title.endsWith(', sent'))?.ticketId ?? null;
  process.stdout.write(`${nextText(parts, comparison, sentTicket, options.keep)}\n`);
  if (options.json) process.stdout.write(`${JSON.stringify(facts(parts, runs, comparison, ok))}\n`);
  return ok ? 0 : 1;
}

function failed(run: InjectionRun): number {
  process.stdout.write(`${endingText(run.ending, run.url)}\n`);
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ ok: false, executions: [executionFacts(run)] })}\n`);
  }
  return 1;
}

/** For machines: what ran, counts, differences, execution ids, addresses. No person, no key. */
function facts(parts: Parts, runs: readonly InjectionRun[], comparison: Comparison, ok: boolean): object {
  const { tickets, seed, file, keep } = options;
  return {
    ok,
    ran: { ...(file === undefined ? { tickets, seed } : { file }), keep, seconds: (Date.now() - startedMs) / 1_000 },
    institution: parts.institution,
    organization: parts.organization,
    taskQueue: parts.taskQueue,
    executions: runs.map(executionFacts),
    secondRunWroteNothing: runs[1] !== undefined && wroteNothing(runs[1].writes),
    comparison,
    addresses: {
      temporal: parts.target.address,
      namespace: parts.target.namespace,
      webUi: parts.ui?.url ?? null,
      startForm: startFormOf(parts),
      s360: parts.s360Url,
      tixngo: parts.tixngoUrl,
    },
    environment: sharedEnvironment(parts),
    database: parts.server?.database.file ?? null,
    processes: { demo: process.pid, ...parts.processes },
  };
}

function executionFacts({ workflowId, runId, url, seconds, ending, writes }: InjectionRun): object {
  const outcome =
    ending.kind === 'completed'
      ? {
          endState: ending.result.endState,
          counts: ending.result.counts,
          parkedReasons: ending.result.parkedReasons,
          message: ending.result.message,
        }
      : { endState: 'FAILED', error: { code: ending.code, message: ending.message } };
  return { workflowId, runId, url, seconds, ...outcome, writes };
}

function wholeNumber(smallest: number, largest: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= smallest && value <= largest) return value;
    throw new InvalidArgumentError(`expected a whole number from ${String(smallest)} to ${String(largest)}.`);
  };
}
