import { count } from '../src/cli/terminal.js';
import { chooseExample, type Example } from './examples.js';
import { runFunction, wroteNothing, type FunctionRun } from './executions.js';
import { orThrow } from './runFailed.js';
import { answerAfterAnHour, followSpectators, planSpectators, type SpectatorPlan } from './spectators.js';
import type { Week } from './week/week.js';
import type { WeekTime } from './week/weekClock.js';

const functionName = 'retrieveTicketStatus';

export interface FeedbackStory {
  readonly plan: SpectatorPlan;
  /** Tickets that came to a phone. */
  readonly downloaded: number;
  readonly example: Example | null;
  /** Brings back what the spectators have done. */
  readonly first: FunctionRun;
  /** Must store nothing. */
  readonly second: FunctionRun;
}

/**
 * Wednesday: the spectators download, assign and pass on, and retrieve ticket status runs twice.
 *
 * @throws RunFailed
 */
export async function tellFeedbackStory(
  week: Week,
  seed: number,
  untouched: ReadonlySet<string>,
): Promise<FeedbackStory> {
  const { parts } = week;
  const plan = await planSpectators(parts, seed, untouched);
  const example = plan.example === null ? null : await chooseExample(parts, plan.example, 'passed on', true);
  await week.step({ day: 'Wednesday', time: '18:00' }, 'Downloads, transfers', planText(plan));
  const downloaded = await followSpectators(parts, plan);
  await week.step(
    { day: 'Wednesday', time: '19:30' },
    'Feedback',
    `${plan.lapsed.length > 0 ? 'Nobody has answered one of the transfers for an hour: TIXNGO has ended it. ' : ''}Retrieve ticket status brings back to S-360 what happened in the phones, with the contacts of the new owners.`,
  );
  await answerAfterAnHour(parts, plan);
  const first = orThrow(await runFunction(week, functionName));
  await week.step(
    { day: 'Wednesday', time: '19:35' },
    'Feedback again',
    'Retrieve ticket status again: nothing has happened since, so it must store nothing.',
  );
  const second = orThrow(await runFunction(week, functionName));
  return { plan, downloaded, example, first, second };
}

/** What has happened in TIXNGO since comes back too. @throws RunFailed */
export async function retrieveOnceMore(week: Week, at: WeekTime, text: string): Promise<FunctionRun> {
  await week.step(at, 'Feedback', text);
  return orThrow(await runFunction(week, functionName));
}

export function secondRetrieveStoredNothing({ second }: FeedbackStory): boolean {
  return wroteNothing(second.writes);
}

function planText(plan: SpectatorPlan): string {
  if (plan.onPhones === 0) return 'No ticket of these is in TIXNGO, so nothing happens in any phone.';
  return (
    `The spectators download their tickets, assign ${count(plan.assigned.length)} to guests and pass some on: ` +
    `${count(plan.accepted.length)} are accepted, ${count(plan.refused.length)} refused, ` +
    `${count(plan.lapsed.length)} never answered, ${count(plan.open.length)} still open.`
  );
}
