import { ApplicationFailure } from '@temporalio/common';

import type { ResolvedPlace } from '../config/resolve.js';
import { noCounts, type RunCounts } from '../domain/counts.js';
import { messageOf } from '../domain/messages.js';
import type { ParkedTicket, ParkingReason } from '../domain/parking.js';
import type { S360Ticket } from '../domain/ticket.js';
import { spectatorOf } from '../domain/ticketMapping.js';
import { CallFailed } from '../http/callFailed.js';
import type { ExportPage } from '../s360/client.js';
import type { ExportParameter, ListedTickets, PageQuery } from '../s360/exportParameters.js';
import { exportKeyOf, pageSize, type PageCost } from './callPlan.js';
import { mayStillBeApplied, stop } from './failures.js';
import type { Stretch, StretchTools, TicketDecision } from './functionRun.js';
import { runPages } from './pagePipeline.js';
import { ParkedTickets } from './parkedTickets.js';
import { QueueWalk } from './queueWalk.js';
import { reasonOf } from './refusals.js';
import type { RunOverride } from './runOverride.js';
import { TixngoLookup } from './tixngoLookup.js';

/** What a stretch of pages starts with. */
export interface PagedStart {
  readonly pageCost: PageCost;
  readonly parked: readonly ParkedTicket[];
  readonly inDoubt: boolean;
  /** The last ticket id that is settled; null at the head of the queue. */
  readonly from: string | null;
  /** False if a part of S-360's queue is walked: then a parked ticket that is not met has not vanished. */
  readonly wholeQueue: boolean;
  /** What an operator asks of this one run; a list is walked instead of the queue. */
  readonly override: RunOverride | null;
}

/**
 * What every pushing function does with the pages of S-360's queue, whatever it sends: they are read, posted and marked beside each other, a
 * write comes after the look at one's own execution, and what TIXNGO has accepted is marked before an attempt fails. The state of a page
 * lives in this object and dies with the attempt; what lasts is what the two systems hold.
 */
export abstract class PagedStretch<
  Tools extends StretchTools & { readonly resolved: ResolvedPlace },
  Posted extends { readonly lastTicketId: string | null },
