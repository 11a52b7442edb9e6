import { addCounts, noCounts, type RunCounts } from '../domain/counts.js';
import type { FeedbackKeys } from '../domain/feedbackKeys.js';
import type { StretchReport } from '../domain/stretchReport.js';
import { parkingKey, type ParkedTicket, type ParkingReason } from '../domain/parking.js';
import type { Resolved } from '../config/resolve.js';
import { longestKeptKey } from '../domain/retrieveInput.js';
import type { TicketList } from '../domain/skipList.js';
import type { StretchPhase } from '../domain/stretch.js';
import { CallFailed } from '../http/callFailed.js';
import { S360MobileTickets } from '../s360/mobileTickets.js';
import type { DiffPage } from '../tixngo/client.js';
import { stop } from './failures.js';
import { phaseOf, type DuePage } from './feedbackParked.js';
import type { FeedbackSource } from './feedbackSource.js';
import type { Stretch, StretchTools } from './functionRun.js';
import { messageOf } from '../domain/messages.js';
import { stretchMs } from './callPlan.js';

/** What both phases of the feedback work with. */
export interface FeedbackTools extends StretchTools {
  readonly resolved: Resolved<'retrieveTicketStatus'>;
  readonly skip: TicketList;
  readonly source: FeedbackSource;
  readonly keys: FeedbackKeys;
  readonly parked: readonly ParkedTicket[];
  /** False for what comes from a file: its pages cannot be read again, so that nothing of it stays parked. */
  readonly parks: boolean;
  /** So many more can be kept. */
  readonly parkedRoom: number;
  /** Whether it is the first stretch of its run. */
  readonly first: boolean;
  /** What of the keys the interface keeps; undefined if nothing yet, or nothing at all. */
  readonly keep: (keys: FeedbackKeys, atTheEnd: boolean) => StretchReport['feedback'];
  /** How the keys of the run are written for its next stretch. */
  readonly positionOf: (keys: FeedbackKeys) => string;
}

/** Counts and parked tickets of one page, which come into effect together with the key behind it. */
export interface PageNews {
  readonly counts: Partial<RunCounts>;
  readonly parked: readonly ParkingReason[];
  /** Tickets that went well. */
  readonly settled: readonly string[];
  readonly fromKey: string | null;
}

/** A ticket is parked once for a page, however many of its entries are refused. */
export function onePerTicket(reasons: readonly ParkingReason[]): ParkingReason[] {
  return [...new Map(reasons.map((reason) => [reason.ticketId, reason])).values()];
}

/** The batch size may have been larger when a ticket of the page was parked. */
const largestPage = 1_000;

/** What the two phases do alike: keys move as soon as a page is settled, and what is parked is kept with the key of its page. */
export abstract class FeedbackStretch implements Stretch {
  counts: RunCounts = { ...noCounts };
  writeUnderWay = false;
  protected keys: FeedbackKeys;
  protected atTheEnd = false;
  protected readonly reads: S360MobileTickets;
  protected readonly writes: S360MobileTickets;
  /** Parked before, and not tried in this run: still a reason to warn. */
  readonly parkedStill: ParkingReason[] = [];
  private readonly startedMs = Date.now();
  private readonly parkedByKey = new Map<string, ParkingReason>();
  private readonly unparkedKeys = new Set<string>();
  /** Tickets that are counted as parked. */
  private readonly counted = new Set<string>();
  /** Parked tickets of which TIXNGO says something new, which went well: what they lack is tried again. */
  protected readonly met = new Set<string>();
  private readonly ownParked: readonly ParkedTicket[];

  protected constructor(
    protected readonly tools: FeedbackTools,
    phase: StretchPhase,
  ) {
    this.keys = tools.keys;
    this.ownParked = tools.parked.filter((ticket) => phaseOf(ticket) === phase);
    this.reads = new S360MobileTickets(tools.s360Session);
    this.writes = new S360MobileTickets(tools.s360MarksSession);
  }

  abstract run(): Promise<boolean>;
  abstract nextPhase(): StretchPhase;

  get parkedNow(): readonly ParkingReason[] {
    return [...this.parkedByKey.values()];
  }

  get unparked(): readonly string[] {
    return [...this.unparkedKeys].filter((key) => !this.parkedByKey.has(key));
  }

  get position(): string {
    return this.tools.positionOf(this.keys);
  }

  feedback(): StretchReport['feedback'] {
    return this.tools.keep(this.keys, this.atTheEnd);
  }

  protected hasTime(): boolean {
    return Date.now() - this.startedMs < stretchMs;
  }

