import { DateTime } from 'luxon';

import { Differences, Reasons, type Difference } from './differences.js';
import { expectedDeletion, reasonNotToPush } from './expectedDeletion.js';
import { contactIsSpectator, expectedTicket, textOf, type ExpectedTime } from './expectedTicket.js';
import { FeedbackFindings, type ComparedFeedback } from './feedbackFindings.js';
import { reasonToWait } from './reasonToWait.js';
import type { ComparerRules } from './rules.js';
import {
  s360Tickets,
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
  /** Cancelled or invalidated in S-360 and marked processed, DELETED in TIXNGO for the same reason. */
  readonly deleted: number;
  /** The same, but DELETION_PENDING: a phone that holds the ticket has not synced. */
  readonly waitingForPhone: number;
  /** Tickets about which somebody was told more often than once of the ticket and once of its deletion. */
  readonly toldAgain: number;
  /** Rightly not in TIXNGO: how many by reason. */
  readonly apart: Readonly<Record<string, number>>;
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
  const findings = new Findings(rules, differences);
  const feedback =
    rules.feedback === null
      ? null
      : await FeedbackFindings.start(urls.s360, rules, rules.feedback, differences, fedBack);
  const theirs = tixngoTickets(urls.tixngo);
  let held = await theirs.next();
  for await (const ours of s360Tickets(urls.s360)) {
    const id = textOf(ours.row, 'ticket_id') ?? '';
    while (held.done !== true && comesBefore(held.value.ticketId, id)) {
      findings.unknownToS360(held.value);
      held = await theirs.next();
    }
    const same = held.done !== true && held.value.ticketId === id ? held.value : null;
    findings.both(id, ours, same);
    await feedback?.look(id, ours, same);
    if (same !== null) held = await theirs.next();
  }
  for (; held.done !== true; held = await theirs.next()) findings.unknownToS360(held.value);
  return findings.comparison((await feedback?.end()) ?? null);
}

/** In the order of both lists: ids are numbers; anything else stands where it stands and is nobody's. */
function comesBefore(left: string, right: string): boolean {
  if (!/^\d+$/.test(left)) return true;
  return BigInt(left) < BigInt(right);
}

class Findings {
  private readonly apart = new Reasons();
  private ours = 0;
  private theirs = 0;
  private same = 0;
  private deleted = 0;
  private waitingForPhone = 0;
  private toldAgain = 0;

  constructor(
    private readonly rules: ComparerRules,
    private readonly differences: Differences,
  ) {}

  unknownToS360({ ticketId }: TixngoRecord): void {
    this.theirs += 1;
    this.differ(ticketId, 'ticket', 'unknown to S-360');
  }

  /** @param id of both */
  both(id: string, ticket: S360Ticket, held: TixngoTicket | null): void {
    const { row, flags } = ticket;
    const { exportKey, injection, push } = this.rules;
    this.ours += 1;
    if (held !== null) {
      this.theirs += 1;
      if (held.notifications > (held.deletion === null ? 1 : 2)) this.toldAgain += 1;
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

  comparison(feedback: ComparedFeedback | null): Comparison {
    const { first, count } = this.differences;
    return {
      agree: count === 0,
      s360Tickets: this.ours,
      tixngoTickets: this.theirs,
      same: this.same,
      deleted: this.deleted,
      waitingForPhone: this.waitingForPhone,
      toldAgain: this.toldAgain,
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
    else this.compareFields(id, ticket, held);
    if (this.differences.count === before) this.same += 1;
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
    const [want, have] = [expectedDeletion(row, this.rules, settings), held.deletion];
    if (have?.reason !== want.reason) {
      this.differ(id, 'deletion.reason', `${want.reason} in S-360, ${word(have?.reason)} in TIXNGO`);
    }
    if (have?.visible !== want.visible) {
      const seen = (visible: boolean | undefined): string => (visible === true ? 'shown' : 'not shown');
      this.differ(id, 'deletion.visible', `must be ${seen(want.visible)} to its spectator, is ${seen(have?.visible)}`);
    }
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
