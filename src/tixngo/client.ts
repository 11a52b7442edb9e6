import type { z } from 'zod';

import type { HeldTicket } from '../domain/tixngoEffect.js';
import type { TixngoTicket } from '../domain/tixngoTicket.js';
import { errorCodeOf, refusedBy, TixngoConnection, type RefusedTicket, type TixngoSession } from './connection.js';
import { readEntries, type ReadEntries } from './diffEntry.js';
import {
  diffAnswerSchema,
  eventReportSchema,
  lookupAnswerSchema,
  ticketBatchAnswerSchema,
  type TicketResult,
} from './schemas.js';

/** A page of the diff stream, in TIXNGO's order. */
export interface DiffPage extends ReadEntries {
  readonly nextKey: string | null;
  /** Null if TIXNGO does not tell. */
  readonly hasMore: boolean | null;
}

/**
 * TIXNGO's word on one ticket of a call that was not refused as a whole. `unknown`: the answer has results, but none for this ticket that
 * we can read, so that only a look-up can tell.
 */
export type InjectionOutcome = { readonly ticketId: string; readonly kind: 'accepted' | 'unknown' } | RefusedTicket;

const acceptedOutcomes: ReadonlySet<string> = new Set(['INJECTED', 'UPDATED']);

/** One ticket to delete: why, and whether its spectator still sees it. */
export interface TicketDeletion {
  readonly ticketId: string;
  readonly deletionReason: string;
  readonly showDeletedTicket: boolean;
}

/** TIXNGO's word on one deletion: accepted and under way, over already, or a ticket that it does not know. */
export type DeletionOutcome =
  { readonly ticketId: string; readonly kind: 'pending' | 'deleted' | 'notFound' | 'unknown' } | RefusedTicket;

const deletionKinds: Readonly<Record<string, 'pending' | 'deleted' | 'notFound'>> = {
  DELETION_PENDING: 'pending',
  ALREADY_DELETED: 'deleted',
  DELETED: 'deleted',
  NOT_FOUND: 'notFound',
};

/** One ticket, or digital privilege, that a gate has let in. */
export interface TicketControl {
  readonly ticketId: string;
  /** RFC 3339 */
  readonly controlledAt: string;
}

/** TIXNGO's word on one control: CONTROLLED now or before, deleted (then nothing changes), or a ticket that it does not know. */
export type ControlOutcome =
  { readonly ticketId: string; readonly kind: 'controlled' | 'deleted' | 'notFound' | 'unknown' } | RefusedTicket;

const controlKinds: Readonly<Record<string, 'controlled' | 'deleted' | 'notFound'>> = {
  CONTROLLED: 'controlled',
  ALREADY_CONTROLLED: 'controlled',
  DELETED: 'deleted',
  NOT_FOUND: 'notFound',
};

const reportPageSize = 10_000;

/** Tickets in TIXNGO: written, looked up, read back. */
export class TixngoClient {
  private readonly connection: TixngoConnection;

  constructor(private readonly session: TixngoSession) {
    this.connection = new TixngoConnection(session);
  }

  /**
   * Injects tickets: an upsert by ticket id that announces new tickets to their spectators.
   *
   * @throws CallFailed with outcome `splitPage` if the whole call was refused without a word per ticket
   */
  async injectTickets(tickets: readonly TixngoTicket[]): Promise<InjectionOutcome[]> {
    const results = await this.writeTickets('injectTickets', tickets);
    return tickets.map(({ ticketId }): InjectionOutcome => {
      // Without results per ticket, a success accepts all.
      if (results === null) return { ticketId, kind: 'accepted' };
      const result = results.get(ticketId);
      if (result === undefined) return { ticketId, kind: 'unknown' };
      if (acceptedOutcomes.has(result.outcome)) return { ticketId, kind: 'accepted' };
      // A word that we do not know is no promise: the look-up tells whether the ticket is there.
      return result.outcome === 'REJECTED' ? refusedBy(ticketId, result) : { ticketId, kind: 'unknown' };
    });
  }

  /**
   * Asks TIXNGO to delete tickets. A repeat is allowed: it carries a changed reason. Without results per ticket, a success accepts all.
   *
   * @throws CallFailed with outcome `splitPage` if the whole call was refused without a word per ticket
   */
  async deleteTickets(deletions: readonly TicketDeletion[]): Promise<DeletionOutcome[]> {
    const results = await this.writeTickets('deleteTickets', deletions);
    return deletions.map(({ ticketId }): DeletionOutcome => {
      if (results === null) return { ticketId, kind: 'pending' };
      const result = results.get(ticketId);
      if (result?.outcome === 'REJECTED') return refusedBy(ticketId, result);
      return { ticketId, kind: deletionKinds[result?.outcome ?? ''] ?? 'unknown' };
    });
  }

