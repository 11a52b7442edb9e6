import { DateTime } from 'luxon';

import { BesideS360 } from './besideS360.js';
import { isCard } from './cards.js';
import { Differences, Reasons, type Difference } from './differences.js';
import { compareDeletion } from './deletionFindings.js';
import { compareControl, reasonNotToControl } from './expectedControl.js';
import { reasonNotToPush } from './expectedDeletion.js';
import { contactIsSpectator, expectedTicket, textOf, type ExpectedTime } from './expectedTicket.js';
import { FeedbackFindings, type ComparedFeedback } from './feedbackFindings.js';
import { PrivilegeFindings, type ComparedPrivileges } from './privilegeFindings.js';
import { reasonToWait } from './reasonToWait.js';
import type { ComparerRules } from './rules.js';
import {
  s360Tickets,
  tixngoDefinitions,
  tixngoPrivileges,
  tixngoTickets,
  type S360Record,
  type S360Ticket,
  type TixngoRecord,
  type TixngoTicket,
} from './sandboxTickets.js';
import { hasNewOwner } from './transfers.js';

export interface Comparison {
  readonly agree: boolean;
  readonly s360Tickets: number;
  readonly tixngoTickets: number;
  /** Valid in both, with the same values. */
  readonly same: number;
  /** Of those, let in by a gate, and CONTROLLED in both. */
  readonly controlled: number;
  /** Cancelled or invalidated in S-360 and marked processed, DELETED in TIXNGO for the same reason. */
  readonly deleted: number;
  /** The same, privileges among them, but DELETION_PENDING: a phone that holds the ticket has not synced. */
  readonly waitingForPhone: number;
  /** Tickets and privileges about which somebody was told more often than once of them and once of their deletion. */
  readonly toldAgain: number;
  /** Rightly not in TIXNGO: how many by reason. */
  readonly apart: Readonly<Record<string, number>>;
  /** What became of the cards; null if digital privileges injection is not configured. */
  readonly privileges: ComparedPrivileges | null;
  /** What came back from TIXNGO; null if retrieve ticket status is not configured. */
  readonly feedback: ComparedFeedback | null;
  /** The first ones. */
  readonly differences: readonly Difference[];
  readonly differenceCount: number;
}

export interface CompareOptions {
  /** Retrieve ticket status has run since the last thing happened: news that have not come back are differences. */
  readonly fedBack?: boolean;
}

/**
 * Decides for every ticket of S-360 what must be true in TIXNGO, and looks whether it is. Both lists come in the order of their ids and
 * are read side by side, so that memory does not grow with them.
 *
 * @throws CannotCompare if a sandbox does not answer
 */
export async function compareSandboxes(
  urls: { readonly s360: string; readonly tixngo: string },
  rules: ComparerRules,
  { fedBack = false }: CompareOptions = {},
): Promise<Comparison> {
  const differences = new Differences();
  const apart = new Reasons();
  const findings = new Findings(rules, differences, apart);
  const feedback =
    rules.feedback === null
      ? null
      : await FeedbackFindings.start(urls.s360, rules, rules.feedback, differences, fedBack);
  const privileges =
    rules.privileges === null
      ? null
      : new PrivilegeFindings(rules, rules.privileges, await tixngoDefinitions(urls.tixngo), differences, apart);
  const tickets = new BesideS360(
    tixngoTickets(urls.tixngo),
    ({ ticketId }) => ticketId,
    (one) => {
      findings.unknownToS360(one);
    },
  );
  const cards = new BesideS360(
    tixngoPrivileges(urls.tixngo),
    ({ privilegeId }) => privilegeId,
    (one) => privileges?.unknownToS360(one),
  );
  for await (const ours of s360Tickets(urls.s360)) {
    const id = textOf(ours.row, 'ticket_id') ?? '';
    const ticket = await tickets.at(id);
    const privilege = privileges === null ? null : await cards.at(id);
    if (privileges !== null && isCard(ours.row)) {
      privileges.look(id, ours, privilege);
      findings.card(id, ticket);
    } else {
      if (privilege !== null) privileges?.unknownToS360(privilege);
      findings.both(id, ours, ticket);
    }
    await feedback?.look(id, ours, ticket);
  }
  await tickets.end();
  if (privileges !== null) await cards.end();
  return findings.comparison((await feedback?.end()) ?? null, privileges?.result() ?? null);
}

class Findings {
  private ours = 0;
  private theirs = 0;
  private same = 0;
  private controlled = 0;
  private deleted = 0;
  private waitingForPhone = 0;
  private toldAgain = 0;

