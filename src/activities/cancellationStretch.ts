import { ApplicationFailure } from '@temporalio/common';

import type { Resolved } from '../config/resolve.js';
import { packIds, type AwaitedDeletions } from '../domain/awaitedDeletions.js';
import { noCounts, type RunCounts } from '../domain/counts.js';
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
import { mayStillBeApplied } from './failures.js';
import type { GoAnswer, Stretch, StretchTools } from './functionRun.js';
import { runPages } from './pagePipeline.js';
import { ParkedTickets } from './parkedTickets.js';
import { QueueWalk } from './queueWalk.js';
import { isSystemic, reasonOf } from './refusals.js';
import { sendInChunks } from './sendInChunks.js';
import { TixngoLookup } from './tixngoLookup.js';

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
  readonly changedSince: string;
}

/**
 * - `push`: to be pushed, unless a look-up finds it deleted as it should be
 * - `find`: skipped or parked, but in doubt: if TIXNGO has the deletion, it was pushed before and is marked
 */
type Purpose = 'push' | 'find';

/** What S-360 knows of the tickets of a page beside their rows. */
interface Flags {
  /** Marked by injection: TIXNGO has, or had, them. */
  readonly injected: ReadonlySet<string>;
  /** Marked by this function before: offered again because their records have changed, or to find their waits again. */
  readonly processedBefore: ReadonlyMap<string, string>;
}

interface Candidate {
  readonly source: S360Ticket;
  readonly purpose: Purpose;
  /** TIXNGO's id of the ticket and of its event; the first empty if S-360 has no such number for it. */
  readonly id: string;
  readonly eventId: string;
  readonly wanted: WantedDeletion;
  readonly injected: boolean;
  readonly processedBefore: boolean;
  /** When it was marked processed, where S-360 tells: then it was pushed. */
  readonly processedAtMs: number | null;
  /** Its record has not changed since it was marked processed: it is offered only because its wait is to be found again. */
  readonly unchanged: boolean;
}

/** A deletion that TIXNGO has accepted and not confirmed, as TIXNGO shows it. */
interface PendingDeletion extends WantedDeletion {
  readonly id: string;
  readonly eventId: string;
  readonly sinceMs?: number;
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
export class CancellationStretch implements Stretch {
  readonly counts: RunCounts = { ...noCounts };
  writeUnderWay = false;

  private readonly walk: QueueWalk;
  private readonly parkedTickets: ParkedTickets;
  private readonly lookup: TixngoLookup;
  private readonly pending: PendingDeletion[] = [];

  constructor(
    private readonly tools: CancellationTools,
    from: string | null,
  ) {
    this.walk = new QueueWalk(tools, cancellationPageCost, this.counts, from);
    this.parkedTickets = new ParkedTickets(tools.answer.parked, this.counts);
    this.lookup = new TixngoLookup(tools.tixngo, tools.resolved.interface);
  }

  get parkedNow(): readonly ParkingReason[] {
    return this.parkedTickets.now;
  }

  get parkedStill(): readonly ParkingReason[] {
    return this.parkedTickets.still;
  }

  get unparked(): readonly string[] {
    return this.parkedTickets.unparked;
  }

  get position(): string | null {
    return this.walk.position;
  }

  /** @returns whether S-360's queue has come to its end */
  async run(): Promise<boolean> {
    const endOfQueue = await runPages<ExportPage, PostedPage>({
      read: () => this.read(),
      mayReadOn: () => this.walk.mayReadOn(),
      post: (page) => this.post(page),
      mark: (posted) => this.mark(posted),
    });
    const atTheEnd = this.walk.isAtTheEnd(endOfQueue);
    const { internalName } = this.tools.resolved.function;
    this.parkedTickets.unparkVanished(internalName, (ticketId) => this.walk.hasPassed(ticketId, atTheEnd));
    return atTheEnd;
  }

