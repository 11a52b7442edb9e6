import type { Resolved } from '../config/resolve.js';
import type { RunCounts } from '../domain/counts.js';
import type { FunctionCalm } from '../domain/doubt.js';
import { isParkedNow, type ParkingReason } from '../domain/parking.js';
import { isOnList, type TicketList } from '../domain/skipList.js';
import { isCard, type S360Ticket } from '../domain/ticket.js';
import { eventIdOf } from '../domain/ticketMapping.js';
import type { HeldTicket } from '../domain/tixngoEffect.js';
import type { ExportPage } from '../s360/client.js';
import { pushParameters, type ExportParameter, type PageQuery } from '../s360/exportParameters.js';
import type { RefusedTicket } from '../tixngo/connection.js';
import type { TicketOutcome } from './bisect.js';
import { chunkSize, exportKeyOf, type PageCost } from './callPlan.js';
import type { GoAnswer, StretchTools } from './functionRun.js';
import { PagedStretch } from './pagedStretch.js';
import { parkedMessage } from './parkedTickets.js';
import { isSystemic, reasonOf } from './refusals.js';
import type { RunOverride } from './runOverride.js';
import { sendInChunks } from './sendInChunks.js';

/** A read, looks at the flags of injection, of privileges and of the function itself, and a flag. */
export const pushPageCost: PageCost = { dataExport: 5, markPrinted: 0 };

export type PushFunction = 'pushCancelled' | 'pushControlled';

/** What a stretch of push cancelled or push controlled works with; everything but the clients is plain data. */
export interface PushTools<Name extends PushFunction> extends StretchTools {
  readonly resolved: Resolved<Name>;
  readonly shipmentModes: readonly string[];
  readonly skip: TicketList;
  readonly answer: GoAnswer;
  /** What an operator asks of this one run; null in every other. */
  readonly override: RunOverride | null;
}

/**
 * - `push`: to be pushed, unless a look-up shows that it is done
 * - `find`: skipped or parked, but in doubt: if TIXNGO shows it, it was pushed before and is marked
 */
export type Purpose = 'push' | 'find';

/** What S-360 knows of a ticket beside its row. */
export interface Marks {
  /** Marked by injection: TIXNGO has, or had, it. */
  readonly injected: boolean;
  /** Marked by this function before: offered again because its record has changed, or because somebody asks for it. */
  readonly processedBefore: boolean;
  /** When it was marked processed, where S-360 tells: then it was pushed. */
  readonly processedAtMs: number | null;
  /** Its record has not changed since it was marked processed: it is offered only so that its wait can be found again. */
  readonly unchanged: boolean;
}

export interface PushCandidate<Wanted> extends Marks {
  readonly source: S360Ticket;
  readonly purpose: Purpose;
  /** TIXNGO's id of the ticket and of its event; the first empty if S-360 has no such number for it. */
  readonly id: string;
  readonly eventId: string;
  readonly wanted: Wanted;
}

