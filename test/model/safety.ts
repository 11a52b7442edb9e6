import { linkedIds, type HistoryEntry, type MobilePrivilege, type ModelWorld } from './modelWorld.js';
import { forbiddenCardStep } from './cardOrder.js';
import { Ledger, type Account } from './ledger.js';
import { forbiddenStep } from './statusOrder.js';
import { isGone, type TrueTicket } from './truth.js';
import type { MobileTicket, SandboxTicket } from '../support/world.js';

/** Something is not as it must be. */
export class Violation extends Error {
  override readonly name = 'Violation';
}

/** What was seen of one ticket or card at the last look. */
interface Seen {
  readonly status: string;
  readonly history: readonly HistoryEntry[];
}

const notThere = 'not in TIXNGO';
const never: Seen = { status: notThere, history: [] };

const deletion = ['DELETION_PENDING', 'DELETED'];
const pointOfSales = 'TIXNGO;MOBILE';

/** What must hold at every moment, whatever is under way. It looks at both systems; S-360 first, since it is told what TIXNGO has accepted. */
export class Safety {
  private readonly seen = new Map<number, Seen>();
  private readonly ledger = new Ledger();
  /** TIXNGO's statuses of tickets and cards at the last look. */
  statuses: ReadonlyMap<number, string> = new Map();

  constructor(private readonly model: ModelWorld) {}

  /** The transition table, in every ticket's history in TIXNGO; nothing that was told is taken back. */
  checkHistories(): Promise<void> {
    return this.model.inTurn(async () => {
      const histories = await this.model.histories();
      this.historiesAreRight(histories);
      const now = [...histories].map(([id, history]): [number, string] => [id, history.at(-1)?.status ?? '']);
      this.statuses = new Map([...this.statuses, ...now]);
    });
  }

  /** @param isQuiet whether nobody can be at work with what was read before */
  check(isQuiet: () => boolean): Promise<void> {
    return this.model.inTurn(async () => {
      const { model } = this;
      const quiet = isQuiet();
      const rows = new Map((await model.s360Tickets()).map((ticket) => [ticket.row.ticket_id, ticket]));
      const privileges = new Map((await model.privileges()).map((one) => [Number(one.privilegeId), one]));
      // In this order: what is in a list is in the history too.
      const tickets = new Map((await model.mobileTickets()).map((ticket) => [Number(ticket.ticketId), ticket]));
      const histories = await model.histories();
      this.historiesAreRight(histories);
      this.statuses = new Map(
        [...tickets, ...privileges].map(([id, { status }]: [number, { readonly status: string }]) => [id, status]),
      );
      for (const id of this.statuses.keys()) {
        must(model.truth.tickets.has(id), `TIXNGO has ${id}, which nobody has sold`);
      }
      for (const ticket of model.truth.tickets.values()) {
        const row = rows.get(ticket.id);
        if (row === undefined) throw new Violation(`S-360 has lost ${ticket.id}`);
        const { mobile, isOther } = ticket.isCard
          ? { mobile: privileges.get(ticket.id), isOther: tickets.has(ticket.id) }
          : { mobile: tickets.get(ticket.id), isOther: privileges.has(ticket.id) };
        must(!isOther, `${ticket.id} is in TIXNGO as what it is not`);
        this.s360IsRight(ticket, row, mobile);
        if (ticket.isCard) this.cardIsRight(ticket, row, privileges.get(ticket.id), quiet);
        else this.ticketIsRight(ticket, tickets.get(ticket.id), histories.get(ticket.id) ?? [], quiet);
      }
    });
  }

  private historiesAreRight(histories: ReadonlyMap<number, readonly HistoryEntry[]>): void {
    for (const [id, history] of histories) {
      const problem = forbiddenStep(history.map(({ status }) => status));
      must(problem === null, `ticket ${id} in TIXNGO: ${problem ?? ''}`);
      const before = this.seen.get(id)?.history ?? [];
      const kept = before.every(
        ({ status, statusChangedAt }, at) =>
          history[at]?.status === status && history[at].statusChangedAt === statusChangedAt,
      );
      must(kept, `the history of ticket ${id} in TIXNGO has changed`);
    }
  }

  /** S-360's own word about a ticket is people's alone, but for PRINTED; and marks say only what is true in TIXNGO. */
  private s360IsRight(
    ticket: TrueTicket,
    { row, flags }: SandboxTicket,
    mobile: MobileTicket | MobilePrivilege | undefined,
  ): void {
    const { id } = ticket;
    const state = String(row['ticket_state']);
    if (ticket.state === 'NOT_PRINTED' && state === 'PRINTED') ticket.state = 'PRINTED';
    must(state === ticket.state, `${id} is ${state} in S-360, and people made it ${ticket.state}`);
    if (isGone(ticket)) {
      const cause = String(row['cancellation_cause']);
      must(cause === ticket.cause, `${id} has the reason ${cause} in S-360, and people gave it ${ticket.cause}`);
    }
    const printedBy = row['printed_by'];
    must(printedBy === null || printedBy === pointOfSales, `${id} was printed by ${String(printedBy)}`);
    must(printedBy === null || mobile !== undefined, `${id} is PRINTED in S-360, and TIXNGO does not have it`);
    const marked = (flag: string): boolean => flags[flag] !== undefined;
    const injection = ticket.isCard ? 'TIXNGO_PRIVILEGES' : 'TIXNGO_INJECTION';
    must(!marked(injection) || mobile !== undefined, `${id} is marked injected, and TIXNGO does not have it`);
    const status = mobile?.status ?? notThere;
    must(
      !marked('TIXNGO_CANCELLED') || [notThere, ...deletion].includes(status),
      `${id} is marked as cancelled, and is ${status} in TIXNGO`,
    );
    must(
      !marked('TIXNGO_CONTROLLED') || [notThere, 'CONTROLLED', 'USED', ...deletion].includes(status),
      `${id} is marked as controlled, and is ${status} in TIXNGO`,
    );
  }

