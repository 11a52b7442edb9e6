import { colours, count, table } from '../src/cli/terminal.js';
import { countsOf, endStateOf, lastOf, type FunctionRun } from './executions.js';
import { storyWentAsTold, type PushStory } from './pushStory.js';
import { runTable } from './runTable.js';

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
  const columns = [
    { title: 'first execution', run: first },
    ...(second === null ? [] : [{ title: 'second execution', run: second }]),
  ];
  const anyFound = columns.some(({ run }) => countsOf(run).found > 0);
  return runTable(columns, [
    ['tickets offered by S-360', 'offered'],
    ['deletions pushed', 'sent'],
    ...(anyFound ? [['found as wanted (not pushed again)', 'found'] as const] : []),
    ['never in TIXNGO, nothing to delete', 'neverInTixngo'],
    ['marked processed in S-360', 'processed'],
  ]);
}