  /** Deletions that TIXNGO has accepted and not confirmed, by reason, visibility, deadline and (for the event report) event. */
  awaited(): AwaitedDeletions[] {
    const { lookup } = this.tools.resolved.interface;
    // Nobody could ever see them confirmed.
    if (lookup === 'none') return [];
    const groups = new Map<string, Omit<AwaitedDeletions, 'packedIds'> & { readonly ids: string[] }>();
    for (const { id, ...pending } of this.pending) {
      const kind = { ...pending, eventId: lookup === 'eventReport' ? pending.eventId : null };
      const key = JSON.stringify([kind.reason, kind.visible, kind.eventId, kind.sinceMs ?? null]);
      const group = groups.get(key);
      if (group === undefined) groups.set(key, { ...kind, ids: [id] });
      else group.ids.push(id);
    }
    return [...groups.values()].map(({ ids, ...group }) => ({ ...group, packedIds: packIds(ids) }));
  }

  private async read(): Promise<ExportPage | null> {
    const { resolved, s360, answer, changedSince } = this.tools;
    // A run or an attempt that ended before its end, or a state that was lost, leaves deletions that nobody waits for.
    const findsWaits = answer.rebuildsWaits && resolved.interface.lookup !== 'none';
    const page = await s360.executeExport({
      exportKey: resolved.institution.s360.exportKeys.pushCancelled,
      maxResults: resolved.function.batchSize,
      parameters: cancellationParameters({
        afterTicketId: this.walk.after,
        shipmentModes: resolved.function.shipmentModes,
        processedSince: findsWaits ? changedSince : null,
      }),
    });
    return this.walk.next(page);
  }