/** What becomes of the tickets of one page. */
export interface PageWork<Candidate> {
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
 * What push cancelled and push controlled have in common. Tickets in one of some states, in the order of their ids: what injection has marked is
 * pushed at once; anything else is looked up first, and everything in doubt. A ticket that TIXNGO never had is settled without a write, unless
 * injection could still be sending it. A row that is offered again is written only if TIXNGO shows something else than it should.
 * Source: S-360 manual, «2. Push Cancelled and Invalidated Tickets», «3. Push Controlled Tickets».
 */
export abstract class PushStretch<
  Name extends PushFunction,
  Wanted,
  Wire extends { readonly ticketId: string },
  Outcome extends TicketOutcome,
> extends PagedStretch<PushTools<Name>, PostedPage> {
  constructor(tools: PushTools<Name>, from: string | null) {
    const { answer, override } = tools;
    super(tools, {
      pageCost: pushPageCost,
      parked: answer.parked,
      inDoubt: answer.inDoubt,
      from,
      wholeQueue: (override?.list ?? null) === null,
      override,
    });
  }

  /** Whether the function is about tickets in that state. */
  protected abstract isInState(state: string): boolean;
  protected abstract wantedOf(source: S360Ticket, page: ExportPage): Wanted;
  /**
   * What TIXNGO shows: `done` what is wanted, `over` a ticket that is not to be touched any more, `differs` something else.
   */
  protected abstract effectOf(candidate: PushCandidate<Wanted>, held: HeldTicket): 'done' | 'over' | 'differs';
  protected abstract wireOf(candidate: PushCandidate<Wanted>): Wire;
  protected abstract send(part: readonly Wire[]): Promise<Outcome[]>;
  /**
   * TIXNGO's word on a ticket that it has accepted or does not touch.
   *
   * @returns false if TIXNGO does not know the ticket
   */
  protected abstract accept(candidate: PushCandidate<Wanted>, kind: string, settled: Set<string>): boolean;
  protected abstract readonly operation: string;
  protected abstract readonly callsAtOnce: number;

  /** TIXNGO shows what is wanted already, or since a push whose answer was not readable. */
  protected found(_candidate: PushCandidate<Wanted>, _held: HeldTicket): void {
    // Only push cancelled has to wait for more.
  }

  /** RFC 3339: what was marked processed since is to be offered too; null if only what is not processed. */
  protected processedSince(): string | null {
    return this.tools.override?.since ?? null;
  }

  protected parameters(query: PageQuery): readonly ExportParameter[] {
    const { shipmentModes } = this.tools;
    return pushParameters({ processedSince: this.processedSince(), ...query, shipmentModes });
  }

  protected async post(whole: ExportPage): Promise<PostedPage> {
    const marks = await this.marksOf(whole.tickets.filter((ticket) => this.isOurs(ticket)));
    const allowed = this.walk.withinAllowance(whole, ({ ticketId }) => marks.get(ticketId)?.unchanged !== true);
    const page = this.walk.withinCalls(allowed, this.lookup, (source) => {
      const known = marks.get(source.ticketId);
      return known !== undefined && this.canBeAsked(source) && this.isAsked(source.ticketId, known);
    });
    const work: PageWork<PushCandidate<Wanted>> = { page, settled: new Set(), parked: [], absent: [] };
    const isProcessed = (ticketId: string): boolean => marks.get(ticketId)?.processedBefore === true;
    try {
      const toPush = await this.lookUp(this.candidates(page, marks), work);
      await this.push(toPush, work);
      await this.settleAbsent(work);
    } catch (error) {
      // What TIXNGO has accepted is marked first, so that the next attempt need not even look it up.
      await this.markBeforeFailing(this.posted(work));
      if (!isSystemic(error)) this.park(work.parked, isProcessed);
      throw error;
    }
    this.park(work.parked, isProcessed);
    return this.posted(work);
  }

  private isOurs(source: S360Ticket): boolean {
    const { state, shipmentMode } = source;
    const { shipmentModes } = this.tools;
    return (
      this.isInState(state) &&
      shipmentMode !== null &&
      shipmentModes.includes(shipmentMode) &&
      this.isOfOurOrganization(source)
    );
  }

  /** Some questions to S-360 for the whole page: what has injection marked, and what has this function marked before. */
  private async marksOf(tickets: readonly S360Ticket[]): Promise<ReadonlyMap<string, Marks>> {
    const { s360, resolved, override } = this.tools;
    const { exportKeys } = resolved.institution.s360;
    const cards = tickets.filter(isCard);
    const others = tickets.filter((ticket) => !isCard(ticket));
    const injected = new Map([
      ...(await s360.flaggingStatus(exportKeys.ticketsExternalPrinting, idsOf(others))),
      ...(await s360.flaggingStatus(exportKeys.digitalPrivilegesInjection, idsOf(cards))),
    ]);
    const processed = await s360.flaggingStatus(exportKeyOf(resolved), idsOf(tickets));
    return new Map(
      tickets.map(({ ticketId, updatedAt }) => {
        const mark = processedMark(updatedAt, processed.get(ticketId) ?? null);
        return [
          ticketId,
          {
            injected: (injected.get(ticketId) ?? null) !== null,
            ...mark,
            // Whoever asks for a ticket by hand wants TIXNGO to show what S-360 says, whether its record has changed or not.
            unchanged: mark.unchanged && override === null,
          },
        ];
      }),
    );
  }

  private candidates(page: ExportPage, marks: ReadonlyMap<string, Marks>): PushCandidate<Wanted>[] {
    const { resolved } = this.tools;
    return this.select(page).flatMap(({ source, purpose }) => {
      const known = marks.get(source.ticketId);
      if (known === undefined) return [];
      const { ticketId, taxNumber } = source;
      const id = (resolved.interface.ticketIdentifier === 'ticketId' ? ticketId : taxNumber) ?? '';
      return [{ source, purpose, id, eventId: eventIdOf(source), wanted: this.wantedOf(source, page), ...known }];
    });
  }

  private select(page: ExportPage): { readonly source: S360Ticket; readonly purpose: Purpose }[] {
    const { resolved, skip, answer, override } = this.tools;
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
        this.leave('notSelected', source);
        return [];
      }
      if (isOnList(skip, source.ticketId, source.taxNumber)) {
        this.leave('skipped', source);
        return find(source);
      }
      const hold = lookup === 'none' && whenInDoubt === 'hold';
      const isDue = override?.list !== undefined && override.list !== null;
      if (parked !== undefined && !isDue && isParkedNow(parked, source.updatedAt, Date.now(), hold)) {
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

  /** A report of an event shows no digital privilege. */
  protected canBeAsked(source: S360Ticket): boolean {
    const { lookup } = this.tools.resolved.interface;
    return lookup === 'ids' || (lookup === 'eventReport' && !isCard(source));
  }

  /** Finds out what TIXNGO shows already, and which tickets it does not have. @returns what is left to push */
  private async lookUp(
    candidates: readonly PushCandidate<Wanted>[],
    work: PageWork<PushCandidate<Wanted>>,
  ): Promise<PushCandidate<Wanted>[]> {
    const { answer, resolved, override } = this.tools;
    const { whenInDoubt } = resolved.interface;
    const toPush: PushCandidate<Wanted>[] = [];
    const asked: PushCandidate<Wanted>[] = [];
    for (const candidate of candidates) {
      if (candidate.id === '') {
        if (candidate.purpose === 'find') continue;
        // Without its number only a person can find it, if it was ever sent.
        if (candidate.injected) work.parked.push(reasonOf(candidate.source, 'FIELD_REQUIRED', 'ticketId'));
        else work.absent.push(candidate);
      } else if (candidate.purpose === 'push' && !this.isAsked(candidate.source.ticketId, candidate)) {
        toPush.push(candidate);
      } else if (this.canBeAsked(candidate.source)) {
        asked.push(candidate);
      } else if (candidate.purpose === 'push') {
        // Without a look-up only a write can tell; one that may be a repeat is a person's decision.
        const mayBeRepeat = (candidate.processedBefore && override === null) || answer.inDoubt;
        if (mayBeRepeat && whenInDoubt === 'hold') work.parked.push(reasonOf(candidate.source, 'IN_DOUBT'));
        else toPush.push(candidate);
      }
    }
    const found = await this.lookup.find(asked);
    for (const candidate of asked) {
      const held = found.get(candidate.id);
      const effect = held === undefined ? 'absent' : this.effectOf(candidate, held);
      if (held !== undefined && effect !== 'differs') {
        this.settleFound(candidate, held, work, effect === 'over');
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

  private settleFound(
    candidate: PushCandidate<Wanted>,
    held: HeldTicket,
    { settled }: PageWork<PushCandidate<Wanted>>,
    isOver: boolean,
  ): void {
    const { source, purpose, processedBefore } = candidate;
    // Not marked again, so that the date of its mark stays that of its push.
    if (!candidate.unchanged) settled.add(source.ticketId);
    this.leave(isOver ? 'deletedInTixngo' : 'found', source);
    if (purpose === 'find') this.parkedTickets.notAfterAll(source.ticketId);
    // In calm weather the execution that pushed it is waiting for it.
    const { inDoubt, rebuildsWaits } = this.tools.answer;
    if (inDoubt || rebuildsWaits || !processedBefore) this.found(candidate, held);
  }

  private async push(toPush: readonly PushCandidate<Wanted>[], work: PageWork<PushCandidate<Wanted>>): Promise<void> {
    const { resolved, progress } = this.tools;
    await sendInChunks<PushCandidate<Wanted>, Wire, Outcome>(toPush, {
      chunkSize: chunkSize(resolved),
      atOnce: this.callsAtOnce,
      pageSize: work.page.tickets.length,
      wireOf: (candidate) => this.wireOf(candidate),
      send: (part) => this.write(() => this.send(part)),
      settle: (candidate, outcome) => {
        if (outcome.kind === 'refused') {
          const { code, field } = outcome as RefusedTicket;
          work.parked.push(reasonOf(candidate.source, code, field));
        } else if (!this.accept(candidate, outcome.kind, work.settled)) {
          work.absent.push(candidate);
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
   * TIXNGO has answered without a readable word about these, so the write is over and a look-up tells now. What was not as wanted before the
   * push and is not after it is pushed once more, and then parked, so that it does not stop the others.
   */
  private async settleUnread(
    unread: readonly PushCandidate<Wanted>[],
    sentAgain: boolean,
    work: PageWork<PushCandidate<Wanted>>,
  ): Promise<readonly PushCandidate<Wanted>[]> {
    const { lookup } = this.tools.resolved.interface;
    this.lookup.forget(unread);
    const found = await this.lookup.find(unread.filter(({ source }) => this.canBeAsked(source)));
    const open = unread.filter((candidate) => {
      const held = found.get(candidate.id);
      if (held === undefined) {
        // A report of the event does not show a ticket that was injected into another one.
        const isAbsent = this.canBeAsked(candidate.source) && (lookup === 'ids' || !candidate.injected);
        if (isAbsent) work.absent.push(candidate);
        return !isAbsent;
      }
      const effect = this.effectOf(candidate, held);
      if (effect === 'differs') return true;
      work.settled.add(candidate.source.ticketId);
      this.counts[effect === 'over' ? 'deletedInTixngo' : 'sent'] += 1;
      this.found(candidate, held);
      return false;
    });
    return this.sendAgainOrPark(this.operation, open, sentAgain, work.parked);
  }

  /**
   * TIXNGO does not have them. Never sent, so nothing is to be done, unless injection had read them before their state changed and sends them a
   * moment later: then they wait for the next run. Injection was calm when this stretch was permitted (before the page was read), and no run of
   * it has begun since: then nobody can have them in hand.
   */
  private async settleAbsent({ absent, settled }: PageWork<PushCandidate<Wanted>>): Promise<void> {
    for (const [isOfCards, candidates] of [
      [false, absent.filter(({ source }) => !isCard(source))],
      [true, absent.filter(({ source }) => isCard(source))],
    ] as const) {
      if (candidates.length === 0) continue;
      const nobodySends = await this.nobodySends(isOfCards);
      for (const { source, injected } of candidates) {
        if (injected || nobodySends) {
          settled.add(source.ticketId);
          this.leave('neverInTixngo', source);
        } else {
          this.leave('waitingForInjection', source);
        }
      }
    }
  }

  private async nobodySends(isOfCards: boolean): Promise<boolean> {
    const { answer, functionCalm, resolved } = this.tools;
    const name = isOfCards ? 'digitalPrivilegesInjection' : 'ticketsExternalPrinting';
    if (!resolved.interface.functions.some((other) => other.function === name)) return true;
    const before: FunctionCalm | undefined = isOfCards ? answer.privileges : answer.injection;
    if (before?.calm !== true) return false;
    const now = await functionCalm({ organization: resolved.organization.code, function: name });
    return now.calm && now.runs === before.runs;
  }

  private posted({ page, settled }: PageWork<PushCandidate<Wanted>>): PostedPage {
    return {
      exportDate: page.exportDate,
      lastTicketId: page.tickets.at(-1)?.ticketId ?? null,
      settled: [...settled],
    };
  }

  /** Marked processed with the date of the answer in which they were read, so that what has changed meanwhile is seen again. */
  protected async markSettled(page: PostedPage): Promise<void> {
    if (page.settled.length === 0) return;
    const { s360Marks, resolved } = this.tools;
    await s360Marks.flagItems(exportKeyOf(resolved), page.settled, page.exportDate);
    this.counts.processed += page.settled.length;
    this.parkedTickets.settle(page.settled);
  }
}

function idsOf(tickets: readonly S360Ticket[]): string[] {
  return tickets.map(({ ticketId }) => ticketId);
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

/** @param what «deletions» or «controls» */
export function pushMessage(counts: RunCounts, what: string, override: RunOverride | null): string {
  const parts = [`${String(counts.sent)} ${what} pushed.`];
  if (counts.found > 0) parts.push(`${String(counts.found)} were in TIXNGO as wanted already.`);
  if (counts.deletedInTixngo > 0) {
    parts.push(`${String(counts.deletedInTixngo)} are deleted in TIXNGO and stay so.`);
  }
  if (counts.neverInTixngo > 0) parts.push(`${String(counts.neverInTixngo)} never were in TIXNGO.`);
  if (counts.waitingForInjection > 0) {
    parts.push(`${String(counts.waitingForInjection)} wait for the next run: injection may still be sending them.`);
  }
  if (counts.parked > 0) parts.push(parkedMessage(counts, override));
  return parts.join(' ');
}
