import { createHash } from 'node:crypto';

import type { Resolved } from '../config/resolve.js';
import { systemicReason, type ParkedTicket, type ParkingReason } from '../domain/parking.js';
import { payloadProblem } from '../domain/payloadChecks.js';
import { selectForInjection, type InjectionSelection } from '../domain/selection.js';
import type { S360Ticket } from '../domain/ticket.js';
import { eventIdOf, mapTicket, type MappingSettings } from '../domain/ticketMapping.js';
import { injectionEffect, type HeldTicket } from '../domain/tixngoEffect.js';
import { isDeletion } from '../domain/tixngoStatus.js';
import type { TixngoTicket } from '../domain/tixngoTicket.js';
import type { ExportPage } from '../s360/client.js';
import { injectionParameters } from '../s360/exportParameters.js';
import type { InjectionOutcome } from '../tixngo/client.js';
import { chunkSize, type PageCost } from './callPlan.js';
import type { StretchTools } from './functionRun.js';
import { PagedStretch } from './pagedStretch.js';
import { isSystemic, reasonOf, stopIfSystemic, systemic } from './refusals.js';
import { sendInChunks } from './sendInChunks.js';

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

/**
 * One stretch of ticket injection: pages of S-360's queue in the order of their ticket ids. Each is selected, looked up where in doubt,
 * mapped, checked, sent in calls of `ticketIterationSize`, then PRINTED and marked processed.
 */
export class InjectionStretch extends PagedStretch<InjectionTools, PostedPage> {
  constructor(tools: InjectionTools, from: string | null) {
    const { inDoubt, parked, selection } = tools;
    // One file is not the queue.
    const wholeQueue = selection.fileNumber === undefined;
    super(tools, { pageCost: injectionPageCost, parked, inDoubt, from, wholeQueue });
  }

  protected async read(): Promise<ExportPage | null> {
    const { resolved, selection, s360 } = this.tools;
    const page = await s360.executeExport({
      exportKey: resolved.institution.s360.exportKeys.ticketsExternalPrinting,
      maxResults: resolved.function.batchSize,
      parameters: injectionParameters({ ...selection, afterTicketId: this.walk.after }),
    });
    return this.walk.next(page);
  }

  protected async post(whole: ExportPage): Promise<PostedPage> {
    const page = this.walk.withinCalls(this.walk.withinAllowance(whole), this.lookup, () => this.tools.inDoubt);
    const selected = this.select(page);
    const pageParked: ParkingReason[] = [];
    const ready = this.mapAndCheck(selected, pageParked);
    stopIfSystemic(pageParked, page.tickets.length);

    const accepted = new Set<string>();
    try {
      const toSend = await this.lookUp(ready, accepted, pageParked);
      stopIfSystemic(pageParked, page.tickets.length);
      await this.send(toSend, accepted, pageParked, page);
    } catch (error) {
      // What TIXNGO has accepted is marked first, so that the next attempt need not even look it up.
      await this.markBeforeFailing(this.posted(page, selected, accepted));
      if (!isSystemic(error)) this.parkedTickets.park(pageParked);
      throw error;
    }
    this.parkedTickets.park(pageParked);
    return this.posted(page, selected, accepted);
  }

  private select(page: ExportPage): Selected[] {
    const nowMs = Date.now();
    if (page.tickets.length === 0) return [];
    this.counts.pages += 1;
    this.counts.offered += page.tickets.length;
    return page.tickets.flatMap((source): Selected[] => {
      const parked = this.parkedTickets.meet(source.ticketId);
      const result = selectForInjection(source, this.tools.selection, parked, nowMs);
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
    const found = await this.lookup.find(asked);
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

  private isAsked(candidate: Candidate): boolean {
    return candidate.id !== '' && (this.tools.inDoubt || this.mayBeThere(candidate));
  }

  /** Also in calm weather: it was accepted, or may have been, but S-360 could not be told. */
  private mayBeThere({ source, purpose }: Candidate): boolean {
    return purpose === 'mark' || this.parkedTickets.mayBeThere(source.ticketId);
  }

  private async send(
    toSend: readonly Sendable[],
    accepted: Set<string>,
    parked: ParkingReason[],
    page: ExportPage,
  ): Promise<void> {
    const { tixngo, resolved, progress } = this.tools;
    await sendInChunks<Sendable, TixngoTicket, InjectionOutcome>(toSend, {
      chunkSize: chunkSize(resolved),
      pageSize: page.tickets.length,
      wireOf: ({ ticket }) => ticket,
      send: (part) => this.write(() => tixngo.injectTickets(part)),
      settle: ({ source }, outcome) => {
        if (outcome.kind === 'refused') {
          parked.push(reasonOf(source, outcome.code, outcome.field));
        } else if (outcome.kind === 'accepted') {
          accepted.add(source.ticketId);
          this.counts.sent += 1;
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
    unread: readonly Sendable[],
    sentAgain: boolean,
    accepted: Set<string>,
    parked: ParkingReason[],
  ): Promise<readonly Sendable[]> {
    const { lookup } = this.tools.resolved.interface;
    this.lookup.forget(unread);
    const found = lookup === 'none' ? new Map<string, HeldTicket>() : await this.lookup.find(unread);
    const missing = unread.filter((candidate) => {
      const held = found.get(candidate.id);
      if (held === undefined || effectOf(candidate, held) !== 'done') return true;
      accepted.add(candidate.source.ticketId);
      this.counts.sent += 1;
      return false;
    });
    return this.sendAgainOrPark('injectTickets', missing, sentAgain, parked);
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
      if (refusedReason === null) this.parkedTickets.park(refused);
    }
    if (processed.length > 0) {
      await assertMine();
      const exportKey = resolved.institution.s360.exportKeys.ticketsExternalPrinting;
      await s360Marks.flagItems(exportKey, processed, page.exportDate);
      this.counts.processed += processed.length;
      this.parkedTickets.settle(processed);
    }
    if (refusedReason !== null) throw systemic(refusedReason);
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
