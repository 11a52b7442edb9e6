import { addCounts, noCounts, type RunCounts } from '../domain/counts.js';
import type { FeedbackKeys } from '../domain/feedbackKeys.js';
import type { StretchReport } from '../domain/interfaceState.js';
import type { ParkedTicket, ParkingReason } from '../domain/parking.js';
import type { Resolved } from '../config/resolve.js';
import { longestKeptKey } from '../domain/retrieveInput.js';
import type { TicketList } from '../domain/skipList.js';
import type { StretchPhase } from '../domain/stretch.js';
import { S360MobileTickets } from '../s360/mobileTickets.js';
import { stop } from './failures.js';
import type { FeedbackSource } from './feedbackSource.js';
import type { Stretch, StretchTools } from './functionRun.js';
import { messageOf } from '../domain/messages.js';
import { ParkedTickets } from './parkedTickets.js';
import { stretchMs } from './callPlan.js';

/** What both phases of the feedback work with. */
export interface FeedbackTools extends StretchTools {
  readonly resolved: Resolved<'retrieveTicketStatus'>;
  readonly skip: TicketList;
  readonly source: FeedbackSource;
  readonly keys: FeedbackKeys;
  readonly parked: readonly ParkedTicket[];
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
}

/** What the two phases do alike: keys move as soon as a page is settled, and what is parked is kept with the key of its page. */
export abstract class FeedbackStretch implements Stretch {
  counts: RunCounts = { ...noCounts };
  writeUnderWay = false;
  protected keys: FeedbackKeys;
  protected atTheEnd = false;
  protected readonly parkedTickets: ParkedTickets;
  protected readonly reads: S360MobileTickets;
  protected readonly writes: S360MobileTickets;
  private readonly startedMs = Date.now();
  private readonly parkedNowById = new Map<string, ParkingReason>();

  protected constructor(protected readonly tools: FeedbackTools) {
    this.keys = tools.keys;
    this.parkedTickets = new ParkedTickets(tools.parked, this.counts);
    this.reads = new S360MobileTickets(tools.s360Session);
    this.writes = new S360MobileTickets(tools.s360MarksSession);
  }

  abstract run(): Promise<boolean>;
  abstract nextPhase(): StretchPhase;

  get parkedNow(): readonly ParkingReason[] {
    return [...this.parkedNowById.values()];
  }

  get parkedStill(): readonly ParkingReason[] {
    return this.parkedTickets.still;
  }

  get unparked(): readonly string[] {
    return this.parkedTickets.unparked.filter((ticketId) => !this.parkedNowById.has(ticketId));
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
  protected settle({ counts, parked, settled }: PageNews, keys: FeedbackKeys): void {
    const isNew = parked.filter(({ ticketId }) => !this.parkedNowById.has(ticketId));
    for (const reason of parked) this.parkedNowById.set(reason.ticketId, reason);
    const refused = new Set(parked.map(({ ticketId }) => ticketId));
    this.parkedTickets.settle(settled.filter((ticketId) => !refused.has(ticketId)));
    Object.assign(this.counts, addCounts(this.counts, { ...counts, parked: isNew.length }));
    this.keys = keys;
    this.tools.progress(this.counts);
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
