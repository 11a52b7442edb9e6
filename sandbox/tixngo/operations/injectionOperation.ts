import { ApiError, type ErrorDetail } from '../apiError.js';
import { isJsonObject } from '../checkFields.js';
import { applyInjection, judgeTickets } from '../injectTickets.js';
import type { Judgement } from '../judgeTicket.js';
import type { Operation } from '../operation.js';
import { jsonBody } from '../requests.js';
import type { TixngoWorld } from '../world.js';

/** Most details that a refused batch names. */
const MAX_DETAILS = 100;

/**
 * Inject tickets: creates the event if it is new and adds the tickets, idempotent by ticket id.
 * Path, verb and body are the manual's («TIXNGO, Understand S-360 variables for tickets Injection»); the result
 * format and the limit of a call are not published and are this project's proposals.
 */
export const injectionOperation: Operation = {
  name: 'tickets.inject',
  method: 'POST',
  path: '/tickets',
  handle: async (world, c) => {
    const tickets = ticketsOf(world, await jsonBody(c));
    const judgements = judgeTickets(world, tickets);
    const { resultStyle } = world.settings;
    if (resultStyle !== 'perTicket') refuseIfAnyIsBad(world, judgements, resultStyle === 'wholeBatch');
    const results = applyInjection(world, judgements);
    const requestId = world.nextRequestId();
    return c.json(resultStyle === 'none' ? { requestId } : { requestId, results });
  },
};

function ticketsOf(world: TixngoWorld, body: unknown): readonly unknown[] {
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

function refuseIfAnyIsBad(world: TixngoWorld, judgements: readonly Judgement[], tellDetails: boolean): void {
  const bad = judgements.flatMap((judgement, index) =>
    judgement.accepted ? [] : [{ index, issues: judgement.issues }],
  );
  if (bad.length === 0) return;
  world.counters.add('ticketsRejected', bad.length);
  if (!tellDetails) throw new ApiError(400, 'VALIDATION_ERROR', 'The batch is not valid; nothing was applied');
  const details: ErrorDetail[] = bad.flatMap(({ index, issues }) =>
    issues.map(({ path, says }) => ({ path: `tickets[${index}]${path === '' ? '' : `.${path}`}`, issue: says })),
  );
  const count = `${bad.length} of ${judgements.length} tickets ${bad.length === 1 ? 'is' : 'are'} not valid`;
  throw new ApiError(400, 'VALIDATION_ERROR', `${count}; nothing was applied`, {
    details: details.slice(0, MAX_DETAILS),
  });
}
