import { noCounts, type RunCounts } from '../domain/counts.js';
import { transferStatusOf } from '../domain/distribution.js';
import type { FeedbackEntry, UnreadableEntry } from '../domain/feedbackEntry.js';
import { afterStatuses, type WaitingTransfers } from '../domain/feedbackKeys.js';
import type { ParkingReason } from '../domain/parking.js';
import type { StretchPhase } from '../domain/stretch.js';
import { services } from '../domain/callServices.js';
import type { StoredEntry } from '../s360/mobileTickets.js';
import type { DiffPage } from '../tixngo/client.js';
import { mostPagesPerStretch, tixngoService } from './callPlan.js';
import { errorCodeOf } from './feedbackRefusal.js';
import type { TicketDecision } from './functionRun.js';
import { duePages, notDue, type DuePage } from './feedbackParked.js';
import { FeedbackStretch, onePerTicket, type FeedbackTools, type PageNews } from './feedbackStretch.js';
import { locateTickets, type LeftAlone, type LocatedTicket } from './feedbackTickets.js';
import { runPages } from './pagePipeline.js';
import { stopIfSystemic } from './refusals.js';

/** Calls to S-360 of one page: a read and a write. */
export const mobileTicketCallsPerPage = 2;

interface KeyedPage extends Pick<DiffPage, 'entries' | 'unreadable' | 'nextKey'> {
  readonly fromKey: string | null;
}

interface StoredPage {
  readonly news: PageNews;
  readonly nextKey: string | null;
  readonly transfers: WaitingTransfers | null;
}

/**
 * The first phase of the feedback: what TIXNGO says of tickets is stored in S-360, page by page, and the key moves behind each page. Idempotent
 * from end to end: S-360 keeps an entry once, and shows the newest. Source: S-360 manual, «4. Retrieve Ticket Status».
 */
export class StatusStretch extends FeedbackStretch {
  private pagesRead = 0;
  private nextKey: string | null;
  private seenTheEnd = false;

  constructor(tools: FeedbackTools) {
    super(tools, 'status');
    this.nextKey = tools.keys.statusKey;
  }

  nextPhase(): StretchPhase {
    return this.atTheEnd ? 'contacts' : 'status';
  }

  async run(): Promise<boolean> {
    const { parked, first } = this.tools;
    if (first) this.leave(notDue(parked, Date.now()));
    await this.tryAgain(duePages(parked, 'status', Date.now()));
    this.atTheEnd = await runPages<KeyedPage, StoredPage>({
      read: () => this.read(),
      mayReadOn: () => this.mayReadOn(),
      post: (page) => this.store(page),
      mark: ({ news, nextKey, transfers }) => {
        this.settle(news, afterStatuses(this.keys, nextKey, transfers));
        return Promise.resolve();
      },
    });
    await this.tryAgain(duePages(parked, 'status', Number.NEGATIVE_INFINITY, this.met));
    const contactsLeft = this.keys.waiting !== null || duePages(parked, 'contacts', Date.now()).length > 0;
    return this.atTheEnd && !contactsLeft;
  }

  /** @returns null at the end of the stream */
  private async read(): Promise<KeyedPage | null> {
    if (this.seenTheEnd) return null;
    const fromKey = this.nextKey;
    const page = await this.tools.source.page(fromKey, this.tools.resolved.function.batchSize);
    this.pagesRead += 1;
    this.nextKey = page.nextKey;
    const isEmpty = page.entries.length === 0 && page.unreadable.length === 0;
    // Without a word about more, only an empty page is the end; a key that does not move would give the same page for ever.
    const isBehindAll = isEmpty && page.hasMore !== true;
    this.seenTheEnd = page.hasMore === false || isBehindAll || page.nextKey === fromKey;
    return isBehindAll ? this.emptyPage(page) : { ...page, fromKey };
  }

  /** An empty page may still have a key, for a stream that has just begun. */
  private emptyPage({ nextKey }: DiffPage): null {
    if (this.keys.statusKey === null && nextKey !== null && this.pagesRead === 1) {
      this.keys = afterStatuses(this.keys, nextKey, null);
    }
    return null;
  }

  private mayReadOn(): boolean {
    const { meter, resolved, mayStillSend } = this.tools;
    // The end is known already: reading on costs nothing.
    if (this.seenTheEnd) return true;
    return (
      this.pagesRead < mostPagesPerStretch &&
      this.hasTime() &&
      this.counts.offered < mayStillSend &&
      meter.left(services.mobileTickets) >= 3 * mobileTicketCallsPerPage &&
      meter.left(tixngoService(resolved)) >= 1
    );
  }

  private async tryAgain(pages: readonly DuePage[]): Promise<void> {
    const { meter, resolved } = this.tools;
    for (const [index, page] of pages.entries()) {
      // The calls of one page of the stream are left for it.
      const enough =
        meter.left(services.mobileTickets) >= 2 * mobileTicketCallsPerPage && meter.left(tixngoService(resolved)) >= 2;
      if (!enough) {
        this.leavePages(pages.slice(index));
        return;
      }
      const { key, ticketIds } = page;
      const again = await this.pageAgain(page);
      if (again === null) continue;
      const isDue = ({ ticketId }: { readonly ticketId: string | null }): boolean => ticketIds.has(ticketId ?? '');
      const entries = again.entries.filter(isDue);
      const unreadable = again.unreadable.filter(isDue);
      const { news } = await this.store({ entries, unreadable, fromKey: key, nextKey: null });
      // What the stream does not show there any more comes again further on, or is nobody's problem now.
      this.settle({ ...news, settled: [...ticketIds] }, this.keys);
    }
  }

