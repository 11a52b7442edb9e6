import { DateTime } from 'luxon';

import { expectedDeletion, reasonNotToPush } from './expectedDeletion.js';
import { expectedTicket, textOf, type ExpectedTime } from './expectedTicket.js';
import { reasonToWait } from './reasonToWait.js';
import type { ComparerRules } from './rules.js';
import { s360Tickets, tixngoTickets, type S360Record, type TixngoRecord } from './sandboxTickets.js';

/** One thing about one ticket that is not as it must be. Never the value of a personal field. */
export interface Difference {
  readonly ticketId: string;
  /** JSON path of TIXNGO's ticket, or what is missing. */
  readonly field: string;
  readonly what: string;
}

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
  /** The first {@link shownDifferences}. */
  readonly differences: readonly Difference[];
  readonly differenceCount: number;
}

export const shownDifferences = 20;

/**
 * Decides for every ticket of S-360 what must be true in TIXNGO, and looks whether it is. Both lists come in the order of their ids and
 * are read side by side, so that memory does not grow with them.
 *
 * @throws CannotCompare if a sandbox does not answer
 */
export async function compareSandboxes(
  urls: { readonly s360: string; readonly tixngo: string },
  rules: ComparerRules,
): Promise<Comparison> {
  const findings = new Findings(rules);
  const theirs = tixngoTickets(urls.tixngo);
  let held = await theirs.next();
  for await (const ours of s360Tickets(urls.s360)) {
    const id = textOf(ours.row, 'ticket_id') ?? '';
    while (held.done !== true && comesBefore(held.value.ticketId, id)) {
      findings.unknownToS360(held.value);
      held = await theirs.next();
    }
    if (held.done !== true && held.value.ticketId === id) {
      findings.both(id, ours, held.value);
      held = await theirs.next();
    } else {
      findings.both(id, ours, null);
    }
  }
  for (; held.done !== true; held = await theirs.next()) findings.unknownToS360(held.value);
  return findings.comparison();
}

/** In the order of both lists: ids are numbers; anything else stands where it stands and is nobody's. */
function comesBefore(left: string, right: string): boolean {
  if (!/^\d+$/.test(left)) return true;
  return BigInt(left) < BigInt(right);
}

class Findings {
  private readonly differences: Difference[] = [];
  private readonly apart = new Map<string, number>();
  private differenceCount = 0;
  private ours = 0;
  private theirs = 0;
  private same = 0;
  private deleted = 0;
  private waitingForPhone = 0;
  private toldAgain = 0;

  constructor(private readonly rules: ComparerRules) {}

  unknownToS360({ ticketId }: TixngoRecord): void {
    this.theirs += 1;
    this.differ(ticketId, 'ticket', 'unknown to S-360');
  }

  both(id: string, ticket: S360Record, held: TixngoRecord | null): void {
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
      this.mustBeThere(id, row, processed, held);
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

  comparison(): Comparison {
    return {
      agree: this.differenceCount === 0,
      s360Tickets: this.ours,
      tixngoTickets: this.theirs,
      same: this.same,
      deleted: this.deleted,
      waitingForPhone: this.waitingForPhone,
      toldAgain: this.toldAgain,
      apart: Object.fromEntries([...this.apart].sort(([, left], [, right]) => right - left)),
      differences: this.differences,
      differenceCount: this.differenceCount,
    };
  }

  private mustBeThere(id: string, row: S360Record['row'], processed: boolean, held: TixngoRecord | null): void {
    const before = this.differenceCount;
    if (!processed)
      this.differ(id, 'processed', `PRINTED in S-360, but not marked processed (${this.rules.exportKey})`);
    if (held === null) this.differ(id, 'ticket', 'PRINTED in S-360, but missing in TIXNGO');
    else this.compareFields(id, row, held);
    if (this.differenceCount === before) this.same += 1;
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
    const before = this.differenceCount;
    if (flags[exportKey] === undefined) {
      const has = held === null ? 'never in TIXNGO' : `${held.status} in TIXNGO`;
      this.differ(id, 'processed', `${state} in S-360 and ${has}, but not marked processed (${exportKey})`);
    }
    if (held === null) {
      if (flags[this.rules.exportKey] !== undefined) this.differ(id, 'ticket', 'was injected, but missing in TIXNGO');
      if (this.differenceCount === before) this.count(`${state}, never in TIXNGO`);
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
    if (this.differenceCount > before) return;
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

  private compareFields(id: string, row: S360Record['row'], { status, payload }: TixngoRecord): void {
    if (status === 'DELETED' || status === 'DELETION_PENDING') {
      this.differ(id, 'status', `PRINTED in S-360, but ${status} in TIXNGO`);
    }
    const expected = expectedTicket(row, this.rules);
    for (const [path, shown] of comparedTexts) {
      const [want, have] = [expected.texts.get(path) ?? null, at(payload, path)];
      if ((have ?? null) === want) continue;
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
    this.differenceCount += 1;
    if (this.differences.length < shownDifferences) this.differences.push({ ticketId, field, what });
  }

  private count(reason: string): void {
    this.apart.set(reason, (this.apart.get(reason) ?? 0) + 1);
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
