import type { Context } from 'hono';
import { pageLimit, wholeNumber } from './pageLimit.js';
import type { TicketStore } from './ticketStore.js';

/**
 * Which tickets a hook is asked for by `afterTicketId`, `limit` and `ids`, as indexes in ascending order of ticket id, or
 * what is wrong with the query.
 *
 * @param shows whether the hook has something to show about a ticket
 */
export function ticketPage(
  c: Context,
  store: TicketStore,
  shows: (index: number) => boolean = () => true,
): readonly number[] | string {
  const limit = pageLimit(c);
  if (typeof limit === 'string') return limit;
  const after = wholeNumber(c.req.query('afterTicketId') ?? '0');
  if (after === null) return 'afterTicketId: expected a ticket id';
  const ids = c.req.query('ids')?.split(',').map(wholeNumber);
  if (ids?.includes(null) === true) return 'ids: expected ticket ids, separated by commas';
  const found: number[] = [];
  for (const index of candidates(store, store.firstAfter(after), ids)) {
    if (found.length === limit) break;
    if (shows(index)) found.push(index);
  }
  return found;
}

function* candidates(store: TicketStore, start: number, ids: readonly (number | null)[] | undefined): Iterable<number> {
  if (ids === undefined) {
    for (let index = start; index < store.count; index += 1) yield index;
    return;
  }
  const indexes = ids.map((id) => store.indexOf(id ?? -1)).filter((index) => index !== undefined);
  yield* indexes.filter((index) => index >= start).sort((a, b) => a - b);
}
