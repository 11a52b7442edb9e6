import { describe, expect, test } from 'vitest';

import { InputError, resolveFunction } from '../../src/config/resolve.js';
import { fullConfiguration, read, type Json } from './configurationForTests.js';

const name = 'ticketsExternalPrinting';

function organization(code: string, ...internalNames: string[]): Json {
  const [org] = fullConfiguration().institutions[0].organizations;
  delete org.inventoryOwner;
  const [settings] = org.interfaces;
  const [fn] = settings.functions;
  settings.functions = internalNames.map((internalName) => ({ ...structuredClone(fn), internalName }));
  return { ...org, code };
}

function configuration(...organizations: Json[]) {
  const json = fullConfiguration();
  json.institutions[0].organizations = organizations;
  return read(json);
}

const one = configuration(organization('FCDEMO', 'Ticket injection'));
const two = configuration(organization('FCDEMO', 'Ticket injection'), organization('FCOTHER', 'Season', 'Match'));

describe('Which function an input means', () => {
  test('with one organization, no input is enough', () => {
    for (const wanted of [{}, { institution: null, organization: null, internalName: null }]) {
      const found = resolveFunction(one, name, wanted);
      expect([found.institution.code, found.organization.code, found.function.internalName]).toEqual([
        'DEMO',
        'FCDEMO',
        'Ticket injection',
      ]);
      expect(found.interface.organizer).toBe('demo-organizer');
    }
  });

  test('with several, no input names every choice as an input to copy', () => {
    expect(() => resolveFunction(two, name, {})).toThrow(
      'Input of ticketsExternalPrinting: it leaves open which function is meant. Choose one of: ' +
        '{"institution":"DEMO","organization":"FCDEMO","internalName":"Ticket injection"} · ' +
        '{"institution":"DEMO","organization":"FCOTHER","internalName":"Season"} · ' +
        '{"institution":"DEMO","organization":"FCOTHER","internalName":"Match"}',
    );
  });

  test('only the choices that are left are named', () => {
    expect(() => resolveFunction(two, name, { organization: 'FCOTHER' })).toThrow(
      'Choose one of: {"institution":"DEMO","organization":"FCOTHER","internalName":"Season"} · {"institution":"DEMO","organization":"FCOTHER","internalName":"Match"}',
    );
    expect(resolveFunction(two, name, { organization: 'FCDEMO' }).function.internalName).toBe('Ticket injection');
    expect(resolveFunction(two, name, { internalName: 'Match' }).organization.code).toBe('FCOTHER');
  });

  test.each([
    { organization: 'CANARY' },
    { institution: 'CANARY' },
    { organization: 'FCDEMO', internalName: 'CANARY' },
  ])('an input that fits nothing names all choices and not what was typed: %j', (wanted) => {
    const say = () => resolveFunction(two, name, wanted);
    expect(say).toThrow(InputError);
    expect(say).toThrow(/nothing that is configured fits it. Choose one of: .*"FCDEMO".*"Season".*"Match"/);
    expect(say).not.toThrow(/CANARY/);
  });

  test('a function that no organization has says what to do', () => {
    expect(() => resolveFunction(two, 'pushCancelled', {})).toThrow(
      'No organization of the configuration has the function pushCancelled. Add it there and restart the worker.',
    );
  });
});
