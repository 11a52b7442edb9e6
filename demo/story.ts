import { beginPushStory, storyWentAsTold, type PushBegun, type PushStory } from './pushStory.js';
import { addMatch, secondCardsWroteNothing, tellCardStory, type CardStory } from './cardStory.js';
import { compareSandboxes, type Comparison } from './comparer/compareSandboxes.js';
import { readJson, tixngoControl } from './comparer/sandboxTickets.js';
import { chooseExamples, type Example } from './examples.js';
import { runFunction, wroteNothing, type FunctionRun } from './executions.js';
import { bothWereStruck, struckFaults, type FaultsOfBoth } from './faults.js';
import {
  retrieveOnceMore,
  secondRetrieveStoredNothing,
  tellFeedbackStory,
  type FeedbackStory,
} from './feedbackStory.js';
import { gatesWentAsTold, tellGateStory, type GateStory } from './gateStory.js';
import { saturdaysMatch } from './match.js';
import { orThrow } from './runFailed.js';
import { openSale, sellTickets } from './sale.js';
import type { Week } from './week/week.js';

/** Everything that the demo has done and seen. */
export interface Story {
  /** Ticket injection on Monday: the first one sends, the second one must write nothing. */
  readonly injections: readonly FunctionRun[];
  /** Null if digital privileges injection is not configured. */
  readonly cards: CardStory | null;
  /** Null if retrieve ticket status is not configured. */
  readonly feedback: FeedbackStory | null;
  /** Null if push cancelled is not configured. */
  readonly push: PushStory | null;
  /** What Friday's sale and changes needed. */
  readonly friday: readonly FunctionRun[];
  /** Null if push controlled is not configured. */
  readonly gates: GateStory | null;
  /** Retrieve ticket status after push cancelled, and after the match. */
  readonly laterRetrieves: readonly FunctionRun[];
  /** Cards that got a ticket more on Friday. */
  readonly changedCards: number;
  /** Tickets that were sold in the week, without those of cards. */
  readonly sold: number;
  readonly examples: readonly Example[];
  readonly comparison: Comparison;
  /** Messages to spectators, as TIXNGO counted them. */
  readonly notifications: number;
  /** Null in calm weather. */
  readonly faults: FaultsOfBoth | null;
  /** How long the week took to play. */
  readonly playedMs: number;
}

export interface StoryOptions {
  readonly seed: number;
  readonly withFaults: boolean;
}

const soldOnMonday = 120;
const soldOnFriday = 60;

/** Plays the week. @throws RunFailed */
export async function tellStory(week: Week, { seed, withFaults }: StoryOptions): Promise<Story> {
  const { parts } = week;
  const { rules } = parts;
  const matchId = await saturdaysMatch(parts);
  const examples = [...(await chooseExamples(parts, rules))];
  const untouched = new Set(examples.map(({ ticketId }) => ticketId));

  const monday = await openSale(week, matchId, soldOnMonday);
  const injections = await injectTwice(week);

  if (rules.privileges === null)
    week.say('\nThe configuration has no digital privileges injection: cards stay in S-360.');
  const cards = rules.privileges === null ? null : await tellCardStory(week);

  if (rules.feedback === null) {
    week.say('\nThe configuration has no retrieve ticket status, so nothing comes back from TIXNGO.');
  }
  const feedback = rules.feedback === null ? null : await tellFeedbackStory(week, seed, untouched);
  keep(feedback?.example ?? null, examples, untouched);

  if (rules.push === null) week.say('\nThe configuration has no push cancelled, so no ticket is taken back.');
  const push =
    rules.push === null
      ? null
      : await beginPushStory(week, rules.push.settings, seed, untouched, cards?.membershipCards[0]?.ticketId ?? null);
  keep(push?.example ?? null, examples, untouched);
  const laterRetrieves: FunctionRun[] = [];
  if (feedback !== null && push !== null) {
    const text =
      'Retrieve ticket status: the deletions that TIXNGO has confirmed come back, and the transfers that nobody has answered.';
    laterRetrieves.push(await retrieveOnceMore(week, { day: 'Thursday', time: '20:00' }, text));
  }

  const { sold, changedCards, runs: friday } = await playFriday(week, matchId, push, cards);

  if (rules.control === null)
    week.say('\nThe configuration has no push controlled: TIXNGO does not hear of the gates.');
  const takenBack = push?.plan.orders.flatMap(({ ticketIds }) => ticketIds) ?? [];
  const gates = rules.control === null ? null : await tellGateStory(week, seed, matchId, takenBack);
  const pushed = (await push?.end()) ?? null;
  if (feedback !== null) {
    const text = 'Retrieve ticket status after the match: S-360 knows what TIXNGO shows, ticket by ticket.';
    laterRetrieves.push(await retrieveOnceMore(week, { day: 'Saturday', time: '23:00' }, text));
  }
  const playedMs = await week.end();

  week.say('\nComparing both systems over HTTP …\n');
  const comparison = await compareSandboxes({ s360: parts.s360Url, tixngo: parts.tixngoUrl }, rules, { fedBack: true });
  const { notifications } = await readJson<{ notifications: number }>(`${tixngoControl(parts.tixngoUrl)}/counters`);
  const faults = withFaults ? await struckFaults(parts) : null;
  return {
    ...{ injections, cards, feedback, push: pushed, friday, gates, laterRetrieves, examples },
    ...{ sold: monday.tickets + sold, changedCards, comparison, notifications, faults, playedMs },
  };
}

