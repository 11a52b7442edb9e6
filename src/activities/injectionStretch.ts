import { createHash } from 'node:crypto';

import { ApplicationFailure } from '@temporalio/common';

import type { Resolved } from '../config/resolve.js';
import { noCounts, type RunCounts } from '../domain/counts.js';
import { messageOf } from '../domain/messages.js';
import { systemicMinimum, systemicReason, type ParkedTicket, type ParkingReason } from '../domain/parking.js';
import { payloadProblem } from '../domain/payloadChecks.js';
import { selectForInjection, type InjectionSelection } from '../domain/selection.js';
import type { S360Ticket } from '../domain/ticket.js';
import { compareTicketIds } from '../domain/ticketId.js';
import { eventIdOf, mapTicket, type MappingSettings } from '../domain/ticketMapping.js';
import { injectionEffect, type HeldTicket } from '../domain/tixngoEffect.js';
import { isDeletion } from '../domain/tixngoStatus.js';
import type { TixngoTicket } from '../domain/tixngoTicket.js';
import { injectionParameters } from '../s360/exportParameters.js';
import type { InjectionOutcome } from '../tixngo/client.js';
import { AllRefused, PartlySent, sendBisecting } from './bisect.js';
import { mayStillBeApplied, stop } from './failures.js';
import {
  callsLeftForAPage,
  chunksPerPage,
  mostPagesPerStretch,
  stretchMs,
  tixngoService,
  type PageCost,
} from './callPlan.js';
import type { Stretch, StretchTools } from './functionRun.js';
import { runPages } from './pagePipeline.js';

/** A read and a flag; the mark PRINTED. */
export const injectionPageCost: PageCost = { dataExport: 2, markPrinted: 1 };

/** What the stretch works with; everything but the clients is plain data. */
export interface InjectionTools extends StretchTools {
  readonly resolved: Resolved<'ticketsExternalPrinting'>;
  readonly selection: InjectionSelection;
  readonly mapping: MappingSettings;
  readonly inDoubt: boolean;
  readonly parked: readonly ParkedTicket[];
}

interface Page {
  readonly exportDate: string;
  readonly tickets: readonly S360Ticket[];
}

/**
 * - `send`: to be sent, unless a look-up finds it
 * - `mark`: PRINTED by us: only looked up and marked
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

interface Candidate extends Selected {
  /** TIXNGO's id of the ticket and of its event. */
  readonly id: string;
  readonly eventId: string;
  /** Null if it cannot be mapped. */
  readonly ticket: TixngoTicket | null;
  /** Why it cannot be sent as it is; it may have been sent before, when it was better. */
  readonly problem: ParkingReason | null;
}

interface Sendable extends Candidate {
  readonly ticket: TixngoTicket;
}

/** Parked with one of these, TIXNGO may have the ticket: it is looked up before it is sent, also in calm weather. */
const mayBeThereCodes: readonly string[] = ['PRINTED_REFUSED', 'IN_DOUBT', 'TICKET_REFUSED'];

/** A ticket that TIXNGO may have is remembered for a season, also while S-360 does not offer it. */
const keptWhenVanishedMs = 180 * 24 * 3_600_000;

/**
 * One stretch of ticket injection: pages of S-360's queue in the order of their ticket ids. Each is selected, looked up where in doubt,
 * mapped, checked, sent in calls of `ticketIterationSize`, then PRINTED and marked processed. The state of a page lives in this object
 * and dies with the attempt; what lasts is what the two systems hold.
 */
export class InjectionStretch implements Stretch {
  readonly counts: RunCounts = { ...noCounts };
  readonly parkedNow: ParkingReason[] = [];
  /** Parked before and not due again: still a reason to warn. */
  readonly parkedStill: ParkingReason[] = [];
  /** Parked before, and settled or not offered any more. */
  readonly unparked: string[] = [];
  /** A call was cut off without an answer: TIXNGO may be at work on it, and apply it yet. */
  writeUnderWay = false;
  /** The last ticket id of the last page that was settled. */
  position: string | null;

