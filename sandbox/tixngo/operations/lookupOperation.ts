import { z } from 'zod';
import { ApiError } from '../apiError.js';
import { barcodeHash, hashOfBarcode } from '../barcodeHash.js';
import { heldUnder, isPrivilege, type Held } from '../held.js';
import type { Operation } from '../operation.js';
import { inShape, jsonBody } from '../requests.js';

const MAX_IDS = 1000;

const lookupSchema = z.object({ ticketIds: z.array(z.string()) });

/**
 * What TIXNGO has of the given ids of tickets and privileges, each once and in the order asked; unknown ids are absent.
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
    const held = [...new Set(ticketIds)].flatMap((id) => heldUnder(world, id) ?? []);
    return c.json({ results: held.map(shown) });
  },
};

function shown(held: Held): object {
  const { status, updatedAt, controlledAt, deletion } = held;
  const both = { status, ownerEmail: held.owner.email, updatedAt, controlledAt, deletion };
  if (!isPrivilege(held)) {
    return { ...both, ticketId: held.ticketId, eventId: held.payload.event.id, barcodeHash: barcodeHash(held) };
  }
  const { privilegeId, definitionId, ticketIds, barcode } = held;
  return {
    ...both,
    ticketId: privilegeId,
    eventId: null,
    barcodeHash: barcode === null ? null : hashOfBarcode(barcode),
    privilege: { definitionId, ticketIds },
  };
}
