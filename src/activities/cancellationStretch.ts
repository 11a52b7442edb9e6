import type { Resolved } from '../config/resolve.js';
import { groupAwaited, type AwaitedDeletion, type AwaitedDeletions } from '../domain/awaitedDeletions.js';
import { isDeletedAsWanted, wantedDeletion, type DeletionSettings } from '../domain/deletion.js';
import { isParkedNow, type ParkingReason } from '../domain/parking.js';
import { isOnList, type TicketList } from '../domain/skipList.js';
import type { S360Ticket } from '../domain/ticket.js';
import { eventIdOf } from '../domain/ticketMapping.js';
import type { HeldTicket, WantedDeletion } from '../domain/tixngoEffect.js';
import { isDeletion } from '../domain/tixngoStatus.js';
import type { ExportPage } from '../s360/client.js';
import { cancellationParameters } from '../s360/exportParameters.js';
import type { DeletionOutcome, TicketDeletion } from '../tixngo/client.js';
import { chunkSize, type PageCost } from './callPlan.js';
import type { GoAnswer, StretchTools } from './functionRun.js';
import { PagedStretch } from './pagedStretch.js';
import { isSystemic, reasonOf } from './refusals.js';
import { sendInChunks } from './sendInChunks.js';

const dayMs = 24 * 3_600_000;

/** A read, two looks at flags, and a flag. */
export const cancellationPageCost: PageCost = { dataExport: 4, markPrinted: 0 };

export interface CancellationTools extends StretchTools {
  readonly resolved: Resolved<'pushCancelled'>;
  readonly deletion: DeletionSettings;
  readonly skip: TicketList;
  readonly answer: GoAnswer;
  /** Whether ticket injection is configured for the organization; then it may still be sending. */
  readonly hasInjection: boolean;
  /** RFC 3339; only used to find waits again that nobody may be waiting for. */
  readonly processedSince: string;
}

/**
 * - `push`: to be pushed, unless a look-up finds it deleted as it should be
 * - `find`: skipped or parked, but in doubt: if TIXNGO has the deletion, it was pushed before and is marked
 */
type Purpose = 'push' | 'find';

/** What S-360 knows of a ticket beside its row. */
interface Marks {
  /** Marked by injection: TIXNGO has, or had, it. */
  readonly injected: boolean;
  /** Marked by this function before: offered again because its record has changed, or to find its wait again. */
  readonly processedBefore: boolean;
  /** When it was marked processed, where S-360 tells: then it was pushed. */
  readonly processedAtMs: number | null;
  /** Its record has not changed since it was marked processed: it is offered only because its wait is to be found again. */
  readonly unchanged: boolean;
}

interface Candidate extends Marks {
  readonly source: S360Ticket;
  readonly purpose: Purpose;
  /** TIXNGO's id of the ticket and of its event; the first empty if S-360 has no such number for it. */
  readonly id: string;
  readonly eventId: string;
  readonly wanted: WantedDeletion;
}

/** What becomes of the tickets of one page. */
interface PageWork {
  readonly page: ExportPage;
  /** S-360's ids of those that are to be marked processed. */
  readonly settled: Set<string>;
  readonly parked: ParkingReason[];
  /** TIXNGO does not have them. */
  readonly absent: Candidate[];
}

/** What is known of a page when TIXNGO has answered. */
interface PostedPage {
  readonly exportDate: string;
  readonly lastTicketId: string | null;
  readonly settled: readonly string[];
}

/**
 * One stretch of push cancelled: CANCELLED and INVALIDATED tickets in the order of their ids. What injection has marked is pushed at once;
 * anything else is looked up first, and everything in doubt. A ticket that TIXNGO never had is settled without a write, unless injection
 * could still be sending it. A row that is offered again is written only if TIXNGO holds another reason.
 * Source: S-360 manual, «2. Push Cancelled and Invalidated Tickets».
 */
export class CancellationStretch extends PagedStretch<CancellationTools, PostedPage> {
  private readonly pending: AwaitedDeletion[] = [];

  constructor(tools: CancellationTools, from: string | null) {
    const { inDoubt, parked } = tools.answer;
    super(tools, { pageCost: cancellationPageCost, parked, inDoubt, from, wholeQueue: true });
  }

  /** Deletions that TIXNGO has accepted and not confirmed. Without a look-up nobody could ever see them confirmed. */
  awaited(): AwaitedDeletions[] {
    return this.tools.resolved.interface.lookup === 'none' ? [] : groupAwaited(this.pending);
  }