  /**
   * Tells TIXNGO which tickets were controlled: it hides their QR code. A repeat changes nothing. Without results per ticket, a success accepts
   * all.
   *
   * @throws CallFailed with outcome `splitPage` if the whole call was refused without a word per ticket
   */
  async controlTickets(controls: readonly TicketControl[]): Promise<ControlOutcome[]> {
    const results = await this.writeTickets('controlTickets', controls);
    return controls.map(({ ticketId }): ControlOutcome => {
      if (results === null) return { ticketId, kind: 'controlled' };
      const result = results.get(ticketId);
      if (result?.outcome === 'REJECTED') return refusedBy(ticketId, result);
      return { ticketId, kind: controlKinds[result?.outcome ?? ''] ?? 'unknown' };
    });
  }

  /** Look-up by ids, where TIXNGO grants it; ids that TIXNGO does not know are absent. At most 1,000 ids a call. */
  async lookupByIds(ticketIds: readonly string[]): Promise<HeldTicket[]> {
    const options = { body: { ticketIds }, timeoutMs: this.session.readTimeoutMs };
    const { results } = await this.connection.call('lookupTickets', 'POST', options, lookupAnswerSchema);
    return results.map((result) => ({
      ticketId: result.ticketId,
      status: result.status,
      eventId: result.eventId ?? null,
      ownerEmail: result.ownerEmail ?? null,
      barcodeHash: result.barcodeHash ?? null,
      deletion: deletionOf(result.deletion),
      privilege: privilegeOf(result),
    }));
  }

  /** All tickets of an event, page by page: the documented way to read back what TIXNGO has. */
  async eventReport(eventId: string): Promise<HeldTicket[]> {
    const held: HeldTicket[] = [];
    for (;;) {
      const answer = await this.connection.send('eventReport', 'GET', {
        pathValues: { eventId },
        query: {
          mobileAppId: this.session.settings.mobileAppId ?? '',
          eventId,
          limit: String(reportPageSize),
          offset: String(held.length),
          excludeDeleted: 'false',
        },
        timeoutMs: this.session.readTimeoutMs,
      });
      // An event that TIXNGO does not know has no tickets there.
      if (answer.status === 404 && errorCodeOf(answer) !== undefined) return held;
      const { result, total } = this.connection.parsed('eventReport', answer, eventReportSchema);
      held.push(
        ...result.map((row) => ({
          ticketId: row.ticketId,
          status: row.status ?? 'INJECTED',
          eventId: row.eventId ?? eventId,
          ownerEmail: row.ownerEmail ?? null,
          barcodeHash: row.barcodeHash ?? null,
          deletion: deletionOf(row.deletion),
        })),
      );
      // Without a total, only an empty page is the end.
      if (result.length === 0 || (typeof total === 'number' && held.length >= total)) return held;
    }
  }

  /**
   * One page of what has changed since a key; null is the beginning of the stream.
   *
   * @param limit at most so many entries
   */
  async ticketDiff(key: string | null, limit: number): Promise<DiffPage> {
    const options = {
      query: { limit: String(limit), ...(key === null ? {} : { paginationKey: key }) },
      timeoutMs: this.session.readTimeoutMs,
    };
    const { pagination, result } = await this.connection.call('ticketDiff', 'GET', options, diffAnswerSchema);
    const { entries, unreadable } = readEntries(result);
    const nextKey = pagination.nextPageKey ?? '';
    // An empty text would be the beginning again.
    return { entries, unreadable, nextKey: nextKey === '' ? key : nextKey, hasMore: pagination.hasMore ?? null };
  }

  /** @returns TIXNGO's word on each ticket of a call, by ticket id; null if it accepts the call without a word per ticket */
  private async writeTickets(
    operation: 'injectTickets' | 'deleteTickets' | 'controlTickets',
    tickets: readonly unknown[],
  ): Promise<ReadonlyMap<string, TicketResult> | null> {
    const options = { body: { tickets }, timeoutMs: this.session.writeTimeoutMs };
    const answer = await this.connection.call(operation, 'POST', options, ticketBatchAnswerSchema);
    const results = answer?.results ?? null;
    return results === null ? null : new Map(results.map((result) => [result.ticketId, result]));
  }
}

function deletionOf(
  deletion:
    { readonly reason?: string | null | undefined; readonly visible?: boolean | null | undefined } | null | undefined,
): HeldTicket['deletion'] {
  if (deletion === undefined || deletion === null) return deletion;
  return { reason: deletion.reason ?? null, visible: deletion.visible ?? null };
}

function privilegeOf({
  privilege,
  barcodeHash,
}: z.infer<typeof lookupAnswerSchema>['results'][number]): HeldTicket['privilege'] {
  if (privilege === undefined || privilege === null) return undefined;
  const { definitionId, ticketIds } = privilege;
  return { definitionId: definitionId ?? undefined, ticketIds: ticketIds ?? undefined, barcodeHash };
}
