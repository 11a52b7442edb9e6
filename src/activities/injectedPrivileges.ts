import { privilegeProblem } from '../domain/privilegeChecks.js';
import { privilegeEffect } from '../domain/privilegeEffect.js';
import { linkProblem, mapPrivilege, type PrivilegeSettings } from '../domain/privilegeMapping.js';
import { isDeletion } from '../domain/tixngoStatus.js';
import type { TixngoPrivilege } from '../domain/tixngoPrivilege.js';
import { CallFailed } from '../http/callFailed.js';
import type { InjectionOutcome } from '../tixngo/client.js';
import type { PrivilegeClient } from '../tixngo/privilegeClient.js';
import type { Injected, Write } from './injected.js';
import { sha256 } from './injectedTickets.js';
import type { PrivilegeDefinitions } from './privilegeDefinitions.js';

/**
 * Cards, as digital privileges injection sends them: each after the definition of its product, and again when a ticket was added to it, or its
 * owner or barcode has changed. Source: S-360 manual, «6. Digital Privileges Injection».
 */
export function injectedPrivileges(
  tixngo: PrivilegeClient,
  settings: PrivilegeSettings,
  definitions: PrivilegeDefinitions,
): Injected<TixngoPrivilege> {
  return {
    operation: 'injectPrivileges',
    followsChanges: true,
    definitions,
    map: (source) => ({ thing: mapPrivilege(source, settings), problem: linkProblem(source, settings) }),
    check: privilegeProblem,
    effect({ thing: privilege }, held) {
      if (privilege === null) return isDeletion(held.status) ? 'deleted' : 'done';
      return privilegeEffect(held, {
        definitionId: privilege.definitionId,
        ownerEmail: privilege.spectatorDetails.email,
        barcodeHash: privilege.barcode === undefined ? null : sha256(privilege.barcode),
        ticketIds: privilege.ticketIds,
      });
    },
    prepare: (sources, write) => definitions.prepare(sources, write),
    async send(privileges, write) {
      const outcomes = await sendOnce(tixngo, privileges, write, definitions);
      const lost = privileges.filter((_, i) => isLost(outcomes[i]));
      if (lost.length === 0 || !(await definitions.writeLost(definitionIds(lost), write))) return outcomes;
      const again = await sendAgain(tixngo, lost, write);
      return outcomes.map((outcome) => again.get(outcome.ticketId) ?? outcome);
    },
  };
}

/** A refusal of them all leaves each with the word that it had: what was accepted with them is not to be sent again. */
async function sendAgain(
  tixngo: PrivilegeClient,
  lost: readonly TixngoPrivilege[],
  write: Write,
): Promise<ReadonlyMap<string, InjectionOutcome>> {
  try {
    const outcomes = await write(() => tixngo.injectPrivileges(lost));
    return new Map(outcomes.map((outcome) => [outcome.ticketId, outcome]));
  } catch (error) {
    if (!(error instanceof CallFailed) || error.outcome !== 'splitPage') throw error;
    return new Map();
  }
}

/** TIXNGO may refuse the call as a whole because it has lost a definition, and need not say so: then it is sent once more after them. */
async function sendOnce(
  tixngo: PrivilegeClient,
  privileges: readonly TixngoPrivilege[],
  write: Write,
  definitions: PrivilegeDefinitions,
): Promise<InjectionOutcome[]> {
  try {
    return await write(() => tixngo.injectPrivileges(privileges));
  } catch (error) {
    if (!mayBeLost(error) || !(await definitions.writeLost(definitionIds(privileges), write))) throw error;
    return write(() => tixngo.injectPrivileges(privileges));
  }
}

function mayBeLost(error: unknown): boolean {
  if (!(error instanceof CallFailed) || error.outcome !== 'splitPage') return false;
  return error.errorKey === lostCode || error.field === undefined || error.field === 'definitionId';
}

/** TIXNGO does not have the definition of a privilege. */
const lostCode = 'DEFINITION_UNKNOWN';

function isLost(outcome: InjectionOutcome | undefined): boolean {
  return outcome?.kind === 'refused' && outcome.code === lostCode;
}

function definitionIds(privileges: readonly TixngoPrivilege[]): ReadonlySet<string> {
  return new Set(privileges.map(({ definitionId }) => definitionId));
}
