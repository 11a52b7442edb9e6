import { expect, test } from 'vitest';

import { privilegeSettings } from '../../src/activities/injectionSettings.js';
import { resolveFunction } from '../../src/config/resolve.js';
import { fullConfiguration, read, type Json } from '../config/configurationForTests.js';

/** @param others privileges of a second organization of the same institution, for some TIXNGO organizer */
function prefixOf(set: object, others: { readonly organizer?: string } | null): string | null {
  const json = fullConfiguration();
  const { organizations } = json.institutions[0];
  Object.assign(organizations[0].interfaces[0], { privilegeDefinitionId: undefined, ...set });
  if (others !== null) {
    const second = structuredClone(organizations[0]);
    const [settings] = second.interfaces;
    settings.functions = settings.functions.filter((fn: Json) => fn.function !== 'retrieveTicketStatus');
    Object.assign(settings, others);
    organizations.push({ ...second, code: 'FCSECOND', inventoryOwner: 'FCSECOND' });
  }
  const input = { organization: organizations[0].code as string };
  return privilegeSettings(resolveFunction(read(json), 'digitalPrivilegesInjection', input)).definitionPrefix;
}

test.each([
  ['an organization alone', {}, null, null],
  ['another organization of the same TIXNGO organizer', {}, {}, 'FCDEMO'],
  ['another organization of another one', {}, { organizer: 'other-organizer' }, null],
  ['the setting says product', { privilegeDefinitionId: 'product' }, {}, null],
  ['the setting says both', { privilegeDefinitionId: 'organizationAndProduct' }, null, 'FCDEMO'],
])('what stands before the code of a product in the id of its definition: %s', (_, set, others, prefix) => {
  expect(prefixOf(set, others)).toBe(prefix);
});
