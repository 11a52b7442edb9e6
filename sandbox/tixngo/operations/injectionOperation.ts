import { applyInjection, judgeTickets } from '../injectTickets.js';
import type { Operation } from '../operation.js';
import { jsonBody } from '../requests.js';
import { batchAnswer, itemsOf, refuseIfAnyIsBad } from './ticketBatch.js';

/**
 * Inject tickets: creates the event if it is new and adds the tickets, idempotent by ticket id.
 * Path, verb and body are the manual's («TIXNGO, Understand S-360 variables for tickets Injection»); the result
 * format and the limit of a call are not published and are this project's proposals.
 */
export const injectionOperation: Operation = {
  name: 'tickets.inject',
  method: 'POST',
  path: '/tickets',
  batchField: 'tickets',
  handle: async (world, c) => {
    const tickets = itemsOf(world, await jsonBody(c));
    const judgements = judgeTickets(world, tickets);
    refuseIfAnyIsBad(world, judgements);
    return c.json(batchAnswer(world, applyInjection(world, judgements)));
  },
};
