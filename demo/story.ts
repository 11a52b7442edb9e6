import type { Say } from '../src/temporal/say.js';
import { compareSandboxes, type Comparison } from './comparer/compareSandboxes.js';
import { readJson, tixngoControl } from './comparer/sandboxTickets.js';
import { chooseExamples, type Example } from './examples.js';
import {
  retrieveOnceMore,
  secondRetrieveStoredNothing,
  tellFeedbackStory,
  type FeedbackStory,
} from './feedbackStory.js';
import { runFunction, wroteNothing, type FunctionRun } from './executions.js';
import { bothWereStruck, struckFaults, type FaultsOfBoth } from './faults.js';
import type { Parts } from './parts.js';
import { storyWentAsTold, tellPushStory, type PushStory } from './pushStory.js';
import { orThrow } from './runFailed.js';

/** Everything that the demo has done and seen. */
export interface Story {
  /** Ticket injection: the first one sends, the second one must write nothing. */
  readonly injections: readonly FunctionRun[];
  /** Null if retrieve ticket status is not configured. */
  readonly feedback: FeedbackStory | null;
  /** Null if push cancelled is not configured. */
  readonly push: PushStory | null;
  /** Retrieve ticket status after push cancelled; null if one of the two is not configured. */
  readonly lastRetrieve: FunctionRun | null;
  readonly examples: readonly Example[];
  readonly comparison: Comparison;
  /** Messages to spectators, as TIXNGO counted them. */
  readonly notifications: number;
  /** Null in calm weather. */
  readonly faults: FaultsOfBoth | null;
}

export interface StoryOptions {
  readonly seed: number;
  readonly withFaults: boolean;
  readonly say: Say;
}

/** @throws RunFailed */
export async function tellStory(parts: Parts, { seed, withFaults, say }: StoryOptions): Promise<Story> {
  const examples = [...(await chooseExamples(parts, parts.rules))];
  say(
    '\nTicket injection: a fresh interface does not know what TIXNGO has, so it looks every ticket up before it sends.',
  );
  const first = orThrow(await runFunction(parts, 'ticketsExternalPrinting', say));
  say('\nTicket injection again: nothing has changed, so it must write nothing.');
  const second = orThrow(await runFunction(parts, 'ticketsExternalPrinting', say));
  const untouched = new Set(examples.map(({ ticketId }) => ticketId));
  let feedback: FeedbackStory | null = null;
  if (parts.rules.feedback === null) {
    say('\nThe configuration has no retrieve ticket status, so nothing comes back from TIXNGO.');
  } else {
    feedback = await tellFeedbackStory(parts, seed, untouched, say);
    if (feedback.example !== null) {
      examples.push(feedback.example);
      untouched.add(feedback.example.ticketId);
    }
  }
  let push: PushStory | null = null;
  let lastRetrieve: FunctionRun | null = null;
  if (parts.rules.push === null) {
    say('\nThe configuration has no push cancelled, so no ticket is taken back.');
  } else {
    push = await tellPushStory(parts, parts.rules.push.settings, seed, untouched, say);
    orThrow(push.first);
    if (push.second !== null) orThrow(push.second);
    if (push.example !== null) examples.push(push.example);
    if (feedback !== null) lastRetrieve = orThrow(await retrieveOnceMore(parts, say));
  }
  say('\nComparing both systems over HTTP …\n');
  const comparison = await compareSandboxes({ s360: parts.s360Url, tixngo: parts.tixngoUrl }, parts.rules, {
    fedBack: true,
  });
  const { notifications } = await readJson<{ notifications: number }>(`${tixngoControl(parts.tixngoUrl)}/counters`);
  const faults = withFaults ? await struckFaults(parts) : null;
  return { injections: [first, second], feedback, push, lastRetrieve, examples, comparison, notifications, faults };
}

/** Every spectator was told once of the ticket, and once of its deletion if it was deleted. */
export function toldOnceEach({ comparison, notifications }: Story): boolean {
  return comparison.toldAgain === 0 && notifications === comparison.tixngoTickets + comparison.deleted;
}

/** Whether all that the demo promises is true. */
export function isGood(story: Story): boolean {
  const { comparison, feedback, push, faults } = story;
  return (
    comparison.agree &&
    comparison.waitingForPhone === 0 &&
    toldOnceEach(story) &&
    secondInjectionWroteNothing(story) &&
    (feedback === null || secondRetrieveStoredNothing(feedback)) &&
    (push === null || storyWentAsTold(push)) &&
    (faults === null || bothWereStruck(faults))
  );
}

export function secondInjectionWroteNothing({ injections: [, second] }: Story): boolean {
  return second !== undefined && wroteNothing(second.writes);
}
