import type { PrivilegeRecord } from './privileges/privilegeStore.js';
import type { TicketRecord } from './ticketStore.js';
import type { TixngoWorld } from './world.js';

/** What TIXNGO has under an id: ids of tickets and of privileges are never the same. */
export type Held = TicketRecord | PrivilegeRecord;

/** The ticket or the privilege with this id. */
export function heldUnder(world: TixngoWorld, id: string): Held | undefined {
  return world.tickets.get(id) ?? world.privileges.get(id);
}

export function isPrivilege(held: Held): held is PrivilegeRecord {
  return 'privilegeId' in held;
}
