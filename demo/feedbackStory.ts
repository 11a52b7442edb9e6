import { count } from '../src/cli/terminal.js';
import type { Say } from '../src/temporal/say.js';
import { chooseExample, type Example } from './examples.js';
import { runFunction, wroteNothing, type FunctionRun } from './executions.js';
import type { Parts } from './parts.js';
import { orThrow } from './runFailed.js';
import { followSpectators, planSpectators, type SpectatorPlan } from './spectators.js';

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
 * The spectators download, assign and pass on, and retrieve ticket status runs twice.
 *
 * @throws RunFailed
 */
export async function tellFeedbackStory(
  parts: Parts,
  seed: number,
  untouched: ReadonlySet<string>,
  say: Say,
): Promise<FeedbackStory> {
  const plan = await planSpectators(parts, seed, untouched);
  const example = plan.example === null ? null : await chooseExample(parts, plan.example, 'passed on', true);
  const downloaded = await followSpectators(parts, plan);
  sayPlan(plan, downloaded, say);
  say(
    '\nRetrieve ticket status: brings back to S-360 what happened in the phones, with the contacts of the new owners.',
  );
  const first = orThrow(await runFunction(parts, functionName, say));
  say('\nRetrieve ticket status again: nothing has happened since, so it must store nothing.');
  const second = orThrow(await runFunction(parts, functionName, say));
  return { plan, downloaded, example, first, second };
}

/** What push cancelled has set off in TIXNGO comes back too. */
export async function retrieveOnceMore(parts: Parts, say: Say): Promise<FunctionRun> {
  say('\nRetrieve ticket status once more: the deletions come back too.');
  return await runFunction(parts, functionName, say);
}

export function secondRetrieveStoredNothing({ second }: FeedbackStory): boolean {
  return wroteNothing(second.writes);
}

function sayPlan(plan: SpectatorPlan, downloaded: number, say: Say): void {
  if (downloaded === 0) {
    say('\nNo ticket of these is in TIXNGO, so nothing happens in any phone.');
    return;
  }
  say(
    `\nThe spectators download ${count(downloaded)} tickets, assign ${count(plan.assigned.length)} to guests and pass some on: ` +
      `${count(plan.accepted.length)} are accepted, ${count(plan.refused.length)} refused, ` +
      `${count(plan.lapsed.length)} lapsed without an answer, ${count(plan.open.length)} still open.`,
  );
}
