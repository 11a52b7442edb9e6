import {
  fieldProblem,
  spectatorRules,
  ticketIdCharacters,
  type FieldRule,
  type PayloadProblem,
} from './payloadChecks.js';
import type { PrivilegeDefinition, TixngoPrivilege } from './tixngoPrivilege.js';

/**
 * What TIXNGO demands of a privilege and of its definition, checked before the call as for tickets (`enforceMandatoryParameters`). No limits of
 * theirs are published: those of tickets are taken.
 */
const privilegeRules: readonly FieldRule<TixngoPrivilege>[] = [
  { path: 'privilegeId', valueOf: (p) => p.privilegeId, required: true, maxLength: 256, pattern: ticketIdCharacters },
  { path: 'definitionId', valueOf: (p) => p.definitionId, required: true, maxLength: 256 },
  ...spectatorRules,
  { path: 'barcode', valueOf: (p) => p.barcode, maxLength: 512 },
];

const definitionRules: readonly FieldRule<PrivilegeDefinition>[] = [
  // It is a part of a path: a dot or two would be another one.
  { path: 'definitionId', valueOf: (d) => d.definitionId, required: true, maxLength: 256, pattern: /^(?!\.{1,2}$)/ },
  { path: 'definition.name', valueOf: (d) => d.name, required: true, maxLength: 128 },
  { path: 'definition.imageUrl', valueOf: (d) => d.imageUrl ?? undefined, maxLength: 256 },
];

export function privilegeProblem(privilege: TixngoPrivilege): PayloadProblem | null {
  const problem = fieldProblem(privilegeRules, privilege);
  if (problem !== null) return problem;
  for (const [i, ticketId] of privilege.ticketIds.entries()) {
    const field = `ticketIds[${String(i)}]`;
    if (ticketId.length > 256) return { code: 'FIELD_TOO_LONG', field };
    if (!ticketIdCharacters.test(ticketId)) return { code: 'FIELD_INVALID', field };
  }
  return null;
}

export function definitionProblem(definition: PrivilegeDefinition): PayloadProblem | null {
  return fieldProblem(definitionRules, definition);
}
