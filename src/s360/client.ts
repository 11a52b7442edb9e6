import type { Got } from 'got';
import type { z } from 'zod';

import type { S360Settings } from '../config/schema.js';
import { services } from '../domain/callServices.js';
import type { S360Ticket } from '../domain/ticket.js';
import { CallFailed } from '../http/callFailed.js';
import type { CallMeter } from '../http/callMeter.js';
import { parseAnswer, type UnknownFieldSink } from '../http/contract.js';
import { callJson, type JsonAnswer } from '../http/jsonCall.js';
import type { ExportParameter } from './exportParameters.js';
import {
  envelopeSchema,
  exportSchema,
  flagSchema,
  flaggingStatusSchema,
  markPrintedSchema,
  tokenSchema,
} from './schemas.js';
import { ticketFromRow } from './ticketFromRow.js';
import type { TokenStore } from './tokens.js';

/** What one stretch needs to talk to S-360: its meter, its end, its time limits in milliseconds. */
export interface S360Session {
  readonly http: Got;
  readonly settings: S360Settings;
  readonly secret: string;
  readonly tokens: TokenStore;
  readonly meter: CallMeter;
  readonly signal: AbortSignal;
  readonly readTimeoutMs: number;
  readonly writeTimeoutMs: number;
  readonly unknownFields: UnknownFieldSink;
}

export type S360Operation = keyof S360Settings['operations'];

export interface ExportQuery {
  readonly exportKey: string;
  readonly parameters: readonly ExportParameter[];
  readonly maxResults: number;
}

export interface ExportPage {
  /** When S-360 read the rows, as it wrote it; flags carry it, so that a change made meanwhile is seen again. */
  readonly exportDate: string;
  readonly tickets: readonly S360Ticket[];
}

export interface PrintedResult {
  readonly ticketId: string;
  readonly outcome: 'PRINTED' | 'REFUSED';
  readonly errorCode: string | undefined;
}

/** Pauses before an export is asked for again, in milliseconds; half a minute together, and few calls of those that a minute allows. */
const inProgressPausesMs = [500, 1_000, 2_000, 4_000, 5_000, 5_000, 5_000, 5_000, 5_000] as const;

/**
 * S-360's public API («backend-apis»): POST and JSON only, a bearer token, an envelope with `statusCode`. What SecuTix does not publish
 * (marking PRINTED) is an operation of the configuration's operation map.
 */
export class S360Client {
  constructor(private readonly session: S360Session) {}

  /** Rows of an export in the order of their ticket ids; repeats while S-360 says `in_progress`. */
  async executeExport(query: ExportQuery): Promise<ExportPage> {
    const request = {
      exportKey: query.exportKey,
      parameters: query.parameters,
      nbMaxResults: query.maxResults,
    };
    let requestId: string | null = null;
    for (const pauseMs of [0, ...inProgressPausesMs]) {
      if (pauseMs > 0) await pause(pauseMs, this.session.signal);
      const answer: z.infer<typeof exportSchema> = await this.call(
        'executeExport',
        services.dataExport,
        { requestId, ...request },
        exportSchema,
        this.session.readTimeoutMs,
      );
      if (answer.statusCode === 'in_progress') {
        requestId = answer.requestId ?? null;
        continue;
      }
      if (typeof answer.exportDate !== 'string') {
        throw new CallFailed({ system: 'S-360', operation: 'executeExport' }, { field: 'exportDate' });
      }
      return { exportDate: answer.exportDate, tickets: (answer.exportedElements ?? []).map(ticketFromRow) };
    }
    throw new CallFailed({ system: 'S-360', operation: 'executeExport', status: 503, errorKey: 'in_progress' });
  }

  /** Marks tickets processed for one export. `flagDate` is the `exportDate` of the answer in which they were read. */
  async flagItems(exportKey: string, ticketIds: readonly string[], flagDate: string): Promise<void> {
    if (ticketIds.length === 0) return;
    const body = { requestId: null, exportKey, elementIds: ticketIds.map(wireId), flagDate };
    await this.call('flagItems', services.dataExport, body, flagSchema, this.session.writeTimeoutMs);
  }

  /** Since when tickets are marked processed for one export; null where they are not. At most 1,000 ids. */
  async flaggingStatus(exportKey: string, ticketIds: readonly string[]): Promise<ReadonlyMap<string, string | null>> {
    if (ticketIds.length === 0) return new Map();
    const body = { requestId: null, exportKey, elementIds: ticketIds.map(wireId) };
    const answer = await this.call(
      'getFlaggingStatus',
      services.dataExport,
      body,
      flaggingStatusSchema,
      this.session.readTimeoutMs,
    );
    return new Map(
      answer.flaggingStatuses.map(({ elementId, flagged, flagDate }) => [elementId, flagged ? (flagDate ?? '') : null]),
    );
  }

