import { differenceText, comparisonRows } from '../comparer/comparisonText.js';
import type { RunCounts } from '../../src/domain/counts.js';
import { count } from '../../src/cli/terminal.js';
import type { DemoExecution } from '../demoExecution.js';
import { endStateOf } from '../executions.js';
import type { WeekPicture, WeekRun } from '../page/weekPicture.js';
import type { Parts } from '../parts.js';
import { toldOnceEach, type Story } from '../story.js';
import type { Week } from './week.js';

/** What the page shows of a week that was played. */
export function weekPicture(week: Week, story: Story, about: string, staysUp: boolean): WeekPicture {
  const { steps, samples, calls, executions, parts } = week;
  const { comparison, playedMs } = story;
  return {
    about: `${about} Played in ${count(Math.round(playedMs / 1_000))} seconds.`,
    steps,
    endMs: playedMs,
    samples,
    runs: executions.map(runOf).sort((left, right) => left.fromMs - right.fromMs),
    calls,
    callsPerMinute: limitsOf(parts, calls.at(-1)?.calls ?? {}),
    agreement: {
      agree: comparison.agree,
      toldOnceEach: toldOnceEach(story),
      rows: comparisonRows(comparison),
      differences: comparison.differences.map(differenceText),
    },
    staysUp,
  };
}

function limitsOf({ limits }: Parts, calls: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(
    Object.keys(calls).flatMap((service) => {
      const limit = service.startsWith('S-360 ') ? limits.s360 : limits.tixngo;
      return limit === null ? [] : [[service, limit]];
    }),
  );
}

function runOf(execution: DemoExecution): WeekRun {
  const { workflowId, url, fromMs, untilMs, ending } = execution;
  return {
    function: execution.function,
    workflowId,
    url,
    endState: endStateOf(execution),
    fromMs,
    untilMs,
    did: ending.kind === 'completed' ? countsText(execution, ending.result.counts) : ending.code,
  };
}

const words: readonly (readonly [key: keyof RunCounts, words: string])[] = [
  ['stored', 'statuses stored'],
  ['distributions', 'transfers recorded'],
  ['contactsCreated', 'contacts created'],
  ['found', 'found as wanted'],
  ['definitions', 'definitions'],
  ['neverInTixngo', 'never in TIXNGO'],
  ['deletedInTixngo', 'deleted there already'],
  ['parked', 'parked'],
  ['waitingForHolder', 'waiting for their holder'],
];

const sentWords: Readonly<Record<DemoExecution['function'], string>> = {
  ticketsExternalPrinting: 'tickets sent',
  pushCancelled: 'deletions pushed',
  pushControlled: 'controls told',
  retrieveTicketStatus: 'sent',
  digitalPrivilegesInjection: 'privileges sent',
};

function countsText({ function: name }: DemoExecution, counts: RunCounts): string {
  const parts = [['sent', sentWords[name]] as const, ...words]
    .filter(([key]) => counts[key] > 0)
    .map(([key, text]) => `${count(counts[key])} ${text}`);
  return parts.length === 0 ? 'nothing to do' : parts.join(', ');
}
