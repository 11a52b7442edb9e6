import type { HistoryEntry, MobilePrivilege, ModelWorld } from './modelWorld.js';
import { forbiddenStep } from './statusOrder.js';
import { isGone, type TrueTicket } from './truth.js';
import type { MobileTicket, SandboxTicket } from '../support/world.js';

/** Something is not as it must be. */
export class Violation extends Error {
  override readonly name = 'Violation';
}

/** What was seen of one ticket at the last look. */
interface Seen {
  readonly told: number;
  readonly reason: string | null;
  readonly wasControlled: boolean;
  readonly history: readonly HistoryEntry[];
  readonly isInTixngo: boolean;
  /** Reasons that the box office had given by then, and the last of them. */
  readonly causesGiven: number;
  readonly cause: string;
  readonly wasGone: boolean;
}

const never: Seen = {
  told: 0,
  reason: null,
  wasControlled: false,
  history: [],
  isInTixngo: false,
  causesGiven: 0,
  cause: 'NOT_CANCELLED',
  wasGone: false,
};

const deletion = ['DELETION_PENDING', 'DELETED'];
const pointOfSales = 'TIXNGO;MOBILE';

/** What must hold at every moment, whatever is under way. It looks at both systems; S-360 first, since it is told what TIXNGO has accepted. */
export class Safety {
  private readonly seen = new Map<number, Seen>();
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

  check(): Promise<void> {
    return this.model.inTurn(async () => {
      const { model } = this;
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
        if (ticket.isCard) this.cardIsRight(ticket, privileges.get(ticket.id));
        else this.ticketIsRight(ticket, tickets.get(ticket.id), histories.get(ticket.id) ?? []);
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
    const status = mobile?.status ?? 'not in TIXNGO';
    must(
      !marked('TIXNGO_CANCELLED') || ['not in TIXNGO', ...deletion].includes(status),
      `${id} is marked as cancelled, and is ${status} in TIXNGO`,
    );
    must(
      !marked('TIXNGO_CONTROLLED') || ['not in TIXNGO', 'CONTROLLED', 'USED', ...deletion].includes(status),
      `${id} is marked as controlled, and is ${status} in TIXNGO`,
    );
  }

  private ticketIsRight(ticket: TrueTicket, mobile: MobileTicket | undefined, history: readonly HistoryEntry[]): void {
    const { id } = ticket;
    const before = this.seen.get(id) ?? never;
    must(mobile !== undefined || !before.isInTixngo, `ticket ${id} has vanished from TIXNGO`);
    if (mobile === undefined) {
      this.remember(ticket, never);
      return;
    }
    // Its history was read a moment later: it may show a control more than the notifications.
    const isControlled = mobile.controlledAt !== null;
    const wasEverControlled = isControlled || history.some(({ status }) => status === 'CONTROLLED');
    must(!wasEverControlled || ticket.wasScanned, `ticket ${id} is CONTROLLED in TIXNGO, and no gate has let it in`);
    const reason = mobile.deletion?.reason ?? null;
    must(reason === null || isGone(ticket), `ticket ${id} is deleted in TIXNGO, and nobody has cancelled it`);

    // TIXNGO tells at every write that it accepts: one for each thing that has happened since, and for the one that was not told yet.
    const owedBefore = before.wasGone && before.isInTixngo && before.reason !== before.cause ? 1 : 0;
    const owed =
      (before.isInTixngo ? 0 : 1) +
      (isControlled && !before.wasControlled ? 1 : 0) +
      owedBefore +
      (ticket.causesGiven - before.causesGiven) +
      (before.wasGone && !before.isInTixngo ? 1 : 0);
    const told = mobile.notifications - before.told;
    must(
      told <= owed,
      `people were told ${told} times of ticket ${id} since the last look, and ${owed} things have happened to it: ${history.map(({ status }) => status).join(', ')}`,
    );
    this.remember(ticket, {
      ...never,
      told: mobile.notifications,
      reason,
      wasControlled: isControlled,
      history,
      isInTixngo: true,
    });
  }

  private cardIsRight(ticket: TrueTicket, privilege: MobilePrivilege | undefined): void {
    const { id, wasScanned, causesGiven, linksChanged } = ticket;
    const before = this.seen.get(id) ?? never;
    must(privilege !== undefined || !before.isInTixngo, `card ${id} has vanished from TIXNGO`);
    if (privilege === undefined) {
      this.remember(ticket, never);
      return;
    }
    const { status, notifications: told } = privilege;
    must(!deletion.includes(status) || isGone(ticket), `card ${id} is deleted in TIXNGO, and nobody has cancelled it`);
    must(
      !deletion.includes(before.reason ?? '') || deletion.includes(status),
      `card ${id} was deleted, and is ${status}`,
    );
    must(privilege.controlledAt === null || wasScanned, `card ${id} is used by a gate that has not seen it`);
    const owed = 1 + (wasScanned ? 1 : 0) + causesGiven + linksChanged;
    must(told <= owed, `people were told ${told} times of card ${id}, and ${owed} things have happened to it`);
    this.remember(ticket, { ...never, told, reason: status, isInTixngo: true });
  }

  private remember(ticket: TrueTicket, now: Seen): void {
    const { id, causesGiven, cause } = ticket;
    this.seen.set(id, { ...now, causesGiven, cause, wasGone: isGone(ticket) });
  }
}

export function must(condition: boolean, sentence: string): asserts condition {
  if (!condition) throw new Violation(sentence);
}
