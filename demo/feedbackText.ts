import { colours, count, table } from '../src/cli/terminal.js';
import type { RunCounts } from '../src/domain/counts.js';
import { countsOf, endStateOf, lastOf, type FunctionRun } from './executions.js';
import { executionsRow } from './executionsRow.js';
import { secondRetrieveStoredNothing, type FeedbackStory } from './feedbackStory.js';

/** What the spectators did, and what the runs brought back. */
export function feedbackText(story: FeedbackStory, last: FunctionRun | null): string {
  return [spectatorsText(story), runsText(story, last)].filter((text) => text !== '').join('\n\n');
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

/** The last three rows are what the S-360 sandbox counted itself. */
function runsText(story: FeedbackStory, last: FunctionRun | null): string {
  const runs = [story.first, story.second, ...(last === null ? [] : [last])];
  const row = (name: string, key: keyof RunCounts): string[] => [name, ...runs.map((run) => count(countsOf(run)[key]))];
  const rows = [
    ['end state', ...runs.map((run) => endStateOf(lastOf(run)))],
    ...executionsRow(runs),
    row('entries of TIXNGO', 'offered'),
    row('stored in S-360', 'stored'),
    ...(runs.some((run) => countsOf(run).unchanged > 0)
      ? [row('in S-360 already (not stored again)', 'unchanged')]
      : []),
    row('lines of distribution history', 'distributions'),
    row('contacts created', 'contactsCreated'),
    row('contacts completed with their name', 'contactsCompleted'),
    row('calls to S-360', 's360Calls'),
    row('calls to TIXNGO', 'tixngoCalls'),
    ['time', ...runs.map(({ seconds }) => `${seconds.toFixed(1)} s`)],
    ['S-360 counted: statuses', ...runs.map(({ writes }) => count(writes.s360Statuses))],
    ['S-360 counted: lines of distribution history', ...runs.map(({ writes }) => count(writes.s360Distributions))],
    ['S-360 counted: contacts created or completed', ...runs.map(({ writes }) => count(writes.s360Contacts))],
  ];
  const head = ['', 'first run', 'second run', 'after push cancelled'].slice(0, runs.length + 1);
  const verdict = secondRetrieveStoredNothing(story)
    ? 'The second run stored nothing: it goes on where the first one has ended.'
    : colours.red('The second run stored something, which it must not.');
  return `${table(rows, { head, right: runs.map((_, i) => i + 1) })}\n\n${verdict}`;
}