  private ticketIsRight(
    ticket: TrueTicket,
    mobile: MobileTicket | undefined,
    history: readonly HistoryEntry[],
    isQuiet: boolean,
  ): void {
    const { id, causesGiven } = ticket;
    const before = this.seen.get(id) ?? never;
    must(mobile !== undefined || before.status === notThere, `ticket ${id} has vanished from TIXNGO`);
    if (mobile === undefined) {
      this.ledger.settle(id, { told: 0, happened: causesGiven, open: isGone(ticket) ? 1 : 0 }, isQuiet);
      return;
    }
    // Its history was read a moment later: it may show a control more than the notifications.
    const isControlled = mobile.controlledAt !== null;
    const wasEverControlled = isControlled || history.some(({ status }) => status === 'CONTROLLED');
    must(!wasEverControlled || ticket.wasScanned, `ticket ${id} is CONTROLLED in TIXNGO, and no gate has let it in`);
    const reason = mobile.deletion?.reason ?? null;
    must(reason === null || isGone(ticket), `ticket ${id} is deleted in TIXNGO, and nobody has cancelled it`);
    const account = {
      told: mobile.notifications,
      happened: 1 + (isControlled ? 1 : 0) + causesGiven,
      open: isReasonOpen(ticket, reason) ? 1 : 0,
    };
    this.isToldOnce(`ticket ${id}`, id, account, isQuiet, history.map(({ status }) => status).join(', '));
    this.seen.set(id, { status: mobile.status, history });
  }

  private cardIsRight(
    ticket: TrueTicket,
    row: SandboxTicket,
    privilege: MobilePrivilege | undefined,
    isQuiet: boolean,
  ): void {
    const { id, wasScanned, wasUsedInApp, causesGiven, linksChanged } = ticket;
    const before = this.seen.get(id) ?? never;
    must(privilege !== undefined || before.status === notThere, `card ${id} has vanished from TIXNGO`);
    const open = isGone(ticket) ? 1 : 0;
    if (privilege === undefined) {
      // What was scanned or linked before it came to TIXNGO is told with it, or after it.
      const happened = (wasScanned ? 1 : 0) + causesGiven + linksChanged;
      this.ledger.settle(id, { told: 0, happened, open: open + (wasScanned ? 1 : 0) }, isQuiet);
      return;
    }
    const { status, controlledAt, notifications: told } = privilege;
    const problem = forbiddenCardStep(before.status, status);
    must(problem === null, `card ${id} in TIXNGO: ${problem ?? ''}`);
    must(!deletion.includes(status) || isGone(ticket), `card ${id} is deleted in TIXNGO, and nobody has cancelled it`);
    must(controlledAt === null || wasScanned, `card ${id} is used by a gate that has not seen it`);
    must(status !== 'USED' || wasScanned || wasUsedInApp, `card ${id} is USED in TIXNGO, and nobody has used it`);
    const happened = 1 + (wasScanned ? 1 : 0) + causesGiven + linksChanged;
    const isControlOpen =
      wasScanned && controlledAt === null && !isGone(ticket) && row.flags['TIXNGO_CONTROLLED'] === undefined;
    const account = {
      told,
      happened,
      open:
        (isControlOpen ? 1 : 0) +
        (isReasonOpen(ticket, privilege.deletion?.reason ?? null) ? 1 : 0) +
        (isGone(ticket) || areSame(privilege.ticketIds, linkedIds(row)) ? 0 : 1),
    };
    this.isToldOnce(`card ${id}`, id, account, isQuiet, `${before.status}, ${status}`);
    this.seen.set(id, { status, history: [] });
  }

  private isToldOnce(name: string, id: number, account: Account, isQuiet: boolean, statuses: string): void {
    const tooOften = this.ledger.settle(id, account, isQuiet);
    const { told, happened } = account;
    must(
      tooOften === 0,
      `people were told ${tooOften} times too often of ${name} since the last look; ever: told ${told} times of ${happened} things: ${statuses}`,
    );
  }
}

/** The box office has cancelled it, or given it another reason, and TIXNGO does not show that yet. */
function isReasonOpen(ticket: TrueTicket, shown: string | null): boolean {
  return isGone(ticket) && shown !== ticket.cause;
}

function areSame(left: readonly string[], right: readonly string[]): boolean {
  return [...left].sort().join(', ') === [...right].sort().join(', ');
}

export function must(condition: boolean, sentence: string): asserts condition {
  if (!condition) throw new Violation(sentence);
}
