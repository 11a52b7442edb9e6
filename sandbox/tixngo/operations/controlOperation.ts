import { applyControls, judgeControls } from '../controlTickets.js';
import type { Operation } from '../operation.js';
import { jsonBody } from '../requests.js';
import { batchAnswer, itemsOf, refuseIfAnyIsBad } from './ticketBatch.js';

/**
 * Mark tickets as controlled at the gate: the wallet hides the QR code, and nobody transfers the ticket any more. A
 * ticket is controlled once; a repeat changes nothing. One that is deleted, or waits for it, stays so. Nobody is told.
 * An id that TIXNGO has never had, or has deleted, makes no batch bad.
 *
 * That controls are pushed to TIXNGO, what they do there and that a batch has up to 10,000 of them is the manual's (S-360
 * manual, 3. Push Controlled tickets); path, body and results are not published and are this project's proposals.
 */
export const controlOperation: Operation = {
  name: 'tickets.control',
  method: 'POST',
  path: '/tickets/control',
  batchField: 'tickets',
  handle: async (world, c) => {
    const tickets = itemsOf(world, await jsonBody(c));
    const judgements = judgeControls(world, tickets);
    refuseIfAnyIsBad(world, judgements);
    return c.json(batchAnswer(world, applyControls(world, judgements)));
  },
};
