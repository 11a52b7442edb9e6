import type { TixngoWorld } from '../world.js';
import { privilegeStatusAfter } from './privilegeStatuses.js';
import type { PrivilegeRecord } from './privilegeStore.js';

/**
 * A gate has taken the privilege, or its owner has used it in the app: it is USED, once.
 *
 * @param controlledAt when the gate has; null in the app
 * @param told messages to its owner about it
 * @returns false when that is no news; null when it is deleted or waits for it, and stays so
 */
export function usePrivilege(
  world: TixngoWorld,
  privilege: PrivilegeRecord,
  { controlledAt, told, at }: { readonly controlledAt: string | null; readonly told: number; readonly at: string },
): boolean | null {
  const status = privilegeStatusAfter('USE', privilege.status);
  if (status === null) return null;
  const isNews = privilege.status !== status;
  const notifications = privilege.notifications + told;
  const change = isNews ? { status, controlledAt, updatedAt: at } : {};
  world.privileges.save({ ...privilege, ...change, notifications });
  if (isNews) world.counters.add('privilegesUsed');
  return isNews;
}
