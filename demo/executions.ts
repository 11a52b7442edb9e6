import type { StartedExecution } from '../src/cli/startFunction.js';
import { count } from '../src/cli/terminal.js';
import { watchExecution } from '../src/cli/watchExecution.js';
import { noCounts, type RunCounts } from '../src/domain/counts.js';
import type { EndState, FunctionName } from '../src/domain/functions.js';
import type { Say } from '../src/temporal/say.js';
import { readJson, s360Control, tixngoControl } from './comparer/sandboxTickets.js';
import type { DemoExecution } from './demoExecution.js';
import type { Parts } from './parts.js';
import type { Week } from './week/week.js';

/** What both sandboxes counted, whatever the interface says of itself. */
export interface Writes {
  /** Writes of tickets and privileges that TIXNGO accepted, deletions and controls included. */
  readonly tixngoTickets: number;
  /** Writes of definitions of privileges. */
  readonly tixngoDefinitions: number;
  readonly s360Printed: number;
  readonly s360Flagged: number;
  /** Entries of mobile status and history. */
  readonly s360Statuses: number;
  readonly s360Distributions: number;
  /** Contacts created or changed. */
  readonly s360Contacts: number;
}

const writeNames = [
  'tixngoTickets',
  'tixngoDefinitions',
  's360Printed',
  's360Flagged',
  's360Statuses',
  's360Distributions',
  's360Contacts',
] as const satisfies readonly (keyof Writes)[];

/** Executions of one function, one after the other, until one did not fail. */
export interface FunctionRun {
  /** At least one; all but the last have failed. */
  readonly executions: readonly DemoExecution[];
  readonly seconds: number;
  readonly writes: Writes;
}

/** A schedule goes on for ever; a demo ends. */
export const mostExecutions = 5;

/** Lets the schedule of a function run it to its end; after an execution that failed the next one starts. */
export async function runFunction(week: Week, name: FunctionName): Promise<FunctionRun> {
  const stopwatch = await Stopwatch.start(week.parts);
  const executions: DemoExecution[] = [];
  for (;;) {
    const started = await week.parts.schedules.trigger(name);
    const execution = await executionToEnd(week, name, started);
    executions.push(execution);
    if (execution.ending.kind === 'completed' || executions.length === mostExecutions) {
      return { executions, ...(await stopwatch.stop()) };
    }
    sayNextStarts(execution.ending.message, week.say);
  }
}

export function sayNextStarts(message: string, say: Say): void {
  say(`  It ended as ERROR: ${message}`);
  say('  Its schedule starts the next one.');
}

export async function executionToEnd(
  week: Week,
  name: FunctionName,
  started: StartedExecution,
): Promise<DemoExecution> {
  const { parts, say } = week;
  const { workflowId, runId } = started;
  const fromMs = week.nowMs();
  const ending = await watchExecution(parts.client, started, parts.taskQueue, process.env, say, async () => {
    const now = await countedWrites(parts);
    return name === 'retrieveTicketStatus'
      ? `${count(now.s360Statuses)} statuses and ${count(now.s360Distributions)} lines of distribution history in S-360`
      : `${count(now.tixngoTickets)} writes in TIXNGO, ${count(now.s360Flagged)} marked processed in S-360`;
  });
  const execution = {
    function: name,
    schedule: parts.schedules.idOf(name),
    workflowId,
    runId,
    url: parts.ui?.execution(workflowId, runId) ?? null,
    ending,
    fromMs,
    untilMs: week.nowMs(),
  };
  week.executions.push(execution);
  return execution;
}

/** The execution that ended the run, and did not fail unless all did. */
export function lastOf({ executions }: FunctionRun): DemoExecution {
  const last = executions.at(-1);
  if (last === undefined) throw new Error('a run has at least one execution');
  return last;
}

export function hasFailed(run: FunctionRun): boolean {
  return lastOf(run).ending.kind === 'failed';
}

export function countsOf(run: FunctionRun): RunCounts {
  const { ending } = lastOf(run);
  return ending.kind === 'completed' ? ending.result.counts : noCounts;
}

export function endStateOf({ ending }: DemoExecution): EndState {
  return ending.kind === 'completed' ? ending.result.endState : 'ERROR';
}

export function wroteNothing(writes: Writes): boolean {
  return writeNames.every((name) => writes[name] === 0);
}

/** Measures what happens from a moment on: the time, and what the two systems counted. */
export class Stopwatch {
  private constructor(
    private readonly parts: Parts,
    private readonly startedMs: number,
    private readonly before: Writes,
  ) {}

  static async start(parts: Parts): Promise<Stopwatch> {
    return new Stopwatch(parts, Date.now(), await countedWrites(parts));
  }

  async stop(): Promise<{ readonly seconds: number; readonly writes: Writes }> {
    const seconds = Math.round((Date.now() - this.startedMs) / 100) / 10;
    const after = await countedWrites(this.parts);
    const since = (name: keyof Writes): number => after[name] - this.before[name];
    const writes = Object.fromEntries(writeNames.map((name) => [name, since(name)])) as Record<keyof Writes, number>;
    return { seconds, writes };
  }
}

async function countedWrites({ s360Url, tixngoUrl }: Parts): Promise<Writes> {
  const [s360, tixngo] = await Promise.all([
    readJson<S360Counters>(`${s360Control(s360Url)}/counters`),
    readJson<{ ticketWrites: number; definitionWrites: number }>(`${tixngoControl(tixngoUrl)}/counters`),
  ]);
  return {
    tixngoTickets: tixngo.ticketWrites,
    tixngoDefinitions: tixngo.definitionWrites,
    s360Printed: s360.printed,
    s360Flagged: s360.flagged,
    s360Statuses: s360.mobileTicketsStored + s360.mobileTicketHistoryAdded,
    s360Distributions: s360.distributionsRecorded,
    s360Contacts: s360.contactsCreated + s360.contactsUpdated,
  };
}

interface S360Counters {
  readonly printed: number;
  readonly flagged: number;
  readonly mobileTicketsStored: number;
  readonly mobileTicketHistoryAdded: number;
  readonly distributionsRecorded: number;
  readonly contactsCreated: number;
  readonly contactsUpdated: number;
}