  private async store(page: KeyedPage): Promise<StoredPage> {
    const { entries, unreadable, fromKey, nextKey } = page;
    const { resolved, skip } = this.tools;
    const located = await locateTickets([...entries, ...unreadable], resolved, skip, this.reads);
    const counts: RunCounts = { ...noCounts, pages: 1, offered: entries.length + unreadable.length };
    const parked: ParkingReason[] = unreadable.flatMap((entry) =>
      this.unreadableReason(entry, located.get(entry.ticketId ?? ''), fromKey, counts),
    );
    const toStore: StoredEntry[] = [];
    const once = new Set<string>();
    const transfers: number[] = [];
    for (const entry of entries) {
      const ticket = located.get(entry.ticketId);
      if (ticket === 'skipped') this.count(counts, 'skipped', entry.ticketId);
      if (ticket === undefined || ticket === 'unknown') this.count(counts, 'unknownTickets', entry.ticketId);
      if (ticket === undefined || typeof ticket === 'string') continue;
      const key = `${entry.ticketId} ${entry.status} ${entry.statusChangedAt}`;
      const isThere = ticket.status === entry.status && isSameTime(ticket.statusChangedAt, entry.statusChangedAt);
      // Its contact may still be missing, so it counts as a transfer all the same.
      if (!once.has(key) && transferStatusOf(entry) !== null) transfers.push(Date.parse(entry.statusChangedAt));
      if (isThere || once.has(key)) this.count(counts, 'unchanged', entry.ticketId);
      else toStore.push({ ticketId: ticket.ticketId, organization: ticket.organization, entry });
      once.add(key);
    }
    parked.push(...(await this.keep(toStore, fromKey, counts)));
    // One ticket with many entries is one ticket.
    const ofTickets = onePerTicket(parked);
    stopIfSystemic(ofTickets, new Set([...entries, ...unreadable].map(({ ticketId }) => ticketId)).size);
    const settled = entries.map(({ ticketId }) => ticketId);
    const news = { counts, parked: ofTickets, settled, fromKey };
    return { news, nextKey, transfers: this.waiting(transfers) };
  }

  /** @returns the tickets that S-360 refused */
  private async keep(
    entries: readonly StoredEntry[],
    fromKey: string | null,
    counts: RunCounts,
  ): Promise<ParkingReason[]> {
    if (entries.length === 0) return [];
    const outcomes = await this.writes.store(entries);
    const parked: ParkingReason[] = [];
    for (const [index, outcome] of outcomes.entries()) {
      const entry = entries[index]?.entry as FeedbackEntry;
      switch (outcome.kind) {
        case 'kept':
          this.count(counts, 'stored', entry.ticketId);
          break;
        case 'unchanged':
          this.count(counts, 'unchanged', entry.ticketId);
          break;
        case 'unknownTicket':
          this.count(counts, 'unknownTickets', entry.ticketId);
          break;
        case 'unknown':
        case 'refused':
          parked.push(this.refusedReason(entry, errorCodeOf('storeMobileTickets', outcome), fromKey));
          break;
      }
    }
    return parked;
  }

  private refusedReason(entry: FeedbackEntry, errorCode: string, fromKey: string | null): ParkingReason {
    return this.parkingReason(entry.ticketId, 'MOBILE_TICKET_REFUSED', errorCode, entry.statusChangedAt, fromKey);
  }

  /** An entry without even a ticket id, or of a ticket that nobody knows, belongs to nobody whom one could ask. */
  private unreadableReason(
    { ticketId, field }: UnreadableEntry,
    ticket: LocatedTicket | LeftAlone | undefined,
    fromKey: string | null,
    counts: RunCounts,
  ): ParkingReason[] {
    if (ticket === 'skipped') this.count(counts, 'skipped', ticketId);
    else if (ticketId === null || ticket === undefined || ticket === 'unknown') {
      this.count(counts, 'unknownTickets', ticketId);
    } else return [this.parkingReason(ticketId, 'ENTRY_UNREADABLE', field, null, fromKey)];
    return [];
  }

  /** What became of an entry: counted, and told to whoever previews the run. */
  private count(counts: RunCounts, decision: TicketDecision, ticketId: string | null): void {
    counts[decision] += 1;
    this.tools.decided?.(ticketId ?? '', decision, null);
  }

  private waiting(transfersMs: readonly number[]): WaitingTransfers | null {
    const { enableTicketDistributionToCulturalContact } = this.tools.resolved.interface.customParameters;
    if (!enableTicketDistributionToCulturalContact || transfersMs.length === 0) return null;
    return { entries: transfersMs.length, oldestMs: Math.min(...transfersMs) };
  }
}

function isSameTime(left: string | null, right: string): boolean {
  return left !== null && Date.parse(left) === Date.parse(right);
}
