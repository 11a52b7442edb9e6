import type { Resolved } from '../config/resolve.js';
import { isHolderComplete } from '../domain/holderFields.js';
import type { WrittenDefinitions } from '../domain/knownDefinitions.js';
import { systemicReason, type ParkedTicket, type ParkingReason } from '../domain/parking.js';
import { selectForInjection, type InjectionSelection, type SelectionResult } from '../domain/selection.js';
import type { S360Ticket } from '../domain/ticket.js';
import { eventIdOf, tixngoIdOf } from '../domain/ticketMapping.js';
import type { HeldTicket, InjectionEffect } from '../domain/tixngoEffect.js';
import type { ExportPage } from '../s360/client.js';
import { injectionParameters, type ExportParameter, type PageQuery } from '../s360/exportParameters.js';
import type { InjectionOutcome } from '../tixngo/client.js';
import { chunkSize, exportKeyOf, type PageCost } from './callPlan.js';
import type { StretchTools } from './functionRun.js';
import type { ForSpectator, Injected, Write } from './injected.js';
import { PagedStretch } from './pagedStretch.js';
import { isSystemic, reasonOf, stopIfSystemic, systemic } from './refusals.js';
import type { RunOverride } from './runOverride.js';
import { sendInChunks } from './sendInChunks.js';

/** One of the two functions that inject. */
export type ResolvedInjection = Resolved<'ticketsExternalPrinting'> | Resolved<'digitalPrivilegesInjection'>;

/** A read and a flag; the mark PRINTED. */
export const injectionPageCost: PageCost = { dataExport: 2, markPrinted: 1 };

/** What the stretch works with; everything but the clients is plain data. */
export interface InjectionTools<Thing> extends StretchTools {
  readonly resolved: ResolvedInjection;
  readonly selection: InjectionSelection;
  readonly injected: Injected<Thing>;
  readonly inDoubt: boolean;
  readonly parked: readonly ParkedTicket[];
  /** What an operator asks of this one run; null in every other. */
  readonly override: RunOverride | null;
}

/**
 * - `send`: to be sent, unless a look-up finds it
 * - `mark`: PRINTED by us: looked up and marked, and sent only where it is to follow a change
 * - `find`: left out by the selection, but in doubt: if TIXNGO has it, it was sent before and is marked
 */
interface Selected {
  readonly source: S360Ticket;
  readonly purpose: 'send' | 'mark' | 'find';
}

/** What is known of a page when TIXNGO has answered. */
interface PostedPage {
  readonly exportDate: string;
  /** Null if nothing of the page was taken. */
  readonly lastTicketId: string | null;
  /** In TIXNGO, and still to be marked PRINTED. */
  readonly toPrint: readonly string[];
  /** In TIXNGO and PRINTED already: only to be marked processed. */
  readonly toFlag: readonly string[];
  /** S-360's `updated_at` of both, for a ticket that S-360 refuses to print. */
  readonly records: ReadonlyMap<string, string | null>;
}

interface Candidate<Thing> extends Selected {
  /** TIXNGO's id of the ticket and of its event. */
  readonly id: string;
  readonly eventId: string;
  /** Null if it cannot be mapped. */
  readonly thing: Thing | null;
  /** Why it cannot be sent as it is; it may have been sent before, when it was better. */
  readonly problem: ParkingReason | null;
}

interface Sendable<Thing> extends Candidate<Thing> {
  readonly thing: Thing;
}

/** A thing on its way, with the id by which TIXNGO answers. */
interface Sent<Thing> {
  readonly ticketId: string;
  readonly thing: Thing;
}

/**
 * One stretch of an injection, of tickets or of cards: pages of S-360's queue in the order of their ticket ids. Each is selected, looked up
 * where in doubt, mapped, checked, sent in calls of `ticketIterationSize`, then PRINTED and marked processed.
 */
export class InjectionStretch<Thing extends ForSpectator> extends PagedStretch<InjectionTools<Thing>, PostedPage> {
  /** In TIXNGO already, so that nobody hears of it when it is sent again. */
  private readonly noNews = new Set<string>();