  constructor(
    private readonly rules: ComparerRules,
    private readonly differences: Differences,
    private readonly apart: Reasons,
  ) {}

  unknownToS360({ ticketId }: TixngoRecord): void {
    this.theirs += 1;
    this.differ(ticketId, 'ticket', 'unknown to S-360');
  }

  /** A card is in no list of tickets. */
  card(id: string, held: TixngoTicket | null): void {
    this.ours += 1;
    if (held === null) return;
    this.theirs += 1;
    this.differ(id, 'ticket', 'a card in S-360, but a ticket in TIXNGO');
  }

  /** @param id of both */
  both(id: string, ticket: S360Ticket, held: TixngoTicket | null): void {
    const { row, flags } = ticket;
    const { exportKey, injection, push } = this.rules;
    this.ours += 1;
    if (held !== null) {
      this.theirs += 1;
      if (held.notifications > timesTold(held)) this.toldAgain += 1;
    }
    const state = textOf(row, 'ticket_state') ?? 'none';
    const gone = state === 'CANCELLED' || state === 'INVALIDATED';
    const processed = flags[exportKey] !== undefined;
    const printedByUs = textOf(row, 'printed_by') === injection.pointOfSales;
    if (!gone && push !== null && flags[push.exportKey] !== undefined) {
      this.differ(id, 'processed', `marked processed by push cancelled (${push.exportKey}), but ${state}`);
    }
    if ((state === 'PRINTED' || state === 'CONTROLLED') && printedByUs) {
      this.mustBeThere(id, ticket, processed, held);
    } else if (state === 'NOT_PRINTED') {
      this.mayWait(id, row, processed, held);
    } else if (gone && push !== null) {
      this.mustBeGone(id, ticket, state, held, push);
    } else if (gone && processed) {
      this.count(`${state} after it was injected (push cancelled is not configured)`);
    } else if (held !== null) {
      const printedElsewhere = state === 'PRINTED' ? ' by another point of sales' : '';
      this.differ(id, 'ticket', `in TIXNGO, but ${state}${printedElsewhere} in S-360 and never marked processed`);
    } else {
      this.count(state === 'PRINTED' ? 'printed by another point of sales' : state);
    }
  }

  comparison(feedback: ComparedFeedback | null, privileges: ComparedPrivileges | null): Comparison {
    const { first, count } = this.differences;
    return {
      agree: count === 0,
      s360Tickets: this.ours,
      tixngoTickets: this.theirs,
      same: this.same,
      controlled: this.controlled,
      deleted: this.deleted,
      waitingForPhone: this.waitingForPhone + (privileges?.waitingForPhone ?? 0),
      toldAgain: this.toldAgain + (privileges?.toldAgain ?? 0),
      privileges,
      apart: this.apart.mostFirst(),
      feedback,
      differences: first,
      differenceCount: count,
    };
  }

  private mustBeThere(id: string, ticket: S360Ticket, processed: boolean, held: TixngoTicket | null): void {
    const before = this.differences.count;
    if (!processed)
      this.differ(id, 'processed', `PRINTED in S-360, but not marked processed (${this.rules.exportKey})`);
    if (held === null) this.differ(id, 'ticket', 'PRINTED in S-360, but missing in TIXNGO');
    else {
      this.compareFields(id, ticket, held);
      this.compareGates(id, ticket, held);
    }
    if (this.differences.count > before) return;
    this.same += 1;
    if (held?.status === 'CONTROLLED') this.controlled += 1;
  }

  /** What a gate has let in is CONTROLLED in both. */
  private compareGates(id: string, ticket: S360Ticket, held: TixngoTicket): void {
    const { control } = this.rules;
    const state = textOf(ticket.row, 'ticket_state') ?? 'none';
    if (state !== 'CONTROLLED') {
      if (held.status === 'CONTROLLED') this.differ(id, 'status', `CONTROLLED in TIXNGO, but ${state} in S-360`);
      return;
    }
    if (control === null || reasonNotToControl(ticket.row, control.settings) !== null) return;
    for (const { field, what } of compareControl(ticket, held, 'CONTROLLED', control.exportKey)) {
      this.differ(id, field, what);
    }
  }

