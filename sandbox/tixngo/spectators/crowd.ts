import { Random } from '../../shared/random.js';
import { downloadTickets } from '../downloadTickets.js';
import type { TicketRecord } from '../ticketStore.js';
import { statusAfter, type TicketAction } from '../ticketTransitions.js';
import { ACTIVATION_METHODS } from '../ticketUse.js';
import type { TixngoWorld } from '../world.js';
import { isOnline, type Act } from './act.js';
import { activate, ACTIVATIONS } from './activate.js';
import { assign } from './assign.js';
import { CrowdRecipients } from './crowdRecipients.js';
import { acceptTransfer, cancelTransfer, refuseTransfer, startTransfer } from './transfer.js';

/** What a crowd does, in this order. */
export const CROWD_ACTS = [
  'downloads',
  'assignments',
  'transfers',
  'accept',
  'refuse',
  'cancelTransfer',
  'activations',
] as const;

export type CrowdAct = (typeof CROWD_ACTS)[number];

/** How often each; less when there are not so many tickets with which it can be done. */
export type CrowdWish = Readonly<Partial<Record<CrowdAct, number | undefined>>>;

/** What was done how often, and with which tickets, in the order in which it was done. */
export interface CrowdReport {
  readonly counts: Readonly<Record<CrowdAct, number>>;
  readonly ticketIds: Readonly<Record<CrowdAct, readonly string[]>>;
}

/** One kind of act of the crowd: with which tickets it can be done, and how it is done with one. */
interface Kind {
  readonly action: TicketAction;
  /** Whose phone does it. */
  readonly doer: (ticket: TicketRecord) => string;
  readonly act: Act;
}

/**
 * People do things with tickets that are drawn from those with which they can: the same seed does the same with the same
 * tickets. Acceptances, refusals and cancellations are drawn from all transfers that are pending by then.
 */
export function letCrowdAct(world: TixngoWorld, seed: number, wish: CrowdWish): CrowdReport {
  const random = new Random(seed);
  const kinds = kindsOf(world, random, wish.transfers ?? 0);
  const counts = none(() => 0);
  const ticketIds = none((): string[] => []);
  for (const name of CROWD_ACTS) {
    const count = wish[name] ?? 0;
    const drawn = count === 0 ? [] : draw(eligible(world, kinds[name]), count, random);
    const done = drawn.filter((ticket) => kinds[name].act(ticket) === 'done');
    ticketIds[name] = done.map(({ ticketId }) => ticketId);
    counts[name] = done.length;
  }
  return { counts, ticketIds };
}

function none<T>(value: () => T): Record<CrowdAct, T> {
  return Object.fromEntries(CROWD_ACTS.map((name) => [name, value()])) as Record<CrowdAct, T>;
}

function kindsOf(world: TixngoWorld, random: Random, transfers: number): Readonly<Record<CrowdAct, Kind>> {
  const owner = (ticket: TicketRecord) => ticket.owner.email;
  const recipient = (ticket: TicketRecord) => ticket.transfer?.recipientEmail ?? '';
  const recipients = new CrowdRecipients(random, transfers);
  return {
    downloads: {
      action: 'DOWNLOAD',
      doer: owner,
      act: ({ ticketId }) => (downloadTickets(world, [ticketId]).downloaded === 1 ? 'done' : 'refused'),
    },
    assignments: { action: 'ASSIGN', doer: owner, act: assign(world) },
    transfers: {
      action: 'START_TRANSFER',
      doer: owner,
      act: startTransfer(world, (ticket) => recipients.of(ticket)),
    },
    accept: { action: 'ACCEPT_TRANSFER', doer: recipient, act: acceptTransfer(world) },
    refuse: { action: 'REFUSE_TRANSFER', doer: recipient, act: refuseTransfer(world) },
    cancelTransfer: { action: 'CANCEL_TRANSFER', doer: owner, act: cancelTransfer(world) },
    activations: {
      action: ACTIVATIONS.OFFLINE,
      doer: owner,
      act: (ticket) => activate(world, random.pick(ACTIVATION_METHODS))(ticket),
    },
  };
}

function eligible(world: TixngoWorld, { action, doer }: Kind): TicketRecord[] {
  const tickets: TicketRecord[] = [];
  for (const ticket of world.tickets.all()) {
    if (statusAfter(action, ticket.status) !== null && isOnline(world, doer(ticket))) tickets.push(ticket);
  }
  return tickets;
}

/** Draws from a list that is given away. */
function draw(tickets: TicketRecord[], count: number, random: Random): TicketRecord[] {
  const drawn = Math.min(count, tickets.length);
  for (let place = 0; place < drawn; place += 1) {
    const other = place + random.below(tickets.length - place);
    [tickets[place], tickets[other]] = [tickets[other] as TicketRecord, tickets[place] as TicketRecord];
  }
  return tickets.slice(0, drawn);
}
