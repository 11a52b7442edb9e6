import { colours, count, table } from '../src/cli/terminal.js';
import type { RunCounts } from '../src/domain/counts.js';
import { countsOf, endStateOf, lastOf, type FunctionRun } from './executions.js';
import { executionsRow } from './executionsRow.js';
import { storyWentAsTold, type PushStory } from './pushStory.js';

/** What was taken back, what the two executions were doing while one phone was offline, and how they ended. */
export function pushText(story: PushStory): string {
  return [planText(story), meanwhileText(story), runsText(story)].filter((text) => text !== '').join('\n\n');
}

function planText({ plan }: PushStory): string {
  if (plan.orders.length === 0)
    return 'There was no ticket on a phone to cancel; the data may have cancelled ones of its own.';
  const rows = plan.orders.map(({ how, cause, ticketIds }) => {
    const among = (ids: readonly string[]): number => ticketIds.filter((id) => ids.includes(id)).length;
    const [offline, never] = [among(plan.onOfflinePhone), among(plan.neverInTixngo)];
    const notes = [
      ...(offline > 0 ? [`${count(offline)} on the phone that is offline`] : []),
      ...(never > 0 ? [`${count(never)} never in TIXNGO`] : []),
    ];
    return [how === 'cancel' ? 'cancelled' : 'invalidated', cause, count(ticketIds.length), notes.join(', ')];
  });
  if (plan.later !== null) rows.push(['cancelled later', 'CUSTOMER_REQUEST', '1', 'for the second execution']);
  return table(rows, { head: ['the box office', 'cause', 'tickets', ''], right: [2] });
}

function meanwhileText(story: PushStory): string {
  const { plan, meanwhile, first, second } = story;
  if (meanwhile === null) {
    return plan.onOfflinePhone.length === 0
      ? ''
      : colours.red('The first execution did not wait for the phone that is offline, as it must.');
  }
  const { firstIsRunning, firstWaitsFor, secondWaitsFor, deleted, deletionPending } = meanwhile;
  const execution = (name: string, run: FunctionRun, running: boolean, words: string): string[] => {
    const last = lastOf(run);
    return [name, running ? 'Running' : endStateOf(last), last.workflowId, words];
  };
  const rows = [execution('first execution', first, firstIsRunning, `waits: ${firstWaitsFor}`)];
  if (second !== null) {
    const words = secondWaitsFor === null ? 'has pushed, waits for nothing' : `has pushed, waits: ${secondWaitsFor}`;
    rows.push(execution('second execution', second, secondWaitsFor !== null, words));
  }
  rows.push(['TIXNGO', '', '', `${count(deleted)} tickets DELETED, ${count(deletionPending)} DELETION_PENDING`]);
  const wrong = storyWentAsTold(story)
    ? []
    : [colours.red('All but the tickets on that phone must be DELETED, and the first execution must still wait.')];
  return [table(rows, { head: ['while one phone is offline', '', '', ''] }), ...wrong].join('\n');
}

function runsText({ first, second }: PushStory): string {
  const runs = second === null ? [first] : [first, second];
  const row = (name: string, key: keyof RunCounts): string[] => [name, ...runs.map((run) => count(countsOf(run)[key]))];
  const rows = [
    ['end state', ...runs.map((run) => endStateOf(lastOf(run)))],
    ...executionsRow(runs),
    row('tickets offered by S-360', 'offered'),
    row('deletions pushed', 'sent'),
    ...(runs.some((run) => countsOf(run).found > 0) ? [row('found as wanted (not pushed again)', 'found')] : []),
    row('never in TIXNGO, nothing to delete', 'neverInTixngo'),
    row('marked processed in S-360', 'processed'),
    row('calls to S-360', 's360Calls'),
    row('calls to TIXNGO', 'tixngoCalls'),
    ['time', ...runs.map(({ seconds }) => `${seconds.toFixed(1)} s`)],
  ];
  const head = ['in the end', 'first execution', 'second execution'].slice(0, runs.length + 1);
  return table(rows, { head, right: runs.map((_, i) => i + 1) });
}
