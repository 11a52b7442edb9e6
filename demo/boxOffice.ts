import { createHash } from 'node:crypto';

import { textOf } from './comparer/expectedTicket.js';
import type { CancellationSettings, ComparerRules } from './comparer/rules.js';
import type { S360Record } from './comparer/sandboxTickets.js';
import { reasonNotToPush } from './comparer/expectedDeletion.js';
import { mailboxOf } from './comparer/s360Contacts.js';
import { atS360, someS360Tickets, someTixngoTickets } from './hooks.js';
import type { Parts } from './parts.js';

/** Tickets that the box office takes back for one cause. */
interface Order {
  readonly how: 'cancel' | 'invalidate';
  readonly cause: string;
  readonly ticketIds: string[];
}

/** What the box office will do. Which tickets follows from the seed. */
export interface BoxOfficePlan {
  readonly orders: readonly Order[];
  /** Of those, the tickets on the phone that is offline. */
  readonly onOfflinePhone: readonly string[];
  /** Of those, the tickets that TIXNGO has never had. */
  readonly neverInTixngo: readonly string[];
  /** Cancelled later, while the others wait; null if there are not so many tickets. */
  readonly later: string | null;
  /** One whose spectator still sees that it was deleted, if there is one: to look at before and after. */
  readonly example: string | null;
}

const usualCause = 'CUSTOMER_REQUEST';
const mostOnPhones = 8;
const mostOnOfflinePhone = 2;
const mostNeverInTixngo = 2;

/**
 * A handful of tickets of different fates: on a phone that is offline, cancelled and invalidated for different causes, and some that
 * TIXNGO has never had.
 *
 * @param untouched tickets that stay as they are
 */
export async function planBoxOffice(
  parts: Parts,
  push: CancellationSettings,
  seed: number,
  untouched: ReadonlySet<string>,
): Promise<BoxOfficePlan> {
  const [ours, theirs] = await Promise.all([someS360Tickets(parts), someTixngoTickets(parts)]);
  const wallets = new Map(theirs.map(({ ticketId, owner }) => [ticketId, mailboxOf(owner.email)]));
  const free = shuffled(
    ours.filter(({ row }) => !untouched.has(idOf(row)) && reasonNotToPush(row, push) === null),
    seed,
  ).map(({ row }) => row);
  const onPhones = free.filter((row) => row['ticket_state'] === 'PRINTED' && wallets.has(idOf(row))).map(idOf);
  const never = free.filter((row) => row['ticket_state'] === 'NOT_PRINTED' && !wallets.has(idOf(row))).map(idOf);

  const onOfflinePhone = ticketsOfOnePhone(onPhones, wallets);
  const offlineWallet = wallets.get(onOfflinePhone[0] ?? '');
  const [later = null, ...others] = onPhones.filter((id) => wallets.get(id) !== offlineWallet);
  const orders: Order[] = [
    { how: 'cancel', cause: usualCause, ticketIds: [...onOfflinePhone] },
    { how: 'cancel', cause: 'EVENT_CANCELLED', ticketIds: [] },
    { how: 'invalidate', cause: visibleCause(parts.rules), ticketIds: [] },
    { how: 'invalidate', cause: 'LOST', ticketIds: [] },
  ];
  // A small file keeps most of its tickets.
  const taken = others.slice(0, Math.min(mostOnPhones, Math.floor(others.length / 2)));
  for (const [i, id] of taken.entries()) orders[(i + 2) % orders.length]?.ticketIds.push(id);
  const neverInTixngo = never.slice(0, mostNeverInTixngo);
  orders[0]?.ticketIds.push(...neverInTixngo);
  return {
    orders: orders.filter(({ ticketIds }) => ticketIds.length > 0),
    onOfflinePhone,
    neverInTixngo,
    later,
    example: taken[0] ?? onOfflinePhone[0] ?? null,
  };
}

export async function followOrders(parts: Parts, plan: BoxOfficePlan): Promise<void> {
  for (const { how, cause, ticketIds } of plan.orders) {
    await atS360(parts, `box-office/${how}`, { ticketIds: ticketIds.map(Number), cause });
  }
}

export async function cancelOneMore(parts: Parts, ticketId: string): Promise<void> {
  await atS360(parts, 'box-office/cancel', { ticketIds: [Number(ticketId)], cause: usualCause });
}

/** A cause whose deleted tickets stay visible, if the configuration has one. */
function visibleCause({ settings }: ComparerRules): string {
  return settings.customParameters.overrideVisibilityFlagForInvalidationReasons[0] ?? 'RESALE_PENDING';
}

/** The first phone with several tickets, else the first one. */
function ticketsOfOnePhone(ids: readonly string[], wallets: ReadonlyMap<string, string | null>): readonly string[] {
  const [first] = ids;
  if (first === undefined) return [];
  const several = ids
    .map((id) => ids.filter((other) => wallets.get(other) === wallets.get(id)))
    .find((held) => held.length >= mostOnOfflinePhone);
  return (several ?? [first]).slice(0, mostOnOfflinePhone);
}

/** The same order for the same seed, whatever the tickets. */
export function shuffled(tickets: readonly S360Record[], seed: number): S360Record[] {
  const place = ({ row }: S360Record): string =>
    createHash('sha256')
      .update(`${String(seed)}/${idOf(row)}`)
      .digest('hex');
  return tickets
    .map((ticket) => ({ ticket, place: place(ticket) }))
    .sort((left, right) => (left.place < right.place ? -1 : 1))
    .map(({ ticket }) => ticket);
}

export function idOf(row: S360Record['row']): string {
  return textOf(row, 'ticket_id') ?? '';
}