  /** Marks tickets PRINTED by a point of sales. Without results per ticket, a success marks all; with some, one that is missing was not. */
  async markPrinted(ticketIds: readonly string[], pointOfSales: string): Promise<PrintedResult[]> {
    if (ticketIds.length === 0) return [];
    const [salesChannelCode, posCode] = pointOfSales.split(';');
    const body = { ticketIds: ticketIds.map(wireId), salesChannelCode, posCode };
    const answer = await this.call(
      'markPrinted',
      services.markPrinted,
      body,
      markPrintedSchema,
      this.session.writeTimeoutMs,
    );
    const results = answer.results ?? null;
    const byId = new Map((results ?? []).map((result) => [result.ticketId, result]));
    return ticketIds.map((ticketId) => {
      const result = byId.get(ticketId);
      const printed = result === undefined ? results === null : ['PRINTED', 'ALREADY_PRINTED'].includes(result.outcome);
      const refused = !printed;
      return { ticketId, outcome: refused ? 'REFUSED' : 'PRINTED', errorCode: result?.errorCode ?? undefined };
    });
  }

  private async call<T extends z.ZodType>(
    operation: S360Operation,
    service: string,
    body: unknown,
    schema: T,
    timeoutMs: number,
  ): Promise<z.infer<T>> {
    let answer = await this.send(operation, service, body, await this.token(), timeoutMs);
    if (answer.status === 401) {
      // The token may have been withdrawn or our clock be off: once, with a fresh one.
      this.session.tokens.forget(this.session.settings);
      answer = await this.send(operation, service, body, await this.token(), timeoutMs);
    }
    return parseAnswer(
      schema,
      this.successful(operation, answer),
      { system: 'S-360', operation },
      this.session.unknownFields,
    );
  }

  /** The body of an answer that says success (or in_progress); anything else becomes its outcome. */
  private successful(operation: S360Operation, answer: JsonAnswer): unknown {
    const { status, body, retryAfter } = answer;
    const envelope = envelopeSchema.safeParse(body);
    const statusCode = envelope.success ? envelope.data.statusCode : undefined;
    const keyVariable = this.session.settings.secretVariable;
    if (status >= 200 && status < 300) {
      if (statusCode === undefined || statusCode === 'success' || statusCode === 'in_progress') return body;
      const detail = envelope.data?.statusDetail ?? undefined;
      // Only what S-360 says of our own configuration is repeated: another detail may be a value of a ticket.
      const repeatable = statusCode.startsWith('error.unknownParameter') && /^[\w;=.-]{1,80}$/.test(detail ?? '');
      throw new CallFailed(
        { system: 'S-360', operation, status, errorKey: statusCode },
        { retryAfter, keyVariable, ...(repeatable ? { field: detail } : {}) },
      );
    }
    throw new CallFailed({ system: 'S-360', operation, status, errorKey: statusCode }, { retryAfter, keyVariable });
  }

  private async send(
    operation: S360Operation,
    service: string,
    body: unknown,
    token: string,
    timeoutMs: number,
  ): Promise<JsonAnswer> {
    return this.session.meter.count(service, () =>
      callJson(this.session.http, {
        system: 'S-360',
        operation,
        method: 'POST',
        url: this.urlOf(operation),
        headers: { authorization: `Bearer ${token}` },
        body,
        signal: this.session.signal,
        timeoutMs,
      }),
    );
  }

  private async token(): Promise<string> {
    const { settings, tokens, meter, http, signal, secret } = this.session;
    return tokens.get(settings, async () => {
      const answer = await meter.count(services.auth, () =>
        callJson(http, {
          system: 'S-360',
          operation: 'authenticate',
          method: 'POST',
          url: this.urlOf('authenticate'),
          body: { operator: settings.operator, partner: settings.partner, secret },
          signal,
          timeoutMs: this.session.readTimeoutMs,
        }),
      );
      const body = this.successful('authenticate', answer);
      return parseAnswer(tokenSchema, body, { system: 'S-360', operation: 'authenticate' }, this.session.unknownFields)
        .token;
    });
  }

  private urlOf(operation: S360Operation): string {
    const path = this.session.settings.operations[operation];
    // `requireOperations` has stopped the run before its first ticket if one is missing.
    if (path === null) throw new CallFailed({ system: 'S-360', operation, status: 404 });
    return `${this.session.settings.url.replace(/\/$/, '')}${path}`;
  }
}

/** S-360's ids are numbers on the wire; those too large for a JavaScript number go as text. */
function wireId(ticketId: string): number | string {
  const number = Number(ticketId);
  return Number.isSafeInteger(number) ? number : ticketId;
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal.addEventListener('abort', stop, { once: true });
  });
}
