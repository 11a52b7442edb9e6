import { z } from 'zod';
import { ApiError } from '../apiError.js';
import { barcodeHash } from '../barcodeHash.js';
import type { Operation } from '../operation.js';
import { inShape, jsonBody } from '../requests.js';

const MAX_IDS = 1000;

const lookupSchema = z.object({ ticketIds: z.array(z.string()) });

/**
 * What TIXNGO has of the given ticket ids, each once and in the order asked; unknown ids are absent.
 * The vendor publishes no such call: this is the project's proposal, and the setting `lookup` takes it away.
 */
export const lookupOperation: Operation = {
  name: 'tickets.lookup',
  method: 'POST',
  path: '/tickets/lookup',
  handle: async (world, c) => {
    if (!world.settings.lookup) throw new ApiError(404, 'NOT_FOUND', 'The look-up by ticket ids is not granted');
    const { ticketIds } = inShape(lookupSchema, await jsonBody(c));
    if (ticketIds.length > MAX_IDS) {
      throw new ApiError(413, 'TOO_MANY_ITEMS', `${ticketIds.length} ticket ids in one call; the limit is ${MAX_IDS}`);
    }
    const tickets = [...new Set(ticketIds)].flatMap((id) => world.tickets.get(id) ?? []);
    return c.json({
      results: tickets.map((ticket) => ({
        ticketId: ticket.ticketId,
        status: ticket.status,
        eventId: ticket.payload.event.id,
        ownerEmail: ticket.owner.email,
        barcodeHash: barcodeHash(ticket),
        updatedAt: ticket.updatedAt,
        deletion: ticket.deletion,
      })),
    });
  },
};