  protected async read(): Promise<ExportPage | null> {
    const { resolved, s360, answer, processedSince } = this.tools;
    // A run or an attempt that ended before its end, or a state that was lost, leaves deletions that nobody waits for.
    const findsWaits = answer.rebuildsWaits && resolved.interface.lookup !== 'none';
    const page = await s360.executeExport({
      exportKey: resolved.institution.s360.exportKeys.pushCancelled,
      maxResults: resolved.function.batchSize,
      parameters: cancellationParameters({
        afterTicketId: this.walk.after,
        shipmentModes: resolved.function.shipmentModes,
        processedSince: findsWaits ? processedSince : null,
      }),
    });
    return this.walk.next(page);
  }

  protected async post(whole: ExportPage): Promise<PostedPage> {
    const marks = await this.marksOf(whole.tickets.filter((ticket) => this.isOurs(ticket)));
    const allowed = this.walk.withinAllowance(whole, ({ ticketId }) => marks.get(ticketId)?.unchanged !== true);
    const page = this.walk.withinCalls(allowed, this.lookup, ({ ticketId }) => {
      const known = marks.get(ticketId);
      return known !== undefined && this.isAsked(ticketId, known);
    });
    const work: PageWork = { page, settled: new Set(), parked: [], absent: [] };
    try {
      const toPush = await this.lookUp(this.candidates(page, marks), work);
      await this.push(toPush, work);
      await this.settleAbsent(work);
    } catch (error) {
      // What TIXNGO has accepted is marked first, so that the next attempt need not even look it up.
      await this.markBeforeFailing(this.posted(work));
      if (!isSystemic(error)) this.parkedTickets.park(work.parked);
      throw error;
    }
    this.parkedTickets.park(work.parked);
    return this.posted(work);
  }

  private isOurs({ state, shipmentMode }: S360Ticket): boolean {
    const { shipmentModes } = this.tools.resolved.function;
    return (
      (state === 'CANCELLED' || state === 'INVALIDATED') &&
      shipmentMode !== null &&
      shipmentModes.includes(shipmentMode)
    );
  }

  /** Two questions to S-360 for the whole page: what has injection marked, and what has this function marked before. */
  private async marksOf(tickets: readonly S360Ticket[]): Promise<ReadonlyMap<string, Marks>> {
    const { s360, resolved } = this.tools;
    const { exportKeys } = resolved.institution.s360;
    const ids = tickets.map(({ ticketId }) => ticketId);
    const injected = await s360.flaggingStatus(exportKeys.ticketsExternalPrinting, ids);
    const processed = await s360.flaggingStatus(exportKeys.pushCancelled, ids);
    return new Map(
      tickets.map(({ ticketId, updatedAt }) => [
        ticketId,
        {
          injected: (injected.get(ticketId) ?? null) !== null,
          ...processedMark(updatedAt, processed.get(ticketId) ?? null),
        },
      ]),
    );
  }

  private candidates(page: ExportPage, marks: ReadonlyMap<string, Marks>): Candidate[] {
    const { resolved, deletion } = this.tools;
    return this.select(page).flatMap(({ source, purpose }) => {
      const known = marks.get(source.ticketId);
      if (known === undefined) return [];
      const { ticketId, taxNumber } = source;
      const id = (resolved.interface.ticketIdentifier === 'ticketId' ? ticketId : taxNumber) ?? '';
      return [{ source, purpose, id, eventId: eventIdOf(source), wanted: wantedDeletion(source, deletion), ...known }];
    });
  }

  private select(page: ExportPage): { readonly source: S360Ticket; readonly purpose: Purpose }[] {
    const { resolved, skip, answer } = this.tools;
    const { lookup, whenInDoubt } = resolved.interface;
    if (page.tickets.length === 0) return [];
    this.counts.pages += 1;
    this.counts.offered += page.tickets.length;
    // It may have been pushed before it was put on the list, or when it was last due: in doubt, or with a wait that is to be taken over.
    const find = (source: S360Ticket): { source: S360Ticket; purpose: Purpose }[] =>
      answer.inDoubt || answer.rebuildsWaits ? [{ source, purpose: 'find' }] : [];
    return page.tickets.flatMap((source) => {
      const parked = this.parkedTickets.meet(source.ticketId);
      if (!this.isOurs(source)) {
        this.counts.notSelected += 1;
        return [];
      }
      if (isOnList(skip, source.ticketId, source.taxNumber)) {
        this.counts.skipped += 1;
        return find(source);
      }
      const hold = lookup === 'none' && whenInDoubt === 'hold';
      if (parked !== undefined && isParkedNow(parked, source.updatedAt, Date.now(), hold)) {
        this.parkedTickets.leave(parked);
        return find(source);
      }
      return [{ source, purpose: 'push' as const }];
    });
  }

