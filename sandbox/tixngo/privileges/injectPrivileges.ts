import { isDeepStrictEqual } from 'node:util';
import { phoneOf } from '../phones.js';
import { messageOf } from '../ticketRefusal.js';
import type { TixngoWorld } from '../world.js';
import type { PrivilegeJudgement, PrivilegePayload } from './judgePrivilege.js';
import type { PrivilegeData, PrivilegeRecord } from './privilegeStore.js';

/** What became of one privilege of an injection. */
export interface PrivilegeResult {
  /** Null when the privilege had no id that is a text. */
  readonly privilegeId: string | null;
  readonly outcome: 'CREATED' | 'UPDATED' | 'REJECTED';
  readonly errorCode?: string;
  /** Names JSON paths, never values. */
  readonly message?: string;
}

/** Writes the accepted privileges, in their order, and says what became of each. */
export function applyPrivileges(world: TixngoWorld, judgements: readonly PrivilegeJudgement[]): PrivilegeResult[] {
  const now = world.now();
  return judgements.map((judgement) => {
    if (judgement.accepted) return writePrivilege(world, judgement.privilege, now);
    world.counters.add('privilegesRejected');
    const { privilegeId, issues } = judgement;
    return {
      privilegeId,
      outcome: 'REJECTED',
      errorCode: issues[0].code,
      message: messageOf('privilege', issues),
    };
  });
}

/** A known privilege keeps its status. Only of a new one its owner is told. */
function writePrivilege(world: TixngoWorld, payload: PrivilegePayload, now: string): PrivilegeResult {
  const { counters, privileges, settings } = world;
  const { privilegeId } = payload;
  const known = privileges.get(privilegeId);
  const data = dataOf(payload);
  const told = known === undefined || settings.strictNotifications ? 1 : 0;
  const changed = known === undefined || !isDeepStrictEqual(dataOf(known), data);
  privileges.save({
    privilegeId,
    ...data,
    status: known?.status ?? 'ACTIVE',
    controlledAt: known?.controlledAt ?? null,
    deletion: null,
    notifications: (known?.notifications ?? 0) + told,
    updatedAt: changed ? now : known.updatedAt,
  });
  if (known !== undefined) leaveFormerOwner(world, known, data);
  counters.add('ticketWrites');
  counters.add('notifications', told);
  counters.add(known === undefined ? 'privilegesCreated' : 'privilegesUpdated');
  world.accepted('privileges.inject');
  return { privilegeId, outcome: known === undefined ? 'CREATED' : 'UPDATED' };
}

/** What is compared and kept: a barcode that is absent is none. */
function dataOf(privilege: PrivilegePayload | PrivilegeRecord): PrivilegeData {
  const owner = 'owner' in privilege ? privilege.owner : privilege.spectatorDetails;
  const { definitionId, barcode, ticketIds } = privilege;
  return { definitionId, owner, barcode: barcode ?? null, ticketIds };
}

/** The phone of who owned it drops it, at once or when it is back; the new owner fetches it himself. */
function leaveFormerOwner(world: TixngoWorld, known: PrivilegeRecord, { owner }: PrivilegeData): void {
  if (phoneOf(known.owner.email) !== phoneOf(owner.email)) world.phones.dropEverywhere(known.privilegeId);
}
