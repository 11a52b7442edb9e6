import { ApplicationFailure } from '@temporalio/common';

import type { Resolved } from '../config/resolve.js';
import { packIds, type AwaitedDeletions } from '../domain/awaitedDeletions.js';
import { noCounts, type RunCounts } from '../domain/counts.js';
import { wantedDeletion, type DeletionSettings } from '../domain/deletion.js';
import { messageOf } from '../domain/messages.js';
import { isParkedNow, systemicReason, type ParkedTicket, type ParkingReason } from '../domain/parking.js';
import { isOnList, type TicketList } from '../domain/skipList.js';
import type { S360Ticket } from '../domain/ticket.js';
import { compareTicketIds } from '../domain/ticketId.js';
import { eventIdOf } from '../domain/ticketMapping.js';
import { deletionEffect, type WantedDeletion } from '../domain/tixngoEffect.js';
import { cancellationParameters } from '../s360/exportParameters.js';
import type { DeletionOutcome } from '../tixngo/client.js';
import { AllRefused, PartlySent, sendBisecting, type RefusedTicket } from './bisect.js';
import { callsLeftForAPage, mostPagesPerStretch, stretchMs, type PageCost } from './callPlan.js';
import { mayStillBeApplied, stop } from './failures.js';
import type { GoAnswer, Stretch, StretchTools } from './functionRun.js';
import { runPages } from './pagePipeline.js';
import { TixngoLookup } from './tixngoLookup.js';

/** A read, two looks at flags, and a flag. */
export const cancellationPageCost: PageCost = { dataExport: 4, markPrinted: 0 };

export interface CancellationTools extends StretchTools {
  readonly resolved: Resolved<'pushCancelled'>;
  readonly deletion: DeletionSettings;
  readonly skip: TicketList;
  readonly answer: GoAnswer;
  /** Whether ticket injection is configured for the organization; then it may still be sending. */
  readonly hasInjection: boolean;
  /** RFC 3339; only used to find the waits of a lost state again. */
  readonly changedSince: string;
}

interface Page {
  readonly exportDate: string;
  readonly tickets: readonly S360Ticket[];
}

interface Candidate {
  readonly source: S360Ticket;
  /** TIXNGO's id of the ticket. */
  readonly ticketId: string;
  readonly wanted: WantedDeletion;
  /** Marked by injection: TIXNGO has, or had, it. */
  readonly injected: boolean;
  /** Marked by this function before: offered again because its record has changed. */
  readonly processedBefore: boolean;
}

/** What is known of a page when TIXNGO has answered. */
interface PostedPage {
  readonly exportDate: string;
  readonly lastTicketId: string | null;
  readonly settled: readonly string[];
}

/**
 * One stretch of push cancelled: CANCELLED and INVALIDATED tickets in the order of their ids. What injection has marked is pushed at once;
 * anything else is looked up first. A ticket that TIXNGO never had is settled without a write, unless injection could still be sending it.
 * A row that is offered again is written only if TIXNGO holds another reason or visibility.
 * Source: S-360 manual, «2. Push Cancelled and Invalidated Tickets».
 */
export class CancellationStretch implements Stretch {
  readonly counts: RunCounts = { ...noCounts };
  readonly parkedNow: ParkingReason[] = [];
  readonly parkedStill: ParkingReason[] = [];
  readonly unparked: string[] = [];
  writeUnderWay = false;
  position: string | null;

  private readonly startedMs = Date.now();
  private readonly known: ReadonlyMap<string, ParkedTicket>;
  private readonly seenParked = new Set<string>();
  private readonly lookup: TixngoLookup;
  private readonly pending: { readonly candidate: Candidate }[] = [];
  private readPosition: string | null;
  private allowanceUsed = false;
  private pagesRead = 0;
  private pagesMarked = 0;

  constructor(
    private readonly tools: CancellationTools,
    private readonly from: string | null,
  ) {
    this.position = from;
    this.readPosition = from;
    this.lookup = new TixngoLookup(tools.tixngo, tools.resolved.interface);
    this.known = new Map(tools.answer.parked.map((ticket) => [ticket.ticketId, ticket]));
  }

  async run(): Promise<boolean> {
    const endOfQueue = await runPages<Page, PostedPage>({
      read: () => this.read(),
      mayReadOn: () => this.mayReadOn(),
      post: (page) => this.post(page),
      mark: (posted) => this.mark(posted),
    });
    const walkedToEnd = endOfQueue && !this.allowanceUsed;
    this.unparkVanished(walkedToEnd);
    return walkedToEnd;
  }