  /** Whether a look-up comes before the push: not of what only injection has marked, in calm weather. */
  private isAsked(ticketId: string, { injected, processedBefore }: Marks): boolean {
    return this.tools.answer.inDoubt || !injected || processedBefore || this.parkedTickets.has(ticketId);
  }

  /** Finds out which deletions TIXNGO holds already, and which tickets it does not have. @returns what is left to push */
  private async lookUp(candidates: readonly Candidate[], work: PageWork): Promise<Candidate[]> {
    const { answer, resolved } = this.tools;
    const { lookup, whenInDoubt } = resolved.interface;
    const toPush: Candidate[] = [];
    const asked: Candidate[] = [];
    for (const candidate of candidates) {
      if (candidate.id === '') {
        if (candidate.purpose === 'find') continue;
        // Without its number only a person can find it, if it was ever sent.
        if (candidate.injected) work.parked.push(reasonOf(candidate.source, 'FIELD_REQUIRED', 'ticketId'));
        else work.absent.push(candidate);
      } else if (candidate.purpose === 'find' || this.isAsked(candidate.source.ticketId, candidate)) {
        asked.push(candidate);
      } else {
        toPush.push(candidate);
      }
    }
    if (lookup === 'none') {
      // Without a look-up only a write can tell; one that may be a repeat is a person's decision.
      for (const candidate of asked) {
        if (candidate.purpose === 'find') continue;
        const mayBeRepeat = candidate.processedBefore || answer.inDoubt;
        if (mayBeRepeat && whenInDoubt === 'hold') work.parked.push(reasonOf(candidate.source, 'IN_DOUBT'));
        else toPush.push(candidate);
      }
      return toPush;
    }
    const found = await this.lookup.find(asked);
    for (const candidate of asked) {
      const held = found.get(candidate.id);
      if (held !== undefined && isDone(candidate, held)) {
        this.settleFound(candidate, held, work);
      } else if (candidate.purpose === 'push') {
        // What injection has marked was there, perhaps under another event: TIXNGO itself says if it is not. Once it has, it is asked no more.
        if (held !== undefined || (candidate.injected && !candidate.processedBefore)) toPush.push(candidate);
        else if (candidate.unchanged) continue;
        else if (candidate.injected) work.settled.add(candidate.source.ticketId);
        else work.absent.push(candidate);
      }
    }
    return toPush;
  }

  private settleFound(candidate: Candidate, held: HeldTicket, { settled }: PageWork): void {
    const { source, purpose, processedBefore } = candidate;
    // Not marked again, so that the date of its mark stays that of its push.
    if (!candidate.unchanged) settled.add(source.ticketId);
    this.counts.found += 1;
    if (purpose === 'find') this.parkedTickets.notAfterAll(source.ticketId);
    // In calm weather the execution that pushed it is waiting for it.
    const { inDoubt, rebuildsWaits } = this.tools.answer;
    if (inDoubt || rebuildsWaits || !processedBefore) this.awaitIfPending(candidate, held);
  }

  private awaitIfPending(candidate: Candidate, { status, deletion }: HeldTicket): void {
    if (status !== 'DELETION_PENDING') return;
    const { wanted, processedAtMs } = candidate;
    const shown = { reason: deletion?.reason ?? wanted.reason, visible: deletion?.visible ?? wanted.visible };
    // Its deadline counts from when it was pushed, to the day.
    const sinceMs = processedAtMs === null ? {} : { sinceMs: Math.floor(processedAtMs / dayMs) * dayMs };
    this.pending.push({ ...this.placeOf(candidate), ...shown, ...sinceMs });
  }

  private placeOf({ id, eventId }: Candidate): Pick<AwaitedDeletion, 'id' | 'eventId'> {
    return { id, eventId: this.tools.resolved.interface.lookup === 'eventReport' ? eventId : null };
  }

  private async push(toPush: readonly Candidate[], work: PageWork): Promise<void> {
    const { tixngo, resolved, progress } = this.tools;
    await sendInChunks<Candidate, TicketDeletion, DeletionOutcome>(toPush, {
      chunkSize: chunkSize(resolved),
      pageSize: work.page.tickets.length,
      wireOf: ({ id, wanted }) => ({
        ticketId: id,
        deletionReason: wanted.reason,
        showDeletedTicket: wanted.visible,
      }),
      send: (part) => this.write(() => tixngo.deleteTickets(part)),
      settle: (candidate, outcome) => {
        if (outcome.kind === 'notFound') {
          work.absent.push(candidate);
        } else if (outcome.kind === 'refused') {
          work.parked.push(reasonOf(candidate.source, outcome.code, outcome.field));
        } else if (outcome.kind === 'pending' || outcome.kind === 'deleted') {
          work.settled.add(candidate.source.ticketId);
          this.counts.sent += 1;
          if (outcome.kind === 'pending') this.pending.push({ ...candidate.wanted, ...this.placeOf(candidate) });
        }
      },
      settleUnread: (unread, sentAgain) => this.settleUnread(unread, sentAgain, work),
      chunkDone: () => {
        progress(this.counts);
      },
      parked: work.parked,
    });
  }

