import type { Got } from 'got';

import type { InterfaceSettings } from '../config/schema.js';
import { services } from '../domain/callServices.js';
import type { HeldTicket } from '../domain/tixngoEffect.js';
import type { TixngoTicket } from '../domain/tixngoTicket.js';
import { CallFailed, printableKey } from '../http/callFailed.js';
import type { CallMeter } from '../http/callMeter.js';
import { parseAnswer, type UnknownFieldSink } from '../http/contract.js';
import { callJson, type JsonAnswer } from '../http/jsonCall.js';
import { readEntries, type ReadEntries } from './diffEntry.js';
import {
  diffAnswerSchema,
  errorAnswerSchema,
  eventReportSchema,
  lookupAnswerSchema,
  ticketBatchAnswerSchema,
  type TicketResult,
} from './schemas.js';

export interface TixngoSession {
  readonly http: Got;
  readonly settings: InterfaceSettings;
  readonly apiKey: string;
  readonly meter: CallMeter;
  readonly signal: AbortSignal;
  readonly readTimeoutMs: number;
  readonly writeTimeoutMs: number;
  readonly unknownFields: UnknownFieldSink;
}

/** A page of the diff stream, in TIXNGO's order. */
export interface DiffPage extends ReadEntries {
  readonly nextKey: string | null;
  /** Null if TIXNGO does not tell. */
  readonly hasMore: boolean | null;
}

export type TixngoOperation = keyof InterfaceSettings['operations'];

/**
 * TIXNGO's word on one ticket of a call that was not refused as a whole. `unknown`: the answer has results, but none for this ticket that
 * we can read, so that only a look-up can tell.
 */
export type InjectionOutcome = { readonly ticketId: string; readonly kind: 'accepted' | 'unknown' } | RefusedTicket;

/** A ticket that was refused alone: TIXNGO's code, and the field that it names. */
export interface RefusedTicket {
  readonly ticketId: string;
  readonly kind: 'refused';
  readonly code: string;
  readonly field?: string;
}

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

const reportPageSize = 10_000;