  private async post(whole: ExportPage): Promise<PostedPage> {
    const flags = await this.flagsOf(whole.tickets.filter((ticket) => this.isOurs(ticket)));
    const allowed = this.walk.withinAllowance(
      whole,
      (ticket) => !processedOf(ticket, flags.processedBefore.get(ticket.ticketId)).unchanged,
    );
    const page = this.walk.withinCalls(
      allowed,
      this.lookup,
      (ticket) => this.isOurs(ticket) && this.isAsked(ticket, flags),
    );
    const work: PageWork = { page, settled: new Set(), parked: [], absent: [] };
    try {
      const toPush = await this.lookUp(this.candidates(page, flags), flags, work);
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
  private async flagsOf(tickets: readonly S360Ticket[]): Promise<Flags> {
    const { s360, resolved } = this.tools;
    const { exportKeys } = resolved.institution.s360;
    const flagged = async (exportKey: string): Promise<ReadonlyMap<string, string>> => {
      const since = await s360.flaggingStatus(
        exportKey,
        tickets.map(({ ticketId }) => ticketId),
      );
      return new Map([...since].flatMap(([ticketId, date]) => (date === null ? [] : [[ticketId, date]])));
    };
    return {
      injected: new Set((await flagged(exportKeys.ticketsExternalPrinting)).keys()),
      processedBefore: await flagged(exportKeys.pushCancelled),
    };
  }

  private candidates(page: ExportPage, flags: Flags): Candidate[] {
    const { resolved, deletion } = this.tools;
    return this.select(page).map(({ source, purpose }) => ({
      source,
      purpose,
      id: (resolved.interface.ticketIdentifier === 'ticketId' ? source.ticketId : source.taxNumber) ?? '',
      eventId: eventIdOf(source),
      wanted: wantedDeletion(source, deletion),
      injected: flags.injected.has(source.ticketId),
      ...processedOf(source, flags.processedBefore.get(source.ticketId)),
    }));
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
  private isAsked({ ticketId }: S360Ticket, { injected, processedBefore }: Flags): boolean {
    return (
      this.tools.answer.inDoubt ||
      !injected.has(ticketId) ||
      processedBefore.has(ticketId) ||
      this.parkedTickets.has(ticketId)
    );
  }

  /** Finds out which deletions TIXNGO holds already, and which tickets it does not have. @returns what is left to push */
  private async lookUp(candidates: readonly Candidate[], flags: Flags, work: PageWork): Promise<Candidate[]> {
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
      } else if (candidate.purpose === 'find' || this.isAsked(candidate.source, flags)) {
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
    const { id, eventId, wanted, processedAtMs } = candidate;
    const reason = deletion?.reason ?? wanted.reason;
    const visible = deletion?.visible ?? wanted.visible;
    // Its deadline counts from when it was pushed, to the day.
    const sinceMs = processedAtMs === null ? {} : { sinceMs: Math.floor(processedAtMs / dayMs) * dayMs };
    this.pending.push({ id, eventId, reason, visible, ...sinceMs });
  }

  private async push(toPush: readonly Candidate[], work: PageWork): Promise<void> {
    const { tixngo, resolved, assertMine, progress } = this.tools;
    await sendInChunks<Candidate, TicketDeletion, DeletionOutcome>(toPush, {
      chunkSize: chunkSize(resolved),
      pageSize: work.page.tickets.length,
      wireOf: ({ id, wanted }) => ({
        ticketId: id,
        deletionReason: wanted.reason,
        showDeletedTicket: wanted.visible,
      }),
      send: async (part) => {
        await assertMine();
        try {
          return await tixngo.deleteTickets(part);
        } catch (error) {
          this.writeUnderWay ||= mayStillBeApplied(error);
          throw error;
        }
      },
      settle: (candidate, outcome) => {
        if (outcome.kind === 'notFound') {
          work.absent.push(candidate);
        } else if (outcome.kind === 'refused') {
          work.parked.push(reasonOf(candidate.source, outcome.code, outcome.field));
        } else if (outcome.kind === 'pending' || outcome.kind === 'deleted') {
          work.settled.add(candidate.source.ticketId);
          this.counts.sent += 1;
          if (outcome.kind === 'pending') this.pending.push({ ...candidate.wanted, ...placeOf(candidate) });
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
    const { lookup, whenInDoubt } = this.tools.resolved.interface;
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
    if (open.length === 0) return [];
    if (lookup === 'none' && whenInDoubt === 'hold') {
      for (const { source } of open) work.parked.push(reasonOf(source, 'IN_DOUBT'));
      return [];
    }
    if (lookup !== 'none' && !this.tools.answer.inDoubt) {
      throw ApplicationFailure.create({
        type: 'ANSWER_INCOMPLETE',
        message:
          'TIXNGO deleteTickets: the answer leaves out some of the tickets; they are looked up at the next attempt.',
      });
    }
    if (!sentAgain) return open;
    for (const { source } of open) work.parked.push(reasonOf(source, 'TICKET_REFUSED'));
    return [];
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

  private async mark(page: PostedPage): Promise<void> {
    await this.markSettled(page);
    this.walk.settled(page.lastTicketId);
    this.tools.progress(this.counts);
  }

  /** Marked processed with the date of the answer in which they were read, so that a reason changed meanwhile is seen again. */
  private async markSettled(page: PostedPage): Promise<void> {
    if (page.settled.length === 0) return;
    const { s360Marks, resolved, assertMine } = this.tools;
    await assertMine();
    await s360Marks.flagItems(resolved.institution.s360.exportKeys.pushCancelled, page.settled, page.exportDate);
    this.counts.processed += page.settled.length;
    this.parkedTickets.settle(page.settled);
  }

  private async markBeforeFailing(page: PostedPage): Promise<void> {
    try {
      await this.markSettled(page);
    } catch {
      // The failure that led here is the one to report; what is not marked is in doubt and looked up by the next attempt.
    }
  }
}

/** TIXNGO shows what is wanted. Of a record that has not changed since its push, whatever deletion it shows: nothing is news about it. */
function isDone({ wanted, processedBefore, unchanged }: Candidate, held: HeldTicket): boolean {
  return unchanged ? isDeletion(held.status) : isDeletedAsWanted(held, wanted, processedBefore);
}

/** @param flagDate of its mark «processed»; empty if S-360 does not tell it, undefined if it has none */
function processedOf(
  { updatedAt }: S360Ticket,
  flagDate: string | undefined,
): Pick<Candidate, 'processedBefore' | 'processedAtMs' | 'unchanged'> {
  const processedAtMs = Date.parse(flagDate ?? '');
  if (Number.isNaN(processedAtMs)) {
    return { processedBefore: flagDate !== undefined, processedAtMs: null, unchanged: false };
  }
  // S-360's records know seconds only: a change in the second of the mark may have come after it.
  const changedAtMs = Date.parse(`${(updatedAt ?? '').replace(' ', 'T')}Z`);
  const unchanged = changedAtMs < Math.floor(processedAtMs / 1_000) * 1_000;
  return { processedBefore: true, processedAtMs, unchanged };
}

function placeOf({ id, eventId }: Candidate): Pick<PendingDeletion, 'id' | 'eventId'> {
  return { id, eventId };
}