  /** Deletions that TIXNGO has accepted and not confirmed, by reason, visibility and (for the event report) event. */
  awaited(): AwaitedDeletions[] {
    const byReport = this.tools.resolved.interface.lookup === 'eventReport';
    const groups = new Map<
      string,
      { readonly first: Candidate; readonly eventId: string | null; readonly ids: string[] }
    >();
    for (const { candidate } of this.pending) {
      const eventId = byReport ? eventIdOf(candidate.source) : null;
      const key = JSON.stringify([candidate.wanted, eventId]);
      const group = groups.get(key);
      if (group === undefined) groups.set(key, { first: candidate, eventId, ids: [candidate.ticketId] });
      else group.ids.push(candidate.ticketId);
    }
    return [...groups.values()].map(({ first, eventId, ids }) => ({
      ...first.wanted,
      eventId,
      packedIds: packIds(ids),
    }));
  }

  private mayReadOn(): boolean {
    const { meter, resolved, mayStillSend } = this.tools;
    return (
      this.pagesRead < mostPagesPerStretch &&
      Date.now() - this.startedMs < stretchMs &&
      !this.allowanceUsed &&
      this.counts.sent < mayStillSend &&
      callsLeftForAPage(meter, resolved, cancellationPageCost, this.pagesRead - this.pagesMarked)
    );
  }

  private async read(): Promise<Page | null> {
    const { resolved, s360, answer, changedSince } = this.tools;
    const page = await s360.executeExport({
      exportKey: resolved.institution.s360.exportKeys.pushCancelled,
      maxResults: resolved.function.batchSize,
      parameters: cancellationParameters({
        afterTicketId: this.readPosition,
        shipmentModes: resolved.function.shipmentModes,
        processedSince: answer.fresh ? changedSince : null,
      }),
    });
    if (page.tickets.length === 0) return null;
    const tickets = page.tickets.toSorted((left, right) => compareTicketIds(left.ticketId, right.ticketId));
    this.pagesRead += 1;
    const last = tickets.at(-1)?.ticketId ?? this.readPosition;
    if (
      last === this.readPosition ||
      (this.readPosition !== null && compareTicketIds(last ?? '', this.readPosition) <= 0)
    ) {
      throw stop(
        'CONTRACT_BROKEN',
        `S-360 executeExport: the page after ticket ${this.readPosition ?? 'none'} does not go on; the export ignores afterTicketId.`,
      );
    }
    this.readPosition = last;
    return { exportDate: page.exportDate, tickets };
  }

  private async post(whole: Page): Promise<PostedPage> {
    const page = this.withinAllowance(whole);
    const candidates = await this.candidates(this.select(page));
    const settled = new Set<string>();
    const parked: ParkingReason[] = [];
    try {
      const { toPush, absent } = await this.lookUp(candidates, settled, parked);
      absent.push(...(await this.push(toPush, settled, parked, page)));
      await this.settleAbsent(absent, settled);
    } catch (error) {
      // What TIXNGO has accepted is marked first, so that the next attempt need not even look it up.
      await this.markSettled(this.posted(page, settled)).catch(() => undefined);
      if (!(error instanceof ApplicationFailure && error.type === 'SYSTEMIC_REFUSAL')) this.park(parked);
      throw error;
    }
    this.park(parked);
    return this.posted(page, settled);
  }

  /** The page up to the last ticket that this run may still send; the rest is as if it had never been read. */
  private withinAllowance(page: Page): Page {
    const left = this.allowanceUsed ? 0 : Math.max(0, this.tools.mayStillSend - this.counts.sent);
    if (left >= page.tickets.length) return page;
    this.allowanceUsed = true;
    return { ...page, tickets: page.tickets.slice(0, left) };
  }

  private select(page: Page): S360Ticket[] {
    const { resolved, skip } = this.tools;
    const { lookup, whenInDoubt } = resolved.interface;
    if (page.tickets.length === 0) return [];
    this.counts.pages += 1;
    this.counts.offered += page.tickets.length;
    return page.tickets.filter((source) => {
      const parked = this.known.get(source.ticketId);
      if (parked !== undefined) this.seenParked.add(source.ticketId);
      const ours =
        (source.state === 'CANCELLED' || source.state === 'INVALIDATED') &&
        source.shipmentMode !== null &&
        resolved.function.shipmentModes.includes(source.shipmentMode);
      if (!ours) {
        this.counts.notSelected += 1;
        return false;
      }
      if (isOnList(skip, source.ticketId, source.taxNumber)) {
        this.counts.skipped += 1;
        return false;
      }
      const hold = lookup === 'none' && whenInDoubt === 'hold';
      if (parked !== undefined && isParkedNow(parked, source.updatedAt, Date.now(), hold)) {
        this.parkedStill.push(parked);
        this.counts.parked += 1;
        return false;
      }
      return true;
    });
  }

