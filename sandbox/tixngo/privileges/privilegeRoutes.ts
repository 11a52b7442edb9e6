import { Hono } from 'hono';
import { z } from 'zod';
import { hashOfBarcode } from '../barcodeHash.js';
import { inShape, jsonBody, wholeNumber } from '../requests.js';
import { DELETION_STATUSES } from '../ticketStatuses.js';
import type { TixngoWorld } from '../world.js';
import type { PrivilegeRecord } from './privilegeStore.js';
import { usePrivilege } from './usePrivilege.js';

const MAX_PAGE = 5000;

const pageSchema = z.object({
  afterPrivilegeId: z.string().optional(),
  limit: wholeNumber(1, MAX_PAGE).default(1000),
});

const useSchema = z.strictObject({ privilegeIds: z.array(z.string()) });

const forgetSchema = z.strictObject({ definitionIds: z.array(z.string()) });

/** The hooks that tell of privileges, let their owners use them, and let TIXNGO lose their definitions. */
export function privilegeRoutes(world: TixngoWorld): Hono {
  return new Hono()
    .get('/privileges', (c) => {
      const { afterPrivilegeId, limit } = inShape(pageSchema, c.req.query());
      const page = world.privileges.pageAfter(afterPrivilegeId || null, limit);
      return c.json({ privileges: page.map((one) => shown(world, one)), total: world.privileges.size });
    })
    .post('/privileges/use', async (c) => {
      const { privilegeIds } = inShape(useSchema, await jsonBody(c));
      const at = world.now();
      const used = [...new Set(privilegeIds)].filter((id) => {
        const privilege = world.privileges.get(id);
        return privilege !== undefined && usePrivilege(world, privilege, { controlledAt: null, told: 0, at }) === true;
      });
      return c.json({ used: used.length });
    })
    .get('/privilege-definitions', (c) => c.json({ definitions: world.definitions.all() }))
    .post('/privilege-definitions/forget', async (c) => {
      const { definitionIds } = inShape(forgetSchema, await jsonBody(c));
      return c.json({ forgotten: definitionIds.filter((id) => world.definitions.forget(id)).length });
    });
}

function shown(world: TixngoWorld, { owner, barcode, ...privilege }: PrivilegeRecord): object {
  return {
    ...privilege,
    ownerEmail: owner.email,
    linkedTicketIds: privilege.ticketIds.filter((id) => isThere(world, id)),
    barcodeHash: barcode === null ? null : hashOfBarcode(barcode),
  };
}

/** Whether TIXNGO has the ticket, and is not deleting it. */
function isThere(world: TixngoWorld, ticketId: string): boolean {
  const ticket = world.tickets.get(ticketId);
  return ticket !== undefined && !DELETION_STATUSES.includes(ticket.status);
}
