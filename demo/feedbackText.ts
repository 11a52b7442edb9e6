import { colours, count, table } from '../src/cli/terminal.js';
import { countsOf, type FunctionRun } from './executions.js';
import { secondRetrieveStoredNothing, type FeedbackStory } from './feedbackStory.js';
import { runTable } from './runTable.js';

/** What the spectators did, and what the runs brought back. */
export function feedbackText(story: FeedbackStory, later: readonly FunctionRun[]): string {
  return [spectatorsText(story), runsText(story, later)].filter((text) => text !== '').join('\n\n');
}

function spectatorsText({ plan, downloaded }: FeedbackStory): string {
  if (downloaded === 0) return 'There was no ticket on a phone.';
  const rows = [
    ['downloaded', count(downloaded), ''],
    ['assigned to a guest', count(plan.assigned.length), ''],
    ['passed on, accepted', count(plan.accepted.length), plan.givenBack === null ? '' : 'one was then given back'],
    ['passed on, refused', count(plan.refused.length), plan.example === null ? '' : 'one was then accepted by another'],
    ['passed on, never answered', count(plan.lapsed.length), plan.lapsed.length > 0 ? 'TIXNGO has ended it' : ''],
    ['passed on, still open', count(plan.open.length), ''],
  ];
  return table(rows, { head: ['the spectators', 'tickets', ''], right: [1] });
}

function runsText(story: FeedbackStory, later: readonly FunctionRun[]): string {
  const titles = ['after push cancelled', 'after the match'].slice(-later.length);
  const columns = [
    { title: 'first run', run: story.first },
    { title: 'second run', run: story.second },
    ...later.map((run, i) => ({ title: titles[i] ?? '', run })),
  ];
  const anyUnchanged = columns.some(({ run }) => countsOf(run).unchanged > 0);
  const runs = runTable(
    columns,
    [
      ['entries of TIXNGO', 'offered'],
      ['stored in S-360', 'stored'],
      ...(anyUnchanged ? [['in S-360 already (not stored again)', 'unchanged'] as const] : []),
      ['lines of distribution history', 'distributions'],
      ['contacts created', 'contactsCreated'],
      ['contacts completed with their name', 'contactsCompleted'],
    ],
    [
      ['S-360 counted: statuses', 's360Statuses'],
      ['S-360 counted: lines of distribution history', 's360Distributions'],
      ['S-360 counted: contacts created or completed', 's360Contacts'],
    ],
  );
  const verdict = secondRetrieveStoredNothing(story)
    ? 'The second run stored nothing: it goes on where the first one has ended.'
    : colours.red('The second run stored something, which it must not.');
  return `${runs}\n\n${verdict}`;
}
