import { checkFields, isJsonObject } from '../checkFields.js';
import type { SpectatorPayload } from '../ticketPayload.js';
import type { TicketIssue } from '../ticketRefusal.js';
import type { TixngoWorld } from '../world.js';
import { PRIVILEGE_RULE } from './privilegeRules.js';
import { privilegeStatusAfter } from './privilegeStatuses.js';

/** One well formed privilege of an injection. */
export interface PrivilegePayload {
  readonly privilegeId: string;
  readonly definitionId: string;
  readonly spectatorDetails: SpectatorPayload;
  readonly barcode?: string | null;
  readonly ticketIds: readonly string[];
}

/** Whether TIXNGO takes a privilege of an injection. */
export type PrivilegeJudgement =
  | { readonly accepted: true; readonly privilege: PrivilegePayload }
  | {
      readonly accepted: false;
      /** Null when it had no id that is a text. */
      readonly privilegeId: string | null;
      readonly issues: readonly [TicketIssue, ...TicketIssue[]];
    };

/** Checks the fields first; a privilege that is well formed must also suit what TIXNGO has. */
export function judgePrivilege(world: TixngoWorld, privilege: unknown): PrivilegeJudgement {
  const { issues, unknownPaths } = checkFields(PRIVILEGE_RULE, privilege);
  for (const path of unknownPaths) world.counters.unknownField(`(privilege).${path}`);
  const [first, ...more] = issues.map((issue): TicketIssue => ({ ...issue, code: 'VALIDATION_ERROR' }));
  if (first !== undefined) return { accepted: false, privilegeId: privilegeIdOf(privilege), issues: [first, ...more] };
  const payload = privilege as PrivilegePayload;
  const issue = unsuitable(world, payload);
  if (issue !== null) return { accepted: false, privilegeId: payload.privilegeId, issues: [issue] };
  return { accepted: true, privilege: payload };
}

/** A deleted privilege never comes back, whatever has become of its definition. */
function unsuitable(world: TixngoWorld, { privilegeId, definitionId }: PrivilegePayload): TicketIssue | null {
  if (world.tickets.get(privilegeId) !== undefined) {
    return { path: 'privilegeId', code: 'ID_IN_USE', says: 'is the id of a ticket' };
  }
  const known = world.privileges.get(privilegeId);
  if (known !== undefined && privilegeStatusAfter('INJECT', known.status) === null) {
    return {
      path: 'privilegeId',
      code: 'PRIVILEGE_DELETED',
      says: `is an id that is ${known.status}; a reissued card needs a new id`,
    };
  }
  if (!world.definitions.has(definitionId)) {
    return { path: 'definitionId', code: 'DEFINITION_UNKNOWN', says: 'is no privilege definition that TIXNGO has' };
  }
  return null;
}

function privilegeIdOf(privilege: unknown): string | null {
  const id = isJsonObject(privilege) ? privilege['privilegeId'] : null;
  return typeof id === 'string' ? id : null;
}