  /**
   * TIXNGO has answered without a readable word about these, so the write is over and a look-up tells now. What was not deleted before the
   * push and is not after it is pushed once more, and then parked, so that it does not stop the others.
   */
  private async settleUnread(
    unread: readonly Candidate[],
    sentAgain: boolean,
    work: PageWork,
  ): Promise<readonly Candidate[]> {
    const { lookup } = this.tools.resolved.interface;
    this.lookup.forget(unread);
    const found = lookup === 'none' ? new Map<string, HeldTicket>() : await this.lookup.find(unread);
    const open = unread.filter((candidate) => {
      const held = found.get(candidate.id);
      if (held === undefined) {
        // A report of the event does not show a ticket that was injected into another one.
        const isAbsent = lookup === 'ids' || (lookup === 'eventReport' && !candidate.injected);
        if (isAbsent) work.absent.push(candidate);
        return !isAbsent;
      }
      if (!isDone(candidate, held)) return true;
      work.settled.add(candidate.source.ticketId);
      this.counts.sent += 1;
      this.awaitIfPending(candidate, held);
      return false;
    });
    return this.sendAgainOrPark('deleteTickets', open, sentAgain, work.parked);
  }

  /**
   * TIXNGO does not have them. Never sent, so nothing is to be deleted, unless injection had read them before they were cancelled and sends
   * them a moment later: then they wait for the next run. Injection was calm when this stretch was permitted (before the page was read), and
   * no run of it has begun since: then nobody can have them in hand.
   */
  private async settleAbsent({ absent, settled }: PageWork): Promise<void> {
    if (absent.length === 0) return;
    const nobodySends = await this.nobodySends();
    for (const { source, injected } of absent) {
      if (injected || nobodySends) {
        settled.add(source.ticketId);
        this.counts.neverInTixngo += 1;
      } else {
        this.counts.waitingForInjection += 1;
      }
    }
  }

  private async nobodySends(): Promise<boolean> {
    const { answer, hasInjection, functionCalm, resolved } = this.tools;
    if (!hasInjection) return true;
    if (!answer.injection.calm) return false;
    const { code } = resolved.organization;
    const now = await functionCalm({ organization: code, function: 'ticketsExternalPrinting' });
    return now.calm && now.runs === answer.injection.runs;
  }

  private posted({ page, settled }: PageWork): PostedPage {
    return {
      exportDate: page.exportDate,
      lastTicketId: page.tickets.at(-1)?.ticketId ?? null,
      settled: [...settled],
    };
  }

  /** Marked processed with the date of the answer in which they were read, so that a reason changed meanwhile is seen again. */
  protected async markSettled(page: PostedPage): Promise<void> {
    if (page.settled.length === 0) return;
    const { s360Marks, resolved, assertMine } = this.tools;
    await assertMine();
    await s360Marks.flagItems(resolved.institution.s360.exportKeys.pushCancelled, page.settled, page.exportDate);
    this.counts.processed += page.settled.length;
    this.parkedTickets.settle(page.settled);
  }
}

/** TIXNGO shows what is wanted. Of a record that has not changed since its push, whatever deletion it shows: nothing is news about it. */
function isDone({ wanted, processedBefore, unchanged }: Candidate, held: HeldTicket): boolean {
  return unchanged ? isDeletion(held.status) : isDeletedAsWanted(held, wanted, processedBefore);
}

/** @param flagDate of its mark «processed»; empty if S-360 does not tell it, null if it has none */
function processedMark(updatedAt: string | null, flagDate: string | null): Omit<Marks, 'injected'> {
  const processedAtMs = Date.parse(flagDate ?? '');
  if (Number.isNaN(processedAtMs)) {
    return { processedBefore: flagDate !== null, processedAtMs: null, unchanged: false };
  }
  // S-360's records know seconds only: a change in the second of the mark may have come after it.
  const changedAtMs = Date.parse(`${(updatedAt ?? '').replace(' ', 'T')}Z`);
  const unchanged = changedAtMs < Math.floor(processedAtMs / 1_000) * 1_000;
  return { processedBefore: true, processedAtMs, unchanged };
}
