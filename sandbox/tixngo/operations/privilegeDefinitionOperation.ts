import { ApiError } from '../apiError.js';
import { checkFields, type FieldIssue } from '../checkFields.js';
import type { Operation } from '../operation.js';
import type { DefinitionOutcome, PrivilegeDefinition } from '../privileges/privilegeDefinitions.js';
import { DEFINITION_RULE } from '../privileges/privilegeRules.js';
import { jsonBody } from '../requests.js';
import type { TixngoWorld } from '../world.js';

const MAX_ID_LENGTH = 256;

const COUNTERS = {
  CREATED: 'definitionsCreated',
  UPDATED: 'definitionsUpdated',
  UNCHANGED: 'definitionsUnchanged',
} as const satisfies Record<DefinitionOutcome, string>;

/**
 * Create a privilege definition, or replace the one with this id.
 *
 * That the first injection of a product creates it in TIXNGO, and that it is sent again only when it changes, is the
 * manual's (S-360 manual, 6. Digital Privileges Injection); path, body and answer are this project's proposals.
 */
export const privilegeDefinitionOperation: Operation = {
  name: 'privilegeDefinitions.write',
  method: 'PUT',
  path: '/privilege-definitions/:definitionId',
  handle: async (world, c) => {
    const definition = definitionOf(world, c.req.param('definitionId') ?? '', await jsonBody(c));
    const outcome = world.definitions.write(definition);
    world.counters.add('definitionWrites');
    world.counters.add(COUNTERS[outcome]);
    world.accepted('privilegeDefinitions.write');
    return c.json({ requestId: world.nextRequestId(), definitionId: definition.definitionId, outcome });
  },
};

type Body = Omit<PrivilegeDefinition, 'definitionId'>;

/** @throws ApiError 400 that names every wrong path */
function definitionOf(world: TixngoWorld, definitionId: string, body: unknown): PrivilegeDefinition {
  const { issues, unknownPaths } = checkFields(DEFINITION_RULE, body);
  const wrong: Pick<FieldIssue, 'path' | 'says'>[] = [...idIssues(definitionId), ...issues];
  if (wrong.length > 0) {
    throw new ApiError(400, 'VALIDATION_ERROR', 'The privilege definition is not valid', {
      details: wrong.map(({ path, says }) => ({ path, issue: says })),
    });
  }
  for (const path of unknownPaths) world.counters.unknownField(`(definition).${path}`);
  const { type, name, imageUrl, validFrom, validTo, metadata } = body as Partial<Body> & Pick<Body, 'type' | 'name'>;
  return {
    definitionId,
    type,
    name,
    imageUrl: imageUrl ?? null,
    validFrom: validFrom ?? null,
    validTo: validTo ?? null,
    metadata: (metadata ?? []).map(({ key, value }) => ({ key, value })),
  };
}

function idIssues(definitionId: string): Pick<FieldIssue, 'path' | 'says'>[] {
  if (definitionId.trim() === '') return [{ path: 'definitionId', says: 'must not be blank' }];
  if (definitionId.length <= MAX_ID_LENGTH) return [];
  return [{ path: 'definitionId', says: `is longer than ${MAX_ID_LENGTH} characters` }];
}