  private readonly startedMs = Date.now();
  private readonly known: ReadonlyMap<string, ParkedTicket>;
  private readonly seenParked = new Set<string>();
  private readonly eventReports = new Map<string, ReadonlyMap<string, HeldTicket>>();
  private readPosition: string | null;
  private allowanceUsed = false;
  private pagesRead = 0;
  private pagesMarked = 0;

  constructor(
    private readonly tools: InjectionTools,
    private readonly from: string | null,
  ) {
    this.position = from;
    this.readPosition = from;
    this.known = new Map(tools.parked.map((ticket) => [ticket.ticketId, ticket]));
  }

  /** @returns whether S-360's queue has come to its end */
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

  private mayReadOn(): boolean {
    return (
      this.pagesRead < mostPagesPerStretch &&
      Date.now() - this.startedMs < stretchMs &&
      this.counts.sent < this.tools.mayStillSend &&
      callsLeftForAPage(this.tools.meter, this.tools.resolved, injectionPageCost, this.pagesRead - this.pagesMarked)
    );
  }

  private async read(): Promise<Page | null> {
    const { resolved, selection, s360 } = this.tools;
    const page = await s360.executeExport({
      exportKey: resolved.institution.s360.exportKeys.ticketsExternalPrinting,
      maxResults: resolved.function.batchSize,
      parameters: injectionParameters({ ...selection, afterTicketId: this.readPosition }),
    });
    // Only an empty page is the end: a short one may hide rows behind it, and a ticket must not wait for ever.
    if (page.tickets.length === 0) return null;
    const after = this.readPosition;
    const tickets = this.inOrderOnce(page.tickets).filter(
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

  /** In the order of their ids, each ticket once: an export query that joins tables may give a row several times. */
  private inOrderOnce(rows: readonly S360Ticket[]): S360Ticket[] {
    const inOrder = rows.every(
      ({ ticketId }, i) => i === 0 || compareTicketIds(rows[i - 1]?.ticketId ?? ticketId, ticketId) <= 0,
    );
    // A full page in another order is cut anywhere: what is missing in it would be passed over.
    if (!inOrder && rows.length >= this.tools.resolved.function.batchSize) {
      throw stop(
        'CONTRACT_BROKEN',
        'S-360 executeExport: the rows of a full page are not in the order of their ticket ids; the export has to sort by ticket_id.',
      );
    }
    return [...new Map(rows.map((row) => [row.ticketId, row])).values()].sort((left, right) =>
      compareTicketIds(left.ticketId, right.ticketId),
    );
  }

  private async post(whole: Page): Promise<PostedPage> {
    const page = this.withinCalls(this.withinAllowance(whole));
    const selected = this.select(page);
    const pageParked: ParkingReason[] = [];
    const ready = this.mapAndCheck(selected, pageParked);
    this.stopIfSystemic(pageParked, page);

    const accepted = new Set<string>();
    try {
      const toSend = await this.lookUp(ready, accepted, pageParked);
      this.stopIfSystemic(pageParked, page);
      await this.send(toSend, accepted, pageParked, page);
    } catch (error) {
      // What TIXNGO has accepted is marked first, so that the next attempt need not even look it up.
      await this.markBeforeFailing(this.posted(page, selected, accepted));
      if (!isSystemic(error)) this.park(pageParked);
      throw error;
    }
    this.park(pageParked);
    return this.posted(page, selected, accepted);
  }

  /** The page up to the last ticket that this run may still send; the rest is as if it had never been read. */
  private withinAllowance(page: Page): Page {
    // Behind a cut page nothing is taken, or its rest would be passed over.
    const left = this.allowanceUsed ? 0 : Math.max(0, this.tools.mayStillSend - this.counts.sent);
    if (left >= page.tickets.length) return page;
    this.allowanceUsed = true;
    return { ...page, tickets: page.tickets.slice(0, left) };
  }

  /** Where a look-up takes a call for each event, a page goes as far as the calls do; the rest is as if it had never been read. */
  private withinCalls(page: Page): Page {
    const { inDoubt, meter, resolved } = this.tools;
    if (!inDoubt || resolved.interface.lookup !== 'eventReport') return page;
    const room = Math.max(1, meter.left(tixngoService(resolved)) - chunksPerPage(resolved));
    const events = new Set<string>();
    const beyond = page.tickets.findIndex((ticket) => {
      const eventId = eventIdOf(ticket);
      if (!this.eventReports.has(eventId)) events.add(eventId);
      return events.size > room;
    });
    if (beyond < 0) return page;
    this.allowanceUsed = true;
    return { ...page, tickets: page.tickets.slice(0, beyond) };
  }

  private select(page: Page): Selected[] {
    const nowMs = Date.now();
    if (page.tickets.length === 0) return [];
    this.counts.pages += 1;
    this.counts.offered += page.tickets.length;
    return page.tickets.flatMap((source): Selected[] => {
      const parked = this.known.get(source.ticketId);
      if (parked !== undefined) this.seenParked.add(source.ticketId);
      const result = selectForInjection(source, this.tools.selection, parked, nowMs);
      switch (result) {
        case 'send':
        case 'markOnly':
          return [{ source, purpose: result === 'send' ? 'send' : 'mark' }];
        case 'parked':
          if (parked !== undefined) this.parkedStill.push(parked);
          this.counts.parked += 1;
          // In doubt it may have been sent when it was last due.
          return this.tools.inDoubt && source.state === 'NOT_PRINTED' && !mayBeThereCodes.includes(parked?.code ?? '')
            ? [{ source, purpose: 'find' }]
            : [];
        case 'skipped':
        case 'waitingForHolder':
          this.counts[result] += 1;
          // In doubt it may have been sent before it was put on the list or its holder was emptied.
          return this.tools.inDoubt && source.state === 'NOT_PRINTED' ? [{ source, purpose: 'find' }] : [];
        case 'notSelected':
          this.counts.notSelected += 1;
          return [];
      }
    });
  }

  private mapAndCheck(selected: readonly Selected[], parked: ParkingReason[]): Candidate[] {
    const { mapping, resolved } = this.tools;
    const settings = resolved.interface;
    return selected.flatMap(({ source, purpose }): Candidate[] => {
      const mapped = mapTicket(source, mapping);
      const ticket = 'problem' in mapped ? null : mapped.ticket;
      // What is not sent need not be complete.
      const incomplete =
        ticket !== null && purpose === 'send' && settings.customParameters.enforceMandatoryParameters
          ? payloadProblem(ticket, settings.contingentMandatory)
          : null;
      const found = 'problem' in mapped ? mapped.problem : incomplete;
      const candidate: Candidate = {
        source,
        purpose,
        id: (mapping.ticketIdentifier === 'ticketId' ? source.ticketId : source.taxNumber) ?? '',
        eventId: eventIdOf(source),
        ticket,
        problem: found === null ? null : reasonOf(source, found.code, found.field),
      };
      if (candidate.problem === null || purpose !== 'send' || this.isAsked(candidate)) return [candidate];
      parked.push(candidate.problem);
      return [];
    });
  }

  /**
   * Finds out what TIXNGO holds already: of everything if in doubt, else only of what S-360 says is PRINTED by us. What is there counts as
   * accepted; what is left is to be sent.
   */
  private async lookUp(
    ready: readonly Candidate[],
    accepted: Set<string>,
    parked: ParkingReason[],
  ): Promise<Sendable[]> {
    const asked = ready.filter((candidate) => this.isAsked(candidate));
    const toSend: Sendable[] = [];
    const sendOrPark = (candidate: Candidate): void => {
      if (candidate.purpose !== 'send') return;
      if (candidate.problem !== null) parked.push(candidate.problem);
      else if (isSendable(candidate)) toSend.push(candidate);
    };
    const { lookup, whenInDoubt } = this.tools.resolved.interface;
    const askedOf = new Set(asked);
    if (lookup === 'none') {
      for (const candidate of ready) {
        const { source, purpose } = candidate;
        // Without a look-up, S-360's word has to do: it says PRINTED only of what TIXNGO has accepted.
        if (purpose === 'mark') accepted.add(source.ticketId);
        else if (purpose === 'send' && askedOf.has(candidate) && whenInDoubt === 'hold') {
          parked.push(reasonOf(source, 'IN_DOUBT'));
        } else sendOrPark(candidate);
      }
      return toSend;
    }
    const found = await this.lookUpNow(asked);
    for (const candidate of ready) {
      const { source, purpose } = candidate;
      const held = askedOf.has(candidate) ? found.get(candidate.id) : undefined;
      if (held === undefined) {
        if (purpose === 'mark') parked.push(reasonOf(source, 'PRINTED_NOT_IN_TIXNGO'));
        else sendOrPark(candidate);
        continue;
      }
      const effect = effectOf(candidate, held);
      // PRINTED means that TIXNGO accepted it once: what the spectator or TIXNGO made of it since is not ours to change.
      if (effect === 'done' || purpose === 'mark') {
        accepted.add(source.ticketId);
        this.counts.found += 1;
        if (purpose === 'find') this.notParkedAfterAll(source.ticketId);
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

  private notParkedAfterAll(ticketId: string): void {
    const at = this.parkedStill.findIndex((parked) => parked.ticketId === ticketId);
    if (at < 0) return;
    this.parkedStill.splice(at, 1);
    this.counts.parked -= 1;
  }

  private isAsked(candidate: Candidate): boolean {
    return candidate.id !== '' && (this.tools.inDoubt || this.mayBeThere(candidate));
  }

  /** Also in calm weather: it was accepted, or may have been, but S-360 could not be told. */
  private mayBeThere({ source, purpose }: Candidate): boolean {
    return purpose === 'mark' || mayBeThereCodes.includes(this.known.get(source.ticketId)?.code ?? '');
  }

  private async lookUpNow(asked: readonly Candidate[]): Promise<ReadonlyMap<string, HeldTicket>> {
    if (asked.length === 0) return new Map();
    return this.tools.resolved.interface.lookup === 'ids' ? this.lookUpIds(asked) : this.lookUpEvents(asked);
  }

  private async lookUpIds(asked: readonly Candidate[]): Promise<ReadonlyMap<string, HeldTicket>> {
    const held = await this.tools.tixngo.lookupByIds(asked.map(({ id }) => id));
    return new Map(held.map((ticket) => [ticket.ticketId, ticket]));
  }

  private async lookUpEvents(asked: readonly Candidate[]): Promise<ReadonlyMap<string, HeldTicket>> {
    const found = new Map<string, HeldTicket>();
    for (const eventId of new Set(asked.map((candidate) => candidate.eventId))) {
      if (eventId === '') continue;
      let report = this.eventReports.get(eventId);
      if (report === undefined) {
        const held = await this.tools.tixngo.eventReport(eventId);
        report = new Map(held.map((ticket) => [ticket.ticketId, ticket]));
        this.eventReports.set(eventId, report);
      }
      for (const { id } of asked) {
        const held = report.get(id);
        if (held !== undefined) found.set(id, held);
      }
    }
    return found;
  }

  private async send(
    toSend: readonly Sendable[],
    accepted: Set<string>,
    parked: ParkingReason[],
    page: Page,
  ): Promise<void> {
    const { tixngo, resolved, assertMine, progress } = this.tools;
    const chunkSize = Math.min(
      resolved.interface.customParameters.ticketIterationSize,
      resolved.interface.maxTicketsPerCall,
    );
    const putOff: Sendable[][] = [];
    const sendChunk = async (chunk: readonly Sendable[], mayGiveUp: boolean): Promise<void> => {
      const sources = new Map(chunk.map(({ source, ticket }) => [ticket.ticketId, source]));
      const settle = (outcomes: readonly InjectionOutcome[]): void => {
        for (const outcome of outcomes) this.settleOutcome(outcome, sources, accepted, parked);
      };
      let outcomes: readonly InjectionOutcome[];
      try {
        outcomes = await sendBisecting(
          chunk.map(({ ticket }) => ticket),
          async (part) => {
            await assertMine();
            try {
              return await tixngo.injectTickets(part);
            } catch (error) {
              this.writeUnderWay ||= mayStillBeApplied(error);
              throw error;
            }
          },
          mayGiveUp,
        );
      } catch (error) {
        if (!(error instanceof PartlySent)) throw error;
        const done = error.done as readonly InjectionOutcome[];
        settle(done);
        if (!(error.cause instanceof AllRefused)) throw error.cause;
        const known = new Set(done.map(({ ticketId }) => ticketId));
        putOff.push(chunk.filter(({ id }) => !known.has(id)));
        const refused = putOff.reduce((sum, rest) => sum + rest.length, parked.length);
        // The first five refused of each such chunk stand for all of it: more than half of the page is no matter of single tickets.
        if (refused >= systemicMinimum && refused * 2 > page.tickets.length) throw systemic(error.cause.reason);
        return;
      }
      settle(outcomes);
      progress(this.counts);
      this.stopIfSystemic(parked, page);
      const unread = new Set(outcomes.filter(({ kind }) => kind === 'unknown').map(({ ticketId }) => ticketId));
      if (unread.size > 0) {
        await this.settleUnread(
          chunk.filter(({ id }) => unread.has(id)),
          accepted,
          parked,
        );
      }
    };
    for (let at = 0; at < toSend.length; at += chunkSize) await sendChunk(toSend.slice(at, at + chunkSize), true);
    for (const rest of putOff) await sendChunk(rest, false);
  }

  /**
   * TIXNGO has answered without a readable word about these, so the write is over and a look-up tells now. What was missing before it was
   * sent and is missing after it is parked, so that it does not stop the others.
   */
  private async settleUnread(
    unread: readonly Sendable[],
    accepted: Set<string>,
    parked: ParkingReason[],
  ): Promise<void> {
    const { lookup } = this.tools.resolved.interface;
    for (const { eventId } of unread) this.eventReports.delete(eventId);
    const found = lookup === 'none' ? new Map<string, HeldTicket>() : await this.lookUpNow(unread);
    const missing = unread.filter((candidate) => {
      const held = found.get(candidate.id);
      if (held === undefined || effectOf(candidate, held) !== 'done') return true;
      accepted.add(candidate.source.ticketId);
      this.counts.sent += 1;
      return false;
    });
    if (missing.length === 0) return;
    if (lookup === 'none' || !this.tools.inDoubt) {
      throw ApplicationFailure.create({
        type: 'ANSWER_INCOMPLETE',
        message:
          'TIXNGO injectTickets: the answer leaves out some of the tickets; they are looked up at the next attempt.',
      });
    }
    for (const { source } of missing) parked.push(reasonOf(source, 'TICKET_REFUSED'));
  }

  private settleOutcome(
    outcome: InjectionOutcome,
    sources: ReadonlyMap<string, S360Ticket>,
    accepted: Set<string>,
    parked: ParkingReason[],
  ): void {
    const source = sources.get(outcome.ticketId);
    if (source === undefined) return;
    switch (outcome.kind) {
      case 'accepted':
        accepted.add(source.ticketId);
        this.counts.sent += 1;
        return;
      case 'refused':
        parked.push(reasonOf(source, outcome.code, outcome.field));
        return;
      case 'unknown':
        return;
    }
  }

  private posted(page: Page, selected: readonly Selected[], accepted: ReadonlySet<string>): PostedPage {
    const marked = selected.filter(({ source }) => accepted.has(source.ticketId));
    return {
      exportDate: page.exportDate,
      lastTicketId: page.tickets.at(-1)?.ticketId ?? null,
      toPrint: marked.filter(({ purpose }) => purpose !== 'mark').map(({ source }) => source.ticketId),
      toFlag: marked.filter(({ purpose }) => purpose === 'mark').map(({ source }) => source.ticketId),
      records: new Map(marked.map(({ source }) => [source.ticketId, source.updatedAt])),
    };
  }

  private async mark(page: PostedPage): Promise<void> {
    await this.markAccepted(page);
    this.pagesMarked += 1;
    this.position = page.lastTicketId ?? this.position;
    this.tools.progress(this.counts);
  }

  /** PRINTED by the configured point of sales, then processed. S-360 is told only what TIXNGO has accepted. */
  private async markAccepted(page: PostedPage): Promise<void> {
    const { s360Marks, selection, resolved, assertMine } = this.tools;
    const processed = [...page.toFlag];
    let refusedReason: string | null = null;
    if (page.toPrint.length > 0) {
      await assertMine();
      const refused: ParkingReason[] = [];
      for (const result of await s360Marks.markPrinted(page.toPrint, selection.pointOfSales)) {
        const { ticketId } = result;
        if (result.outcome === 'PRINTED') {
          processed.push(ticketId);
        } else if (result.errorCode === 'TICKET_CANCELLED' || result.errorCode === 'TICKET_INVALIDATED') {
          // It is in TIXNGO, so it is marked as injected: push cancelled then takes it from there.
          this.counts.cancelledMeanwhile += 1;
          processed.push(ticketId);
        } else {
          refused.push({ ticketId, code: 'PRINTED_REFUSED', record: page.records.get(ticketId) ?? null });
        }
      }
      refusedReason = systemicReason(refused, page.toPrint.length);
      if (refusedReason === null) this.park(refused);
    }
    if (processed.length > 0) {
      await assertMine();
      const exportKey = resolved.institution.s360.exportKeys.ticketsExternalPrinting;
      await s360Marks.flagItems(exportKey, processed, page.exportDate);
      this.counts.processed += processed.length;
      for (const ticketId of processed) if (this.known.has(ticketId)) this.unparked.push(ticketId);
    }
    if (refusedReason !== null) throw systemic(refusedReason);
  }

  private async markBeforeFailing(page: PostedPage): Promise<void> {
    try {
      await this.markAccepted(page);
    } catch {
      // The failure that led here is the one to report; what is not marked is in doubt and looked up by the next attempt.
    }
  }

  private park(reasons: readonly ParkingReason[]): void {
    this.parkedNow.push(...reasons);
    this.counts.parked += reasons.length;
  }

  private stopIfSystemic(parked: readonly ParkingReason[], page: Page): void {
    // Tickets in doubt are held one by one: that is what `whenInDoubt: hold` asks for.
    const reason = systemicReason(
      parked.filter(({ code }) => code !== 'IN_DOUBT'),
      page.tickets.length,
    );
    if (reason !== null) throw systemic(reason);
  }

  /** A parked ticket that S-360 does not offer any more, where this stretch has looked, is nobody's problem now. */
  private unparkVanished(endOfQueue: boolean): void {
    const { selection, resolved } = this.tools;
    // One file is not the queue, and another function's filters show other tickets.
    if (selection.fileNumber !== undefined) return;
    const mine = this.tools.parked.filter(({ by }) => by === resolved.function.internalName);
    for (const { ticketId, code, sinceMs } of mine) {
      // TIXNGO may have it: should S-360 offer it again, it must be looked up before it is sent.
      if (mayBeThereCodes.includes(code) && Date.now() - sinceMs < keptWhenVanishedMs) continue;
      const afterStart = this.from === null || compareTicketIds(ticketId, this.from) > 0;
      const beforeEnd = endOfQueue || (this.position !== null && compareTicketIds(ticketId, this.position) <= 0);
      if (afterStart && beforeEnd && !this.seenParked.has(ticketId)) this.unparked.push(ticketId);
    }
  }
}

function isSendable(candidate: Candidate): candidate is Sendable {
  return candidate.ticket !== null;
}

/** What cannot be mapped or sent now cannot be compared either: that TIXNGO has it is what counts. */
function effectOf({ ticket, problem }: Candidate, held: HeldTicket): ReturnType<typeof injectionEffect> {
  if (ticket === null || problem !== null) return isDeletion(held.status) ? 'deleted' : 'done';
  return injectionEffect(held, {
    eventId: ticket.event.id,
    ownerEmail: ticket.spectatorDetails.email,
    barcodeHash: createHash('sha256').update(ticket.security.barcode).digest('hex'),
  });
}

function reasonOf(source: S360Ticket, code: string, field?: string): ParkingReason {
  return { ticketId: source.ticketId, code, field, record: source.updatedAt };
}

function systemic(reason: string): ApplicationFailure {
  const { sentence, action } = messageOf('SYSTEMIC_REFUSAL');
  return stop('SYSTEMIC_REFUSAL', `${sentence} Reason: ${reason}. ${action}`);
}

function isSystemic(error: unknown): boolean {
  return error instanceof ApplicationFailure && error.type === 'SYSTEMIC_REFUSAL';
}
