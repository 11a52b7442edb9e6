import type { ResolvedPlace } from '../config/resolve.js';
import type { RunCounts } from '../domain/counts.js';
import type { S360Ticket } from '../domain/ticket.js';
import { compareTicketIds } from '../domain/ticketId.js';
import { eventIdOf } from '../domain/ticketMapping.js';
import type { CallMeter } from '../http/callMeter.js';
import type { ExportPage } from '../s360/client.js';
import type { ListedTickets } from '../s360/exportParameters.js';
import {
  callsLeftForAPage,
  chunksPerPage,
  pageSize,
  pagesPerStretch,
  stretchMs,
  tixngoService,
  type PageCost,
} from './callPlan.js';
import { stop } from './failures.js';
import { asWritten, nameIn, type ListPosition, type TicketListParts } from './listedTickets.js';
import type { TixngoLookup } from './tixngoLookup.js';

export interface WalkTools {
  readonly resolved: ResolvedPlace;
  readonly meter: CallMeter;
  /** How many tickets the run may still send. */
  readonly mayStillSend: number;
}

/** What is known of a page of an operator's list. */
interface ListPage {
  readonly part: number;
  /** What the part names and S-360 does not offer; null if there may be more of it. */
  readonly missing: readonly string[] | null;
}

/**
 * The way of one stretch through S-360's queue: page by page in the order of the ticket ids, as far as time, calls and allowance go. A page
 * may be cut short; what lies behind the cut is as if it had never been read. Through an operator's list it goes part by part instead.
 */
export class QueueWalk {
  /** Where the next stretch goes on: the last ticket id of the last page that was settled, or a place in the list. */
  position: string | null;
  /** Tickets of the list that S-360 does not offer, as the operator has named them. */
  readonly notOffered: string[] = [];

  private readonly startedMs = Date.now();
  /** The last ticket id that was read; of a list, in the part that is read next. */
  private readPosition: string | null;
  /** Where the list is gone on with: what comes before in that part is read once more, to know what is missing in it, and not taken again. */
  private readonly listStart: ListPosition;
  /** The part of the list that is being read, and what of it was offered so far. */
  private listPart: number;
  private readonly offeredOfPart = new Set<string>();
  /** Of the list, every page that was read. */
  private readonly listPages: ListPage[] = [];
  private isCut = false;
  private pagesRead = 0;
  private pagesPosted = 0;
  private pagesSettled = 0;
  /** Which of the pages was cut; null if none was. */
  private cutPage: number | null = null;

  constructor(
    private readonly tools: WalkTools,
    private readonly pageCost: PageCost,
    private readonly counts: Readonly<RunCounts>,
    private readonly from: string | null,
    private readonly list: TicketListParts | null = null,
  ) {
    this.position = from;
    const start = list === null ? { part: 0, after: from } : list.positionIn(from);
    if (start === null) throw stop('TICKET_LIST_INVALID', 'The list of tickets has changed since the run began.');
    this.listStart = start;
    this.listPart = start.part;
    this.readPosition = list === null ? from : null;
  }

  /** The part of the list that is read next; null if S-360's queue is walked. */
  get listed(): ListedTickets | null {
    return this.list?.parts[this.listPart] ?? null;
  }

  /** Nothing of the list is left to read. */
  get isListRead(): boolean {
    return this.list !== null && this.listed === null;
  }

  /** Where the next page begins. */
  get after(): string | null {
    return this.readPosition;
  }

  mayReadOn(): boolean {
    const { meter, resolved, mayStillSend } = this.tools;
    // That nothing is left takes no call to find out.
    if (this.isListRead && !this.isCut) return true;
    return (
      this.pagesRead < pagesPerStretch(resolved) &&
      Date.now() - this.startedMs < stretchMs &&
      !this.isCut &&
      this.counts.sent < mayStillSend &&
      callsLeftForAPage(meter, resolved, this.pageCost, this.pagesRead - this.pagesSettled)
    );
  }

  /**
   * A page as it was read: each ticket once, in order.
   *
   * @returns null at the end of the queue
   * @throws a failure that stops the run if tickets could be passed over or met again for ever
   */
  next(page: ExportPage): ExportPage | null {
    const { listed } = this;
    return listed === null ? this.nextOfQueue(page) : this.nextOfList(page, listed);
  }

  /** A part is over when all that it names was offered, or S-360 has no more of it: one answer may be short, or hold rows several times. */
  private nextOfList(page: ExportPage, listed: ListedTickets): ExportPage {
    const { list, listStart, listPart: part, readPosition: after } = this;
    const rows = inOrderOnce(page.tickets, Number.POSITIVE_INFINITY).filter(
      ({ ticketId }) => after === null || compareTicketIds(ticketId, after) > 0,
    );
    for (const row of rows) this.offeredOfPart.add(nameIn(listed, row) ?? '');
    const missing = listed.values.filter((value) => !this.offeredOfPart.has(value));
    const isOver = missing.length === 0 || rows.length === 0;
    this.listPages.push({ part, missing: isOver ? missing.map((value) => asWritten(listed, value)) : null });
    this.pagesRead += 1;
    this.readPosition = isOver ? null : (rows.at(-1)?.ticketId ?? null);
    if (isOver) {
      this.listPart += 1;
      this.offeredOfPart.clear();
    }
    const taken = part === listStart.part ? listStart.after : null;
    const tickets = rows.filter(
      (row) =>
        (taken === null || compareTicketIds(row.ticketId, taken) > 0) && list?.isNamedTwice(listed, row) !== true,
    );
    return { exportDate: page.exportDate, tickets };
  }

