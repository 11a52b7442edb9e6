import type { z } from 'zod';

import { services } from '../domain/callServices.js';
import type { S360Ticket } from '../domain/ticket.js';
import { CallFailed } from '../http/callFailed.js';
import { S360Connection, wireId, type S360Session } from './connection.js';
import type { ExportParameter } from './exportParameters.js';
import { exportSchema, flagSchema, flaggingStatusSchema, markPrintedSchema } from './schemas.js';
import { ticketFromRow } from './ticketFromRow.js';

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

/** What S-360 offers to the pushing functions, and the marks on it. Marking PRINTED is not published: an operation of the operation map. */
export class S360Client {
  private readonly connection: S360Connection;

  constructor(private readonly session: S360Session) {
    this.connection = new S360Connection(session);
  }

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
      const answer: z.infer<typeof exportSchema> = await this.connection.call(
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
    await this.connection.call('flagItems', services.dataExport, body, flagSchema, this.session.writeTimeoutMs);
  }

  /** Since when tickets are marked processed for one export; null where they are not. At most 1,000 ids. */
  async flaggingStatus(exportKey: string, ticketIds: readonly string[]): Promise<ReadonlyMap<string, string | null>> {
    if (ticketIds.length === 0) return new Map();
    const body = { requestId: null, exportKey, elementIds: ticketIds.map(wireId) };
    const answer = await this.connection.call(
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
    const answer = await this.connection.call(
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
