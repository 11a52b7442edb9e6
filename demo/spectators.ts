import { idOf, shuffled } from './boxOffice.js';
import { textOf } from './comparer/expectedTicket.js';
import { mailboxOf } from './comparer/s360Contacts.js';
import { atTixngo, someS360Tickets, someTixngoTickets } from './hooks.js';
import type { Parts } from './parts.js';

/** What the spectators will do with their tickets. Which ones follows from the seed. */
export interface SpectatorPlan {
  /** Tickets to choose from. */
  readonly onPhones: number;
  /** To guests. */
  readonly assigned: readonly string[];
  /** Passed on, and the recipient accepts. */
  readonly accepted: readonly PassedOn[];
  /** Of those, one that the new owner then gives back to the first one; null if there are not so many tickets. */
  readonly givenBack: PassedOn | null;
  /** Passed on, and the recipient refuses; one of them is then accepted by somebody else. */
  readonly refused: readonly PassedOn[];
  /** Passed on, and nobody answers for an hour: then TIXNGO ends it. */
  readonly lapsed: readonly PassedOn[];
  /** Passed on an hour later, and still waiting for an answer. */
  readonly open: readonly PassedOn[];
  /** One that was refused and then accepted: to look at before and after. */
  readonly example: string | null;
}

interface PassedOn {
  readonly ticketId: string;
  /** As its sender types it. */
  readonly recipientEmail: string;
}

/** A small file keeps most of its tickets where they are. */
const shares = {
  assigned: { most: 12, oneIn: 8 },
  accepted: { most: 12, oneIn: 5 },
  refused: { most: 4, oneIn: 8 },
  lapsed: { most: 1, oneIn: 6 },
  open: { most: 2, oneIn: 8 },
};

/**
 * A handful of tickets of different fates. Most recipients are new to S-360, one of them for two tickets; one is a contact already, typed in
 * capitals.
 *
 * @param untouched tickets that stay as they are
 */
export async function planSpectators(
  parts: Parts,
  seed: number,
  untouched: ReadonlySet<string>,
): Promise<SpectatorPlan> {
  const [ours, theirs] = await Promise.all([someS360Tickets(parts), someTixngoTickets(parts)]);
  const owners = new Map(theirs.map(({ ticketId, owner }) => [ticketId, owner.email]));
  const valid = ours.filter(({ row }) => row['ticket_state'] === 'PRINTED' && owners.has(idOf(row)));
  const free = shuffled(valid, seed + 1)
    .map(({ row }) => idOf(row))
    .filter((id) => !untouched.has(id));
  const onPhones = free.length;
  const take = ({ most, oneIn }: { most: number; oneIn: number }): string[] =>
    free.splice(0, Math.min(most, Math.floor(onPhones / oneIn)));
  let strangers = 0;
  const toStranger = (ticketId: string): PassedOn => {
    strangers += 1;
    return { ticketId, recipientEmail: `new.fan.${String(strangers)}@guests.example` };
  };

  const accepted = take(shares.accepted).map(toStranger);
  const [first, second, third, fourth] = accepted;
  if (second !== undefined && third !== undefined) {
    accepted[2] = { ...third, recipientEmail: second.recipientEmail };
  }
  if (fourth !== undefined) {
    const owner = mailboxOf(owners.get(fourth.ticketId));
    const known = valid.map(({ row }) => textOf(row, 'contact_email')).find((email) => mailboxOf(email) !== owner);
    if (known !== undefined && known !== null) accepted[3] = { ...fourth, recipientEmail: ` ${known.toUpperCase()} ` };
  }
  const last = accepted.length > 4 ? accepted.at(-1) : undefined;
  const refused = [...(first === undefined ? [] : [first.ticketId]), ...take(shares.refused)].map(toStranger);
  return {
    onPhones,
    assigned: take(shares.assigned),
    accepted,
    givenBack: last === undefined ? null : { ticketId: last.ticketId, recipientEmail: owners.get(last.ticketId) ?? '' },
    refused,
    lapsed: take(shares.lapsed).map(toStranger),
    open: take(shares.open).map(toStranger),
    example: first?.ticketId ?? null,
  };
}

/** Downloads everything first. @returns how many tickets came to a phone */
export async function followSpectators(parts: Parts, plan: SpectatorPlan): Promise<number> {
  const { downloaded } = await atTixngo<{ downloaded: number }>(parts, 'phones/download', { all: true });
  await act(parts, 'assign', plan.assigned);
  await passOn(parts, plan.refused);
  await act(parts, 'refuse', idsOf(plan.refused));
  await passOn(parts, plan.lapsed);
  await passOn(parts, plan.accepted);
  await act(parts, 'accept', idsOf(plan.accepted));
  if (plan.givenBack !== null) {
    await passOn(parts, [plan.givenBack]);
    await act(parts, 'accept', [plan.givenBack.ticketId]);
  }
  return downloaded;
}

/** The week has moved on by more than an hour. */
export async function answerAfterAnHour(parts: Parts, plan: SpectatorPlan): Promise<void> {
  await passOn(parts, plan.open);
}

async function passOn(parts: Parts, tickets: readonly PassedOn[]): Promise<void> {
  const recipientEmails = tickets.map(({ recipientEmail }) => recipientEmail);
  await act(parts, 'transfer', idsOf(tickets), { recipientEmails });
}

async function act(parts: Parts, what: string, ticketIds: readonly string[], more: object = {}): Promise<void> {
  if (ticketIds.length === 0) return;
  const { done } = await atTixngo<{ done: number }>(parts, `spectators/${what}`, { ticketIds, ...more });
  if (done !== ticketIds.length) {
    throw new Error(`TIXNGO let spectators ${what} ${String(done)} of ${String(ticketIds.length)} tickets.`);
  }
}

function idsOf(tickets: readonly PassedOn[]): string[] {
  return tickets.map(({ ticketId }) => ticketId);
}
