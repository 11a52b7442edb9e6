import { count } from '../src/cli/terminal.js';
import { idOf, shuffled } from './boxOffice.js';
import { cardsInPhones } from './cardStory.js';
import { isCard } from './comparer/cards.js';
import { runFunction, wroteNothing, type FunctionRun } from './executions.js';
import { atS360, someS360Tickets } from './hooks.js';
import type { Parts } from './parts.js';
import { orThrow } from './runFailed.js';
import type { Week } from './week/week.js';

const functionName = 'pushControlled';
/** Most people come in time; some stay at home. */
const inTime = 0.7;
const late = 0.9;

/** What the gates have counted. */
interface Gates {
  readonly controlled: number;
  readonly again: number;
  readonly refused: readonly { readonly ticketId: number; readonly why: string }[];
}

export interface GateStory {
  readonly inTime: Gates;
  readonly late: Gates;
  /** Of those, the ones with a card. */
  readonly cards: number;
  /** Two that bring it to TIXNGO, and a third that must write nothing. */
  readonly runs: readonly FunctionRun[];
}

/**
 * Saturday: the gates open, most people come in time, some late, some twice, and one with a ticket that was taken back.
 *
 * @param takenBack tickets that the box office has cancelled
 */
export async function tellGateStory(
  week: Week,
  seed: number,
  matchId: number | null,
  takenBack: readonly string[],
): Promise<GateStory> {
  const { parts } = week;
  const holders = await ticketsOfMatch(parts, seed, matchId);
  const cards = parts.rules.privileges === null ? [] : await cardsInPhones(parts);
  const comers = {
    inTime: [...holders.slice(0, Math.ceil(holders.length * inTime)), ...cards.slice(0, Math.ceil(cards.length / 2))],
    late: holders.slice(Math.ceil(holders.length * inTime), Math.ceil(holders.length * late)),
  };
  await week.step(
    { day: 'Saturday', time: '18:00' },
    'Gates open',
    `The gates let ${count(comers.inTime.length)} people in, ${count(Math.ceil(cards.length / 2))} of them with a card. By the event calendar push controlled runs every minute now.`,
  );
  const first = await control(parts, comers.inTime);
  await week.step(
    { day: 'Saturday', time: '18:01' },
    'Push controlled',
    'Push controlled makes their tickets CONTROLLED in TIXNGO, and their cards USED.',
  );
  const runs = [orThrow(await runFunction(week, functionName))];
  const [again, refused] = [comers.inTime.slice(0, 1), takenBack.slice(0, 1)];
  await week.step(
    { day: 'Saturday', time: '19:30' },
    'Late comers',
    `${count(comers.late.length)} more are let in${again.length > 0 ? ', one shows a ticket a second time' : ''}${refused.length > 0 ? ', one with a cancelled ticket is turned away' : ''}; push controlled follows.`,
  );
  const second = await control(parts, [...comers.late, ...again, ...refused]);
  runs.push(orThrow(await runFunction(week, functionName)));
  await week.step(
    { day: 'Saturday', time: '19:32' },
    'Push controlled again',
    'Push controlled again: nobody has come since, so it must write nothing.',
  );
  runs.push(orThrow(await runFunction(week, functionName)));
  return { inTime: first, late: second, cards: Math.ceil(cards.length / 2), runs };
}

export function gatesWentAsTold({ runs }: GateStory): boolean {
  const last = runs.at(-1);
  return last !== undefined && wroteNothing(last.writes);
}

async function ticketsOfMatch(parts: Parts, seed: number, matchId: number | null): Promise<string[]> {
  const { pointOfSales } = parts.rules.injection;
  const tickets = await someS360Tickets(parts);
  const printed = tickets.filter(
    ({ row }) =>
      !isCard(row) &&
      row['ticket_state'] === 'PRINTED' &&
      row['printed_by'] === pointOfSales &&
      (matchId === null || row['performance_id'] === matchId),
  );
  return shuffled(printed, seed + 2).map(({ row }) => idOf(row));
}

async function control(parts: Parts, ticketIds: readonly string[]): Promise<Gates> {
  if (ticketIds.length === 0) return { controlled: 0, again: 0, refused: [] };
  return await atS360<Gates>(parts, 'gates/control', { ticketIds: ticketIds.map(Number) });
}