  private mustBeGone(
    id: string,
    { row, flags }: S360Record,
    state: string,
    held: TixngoRecord | null,
    { exportKey, settings }: NonNullable<ComparerRules['push']>,
  ): void {
    const left = reasonNotToPush(row, settings);
    if (left !== null) {
      this.count(held === null ? `${state}, ${left}` : `${state} after it was injected, ${left}`);
      return;
    }
    const before = this.differences.count;
    if (flags[exportKey] === undefined) {
      const has = held === null ? 'never in TIXNGO' : `${held.status} in TIXNGO`;
      this.differ(id, 'processed', `${state} in S-360 and ${has}, but not marked processed (${exportKey})`);
    }
    if (held === null) {
      if (flags[this.rules.exportKey] !== undefined) this.differ(id, 'ticket', 'was injected, but missing in TIXNGO');
      if (this.differences.count === before) this.count(`${state}, never in TIXNGO`);
      return;
    }
    if (held.status !== 'DELETED' && held.status !== 'DELETION_PENDING') {
      this.differ(id, 'status', `${state} in S-360, but ${held.status} in TIXNGO`);
      return;
    }
    for (const { field, what } of compareDeletion(row, held.deletion, this.rules, settings))
      this.differ(id, field, what);
    if (this.differences.count > before) return;
    if (held.status === 'DELETED') this.deleted += 1;
    else this.waitingForPhone += 1;
  }

  private mayWait(id: string, row: S360Record['row'], processed: boolean, held: TixngoRecord | null): void {
    if (processed) this.differ(id, 'processed', 'marked processed in S-360, but NOT_PRINTED');
    if (held !== null) {
      this.differ(id, 'ticket', 'in TIXNGO, but NOT_PRINTED in S-360');
      return;
    }
    const reason = reasonToWait(row, this.rules);
    if (reason === null) this.differ(id, 'ticket', 'missing in TIXNGO (nothing keeps it from being sent)');
    else this.count(reason);
  }

  private compareFields(id: string, { row, lines }: S360Ticket, { status, payload }: TixngoRecord): void {
    // TIXNGO keeps for whom it was injected; that this is whom the first owner's transfer came from is looked at with the transfers.
    const hasMovedOn = hasNewOwner({ lines }) && contactIsSpectator(row, this.rules);
    if (status === 'DELETED' || status === 'DELETION_PENDING') {
      this.differ(id, 'status', `PRINTED in S-360, but ${status} in TIXNGO`);
    }
    const expected = expectedTicket(row, this.rules);
    for (const [path, shown] of comparedTexts) {
      const [want, have] = [expected.texts.get(path) ?? null, at(payload, path)];
      if ((have ?? null) === want || (hasMovedOn && path === 'spectatorDetails.email')) continue;
      this.differ(id, path, shown ? `${word(want)} in S-360, ${word(have)} in TIXNGO` : 'not the same in both');
    }
    const price = at(payload, 'purchaseDetails.price') ?? null;
    if (price !== expected.price) {
      this.differ(id, 'purchaseDetails.price', `${word(expected.price)} in S-360, ${word(price)} in TIXNGO`);
    }
    const start = at(payload, 'event.startTime');
    if (!isSameTime(expected.start, start)) {
      const want = typeof expected.start === 'string' ? expected.start : expected.start.toISO();
      this.differ(id, 'event.startTime', `${word(want)} in S-360, ${word(start)} in TIXNGO`);
    }
  }

  private differ(ticketId: string, field: string, what: string): void {
    this.differences.add({ ticketId, field, what });
  }

  private count(reason: string): void {
    this.apart.add(reason);
  }
}

/** Once of the ticket, once of its deletion; a TIXNGO that tells of every write tells of the gate too. */
function timesTold({ deletion, controlledAt }: TixngoRecord): number {
  return 1 + (deletion === null ? 0 : 1) + (controlledAt === null ? 0 : 1);
}

/** And whether the values may be shown: not those of a person, nor a barcode. */
const comparedTexts: readonly (readonly [path: string, shown: boolean])[] = [
  ['event.id', true],
  ['spectatorDetails.email', false],
  ['security.barcode', false],
  ['purchaseDetails.taxNumber', true],
  ['purchaseDetails.fileId', true],
];

function at(payload: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((place, key) => {
    return typeof place === 'object' && place !== null ? (place as Record<string, unknown>)[key] : undefined;
  }, payload);
}

/** The same moment, written with the offset that the venue has then. */
function isSameTime(expected: ExpectedTime, text: unknown): boolean {
  if (typeof expected === 'string' || typeof text !== 'string') return false;
  const time = DateTime.fromISO(text, { setZone: true });
  return time.isValid && time.toMillis() === expected.toMillis() && time.offset === expected.offset;
}

function word(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  return typeof value === 'string' || typeof value === 'number' ? String(value) : 'something else';
}