async function injectTwice(week: Week): Promise<FunctionRun[]> {
  await week.step(
    { day: 'Monday', time: '10:00' },
    'Injection',
    'Ticket injection: a fresh interface does not know what TIXNGO has, so it looks every ticket up before it sends.',
  );
  const first = orThrow(await runFunction(week, 'ticketsExternalPrinting'));
  await week.step(
    { day: 'Monday', time: '10:05' },
    'Injection again',
    'Ticket injection again: nothing has changed, so it must write nothing.',
  );
  return [first, orThrow(await runFunction(week, 'ticketsExternalPrinting'))];
}

/** The phone comes back, and the box office sells and changes the last things before the match. */
async function playFriday(
  week: Week,
  matchId: number | null,
  push: PushBegun | null,
  cards: CardStory | null,
): Promise<{ sold: number; changedCards: number; runs: FunctionRun[] }> {
  if (push !== null && push.plan.onOfflinePhone.length > 0) {
    await week.step(
      { day: 'Friday', time: '09:00' },
      'Phone online',
      'The phone is online again and drops its tickets: the first execution sees it at its next look.',
    );
    await push.phoneComesBack();
  }
  const isSold = !week.parts.ownRows && matchId !== null;
  const changes = [
    ...(isSold ? [`sells ${String(soldOnFriday)} tickets more for the match`] : []),
    ...(cards === null || cards.seasonCards.length === 0 ? [] : ['adds a match to a season ticket']),
  ];
  if (changes.length === 0) return { sold: 0, changedCards: 0, runs: [] };
  await week.step(
    { day: 'Friday', time: '10:00' },
    'Last sale',
    `The box office ${changes.join(' and ')}: ${cards === null ? 'ticket injection follows' : 'digital privileges injection and ticket injection follow'}.`,
  );
  const { tickets } = await sellTickets(week, matchId, soldOnFriday);
  const runs: FunctionRun[] = [];
  const changedCards = cards === null ? 0 : await addMatch(week.parts, cards);
  if (cards !== null) runs.push(orThrow(await runFunction(week, 'digitalPrivilegesInjection')));
  runs.push(orThrow(await runFunction(week, 'ticketsExternalPrinting')));
  return { sold: tickets, changedCards, runs };
}

/** Looked at before and after, so nothing else may happen to it. */
function keep(example: Example | null, examples: Example[], untouched: Set<string>): void {
  if (example === null) return;
  examples.push(example);
  untouched.add(example.ticketId);
}

/** What people are told of in this week, once each: the demo's TIXNGO tells of every write that it accepts, so a write too many shows. */
export function rightlyTold({ comparison, changedCards }: Story): {
  readonly tickets: number;
  readonly privileges: number;
  readonly changed: number;
  readonly deletions: number;
  readonly controls: number;
} {
  const { tixngoTickets, deleted, controlled, privileges } = comparison;
  return {
    tickets: tixngoTickets,
    privileges: privileges?.inTixngo ?? 0,
    changed: changedCards,
    deletions: deleted + (privileges?.deleted ?? 0),
    controls: controlled + (privileges?.used ?? 0),
  };
}

/** Every person was told once of each thing. */
export function toldOnceEach(story: Story): boolean {
  const { tickets, privileges, changed, deletions, controls } = rightlyTold(story);
  const told = tickets + privileges + changed + deletions + controls;
  return story.comparison.toldAgain === 0 && story.notifications === told;
}

/** Whether all that the demo promises is true. */
export function isGood(story: Story): boolean {
  const { comparison, cards, feedback, push, gates, faults } = story;
  return (
    comparison.agree &&
    comparison.waitingForPhone === 0 &&
    toldOnceEach(story) &&
    secondInjectionWroteNothing(story) &&
    (cards === null || secondCardsWroteNothing(cards)) &&
    (feedback === null || secondRetrieveStoredNothing(feedback)) &&
    (push === null || storyWentAsTold(push)) &&
    (gates === null || gatesWentAsTold(gates)) &&
    (faults === null || bothWereStruck(faults))
  );
}

export function secondInjectionWroteNothing({ injections: [, second] }: Story): boolean {
  return second !== undefined && wroteNothing(second.writes);
}