  /** One of ours: a ticket or card, or what it needs. */
  private readonly writeOurs: Write = async (call) => {
    try {
      return await this.write(call);
    } finally {
      this.counts.definitions = this.tools.injected.definitions?.writes ?? 0;
    }
  };

  constructor(tools: InjectionTools<Thing>, from: string | null, pageCost = injectionPageCost) {
    const { inDoubt, parked, selection, override } = tools;
    // One file is not the queue.
    const wholeQueue = selection.fileNumber === undefined && (override?.list ?? null) === null;
    super(tools, { pageCost, parked, inDoubt, from, wholeQueue, override });
  }

  /** Privilege definitions that TIXNGO has taken. */
  definitions(): WrittenDefinitions | undefined {
    return this.tools.injected.definitions?.news();
  }

  protected parameters(query: PageQuery): readonly ExportParameter[] {
    return injectionParameters({ ...this.tools.selection, ...query });
  }

  protected async post(whole: ExportPage): Promise<PostedPage> {
    const page = this.walk.withinCalls(this.walk.withinAllowance(whole), this.lookup, () => this.tools.inDoubt);
    const selected = this.select(page);
    const pageParked: ParkingReason[] = [];
    const printed = new Set(selected.flatMap(({ source, purpose }) => (purpose === 'mark' ? [source.ticketId] : [])));
    const isProcessed = (ticketId: string): boolean => printed.has(ticketId);
    const ready = this.mapAndCheck(selected, pageParked);
    stopIfSystemic(pageParked, page.tickets.length);

    const accepted = new Set<string>();
    try {
      // What is there counts as accepted only when what it needs is there too, or what it needs would never be written.
      const found = this.tools.injected.prepare === undefined ? accepted : new Set<string>();
      const missing = await this.lookUp(ready, found, pageParked);
      stopIfSystemic(pageParked, page.tickets.length);
      const toSend = await this.prepare(ready, missing, found, pageParked);
      for (const ticketId of found) accepted.add(ticketId);
      stopIfSystemic(pageParked, page.tickets.length);
      await this.send(toSend, accepted, pageParked, page);
    } catch (error) {
      // What TIXNGO has accepted is marked first, so that the next attempt need not even look it up.
      await this.markBeforeFailing(this.posted(page, selected, accepted));
      if (!isSystemic(error)) this.park(pageParked, isProcessed);
      throw error;
    }
    this.park(pageParked, isProcessed);
    return this.posted(page, selected, accepted);
  }

  private select(page: ExportPage): Selected[] {
    const nowMs = Date.now();
    if (page.tickets.length === 0) return [];
    this.counts.pages += 1;
    this.counts.offered += page.tickets.length;
    return page.tickets.flatMap((source): Selected[] => {
      const parked = this.parkedTickets.meet(source.ticketId);
      const result = this.selected(source, parked, nowMs);
      switch (result) {
        case 'send':
        case 'markOnly':
          return [{ source, purpose: result === 'send' ? 'send' : 'mark' }];
        case 'parked':
          if (parked !== undefined) this.parkedTickets.leave(parked);
          // In doubt it may have been sent when it was last due.
          return this.tools.inDoubt && source.state === 'NOT_PRINTED' && !this.parkedTickets.mayBeThere(source.ticketId)
            ? [{ source, purpose: 'find' }]
            : [];
        case 'skipped':
        case 'waitingForHolder':
          this.leave(result, source);
          // In doubt it may have been sent before it was put on the list or its holder was emptied.
          return this.tools.inDoubt && source.state === 'NOT_PRINTED' ? [{ source, purpose: 'find' }] : [];
        case 'notSelected':
          this.leave('notSelected', source);
          return [];
      }
    });
  }

  private selected(source: S360Ticket, parked: ParkedTicket | undefined, nowMs: number): SelectionResult {
    if (!this.isOfOurOrganization(source)) return 'notSelected';
    // Whoever names a ticket wants it to be tried now.
    return selectForInjection(source, this.tools.selection, this.isListed ? undefined : parked, nowMs);
  }