  /** Two questions to S-360 for the whole page: what has injection marked, and what has this function marked before. */
  private async candidates(selected: readonly S360Ticket[]): Promise<Candidate[]> {
    const { s360, resolved, deletion } = this.tools;
    const { exportKeys } = resolved.institution.s360;
    const ids = selected.map(({ ticketId }) => ticketId);
    const injected = await s360.flaggingStatus(exportKeys.ticketsExternalPrinting, ids);
    const processed = await s360.flaggingStatus(exportKeys.pushCancelled, ids);
    return selected.map((source) => ({
      source,
      ticketId:
        (resolved.interface.ticketIdentifier === 'ticketId' ? source.ticketId : source.taxNumber) ?? source.ticketId,
      wanted: wantedDeletion(source, deletion),
      injected: (injected.get(source.ticketId) ?? null) !== null,
      processedBefore: (processed.get(source.ticketId) ?? null) !== null,
    }));
  }

  private async lookUp(
    candidates: readonly Candidate[],
    settled: Set<string>,
    parked: ParkingReason[],
  ): Promise<{ readonly toPush: Candidate[]; readonly absent: Candidate[] }> {
    const { answer, resolved } = this.tools;
    const mustLook = (candidate: Candidate): boolean =>
      answer.inDoubt || candidate.processedBefore || !candidate.injected || this.known.has(candidate.source.ticketId);
    const toPush = candidates.filter((candidate) => !mustLook(candidate));
    const asked = candidates.filter(mustLook);
    const absent: Candidate[] = [];
    if (asked.length === 0) return { toPush, absent };
    if (resolved.interface.lookup === 'none') {
      // Without a look-up only a write can tell; one that may be a repeat is a person's decision.
      for (const candidate of asked) {
        const repeat = candidate.processedBefore || answer.inDoubt;
        if (repeat && resolved.interface.whenInDoubt === 'hold') parked.push(reasonOf(candidate.source, 'IN_DOUBT'));
        else toPush.push(candidate);
      }
      return { toPush, absent };
    }
    const found = await this.lookup.find(
      asked.map(({ ticketId, source }) => ({ ticketId, eventId: eventIdOf(source) })),
    );
    for (const candidate of asked) {
      const held = found.get(candidate.ticketId);
      if (held === undefined) {
        absent.push(candidate);
      } else if (deletionEffect(held, candidate.wanted) === 'differs') {
        toPush.push(candidate);
      } else {
        settled.add(candidate.source.ticketId);
        this.counts.found += 1;
        if (held.status === 'DELETION_PENDING') this.pending.push({ candidate });
      }
    }
    return { toPush, absent };
  }

  /** @returns what TIXNGO says it does not know */
  private async push(
    toPush: readonly Candidate[],
    settled: Set<string>,
    parked: ParkingReason[],
    page: Page,
  ): Promise<Candidate[]> {
    const { tixngo, resolved, assertMine, progress } = this.tools;
    const { customParameters, maxTicketsPerCall } = resolved.interface;
    const chunkSize = Math.min(customParameters.ticketIterationSize, maxTicketsPerCall);
    const absent: Candidate[] = [];
    for (let at = 0; at < toPush.length; at += chunkSize) {
      const chunk = toPush.slice(at, at + chunkSize);
      const byId = new Map(chunk.map((candidate) => [candidate.ticketId, candidate]));
      const settle = (outcomes: readonly (DeletionOutcome | RefusedTicket)[]): void => {
        for (const outcome of outcomes) {
          const candidate = byId.get(outcome.ticketId);
          if (candidate !== undefined) this.settleOutcome(outcome, candidate, settled, parked, absent);
        }
      };
      let outcomes: (DeletionOutcome | RefusedTicket)[];
      try {
        outcomes = await sendBisecting(
          chunk.map(({ ticketId, wanted }) => ({
            ticketId,
            deletionReason: wanted.reason,
            showDeletedTicket: wanted.visible,
          })),
          async (part) => {
            await assertMine();
            try {
              return await tixngo.deleteTickets(part);
            } catch (error) {
              this.writeUnderWay ||= mayStillBeApplied(error);
              throw error;
            }
          },
        );
      } catch (error) {
        if (!(error instanceof PartlySent)) throw error;
        settle(error.done as readonly (DeletionOutcome | RefusedTicket)[]);
        if (error.cause instanceof AllRefused) throw systemic(error.cause.reason);
        throw error.cause;
      }
      settle(outcomes);
      progress(this.counts);
      const reason = systemicReason(
        parked.filter(({ code }) => code !== 'IN_DOUBT'),
        page.tickets.length,
      );
      if (reason !== null) throw systemic(reason);
      if (outcomes.some(({ kind }) => kind === 'unknown')) {
        throw ApplicationFailure.create({
          type: 'ANSWER_INCOMPLETE',
          message:
            'TIXNGO deleteTickets: the answer leaves out some of the tickets; they are looked up at the next attempt.',
        });
      }
    }
    return absent;
  }