  /** A page is settled: from now on it counts, and is not read again. */
  protected settle({ counts, parked, settled, fromKey }: PageNews, keys: FeedbackKeys): void {
    this.requireRoom(parked);
    const refused = new Set(parked.map(({ ticketId }) => ticketId));
    this.unpark(new Set(settled.filter((ticketId) => !refused.has(ticketId))), fromKey);
    if (this.tools.parks) for (const reason of parked) this.parkedByKey.set(parkingKey(reason), reason);
    else this.parkedStill.push(...parked);
    Object.assign(this.counts, addCounts(this.counts, { ...counts, parked: this.countParked(parked) }));
    this.keys = keys;
    this.tools.progress(this.counts);
  }

  /**
   * What is behind the key is never read again, so what is in error must be kept by its id.
   *
   * @throws a failure that stops the run before the key has moved
   */
  private requireRoom(parked: readonly ParkingReason[]): void {
    if (!this.tools.parks) return;
    const known = new Set(this.tools.parked.map(parkingKey));
    const kept = [...this.parkedByKey.keys(), ...parked.map(parkingKey)].filter((key) => !known.has(key));
    if (new Set(kept).size <= this.tools.parkedRoom) return;
    const { sentence, action } = messageOf('TOO_MANY_PARKED');
    throw stop('TOO_MANY_PARKED', `${sentence} ${action}`);
  }

  /** It is not tried in this run. */
  protected leave(parked: readonly ParkedTicket[]): void {
    this.parkedStill.push(...parked);
    this.counts.parked += this.countParked(parked);
  }

  /** No calls are left to try these again. */
  protected leavePages(pages: readonly DuePage[]): void {
    const has = (parked: ParkedTicket): boolean =>
      pages.some(({ key, ticketIds }) => parked.position === (key ?? '') && ticketIds.has(parked.ticketId));
    this.leave(this.ownParked.filter(has));
  }

  /** A page of parked tickets, once more; null if TIXNGO does not know its key any more: then only something new settles them. */
  protected async pageAgain({ key, ticketIds }: DuePage): Promise<DiffPage | null> {
    try {
      return await this.tools.source.page(key, largestPage);
    } catch (error) {
      if (!(error instanceof CallFailed) || error.code !== 'PAGINATION_KEY_REFUSED') throw error;
    }
    const lost = this.ownParked.filter(({ position, ticketId }) => position === key && ticketIds.has(ticketId));
    for (const parked of lost) {
      const { ticketId, code, field, record } = parked;
      this.unparkedKeys.add(parkingKey(parked));
      const reason = { ticketId, code, field, record };
      this.parkedByKey.set(parkingKey(reason), reason);
    }
    this.counts.parked += this.countParked(lost);
    return null;
  }

  /** How many of their tickets are not counted yet. */
  private countParked(parked: readonly ParkingReason[]): number {
    const before = this.counted.size;
    for (const reason of parked) {
      if (!this.counted.has(reason.ticketId)) this.tools.decided?.(reason.ticketId, reason, null);
      this.counted.add(reason.ticketId);
    }
    return this.counted.size - before;
  }

  /** What a page lacked of a ticket is there when that page has gone well. One that cannot be read again is settled by any other. */
  private unpark(ticketIds: ReadonlySet<string>, fromKey: string | null): void {
    for (const parked of this.ownParked) {
      if (!ticketIds.has(parked.ticketId)) continue;
      if (parked.position === (fromKey ?? '') || parked.position === undefined || parked.code === 'ENTRY_UNREADABLE') {
        this.unparkedKeys.add(parkingKey(parked));
        this.parkedByKey.delete(parkingKey(parked));
      } else if (!this.unparkedKeys.has(parkingKey(parked))) this.met.add(parked.ticketId);
    }
  }

  /**
   * @param fromKey of the page that has the ticket
   * @throws a failure that stops the run, if the interface is not to continue past a ticket in error
   */
  protected parkingReason(
    ticketId: string,
    code: Parameters<typeof stop>[0],
    field: string,
    record: string | null,
    fromKey: string | null,
  ): ParkingReason {
    if (!this.tools.resolved.interface.customParameters.doContinueInCaseOfSyncError) {
      const { sentence, action } = messageOf('SYNC_ERROR');
      throw stop('SYNC_ERROR', `${sentence} Ticket id:${ticketId}: ${messageOf(code).sentence} (${field}) ${action}`);
    }
    const key = fromKey ?? '';
    return { ticketId, code, field, record, ...(key.length <= longestKeptKey ? { position: key } : {}) };
  }
}