/** TIXNGO's organizer API (v3). Only `POST …/organizer/tickets` is published; the rest is an operation map of the configuration. */
export class TixngoClient {
  constructor(private readonly session: TixngoSession) {}

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
      return result.outcome === 'REJECTED' ? refusedBy(result) : { ticketId, kind: 'unknown' };
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
      if (result?.outcome === 'REJECTED') return refusedBy(result);
      return { ticketId, kind: deletionKinds[result?.outcome ?? ''] ?? 'unknown' };
    });
  }

  /** Look-up by ids, where TIXNGO grants it; ids that TIXNGO does not know are absent. At most 1,000 ids a call. */
  async lookupByIds(ticketIds: readonly string[]): Promise<HeldTicket[]> {
    const answer = await this.send('lookupTickets', 'POST', {
      body: { ticketIds },
      timeoutMs: this.session.readTimeoutMs,
    });
    const body = this.successful('lookupTickets', answer);
    const parsed = parseAnswer(lookupAnswerSchema, body, call('lookupTickets'), this.session.unknownFields);
    return parsed.results.map((result) => ({
      ticketId: result.ticketId,
      status: result.status,
      eventId: result.eventId ?? null,
      ownerEmail: result.ownerEmail ?? null,
      barcodeHash: result.barcodeHash ?? null,
      deletion: deletionOf(result.deletion),
    }));
  }

  /** All tickets of an event, page by page: the documented way to read back what TIXNGO has. */
  async eventReport(eventId: string): Promise<HeldTicket[]> {
    const held: HeldTicket[] = [];
    for (;;) {
      const answer = await this.send('eventReport', 'GET', {
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
      const body = this.successful('eventReport', answer);
      const { result, total } = parseAnswer(eventReportSchema, body, call('eventReport'), this.session.unknownFields);
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
    const answer = await this.send('ticketDiff', 'GET', {
      query: { limit: String(limit), ...(key === null ? {} : { paginationKey: key }) },
      timeoutMs: this.session.readTimeoutMs,
    });
    const body = this.successful('ticketDiff', answer);
    const { pagination, result } = parseAnswer(diffAnswerSchema, body, call('ticketDiff'), this.session.unknownFields);
    const { entries, unreadable } = readEntries(result);
    const nextKey = pagination.nextPageKey ?? '';
    // An empty text would be the beginning again.
    return { entries, unreadable, nextKey: nextKey === '' ? key : nextKey, hasMore: pagination.hasMore ?? null };
  }

  /** @returns TIXNGO's word on each ticket of a call, by ticket id; null if it accepts the call without a word per ticket */
  private async writeTickets(
    operation: 'injectTickets' | 'deleteTickets',
    tickets: readonly unknown[],
  ): Promise<ReadonlyMap<string, TicketResult> | null> {
    const answer = await this.send(operation, 'POST', { body: { tickets }, timeoutMs: this.session.writeTimeoutMs });
    const body = this.successful(operation, answer);
    const parsed = parseAnswer(ticketBatchAnswerSchema, body, call(operation), this.session.unknownFields);
    const results = parsed?.results ?? null;
    return results === null ? null : new Map(results.map((result) => [result.ticketId, result]));
  }

  private async send(
    operation: TixngoOperation,
    method: 'GET' | 'POST',
    options: {
      readonly body?: unknown;
      readonly query?: Readonly<Record<string, string>>;
      readonly pathValues?: Readonly<Record<string, string>>;
      readonly timeoutMs: number;
    },
  ): Promise<JsonAnswer> {
    const { http, settings, apiKey, meter, signal } = this.session;
    return meter.count(`${services.tixngo} ${settings.organizer}`, () =>
      callJson(http, {
        system: 'TIXNGO',
        operation,
        method,
        url: this.urlOf(operation, options.pathValues ?? {}),
        headers: { [settings.apiKeyHeader]: apiKey },
        ...(options.query === undefined ? {} : { query: options.query }),
        ...(options.body === undefined ? {} : { body: options.body }),
        signal,
        timeoutMs: options.timeoutMs,
      }),
    );
  }

  private successful(operation: TixngoOperation, answer: JsonAnswer): unknown {
    if (answer.status >= 200 && answer.status < 300) return answer.body;
    const field = firstPathOf(answer);
    throw new CallFailed(
      { ...call(operation), status: answer.status, errorKey: errorCodeOf(answer) },
      {
        retryAfter: answer.retryAfter,
        keyVariable: this.session.settings.apiKeyVariable,
        ...(field === undefined ? {} : { field }),
      },
    );
  }

  /** The configured URL is that of the injection; its siblings hang from what stands before `/organizer/tickets`. */
  private urlOf(operation: TixngoOperation, pathValues: Readonly<Record<string, string>>): string {
    const path = this.session.settings.operations[operation];
    // `requireOperations` has stopped the run before its first ticket if one is missing.
    if (path === null) throw new CallFailed({ ...call(operation), status: 404 });
    const base = this.session.settings.url.replace(/\/organizer\/tickets$/, '');
    return base + path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(pathValues[name] ?? ''));
  }
}

function call(operation: TixngoOperation): { readonly system: 'TIXNGO'; readonly operation: string } {
  return { system: 'TIXNGO', operation };
}

function errorCodeOf(answer: JsonAnswer): string | undefined {
  return errorAnswerSchema.safeParse(answer.body).data?.code ?? undefined;
}

function firstPathOf(answer: JsonAnswer): string | undefined {
  const path = errorAnswerSchema.safeParse(answer.body).data?.details?.[0]?.path ?? undefined;
  return jsonPathIn(path);
}

/** A JSON path in a message of TIXNGO's (`tickets[3].event.name` becomes `event.name`); the rest of the message is never repeated. */
function jsonPathIn(text: string | null | undefined): string | undefined {
  const found =
    /\b(?:tickets\[\d+\]\.)?((?:event|spectatorDetails|purchaseDetails|security|activationParameters|ticketDetails|transferRules|designParameters)(?:\.[A-Za-z][\w]*|\[\d+\])*|ticketId|sortingKey|ticketImageUrl|deletionReason|showDeletedTicket)\b/.exec(
      text ?? '',
    );
  return found?.[1]?.slice(0, 100);
}

function deletionOf(
  deletion:
    { readonly reason?: string | null | undefined; readonly visible?: boolean | null | undefined } | null | undefined,
): HeldTicket['deletion'] {
  if (deletion === undefined || deletion === null) return deletion;
  return { reason: deletion.reason ?? null, visible: deletion.visible ?? null };
}

function refusedBy({ ticketId, errorCode, message }: TicketResult): RefusedTicket {
  const field = jsonPathIn(message);
  return {
    ticketId,
    kind: 'refused',
    code: typeof errorCode === 'string' ? printableKey(errorCode) : 'TICKET_REFUSED',
    ...(field === undefined ? {} : { field }),
  };
}
