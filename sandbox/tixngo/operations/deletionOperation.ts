import { applyDeletions, judgeDeletions } from '../deleteTickets.js';
import type { Operation } from '../operation.js';
import { jsonBody } from '../requests.js';
import { batchAnswer, itemsOf, refuseIfAnyIsBad } from './ticketBatch.js';

/**
 * Delete tickets (S-360: cancelled or invalidated). A ticket is DELETION_PENDING until every phone that holds it has
 * synced, then DELETED; a repeat writes the reason and the visibility anew. An id that TIXNGO has never had is NOT_FOUND
 * in every style of results: it makes no batch bad.
 *
 * That the operation exists, is asynchronous, takes a repeat and carries `showDeletedTicket` and a reason is the manual's
 * (S-360 manual, 2. Push Cancelled or Invalidated Tickets); path, body and results are not published and are this project's proposals.
 */
export const deletionOperation: Operation = {
  name: 'tickets.delete',
  method: 'POST',
  path: '/tickets/delete',
  batchField: 'tickets',
  handle: async (world, c) => {
    const tickets = itemsOf(world, await jsonBody(c));
    const judgements = judgeDeletions(world, tickets);
    refuseIfAnyIsBad(world, judgements);
    return c.json(batchAnswer(world, applyDeletions(world, judgements)));
  },
};
