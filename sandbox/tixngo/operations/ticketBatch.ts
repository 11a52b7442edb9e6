import { ApiError, type ErrorDetail } from '../apiError.js';
import { isJsonObject } from '../checkFields.js';
import type { RefusedTicket } from '../ticketRefusal.js';
import type { TixngoWorld } from '../world.js';

/** Most details that a refused batch names. */
const MAX_DETAILS = 100;

/**
 * The `tickets` of a call that writes tickets.
 *
 * @throws ApiError 400 when there is no such list or it is empty, 413 when it is longer than the organizer's limit
 */
export function ticketsOf(world: TixngoWorld, body: unknown): readonly unknown[] {
  const wrong = (path: string, issue: string) =>
    new ApiError(400, 'VALIDATION_ERROR', `The request is not as expected: ${path || 'the body'} ${issue}`, {
      details: [{ path, issue }],
    });
  if (!isJsonObject(body)) throw wrong('', 'must be an object with a list of tickets');
  const tickets = body['tickets'];
  if (!Array.isArray(tickets)) throw wrong('tickets', 'must be a list');
  if (tickets.length === 0) throw wrong('tickets', 'must have at least one ticket');
  const { maxTicketsPerCall } = world.settings;
  if (tickets.length > maxTicketsPerCall) {
    throw new ApiError(
      413,
      'TOO_MANY_ITEMS',
      `${tickets.length} tickets in one call; this organizer's limit is ${maxTicketsPerCall}`,
    );
  }
  for (const name of Object.keys(body)) if (name !== 'tickets') world.counters.unknownField(`(body).${name}`);
  return tickets;
}

/**
 * Refuses the whole batch for one bad ticket, unless the organizer answers per ticket.
 *
 * @throws ApiError 400, with details only in the style `wholeBatch`
 */
export function refuseIfAnyIsBad(
  world: TixngoWorld,
  judgements: readonly ({ readonly accepted: true } | ({ readonly accepted: false } & RefusedTicket))[],
): void {
  const { resultStyle } = world.settings;
  if (resultStyle === 'perTicket') return;
  const bad = judgements.flatMap((judgement, index) =>
    judgement.accepted ? [] : [{ index, issues: judgement.issues }],
  );
  if (bad.length === 0) return;
  world.counters.add('ticketsRejected', bad.length);
  if (resultStyle === 'none')
    throw new ApiError(400, 'VALIDATION_ERROR', 'The batch is not valid; nothing was applied');
  const details: ErrorDetail[] = bad.flatMap(({ index, issues }) =>
    issues.map(({ path, says }) => ({ path: `tickets[${index}]${path === '' ? '' : `.${path}`}`, issue: says })),
  );
  const count = `${bad.length} of ${judgements.length} tickets ${bad.length === 1 ? 'is' : 'are'} not valid`;
  throw new ApiError(400, 'VALIDATION_ERROR', `${count}; nothing was applied`, {
    details: details.slice(0, MAX_DETAILS),
  });
}

/** The answer of a call that writes tickets, in the organizer's style. */
export function batchAnswer<Result>(
  world: TixngoWorld,
  results: readonly Result[],
): { readonly requestId: string; readonly results?: readonly Result[] } {
  const requestId = world.nextRequestId();
  return world.settings.resultStyle === 'none' ? { requestId } : { requestId, results };
}
