import { describe, expect, test } from 'vitest';

import { fullConfiguration, problems, type Json } from './configurationForTests.js';

/** The full configuration with a second organization of the same TIXNGO organizer, which leaves the feedback to the first. */
function twoOrganizations(change: object = {}): Json {
  const json = fullConfiguration();
  json.institutions[0].organizations.push(secondOf(json, change));
  return json;
}

/** The same, with the second organization in an institution of its own, and no feedback at all. */
function twoInstitutions(change: object = {}): Json {
  const json = fullConfiguration();
  const second = { ...json.institutions[0], code: 'SECOND', organizations: [secondOf(json, change)] };
  const [settings] = json.institutions[0].organizations[0].interfaces;
  settings.functions = withoutFeedback(settings.functions);
  Object.assign(settings, change);
  json.institutions.push(second);
  return json;
}

function secondOf(json: Json, change: object): Json {
  const [organization] = structuredClone(json.institutions[0].organizations);
  const [settings] = organization.interfaces;
  return {
    ...organization,
    code: 'FCSECOND',
    inventoryOwner: 'FCSECOND',
    interfaces: [{ ...settings, functions: withoutFeedback(settings.functions), ...change }],
  };
}

function withoutFeedback(functions: readonly { function: string }[]): Json {
  return functions.filter((fn) => fn.function !== 'retrieveTicketStatus');
}

describe('Configuration: several organizations and institutions', () => {
  test('organizations of one institution may share a TIXNGO organizer', () => {
    expect(problems(twoOrganizations())).toEqual([]);
  });

  test('organizations that share a TIXNGO organizer have the same limit', () => {
    expect(problems(twoOrganizations({ callsPerMinute: 30 }))).toEqual([
      'institutions[0].organizations[1].interfaces[0].callsPerMinute: expected null, as in the other organizations of the TIXNGO organizer demo-organizer: its limit holds for all of them together',
    ]);
    expect(problems(twoOrganizations({ callsPerMinute: 30, organizer: 'second-organizer' }))).toEqual([]);
  });

  test('the limit of a TIXNGO organizer is kept in one institution', () => {
    expect(problems(twoInstitutions())).toEqual([]);
    expect(problems(twoInstitutions({ callsPerMinute: 30 }))).toEqual([
      'institutions[1].organizations[0].interfaces[0].organizer: expected all organizations of the TIXNGO organizer demo-organizer in one institution: its callsPerMinute is shared out there, and DEMO has one too',
    ]);
  });
});
