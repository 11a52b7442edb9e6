import { phoneOf } from '../phones.js';
import type { TixngoWorld } from '../world.js';
import { privilegeStatusAfter } from './privilegeStatuses.js';
import type { PrivilegeRecord } from './privilegeStore.js';

/** The owner's phone, if it is online, fetches a privilege that it does not have yet. */
export function downloadPrivilege(
  world: TixngoWorld,
  { privilegeId, owner, status }: PrivilegeRecord,
): 'downloaded' | 'offline' | 'unchanged' {
  const phone = phoneOf(owner.email);
  const isDeleted = privilegeStatusAfter('INJECT', status) === null;
  if (isDeleted || world.phones.holdersOf(privilegeId).includes(phone)) return 'unchanged';
  if (!world.phones.isOnline(phone)) return 'offline';
  world.phones.moveTo(privilegeId, phone);
  return 'downloaded';
}