  private nextOfQueue(page: ExportPage): ExportPage | null {
    // Only an empty page is the end: a short one may hide rows behind it, and a ticket must not wait for ever.
    if (page.tickets.length === 0) return null;
    const after = this.readPosition;
    const tickets = inOrderOnce(page.tickets, pageSize(this.tools.resolved)).filter(
      ({ ticketId }) => after === null || compareTicketIds(ticketId, after) > 0,
    );
    this.pagesRead += 1;
    const lastTicketId = tickets.at(-1)?.ticketId;
    if (lastTicketId === undefined) {
      throw stop(
        'CONTRACT_BROKEN',
        `S-360 executeExport: the page after ticket ${after ?? 'none'} does not go on; the export ignores afterTicketId.`,
      );
    }
    this.readPosition = lastTicketId;
    return { exportDate: page.exportDate, tickets };
  }

  /**
   * The page up to the last ticket that this run may still send.
   *
   * @param mayBeSent false for a ticket that is surely not sent
   */
  withinAllowance(page: ExportPage, mayBeSent: (ticket: S360Ticket) => boolean = () => true): ExportPage {
    this.pagesPosted += 1;
    // Behind a cut page nothing is taken, or its rest would be passed over.
    if (this.isCut) return this.cut(page, 0);
    let left = Math.max(0, this.tools.mayStillSend - this.counts.sent);
    const end = page.tickets.findIndex((ticket) => {
      if (!mayBeSent(ticket)) return false;
      left -= 1;
      return left < 0;
    });
    return end < 0 ? page : this.cut(page, end);
  }

  /** Where a look-up takes a call for each event, a page goes as far as the calls do. */
  withinCalls(page: ExportPage, lookup: TixngoLookup, isAsked: (ticket: S360Ticket) => boolean): ExportPage {
    const { meter, resolved } = this.tools;
    if (resolved.interface.lookup !== 'eventReport') return page;
    const room = Math.max(1, meter.left(tixngoService(resolved)) - chunksPerPage(resolved));
    const events = new Set<string>();
    const beyond = page.tickets.findIndex((ticket) => {
      const eventId = eventIdOf(ticket);
      if (eventId !== '' && isAsked(ticket) && !lookup.hasRead(eventId)) events.add(eventId);
      return events.size > room;
    });
    return beyond < 0 ? page : this.cut(page, beyond);
  }

  settled(lastTicketId: string | null): void {
    const page = this.pagesSettled;
    this.pagesSettled += 1;
    if (this.list === null) {
      this.position = lastTicketId ?? this.position;
      return;
    }
    const { part, missing } = this.listPages[page] ?? { part: 0, missing: null };
    const isWhole = this.cutPage === null || page < this.cutPage;
    if (isWhole && missing !== null) {
      this.notOffered.push(...missing);
      this.position = this.list.positionText({ part: part + 1, after: null });
    } else if ((isWhole || page === this.cutPage) && lastTicketId !== null) {
      this.position = this.list.positionText({ part, after: lastTicketId });
    }
  }

  /** @param endOfQueue whether S-360 had no more pages */
  isAtTheEnd(endOfQueue: boolean): boolean {
    return endOfQueue && !this.isCut;
  }

  /** Whether this stretch has looked where a ticket would stand. */
  hasPassed(ticketId: string, atTheEnd: boolean): boolean {
    const afterStart = this.from === null || compareTicketIds(ticketId, this.from) > 0;
    const beforeEnd = atTheEnd || (this.position !== null && compareTicketIds(ticketId, this.position) <= 0);
    return afterStart && beforeEnd;
  }

  private cut(page: ExportPage, tickets: number): ExportPage {
    this.isCut = true;
    this.cutPage ??= this.pagesPosted - 1;
    return { ...page, tickets: page.tickets.slice(0, tickets) };
  }
}

/**
 * In the order of their ids, each ticket once: an export query that joins tables may give a row several times.
 *
 * @throws a failure that stops the run if a full page is in another order: it is cut anywhere, and what is missing in it would be passed over
 */
function inOrderOnce(rows: readonly S360Ticket[], batchSize: number): S360Ticket[] {
  const inOrder = rows.every(
    ({ ticketId }, i) => i === 0 || compareTicketIds(rows[i - 1]?.ticketId ?? ticketId, ticketId) <= 0,
  );
  if (!inOrder && rows.length >= batchSize) {
    throw stop(
      'CONTRACT_BROKEN',
      'S-360 executeExport: the rows of a full page are not in the order of their ticket ids; the export has to sort by ticket_id.',
    );
  }
  return [...new Map(rows.map((row) => [row.ticketId, row])).values()].sort((left, right) =>
    compareTicketIds(left.ticketId, right.ticketId),
  );
}
