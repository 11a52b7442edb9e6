import { ApiError, type ErrorDetail } from '../apiError.js';
import { isJsonObject } from '../checkFields.js';
import type { TicketIssue } from '../ticketRefusal.js';
import type { TixngoWorld } from '../world.js';

/** Most details that a refused batch names. */
const MAX_DETAILS = 100;

/** What a call writes: the list of its body has the plural's name. */
export type BatchItem = 'ticket' | 'privilege';

const REJECTED = { ticket: 'ticketsRejected', privilege: 'privilegesRejected' } as const;

/**
 * The `tickets`, or `privileges`, of a call that writes them.
 *
 * @throws ApiError 400 when there is no such list or it is empty, 413 when it is longer than the organizer's limit
 */
export function itemsOf(world: TixngoWorld, body: unknown, item: BatchItem = 'ticket'): readonly unknown[] {
  const field = `${item}s`;
  const wrong = (path: string, issue: string) =>
    new ApiError(400, 'VALIDATION_ERROR', `The request is not as expected: ${path || 'the body'} ${issue}`, {
      details: [{ path, issue }],
    });
  if (!isJsonObject(body)) throw wrong('', `must be an object with a list of ${field}`);
  const items = body[field];
  if (!Array.isArray(items)) throw wrong(field, 'must be a list');
  if (items.length === 0) throw wrong(field, `must have at least one ${item}`);
  const { maxTicketsPerCall } = world.settings;
  if (items.length > maxTicketsPerCall) {
    throw new ApiError(
      413,
      'TOO_MANY_ITEMS',
      `${items.length} ${field} in one call; this organizer's limit is ${maxTicketsPerCall}`,
    );
  }
  for (const name of Object.keys(body)) if (name !== field) world.counters.unknownField(`(body).${name}`);
  return items;
}

/**
 * Refuses the whole batch for one bad ticket or privilege, unless the organizer answers for each.
 *
 * @throws ApiError 400, with details only in the style `wholeBatch`
 */
export function refuseIfAnyIsBad(
  world: TixngoWorld,
  judgements: readonly (
    { readonly accepted: true } | { readonly accepted: false; readonly issues: readonly TicketIssue[] }
  )[],
  item: BatchItem = 'ticket',
): void {
  const { resultStyle } = world.settings;
  if (resultStyle === 'perTicket') return;
  const bad = judgements.flatMap((judgement, index) =>
    judgement.accepted ? [] : [{ index, issues: judgement.issues }],
  );
  if (bad.length === 0) return;
  world.counters.add(REJECTED[item], bad.length);
  if (resultStyle === 'none')
    throw new ApiError(400, 'VALIDATION_ERROR', 'The batch is not valid; nothing was applied');
  const details: ErrorDetail[] = bad.flatMap(({ index, issues }) =>
    issues.map(({ path, says }) => ({ path: `${item}s[${index}]${path === '' ? '' : `.${path}`}`, issue: says })),
  );
  const count = `${bad.length} of ${judgements.length} ${item}s ${bad.length === 1 ? 'is' : 'are'} not valid`;
  throw new ApiError(400, 'VALIDATION_ERROR', `${count}; nothing was applied`, {
    details: details.slice(0, MAX_DETAILS),
  });
}

/** The answer of a call that writes a batch, in the organizer's style. */
export function batchAnswer<Result>(
  world: TixngoWorld,
  results: readonly Result[],
): { readonly requestId: string; readonly results?: readonly Result[] } {
  const requestId = world.nextRequestId();
  return world.settings.resultStyle === 'none' ? { requestId } : { requestId, results };
}
