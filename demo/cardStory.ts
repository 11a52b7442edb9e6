import { count } from '../src/cli/terminal.js';
import { idOf } from './boxOffice.js';
import { isCard } from './comparer/cards.js';
import { runFunction, wroteNothing, type FunctionRun } from './executions.js';
import { atS360, someS360Tickets } from './hooks.js';
import type { Parts } from './parts.js';
import { orThrow } from './runFailed.js';
import type { Week } from './week/week.js';

const functionName = 'digitalPrivilegesInjection';
const cardsOfAKind = 12;
const ticketsOfASeasonCard = 2;

export interface SoldCard {
  readonly ticketId: string;
  readonly ticketIds: readonly string[];
}

export interface CardStory {
  /** With the tickets that belong to them. */
  readonly seasonCards: readonly SoldCard[];
  readonly membershipCards: readonly SoldCard[];
  /** Cards become privileges, before TIXNGO has their tickets. */
  readonly first: FunctionRun;
  /** Their tickets follow. */
  readonly tickets: FunctionRun;
  /** Must write nothing. */
  readonly second: FunctionRun;
}

/** Tuesday: cards are sold, some with tickets, and become digital privileges. */
export async function tellCardStory(week: Week): Promise<CardStory> {
  const { parts } = week;
  const sells = !parts.ownRows;
  await week.step(
    { day: 'Tuesday', time: '10:00' },
    'Cards',
    sells
      ? `The box office sells ${count(cardsOfAKind)} season tickets with ${count(ticketsOfASeasonCard)} matches each and ${count(cardsOfAKind)} membership cards. Digital privileges injection sends them, each with the ids of its tickets.`
      : 'Digital privileges injection sends the membership cards and season tickets, each with the ids of its tickets.',
  );
  const seasonCards = sells ? await sellCards(parts, 'SEASON_TICKET_CARD', ticketsOfASeasonCard) : [];
  const membershipCards = sells ? await sellCards(parts, 'MEMBERSHIP_CARD', 0) : [];
  const first = orThrow(await runFunction(week, functionName));
  await week.step(
    { day: 'Tuesday', time: '10:05' },
    'Injection',
    'Ticket injection sends the tickets that belong to the cards: they come after their cards, and are linked to them.',
  );
  const tickets = orThrow(await runFunction(week, 'ticketsExternalPrinting'));
  await week.step(
    { day: 'Tuesday', time: '10:10' },
    'Cards again',
    'Digital privileges injection again: nothing has changed, so it must write nothing, no definition either.',
  );
  const second = orThrow(await runFunction(week, functionName));
  return { seasonCards, membershipCards, first, tickets, second };
}

/** Friday: a season ticket gets one match more. @returns how many cards were changed */
export async function addMatch(parts: Parts, { seasonCards: [season] }: CardStory): Promise<number> {
  if (season === undefined) return 0;
  await atS360(parts, 'box-office/add-card-tickets', { ticketId: Number(season.ticketId), count: 1 });
  return 1;
}

export function secondCardsWroteNothing({ second }: CardStory): boolean {
  return wroteNothing(second.writes);
}

/** Cards that the interface has printed: their holders may come to a gate. */
export async function cardsInPhones(parts: Parts): Promise<string[]> {
  const pointOfSales = parts.rules.privileges?.settings.pointOfSales;
  const tickets = await someS360Tickets(parts);
  return tickets
    .filter(({ row }) => isCard(row) && row['ticket_state'] === 'PRINTED' && row['printed_by'] === pointOfSales)
    .map(({ row }) => idOf(row));
}

async function sellCards(parts: Parts, kind: string, tickets: number): Promise<SoldCard[]> {
  const order = { count: cardsOfAKind, kind, tickets };
  const { cards } = await atS360<{
    cards: readonly { readonly ticketId: number; readonly ticketIds: readonly number[] }[];
  }>(parts, 'box-office/sell-cards', order);
  return cards.map(({ ticketId, ticketIds }) => ({ ticketId: String(ticketId), ticketIds: ticketIds.map(String) }));
}
