import { failure, isoWithOffset, newRequestId, success, type Outcome } from './envelope.js';
import { EXPORT_DEFINITIONS, exportDefinition } from './exportDefinitions.js';
import { readSelection, type ExportParameter } from './exportParameters.js';
import { offered } from './exportQueue.js';
import type { S360State } from './state.js';

// The service as the S-360 manual's page DataExportService v1_0 describes it. The bodies were checked against the OpenAPI
// document before they come here.

interface ExecuteExport {
  readonly requestId?: string | null;
  readonly exportKey: string;
  readonly dateFrom?: string | null;
  readonly dateTo?: string | null;
  readonly parameters?: readonly ExportParameter[] | null;
  readonly nbMaxResults: number;
}

interface Elements {
  readonly exportKey: string;
  readonly elementIds: readonly number[];
}

/** How many requests in progress, or done, are remembered by their id. */
const REMEMBERED_REQUESTS = 10_000;

export class DataExportService {
  readonly #state: S360State;
  /** Answers `in_progress` that are still to come, by request id. */
  readonly #inProgress = new Map<string, number>();

  constructor(state: S360State) {
    this.#state = state;
  }

  /**
   * One page of an export, at most `nbMaxResults` rows. While the export is in progress the answer has a requestId and no
   * elements; the caller repeats the call with that id. What is answered in the end is what is true at that moment.
   */
  executeExport(body: ExecuteExport): Outcome {
    const { store, counters, pointsOfSales } = this.#state;
    const definition = exportDefinition(body.exportKey);
    if (definition === undefined) return failure('error.unknownExport', body.exportKey);
    const read = readSelection(body.parameters ?? [], definition.parameters, store.source.catalogue, pointsOfSales);
    if ('failed' in read) return read.failed;

    const waiting = this.#waitingAnswers(body.requestId ?? null);
    if (waiting === undefined) return failure('error.unknownRequest', 'no request with this requestId');
    if (waiting.left > 0) {
      this.#remember(waiting.requestId, waiting.left - 1);
      return {
        requestId: waiting.requestId,
        statusCode: 'in_progress',
        statusDetail: null,
        requestState: 'IN_PROGRESS',
        exportDate: null,
        exportedElements: [],
      };
    }
    this.#remember(waiting.requestId, 0);

    const exportDate = store.exportStamp();
    const indexes = offered(store, {
      definition,
      flags: store.flagsOf(body.exportKey),
      selection: read.selection,
      changedWithin: { from: millisOf(body.dateFrom), to: millisOf(body.dateTo) },
      limit: body.nbMaxResults,
    });
    counters.exported += indexes.length;
    return {
      requestId: waiting.requestId,
      ...success({
        requestState: 'FINISHED',
        exportDate: isoWithOffset(exportDate),
        exportedElements: indexes.map((index) => store.rowAt(index)),
      }),
    };
  }

  /**
   * Marks elements as processed for one export, as of `flagDate`: give the exportDate of the answer that was read, and a
   * change made meanwhile is offered again. With an unknown id nothing is flagged.
   */
  flagItems(body: Elements & { readonly flagDate: string }): Outcome {
    return this.#withElements(body, (indexes) => {
      const flags = this.#state.store.flagsOf(body.exportKey);
      const date = Date.parse(body.flagDate);
      for (const index of indexes) {
        flags.set(index, date);
        this.#state.accepted('dataExportService.flagItems');
      }
      this.#state.counters.flagged += indexes.length;
      return success({ flaggedElements: indexes.length });
    });
  }

  unFlagItems(body: Elements): Outcome {
    return this.#withElements(body, (indexes) => {
      const flags = this.#state.store.flagsOf(body.exportKey);
      for (const index of indexes) flags.clear(index);
      this.#state.counters.unflagged += indexes.length;
      return success({ unFlaggedElements: indexes.length });
    });
  }

  /** The flags of these elements, also of those whose record has changed since. */
  getFlaggingStatus(body: Elements): Outcome {
    return this.#withElements(body, (indexes) => {
      const { store } = this.#state;
      const flags = store.flagsOf(body.exportKey);
      const flaggingStatuses = indexes.map((index) => {
        const date = flags.dateOf(index);
        return {
          elementId: store.idAt(index),
          flagged: date !== undefined,
          flagDate: date === undefined ? null : isoWithOffset(date),
        };
      });
      return success({ flaggingStatuses });
    });
  }

  getAvailableExports(): Outcome {
    const availableExports = Object.entries(EXPORT_DEFINITIONS).map(([exportKey, { name, parameters }]) => ({
      exportKey,
      name,
      parameters,
    }));
    return success({ availableExports });
  }

  #withElements(body: Elements, then: (indexes: readonly number[]) => Outcome): Outcome {
    if (exportDefinition(body.exportKey) === undefined) return failure('error.unknownExport', body.exportKey);
    const indexes: number[] = [];
    const unknown: number[] = [];
    for (const id of body.elementIds) {
      const index = this.#state.store.indexOf(id);
      if (index === undefined) unknown.push(id);
      else indexes.push(index);
    }
    if (unknown.length === 0) return then(indexes);
    const more = unknown.length > 5 ? ` and ${String(unknown.length - 5)} more` : '';
    return failure('error.unknownElement', `${unknown.slice(0, 5).join(', ')}${more}`);
  }

  #waitingAnswers(requestId: string | null): { requestId: string; left: number } | undefined {
    if (requestId === null) return { requestId: newRequestId(), left: this.#state.settings().inProgressAnswers };
    const left = this.#inProgress.get(requestId);
    return left === undefined ? undefined : { requestId, left };
  }

  /** A finished request stays known, so that a caller that lost the last answer can ask again. */
  #remember(requestId: string, left: number): void {
    this.#inProgress.delete(requestId);
    this.#inProgress.set(requestId, left);
    const oldest = this.#inProgress.keys().next().value;
    if (this.#inProgress.size > REMEMBERED_REQUESTS && oldest !== undefined) this.#inProgress.delete(oldest);
  }
}

function millisOf(date: string | null | undefined): number | null {
  return date === null || date === undefined ? null : Date.parse(date);
}