  private mapAndCheck(selected: readonly Selected[], parked: ParkingReason[]): Candidate<Thing>[] {
    const { injected, resolved } = this.tools;
    const { ticketIdentifier, customParameters } = resolved.interface;
    return selected.flatMap(({ source, purpose }): Candidate<Thing>[] => {
      const { thing, problem } = injected.map(source);
      // What is not sent need not be complete.
      const isChecked = customParameters.enforceMandatoryParameters && this.mayBeSent(purpose);
      const found = problem ?? (thing !== null && isChecked ? injected.check(thing) : null);
      const candidate: Candidate<Thing> = {
        source,
        purpose,
        id: tixngoIdOf(source, ticketIdentifier),
        eventId: eventIdOf(source),
        thing,
        problem: found === null ? null : reasonOf(source, found.code, found.field),
      };
      if (candidate.problem === null || purpose !== 'send' || this.isAsked(candidate)) return [candidate];
      parked.push(candidate.problem);
      return [];
    });
  }

  /** An operator has named the tickets: they are wanted in TIXNGO as they are now, PRINTED or not. */
  private get isListed(): boolean {
    return (this.tools.override?.list ?? null) !== null;
  }

  private mayBeSent(purpose: Selected['purpose']): boolean {
    return purpose === 'send' || (purpose === 'mark' && (this.tools.injected.followsChanges || this.isListed));
  }

  /**
   * Finds out what TIXNGO holds already: of everything if in doubt, else only of what S-360 says is PRINTED by us. What is there counts as
   * accepted; what is left is to be sent.
   */
  private async lookUp(
    ready: readonly Candidate<Thing>[],
    accepted: Set<string>,
    parked: ParkingReason[],
  ): Promise<Sendable<Thing>[]> {
    const asked = ready.filter((candidate) => this.isAsked(candidate));
    const toSend: Sendable<Thing>[] = [];
    const sendOrPark = (candidate: Candidate<Thing>): void => {
      if (!this.mayBeSent(candidate.purpose)) return;
      if (candidate.problem !== null) parked.push(candidate.problem);
      else if (this.waitsForHolder(candidate)) this.leave('waitingForHolder', candidate.source);
      else if (isSendable(candidate)) toSend.push(candidate);
    };
    const { lookup, whenInDoubt } = this.tools.resolved.interface;
    const askedOf = new Set(asked);
    if (lookup === 'none') {
      const again = await this.sentBefore(ready);
      for (const candidate of ready) {
        const { source, purpose } = candidate;
        // Without a look-up, S-360's word has to do: it says PRINTED only of what TIXNGO has accepted.
        if (purpose === 'mark' && !again.has(source.ticketId)) {
          accepted.add(source.ticketId);
        } else if (purpose !== 'find' && askedOf.has(candidate) && !this.isWanted && whenInDoubt === 'hold') {
          parked.push(reasonOf(source, 'IN_DOUBT'));
        } else sendOrPark(candidate);
      }
      return toSend;
    }
    const found = await this.lookup.find(asked);
    for (const candidate of ready) {
      const { source, purpose } = candidate;
      const held = askedOf.has(candidate) ? found.get(candidate.id) : undefined;
      if (held === undefined) {
        if (purpose === 'mark' && !this.isListed) parked.push(reasonOf(source, 'PRINTED_NOT_IN_TIXNGO'));
        else sendOrPark(candidate);
        continue;
      }
      const effect = this.effectOf(candidate, held);
      if (effect === 'done' || this.tools.injected.followsChanges) this.noNews.add(source.ticketId);
      // An operator who names a ticket that is PRINTED wants its data to be sent again: a look-up does not show all of them. In doubt, an attempt
      // before may have sent them just now: then what it shows has to do, so that nobody is told twice.
      const isUpdate = this.isWanted && purpose === 'mark' && effect !== 'deleted';
      // PRINTED means that TIXNGO accepted it once: what the spectator or TIXNGO made of it since is not ours to change.
      const isThere = effect === 'done' || (purpose === 'mark' && !(effect === 'differs' && this.mayBeSent(purpose)));
      if (isThere && !isUpdate) {
        accepted.add(source.ticketId);
        this.leave('found', source);
        if (purpose === 'find') this.parkedTickets.notAfterAll(source.ticketId);
      } else if (purpose === 'find') {
        continue;
      } else if (effect === 'deleted') {
        parked.push(reasonOf(source, 'TICKET_DELETED'));
      } else {
        sendOrPark(candidate);
      }
    }
    return toSend;
  }

