import type { ExportDefinition } from './exportDefinitions.js';
import type { Selection } from './exportParameters.js';
import type { Flags } from './flags.js';
import type { TicketStore } from './ticketStore.js';

/** Only records that changed in this span, in milliseconds since 1970; null: open. The end is left out. */
export interface ChangedWithin {
  readonly from: number | null;
  readonly to: number | null;
}

export interface ExportQuery {
  readonly definition: ExportDefinition;
  readonly flags: Flags;
  readonly selection: Selection;
  readonly changedWithin: ChangedWithin;
  /** At most so many. */
  readonly limit: number;
}

/**
 * The tickets that an export offers now, as indexes in ascending order of ticket id. Rules are asked in the order of what
 * they cost: the typed arrays first, columns of the record last.
 */
export function offered(store: TicketStore, query: ExportQuery): number[] {
  const found: number[] = [];
  for (const index of candidates(store, query.selection)) {
    if (found.length >= query.limit) break;
    if (isOffered(store, query, index)) found.push(index);
  }
  return found;
}

function* candidates(store: TicketStore, selection: Selection): Iterable<number> {
  const { afterTicketId, ticketIds, taxNumbers } = selection;
  const start = afterTicketId === null ? 0 : store.firstAfter(afterTicketId);
  if (ticketIds === null && taxNumbers === null) {
    for (let index = start; index < store.count; index += 1) yield index;
    return;
  }
  const named = new Set<number>();
  for (const id of ticketIds ?? []) named.add(store.indexOf(id) ?? -1);
  for (const taxNumber of taxNumbers ?? []) {
    for (const index of store.indexesOfTaxNumber(taxNumber)) named.add(index);
  }
  yield* [...named].filter((index) => index >= start).sort((a, b) => a - b);
}

function isOffered(store: TicketStore, query: ExportQuery, index: number): boolean {
  const { definition, flags, selection, changedWithin } = query;
  const flagDate = flags.dateOf(index);
  if (flagDate !== undefined && (store.changedAt(index) ?? -Infinity) <= flagDate) {
    const since = selection.processedSince ?? null;
    if (since === null || flagDate < since) return false;
  }
  const facts = {
    state: store.stateAt(index),
    printedBy: store.printedByAt(index),
    isCard: store.isCardAt(index),
  };
  if (!definition.offers(facts, selection.pointsOfSales)) return false;
  if (!selection.conditions.every(({ column, accepted }) => accepted.has(String(store.valueAt(index, column))))) {
    return false;
  }
  return isWithin(store, index, changedWithin);
}

function isWithin(store: TicketStore, index: number, { from, to }: ChangedWithin): boolean {
  if (from === null && to === null) return true;
  const updated = store.valueAt(index, 'updated_at');
  const at =
    store.changedAt(index) ?? (typeof updated === 'string' ? Date.parse(`${updated.replace(' ', 'T')}Z`) : -Infinity);
  return (from === null || at >= from) && (to === null || at < to);
}
