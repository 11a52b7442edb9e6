import { expectFeedbackAgreement } from '../support/feedbackAgreement.js';
import type { FunctionName } from '../../src/domain/functions.js';
import { viewS360, type KeptContact, type KeptTicket, type S360View } from '../support/feedbackView.js';
import { linkedIds, type ModelWorld } from './modelWorld.js';
import { must } from './safety.js';
import { isGone } from './truth.js';

/** What S-360 held when its tickets were sold, before any feedback about them. */
export class AtSale {
  private readonly contacts = new Map<string, KeptContact>();
  private readonly tickets = new Map<number, KeptTicket>();

  constructor(private readonly model: ModelWorld) {}

  /** To be called before anything is told of what was sold since the last call. */
  async note(): Promise<void> {
    const { world } = this.model;
    const { contacts } = await world.s360<{ contacts: KeptContact[] }>('contacts?limit=5000');
    const { mobileTickets } = await world.s360<{ mobileTickets: KeptTicket[] }>('mobile-tickets?limit=5000');
    for (const contact of contacts) {
      const { contactNumber, createdByInterface } = contact;
      if (!createdByInterface && !this.contacts.has(contactNumber)) this.contacts.set(contactNumber, contact);
    }
    for (const ticket of mobileTickets) {
      if (!this.tickets.has(ticket.ticketId)) this.tickets.set(ticket.ticketId, ticket);
    }
  }

  /** As if all had been sold before anything else. */
  async before(): Promise<S360View> {
    const { records } = await viewS360(this.model.world);
    return { tickets: [...this.tickets.values()], contacts: [...this.contacts.values()], distributions: [], records };
  }
}

/** Something that is not as it must be in the end, and the function that has to see to it. */
export interface Disagreement {
  readonly fn: FunctionName;
  readonly sentence: string;
}

/** When nothing is under way and nothing is left to do, both systems agree about everything. @returns about what they do not */
export async function disagreements(model: ModelWorld, atSale: AtSale): Promise<Disagreement[]> {
  const rows = new Map((await model.s360Tickets()).map((ticket) => [ticket.row.ticket_id, ticket]));
  const tickets = new Map((await model.mobileTickets()).map((ticket) => [Number(ticket.ticketId), ticket]));
  const privileges = new Map((await model.privileges()).map((one) => [Number(one.privilegeId), one]));
  const found: Disagreement[] = [];
  for (const ticket of model.truth.tickets.values()) {
    const { id, isCard, state } = ticket;
    const mobile = isCard ? privileges.get(id) : tickets.get(id);
    const status = mobile?.status ?? 'not in TIXNGO';
    const inS360 = rows.get(id)!;
    const { row, flags } = inS360;
    const is = `${String(id)} is ${state} in S-360 and ${status} in TIXNGO`;
    const expectThat = (fn: FunctionName, condition: boolean, but = ''): void => {
      if (!condition) found.push({ fn, sentence: `${is}${but}` });
    };
    if (isGone(ticket)) {
      expectThat('pushCancelled', mobile === undefined || status === 'DELETED');
      const reason = mobile?.deletion?.reason ?? ticket.cause;
      expectThat('pushCancelled', reason === ticket.cause, `, deleted as ${reason} instead of ${ticket.cause}`);
      expectThat('pushCancelled', flags['TIXNGO_CANCELLED'] !== undefined, ', and not marked as cancelled');
    } else if (state === 'CONTROLLED') {
      // Only what was controlled before it could be injected is not there.
      if (mobile === undefined) expectThat('pushControlled', row['printed_by'] === null);
      else expectThat('pushControlled', status === (isCard ? 'USED' : 'CONTROLLED'));
      expectThat('pushControlled', flags['TIXNGO_CONTROLLED'] !== undefined, ', and not marked as controlled');
    } else {
      const injection = isCard ? 'digitalPrivilegesInjection' : 'ticketsExternalPrinting';
      const mark = isCard ? 'TIXNGO_PRIVILEGES' : 'TIXNGO_INJECTION';
      expectThat(injection, state === 'PRINTED' && mobile !== undefined);
      expectThat(injection, flags[mark] !== undefined, ', and not marked as injected');
      if (!isCard) continue;
      const has = [...(privileges.get(id)?.ticketIds ?? [])].sort().join(', ');
      const linked = [...linkedIds(inS360)].sort().join(', ');
      expectThat(injection, has === linked, `, with ${has} instead of ${linked}`);
    }
  }
  if (tickets.size > 0) {
    try {
      await expectFeedbackAgreement(model.world, await atSale.before());
    } catch (error) {
      found.push({ fn: 'retrieveTicketStatus', sentence: error instanceof Error ? error.message : String(error) });
    }
  }
  return found;
}

/** What TIXNGO has counted: nothing was there a second time. */
export async function checkCounters(model: ModelWorld): Promise<void> {
  const { definitions } = await model.world.tixngo<{ definitions: object[] }>('privilege-definitions');
  const counters = await model.world.tixngo<Readonly<Record<string, number>>>('counters');
  const all = [...model.truth.tickets.values()];
  const cards = all.filter(({ isCard }) => isCard);
  const atMost = (counter: string, most: number, sentence: string): void => {
    const times = counters[counter] ?? 0;
    must(times <= most, `${sentence}: ${String(times)} times, expected at most ${String(most)}`);
  };
  must(counters['definitionsCreated'] === definitions.length, 'a privilege definition was created twice');
  must(counters['definitionsUpdated'] === 0, 'a privilege definition was changed');
  must(counters['ticketsUpdated'] === 0, 'a ticket was injected once more');
  const linksChanged = cards.reduce((sum, card) => sum + card.linksChanged, 0);
  atMost('privilegesUpdated', linksChanged, 'a card was injected once more though its tickets were the same');
  // Only a card that somebody has used in the app may be used already when the gate's control comes to TIXNGO.
  const usedTwice = cards.filter(({ wasScanned, wasUsedInApp }) => wasScanned && wasUsedInApp).length;
  atMost('ticketsControlledAgain', usedTwice, 'what was controlled was controlled again');
  const causesGiven = all.reduce((sum, ticket) => sum + ticket.causesGiven, 0);
  atMost('ticketsDeletionRequested', causesGiven, 'what was deleted for a reason was deleted again for it');
}