  /** An operator wants it, and nothing else is in doubt. */
  private get isWanted(): boolean {
    return this.isListed && !this.tools.inDoubt;
  }

  /** Sent before, and again now: with values that it had not been given then. */
  private waitsForHolder({ source, purpose }: Candidate<Thing>): boolean {
    return purpose === 'mark' && !isHolderComplete(source.holder, this.tools.selection.mandatoryHolderFields);
  }

  /** Where nothing can be looked up: what is PRINTED by us and to be sent all the same, since its record has changed or an operator wants it. */
  private async sentBefore(ready: readonly Candidate<Thing>[]): Promise<ReadonlySet<string>> {
    const printed = ready.filter(({ purpose }) => purpose === 'mark').map(({ source }) => source.ticketId);
    if (this.isListed) return new Set(printed);
    if (!this.tools.injected.followsChanges || printed.length === 0) return new Set();
    const { s360, resolved } = this.tools;
    const processed = await s360.flaggingStatus(exportKeyOf(resolved), printed);
    return new Set(printed.filter((ticketId) => (processed.get(ticketId) ?? null) !== null));
  }

  /** What they need in TIXNGO comes before them; what cannot have it is parked. @returns what is left to send */
  private async prepare(
    ready: readonly Candidate<Thing>[],
    toSend: readonly Sendable<Thing>[],
    found: Set<string>,
    parked: ParkingReason[],
  ): Promise<readonly Sendable<Thing>[]> {
    const { injected } = this.tools;
    if (injected.prepare === undefined) return toSend;
    const sending = new Set<Candidate<Thing>>(toSend);
    // What is there already needs it as it is now, whether the rest of it waits for a person or not.
    const needing = ready.filter(
      (candidate) => sending.has(candidate) || candidate.purpose === 'mark' || found.has(candidate.source.ticketId),
    );
    const problems = await injected.prepare(
      needing.map(({ source }) => source),
      this.writeOurs,
    );
    for (const candidate of needing) {
      const { source, purpose } = candidate;
      const problem = problems.get(source.ticketId);
      if (problem === undefined) continue;
      if (found.has(source.ticketId)) {
        // Once S-360 knows that it is there, it is offered again as such. Until then it would be sent a second time.
        if (purpose !== 'mark') continue;
        found.delete(source.ticketId);
      } else if (!sending.has(candidate)) {
        continue;
      }
      parked.push(reasonOf(source, problem.code, problem.field));
    }
    return toSend.filter(({ source }) => !problems.has(source.ticketId));
  }

  private isAsked(candidate: Candidate<Thing>): boolean {
    return candidate.id !== '' && (this.tools.inDoubt || this.mayBeThere(candidate));
  }

  /** Also in calm weather: it was accepted, or may have been, but S-360 could not be told. */
  private mayBeThere({ source, purpose }: Candidate<Thing>): boolean {
    return purpose === 'mark' || this.parkedTickets.mayBeThere(source.ticketId);
  }

  private async send(
    toSend: readonly Sendable<Thing>[],
    accepted: Set<string>,
    parked: ParkingReason[],
    page: ExportPage,
  ): Promise<void> {
    const { injected, resolved, progress } = this.tools;
    await sendInChunks<Sendable<Thing>, Sent<Thing>, InjectionOutcome>(toSend, {
      chunkSize: chunkSize(resolved),
      pageSize: page.tickets.length,
      wireOf: ({ id, thing }) => ({ ticketId: id, thing }),
      send: (part) =>
        injected.send(
          part.map(({ thing }) => thing),
          this.writeOurs,
        ),
      settle: (candidate, outcome) => {
        const { source } = candidate;
        if (outcome.kind === 'refused') {
          parked.push(reasonOf(source, outcome.code, outcome.field));
        } else if (outcome.kind === 'accepted') {
          accepted.add(source.ticketId);
          this.leave('sent', source, this.toldOf(candidate));
        }
      },
      settleUnread: (unread, sentAgain) => this.settleUnread(unread, sentAgain, accepted, parked),
      chunkDone: () => {
        progress(this.counts);
      },
      parked,
    });
  }