  private settleOutcome(
    outcome: DeletionOutcome | RefusedTicket,
    candidate: Candidate,
    settled: Set<string>,
    parked: ParkingReason[],
    absent: Candidate[],
  ): void {
    switch (outcome.kind) {
      case 'pending':
      case 'deleted':
        settled.add(candidate.source.ticketId);
        this.counts.sent += 1;
        if (outcome.kind === 'pending') this.pending.push({ candidate });
        return;
      case 'notFound':
        absent.push(candidate);
        return;
      case 'refused':
        parked.push(reasonOf(candidate.source, outcome.code, outcome.field));
        return;
      case 'unknown':
        return;
    }
  }

  /**
   * TIXNGO does not have them. Never sent, so nothing is to be deleted, unless injection had read them before they were cancelled and sends
   * them a moment later: then they wait for the next run. Injection was calm when this stretch was permitted (before the page was read), and
   * no run of it has begun since: then nobody can have them in hand.
   */
  private async settleAbsent(absent: readonly Candidate[], settled: Set<string>): Promise<void> {
    if (absent.length === 0) return;
    const { answer, hasInjection, functionCalm, resolved } = this.tools;
    let nobodySends = !hasInjection;
    if (hasInjection && answer.injection.calm) {
      const now = await functionCalm({
        organization: resolved.organization.code,
        function: 'ticketsExternalPrinting',
      });
      nobodySends = now.calm && now.runs === answer.injection.runs;
    }
    for (const { source, injected } of absent) {
      if (injected || nobodySends) {
        settled.add(source.ticketId);
        this.counts.neverInTixngo += 1;
      } else {
        this.counts.waitingForInjection += 1;
      }
    }
  }

  private posted(page: Page, settled: ReadonlySet<string>): PostedPage {
    return {
      exportDate: page.exportDate,
      lastTicketId: page.tickets.at(-1)?.ticketId ?? null,
      settled: page.tickets.map(({ ticketId }) => ticketId).filter((ticketId) => settled.has(ticketId)),
    };
  }

  private async mark(page: PostedPage): Promise<void> {
    await this.markSettled(page);
    this.pagesMarked += 1;
    this.position = page.lastTicketId ?? this.position;
    this.tools.progress(this.counts);
  }

  /** Marked processed with the date of the answer in which they were read, so that a reason changed meanwhile is seen again. */
  private async markSettled(page: PostedPage): Promise<void> {
    if (page.settled.length === 0) return;
    const { s360Marks, resolved, assertMine } = this.tools;
    await assertMine();
    await s360Marks.flagItems(resolved.institution.s360.exportKeys.pushCancelled, page.settled, page.exportDate);
    this.counts.processed += page.settled.length;
    for (const ticketId of page.settled) if (this.known.has(ticketId)) this.unparked.push(ticketId);
  }

  private park(reasons: readonly ParkingReason[]): void {
    this.parkedNow.push(...reasons);
    this.counts.parked += reasons.length;
  }

  /** A parked ticket that S-360 does not offer any more, where this stretch has looked, is nobody's problem now. */
  private unparkVanished(endOfQueue: boolean): void {
    const mine = this.tools.answer.parked.filter(({ by }) => by === this.tools.resolved.function.internalName);
    for (const { ticketId } of mine) {
      const afterStart = this.from === null || compareTicketIds(ticketId, this.from) > 0;
      const beforeEnd = endOfQueue || (this.position !== null && compareTicketIds(ticketId, this.position) <= 0);
      if (afterStart && beforeEnd && !this.seenParked.has(ticketId)) this.unparked.push(ticketId);
    }
  }
}

function reasonOf(source: S360Ticket, code: string, field?: string): ParkingReason {
  return { ticketId: source.ticketId, code, field, record: source.updatedAt };
}

function systemic(reason: string): ApplicationFailure {
  const { sentence, action } = messageOf('SYSTEMIC_REFUSAL');
  return stop('SYSTEMIC_REFUSAL', `${sentence} Reason: ${reason}. ${action}`);
}