> implements Stretch {
  readonly counts: RunCounts = { ...noCounts };
  writeUnderWay = false;

  protected readonly walk: QueueWalk;
  protected readonly parkedTickets: ParkedTickets;
  protected readonly lookup: TixngoLookup;

  protected constructor(
    protected readonly tools: Tools,
    private readonly start: PagedStart,
  ) {
    this.walk = new QueueWalk(tools, start.pageCost, this.counts, start.from, start.override?.list ?? null);
    this.parkedTickets = new ParkedTickets(start.parked, this.counts, (reason) => {
      tools.decided?.(reason.ticketId, reason, null);
    });
    this.lookup = new TixngoLookup(tools.tixngo, tools.resolved.interface);
  }

  /** Why a ticket was not sent, or that it was: counted, and told to whoever previews the run. */
  protected leave(decision: TicketDecision, source: S360Ticket, told: string | null = null): void {
    this.counts[decision] += 1;
    this.tools.decided?.(source.ticketId, decision, told);
  }

  /** A row of another organization is not ours, also if S-360 offers it: its own interface sends it. */
  protected isOfOurOrganization({ organization }: S360Ticket): boolean {
    return organization === null || organization === this.tools.resolved.organization.code;
  }

  protected spectatorOf(source: S360Ticket): string | null {
    return spectatorOf(source, this.tools.resolved.interface.spectator).email;
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

  /** Named by an operator, and not offered by S-360. Of a file only ticket ids: what stands there as a tax number may be a barcode. */
  get notOffered(): readonly string[] {
    const names = this.walk.notOffered;
    return this.start.override?.isTyped === true ? names : names.filter((name) => name.startsWith('id:'));
  }

  async run(): Promise<boolean> {
    const endOfQueue = await runPages<ExportPage, Posted>({
      read: () => this.read(),
      mayReadOn: () => this.walk.mayReadOn(),
      post: (page) => this.post(page),
      mark: (posted) => this.mark(posted),
    });
    const atTheEnd = this.walk.isAtTheEnd(endOfQueue);
    if (this.start.wholeQueue) {
      const { internalName } = this.tools.resolved.function;
      this.parkedTickets.unparkVanished(internalName, (ticketId) => this.walk.hasPassed(ticketId, atTheEnd));
    }
    return atTheEnd;
  }

  /** Which rows a page asks S-360 for, beside its place in the queue or in an operator's list. */
  protected abstract parameters(query: PageQuery): readonly ExportParameter[];
  protected abstract post(page: ExportPage): Promise<Posted>;
  /** Tells S-360 what TIXNGO has accepted. */
  protected abstract markSettled(page: Posted): Promise<void>;

  /** @returns null at the end of the queue */
  private async read(): Promise<ExportPage | null> {
    if (this.walk.isListRead) return null;
    const { resolved, s360 } = this.tools;
    const { after: afterTicketId, listed } = this.walk;
    try {
      const page = await s360.executeExport({
        exportKey: exportKeyOf(resolved),
        maxResults: pageSize(resolved),
        parameters: this.parameters({ organization: resolved.organization.code, afterTicketId, listed }),
      });
      return this.walk.next(page);
    } catch (error) {
      throw listed === null ? error : listRefused(error, listed);
    }
  }

  protected async mark(page: Posted): Promise<void> {
    await this.markSettled(page);
    this.walk.settled(page.lastTicketId);
    this.counts.notOffered = this.walk.notOffered.length;
    this.tools.progress(this.counts);
  }

  protected async markBeforeFailing(page: Posted): Promise<void> {
    try {
      await this.markSettled(page);
    } catch {
      // The failure that led here is the one to report; what is not marked is in doubt and looked up by the next attempt.
    }
  }

  /**
   * What is wrong with tickets of a page. One that an override brings back although it was processed is not offered again, so nobody would try it
   * again: it is told, and not kept.
   *
   * @param isProcessed whether S-360 had marked it processed before
   */
  protected park(reasons: readonly ParkingReason[], isProcessed: (ticketId: string) => boolean): void {
    const isToldOnly = ({ ticketId }: ParkingReason): boolean =>
      this.start.override !== null && !this.parkedTickets.has(ticketId) && isProcessed(ticketId);
    this.parkedTickets.park(reasons.filter((reason) => !isToldOnly(reason)));
    for (const reason of reasons) if (isToldOnly(reason)) this.parkedTickets.leave(reason);
  }

  /** A write to TIXNGO, by whoever may still write. */
  protected async write<Answer>(call: () => Promise<Answer>): Promise<Answer> {
    try {
      return await call();
    } catch (error) {
      this.writeUnderWay ||= mayStillBeApplied(error);
      throw error;
    }
  }

  /**
   * Tickets of which TIXNGO's answer said no readable word, and of which a look-up, where there is one, does not show what was wanted: sent
   * once more, and then parked, so that they do not stop the others.
   *
   * @returns those that are to be sent again
   * @throws ApplicationFailure ANSWER_INCOMPLETE in calm weather: the next attempt is in doubt, and looks everything up
   */
  protected sendAgainOrPark<Item extends { readonly source: S360Ticket }>(
    operation: string,
    unread: readonly Item[],
    sentAgain: boolean,
    parked: ParkingReason[],
  ): readonly Item[] {
    if (unread.length === 0) return [];
    const { lookup, whenInDoubt } = this.tools.resolved.interface;
    if (lookup === 'none' && whenInDoubt === 'hold') {
      for (const { source } of unread) parked.push(reasonOf(source, 'IN_DOUBT'));
      return [];
    }
    if (lookup !== 'none' && !this.start.inDoubt) {
      throw ApplicationFailure.create({
        type: 'ANSWER_INCOMPLETE',
        message: `TIXNGO ${operation}: the answer leaves out some of the tickets; they are looked up at the next attempt.`,
      });
    }
    if (!sentAgain) return unread;
    for (const { source } of unread) parked.push(reasonOf(source, 'TICKET_REFUSED'));
    return [];
  }
}

/** S-360 takes a value of the list for none. Its own words repeat the value, which may be anything that stood in a file. */
function listRefused(error: unknown, { by }: ListedTickets): unknown {
  if (!(error instanceof CallFailed) || error.field !== by) return error;
  const what = by === 'ticketIds' ? 'ticket ids' : 'tax numbers';
  const { action } = messageOf('TICKET_LIST_INVALID');
  return stop('TICKET_LIST_INVALID', `S-360 refuses one of the ${what} of the list. ${action}`);
}