  /**
   * TIXNGO has answered without a readable word about these, so the write is over and a look-up tells now. What was missing before it was
   * sent and is missing after it is sent once more, and then parked, so that it does not stop the others.
   */
  private async settleUnread(
    unread: readonly Sendable<Thing>[],
    sentAgain: boolean,
    accepted: Set<string>,
    parked: ParkingReason[],
  ): Promise<readonly Sendable<Thing>[]> {
    const { lookup } = this.tools.resolved.interface;
    this.lookup.forget(unread);
    const found = lookup === 'none' ? new Map<string, HeldTicket>() : await this.lookup.find(unread);
    const missing = unread.filter((candidate) => {
      const held = found.get(candidate.id);
      if (held === undefined || this.effectOf(candidate, held) !== 'done') return true;
      accepted.add(candidate.source.ticketId);
      this.leave('sent', candidate.source, this.toldOf(candidate));
      return false;
    });
    return this.sendAgainOrPark(this.tools.injected.operation, missing, sentAgain, parked);
  }

  private posted(page: ExportPage, selected: readonly Selected[], accepted: ReadonlySet<string>): PostedPage {
    const marked = selected.filter(({ source }) => accepted.has(source.ticketId));
    return {
      exportDate: page.exportDate,
      lastTicketId: page.tickets.at(-1)?.ticketId ?? null,
      toPrint: marked.filter(({ purpose }) => purpose !== 'mark').map(({ source }) => source.ticketId),
      toFlag: marked.filter(({ purpose }) => purpose === 'mark').map(({ source }) => source.ticketId),
      records: new Map(marked.map(({ source }) => [source.ticketId, source.updatedAt])),
    };
  }

  /** PRINTED by the configured point of sales, then processed. S-360 is told only what TIXNGO has accepted. */
  protected async markSettled(page: PostedPage): Promise<void> {
    const { s360Marks, selection, resolved } = this.tools;
    const processed = [...page.toFlag];
    let refusedReason: string | null = null;
    if (page.toPrint.length > 0) {
      const refused: ParkingReason[] = [];
      for (const result of await s360Marks.markPrinted(page.toPrint, selection.pointOfSales)) {
        const { ticketId } = result;
        if (result.outcome === 'PRINTED') {
          processed.push(ticketId);
        } else if (result.errorCode === 'TICKET_CANCELLED' || result.errorCode === 'TICKET_INVALIDATED') {
          // It is in TIXNGO, so it is marked as injected: push cancelled then takes it from there.
          this.counts.cancelledMeanwhile += 1;
          processed.push(ticketId);
        } else if (result.errorCode === 'TICKET_CONTROLLED') {
          // As above: a gate has let it in before S-360 could print it, and push controlled takes it from there.
          this.counts.controlledMeanwhile += 1;
          processed.push(ticketId);
        } else {
          refused.push({ ticketId, code: 'PRINTED_REFUSED', record: page.records.get(ticketId) ?? null });
        }
      }
      refusedReason = systemicReason(refused, page.toPrint.length);
      if (refusedReason === null) this.parkedTickets.park(refused);
    }
    if (processed.length > 0) {
      await s360Marks.flagItems(exportKeyOf(resolved), processed, page.exportDate);
      this.counts.processed += processed.length;
      this.parkedTickets.settle(processed);
    }
    if (refusedReason !== null) throw systemic(refusedReason);
  }

  /** Who hears of it: of what is in TIXNGO already as it should be, nobody, and of a card that it has, nobody either. */
  private toldOf({ source, thing, purpose }: Sendable<Thing>): string | null {
    const isKnown = this.noNews.has(source.ticketId) || (purpose === 'mark' && this.tools.injected.followsChanges);
    return isKnown ? null : thing.spectatorDetails.email;
  }

  private effectOf(candidate: Candidate<Thing>, held: HeldTicket): InjectionEffect {
    return this.tools.injected.effect(candidate, held);
  }
}

function isSendable<Thing>(candidate: Candidate<Thing>): candidate is Sendable<Thing> {
  return candidate.thing !== null;
}
