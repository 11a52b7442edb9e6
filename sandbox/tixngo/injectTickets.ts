import { isDeepStrictEqual } from 'node:util';
import { changeTicket } from './changeTicket.js';
import { judgeTicket, type Judgement } from './judgeTicket.js';
import type { TicketPayload } from './ticketPayload.js';
import { refusal } from './ticketRefusal.js';
import { NOT_USED } from './ticketUse.js';
import type { TicketRecord } from './ticketStore.js';
import { statusAfter } from './ticketTransitions.js';
import type { TixngoWorld } from './world.js';

/** What became of one ticket of an injection. */
export interface InjectionResult {
  /** Null when the ticket had no id that is a text. */
  readonly ticketId: string | null;
  readonly outcome: 'INJECTED' | 'UPDATED' | 'REJECTED';
  readonly errorCode?: string;
  /** Names JSON paths, never values. */
  readonly message?: string;
}

/** Judges every ticket of a call and counts the fields that the contract does not know; changes no ticket. */
export function judgeTickets(world: TixngoWorld, tickets: readonly unknown[]): Judgement[] {
  return tickets.map((ticket) => {
    const judgement = judgeTicket(world, ticket);
    for (const path of judgement.unknownPaths) world.counters.unknownField(path);
    return judgement;
  });
}

/** Writes the accepted tickets, in their order, and says what became of each. */
export function applyInjection(world: TixngoWorld, judgements: readonly Judgement[]): InjectionResult[] {
  const now = world.now();
  return judgements.map((judgement) => {
    if (judgement.accepted) return writeTicket(world, judgement.ticket, now);
    world.counters.add('ticketsRejected');
    return refusal(judgement);
  });
}

function writeTicket(world: TixngoWorld, payload: TicketPayload, now: string): InjectionResult {
  const { settings, counters, tickets, events } = world;
  const eventOutcome = events.takeFromInjection(payload.event, settings.overwritableEventFields, now);
  if (eventOutcome === 'CREATED') counters.add('eventsCreated');
  if (eventOutcome === 'UPDATED') counters.add('eventsUpdated');

  const { ticketId } = payload;
  const known = tickets.get(ticketId);
  const status = statusAfter('INJECT', known?.status ?? 'NONE');
  if (status === null) throw new Error(`An injection of ticket ${ticketId} was accepted in a state that refuses it`);

  const changed = known === undefined || !isDeepStrictEqual(known.payload, payload);
  const told = changed || settings.strictNotifications ? 1 : 0;
  const notifications = (known?.notifications ?? 0) + told;
  if (changed) {
    const owner = ownerAfter(payload, known);
    const initialOwnerEmail = payload.spectatorDetails.email;
    const use = known ?? NOT_USED;
    const controlledAt = known?.controlledAt ?? null;
    changeTicket(
      world,
      'INJECT',
      { ...use, ticketId, status, payload, owner, initialOwnerEmail, controlledAt, deletion: null, notifications },
      now,
    );
  } else {
    tickets.save({ ...known, notifications });
  }

  counters.add('ticketWrites');
  counters.add('notifications', told);
  counters.add(known === undefined ? 'ticketsInjected' : 'ticketsUpdated');
  world.accepted('tickets.inject');
  return { ticketId, outcome: known === undefined ? 'INJECTED' : 'UPDATED' };
}

/** An injection does not bring a ticket back that its spectator has given away. */
function ownerAfter(payload: TicketPayload, known: TicketRecord | undefined): TicketRecord['owner'] {
  return known === undefined || known.owner === known.payload.spectatorDetails ? payload.spectatorDetails : known.owner;
}
