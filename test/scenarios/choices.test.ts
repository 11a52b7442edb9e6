import { afterEach, describe, expect, it } from 'vitest';

import { World } from '../support/world.js';

let world: World;

afterEach(async () => {
  await world.close();
});

/** The example's function twice: two injections of one organization, as a customer with two points of sales has them. */
async function startWithTwoInjections(): Promise<void> {
  world = await World.start({ s360: { tickets: 60 } });
  const text = await world.configurationText();
  interface Example {
    institutions: { organizations: { interfaces: { functions: object[] }[] }[] }[];
  }
  const configuration = JSON.parse(text) as Example;
  const functions = configuration.institutions[0]?.organizations[0]?.interfaces[0]?.functions;
  functions?.push({ ...functions[0], internalName: 'Injection of services', filters: { productFamily: 'SERVICE' } });
  const root = { institutions: configuration.institutions };
  await world.worker({ root });
}

describe('a start with no input, as the Web UI sends it', () => {
  it('works when one organization is configured', async () => {
    world = await World.start({ s360: { tickets: 40 } });
    await world.worker();
    expect((await world.run()).counts.sent).toBeGreaterThan(0);
  });

  it('names the choices when there are several, each as an input that is right', async () => {
    await startWithTwoInjections();
    const failure = await world.run().then(
      () => 'no failure',
      (error: unknown) => (error as { cause: { message: string } }).cause.message,
    );
    expect(failure).toMatch(/leaves open which function is meant/);
    expect(failure).toContain('"internalName":"Ticket injection"');
    expect(failure).toContain('"internalName":"Injection of services"');
    const offered = /\{[^}]*Injection of services"\}/.exec(failure)?.[0] ?? '';
    expect((await world.run(JSON.parse(offered) as object)).internalName).toBe('Injection of services');
  });

  it.each([
    [
      'a misspelt field',
      { organisation: 'FCDEMO' },
      /unknown field "organisation"; expected one of: institution, organization/,
    ],
    ['a list', [], /expected one JSON object or nothing, got a list/],
    ['a text', 'FCDEMO', /expected one JSON object or nothing/],
    [
      'a file number that is a number',
      { fileNumber: 4711 },
      /fileNumber: expected the file number as a text of digits/,
    ],
    [
      'an organization that is not configured',
      { organization: 'FCOTHER' },
      /nothing that is configured fits it.*"organization":"FCDEMO"/,
    ],
  ])('fails at once for %s, with the path, what was expected and an input that is right', async (_, input, message) => {
    world = await World.start({ s360: { tickets: 1 } });
    await world.worker();
    await expect(world.run(input as object)).rejects.toMatchObject({
      cause: { type: 'INPUT_INVALID', message: expect.stringMatching(message) as string },
    });
  });
});
