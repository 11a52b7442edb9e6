import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formatsPlugin from 'ajv-formats';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createClock } from '../../../sandbox/shared/clock.js';
import { applyDirectly } from '../../../sandbox/shared/operationSeam.js';
import { createTixngoApp, HOOKS_PATH, OPERATIONS } from '../../../sandbox/tixngo/app.js';
import { checkFields, isJsonObject } from '../../../sandbox/tixngo/checkFields.js';
import { TICKET_RULE } from '../../../sandbox/tixngo/injectionRules.js';
import { DEFINITION_RULE, PRIVILEGE_RULE } from '../../../sandbox/tixngo/privileges/privilegeRules.js';
import { PRIVILEGE_STATUSES } from '../../../sandbox/tixngo/privileges/privilegeStatuses.js';
import { DEFAULT_SETTINGS } from '../../../sandbox/tixngo/settings.js';
import { TICKET_STATUSES } from '../../../sandbox/tixngo/ticketStatuses.js';
import { createWorld } from '../../../sandbox/tixngo/world.js';
import { cardDefinition, fullPrivilege } from './privilegesForTests.js';
import { fullTicket, smallTicket, withField } from './ticketsForTests.js';
import { tixngoForTests, type Json } from './tixngoForTests.js';

const document = JSON.parse(readFileSync(new URL('../../../sandbox/tixngo/openapi.json', import.meta.url), 'utf8'));

function inMemory(checkAnswers: boolean) {
  const clock = createClock();
  const world = createWorld({ settings: DEFAULT_SETTINGS, seed: 1, now: () => clock.now() });
  const { app, violations } = createTixngoApp(world, { clock, checkAnswers, around: applyDirectly });
  const call = (path: string, body: unknown) =>
    app.request(`/v3/organizer${path}`, {
      method: 'POST',
      headers: { 'x-api-key': DEFAULT_SETTINGS.apiKey },
      body: JSON.stringify(body),
    });
  return { app, world, violations, call };
}

describe('the OpenAPI document', () => {
  const tixngo = tixngoForTests();

  it('is served as it is committed', async () => {
    expect((await tixngo.hook('/openapi.json')).body).toEqual(document);
  });

  it('names every operation and hook that the sandbox has, and no other', () => {
    const documented = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.keys(item as object).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const { app } = inMemory(true);
    const served = app.routes
      .filter(({ method }) => method !== 'ALL')
      .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
    expect([...new Set(served)].sort()).toEqual(documented.sort());
    expect(OPERATIONS.map(({ method, path }) => `${method} /v3/organizer${path}`)).toEqual(
      expect.arrayContaining(['POST /v3/organizer/tickets']),
    );
  });

  it('marks what is confirmed, proposed and a hook', () => {
    for (const [path, item] of Object.entries<Json>(document.paths)) {
      for (const { tags } of Object.values<Json>(item)) {
        expect(tags).toEqual([
          path.startsWith(HOOKS_PATH)
            ? 'hooks'
            : /\/organizer\/(tickets|report\/(events\/\{eventId\}\/tickets|ticket-status-logs))$/.test(path)
              ? 'confirmed'
              : 'proposed',
        ]);
      }
    }
  });

  it('lets no answer have a field that it does not name', () => {
    const answered = [
      ...['InjectionResult', 'DeletionResult', 'ControlResult', 'LookupResult', 'EventTicket', 'EventRecord'],
      ...['PrivilegeResult', 'PrivilegeLookupResult', 'PrivilegeRecord', 'DefinitionRecord', 'TicketRecord', 'Error'],
      ...['DiffEntry', 'DiffSpectator', 'TicketHolder', 'Transfer', 'Activation', 'StatusLogLine', 'Pagination'],
    ];
    for (const name of answered) {
      const schema = document.components.schemas[name];
      for (const one of schema.oneOf ?? [schema]) expect(one.additionalProperties).toBe(false);
    }
  });

  it('lists the statuses of the state machine', () => {
    expect(document.components.schemas.TicketStatus.enum).toEqual(TICKET_STATUSES);
    expect(document.components.schemas.PrivilegeStatus.enum).toEqual(PRIVILEGE_STATUSES);
  });
});

describe('the document and the field rules', () => {
  const ajv = new Ajv2020({ strict: false });
  formatsPlugin.default(ajv);
  ajv.addSchema(document, 'openapi', false, false);
  const isDocumented = ajv.compile({ $ref: 'openapi#/components/schemas/Ticket' });
  const isAccepted = (ticket: unknown) => checkFields(TICKET_RULE, ticket).issues.length === 0;

  /** Every path of a ticket with all fields. */
  function pathsOf(value: unknown, path = ''): string[] {
    if (Array.isArray(value)) return value.flatMap((item, n) => [`${path}[${n}]`, ...pathsOf(item, `${path}[${n}]`)]);
    if (!isJsonObject(value)) return [];
    return Object.entries(value).flatMap(([name, item]) => {
      const at = path === '' ? name : `${path}.${name}`;
      return [at, ...pathsOf(item, at)];
    });
  }

  // The document cannot say what the text of EVENT_SCHEDULE must be.
  const paths = pathsOf(fullTicket('1')).filter((path) => !path.startsWith('event.metadata[0]'));

  const texts = fc.oneof(
    fc.constantFrom('', ' ', '\t', 'M', 'offline', 'online', 'a@b', 'a@b@c', '2027-02-29', '1990-12-31', '票', 'é'),
    fc.constantFrom('2027-06-12T18:00:00+02:00', '2027-06-12T18:00:00', '2027-06-31T18:00:00Z'),
    fc.constantFrom(20, 50, 100, 128, 200, 256, 512).chain((n) => fc.constantFrom('x'.repeat(n), 'x'.repeat(n + 1))),
    fc.string({ maxLength: 12 }),
  );
  const values = fc.oneof(
    texts,
    fc.constantFrom(null, true, -181, -2, -1, 0, 1.5, 181, [], {}, [{}], [null], [{ key: 'a' }]),
    fc.dictionary(fc.constantFrom('en', 'fr', 'de-CH', 'English', 'E'), texts, { maxKeys: 2 }),
    fc.constant(undefined),
  );

  it('agree on how long every text may be', () => {
    const lengths = [20, 50, 100, 128, 200, 256, 512].flatMap((n) => [n, n + 1]);
    for (const path of paths) {
      for (const length of lengths) {
        const ending = path.endsWith('.email') ? '@example.org' : '';
        for (const text of ['x'.repeat(length - ending.length) + ending, { en: 'x'.repeat(length) }]) {
          const ticket = withField(fullTicket('1'), path, text);
          expect([path, length, isAccepted(ticket)]).toEqual([path, length, isDocumented(ticket)]);
        }
      }
    }
  });

  it.each([
    ['Privilege', PRIVILEGE_RULE, fullPrivilege('1')],
    ['PrivilegeDefinition', DEFINITION_RULE, cardDefinition()],
  ] as const)('agree on every %s with one value changed', (name, rule, full) => {
    const documented = ajv.compile({ $ref: `openapi#/components/schemas/${name}` });
    fc.assert(
      fc.property(fc.constantFrom(...pathsOf(full)), values, (path, value) => {
        const sent: unknown = JSON.parse(JSON.stringify(withField(full, path, value)));
        const accepted = checkFields(rule, sent).issues.length === 0;
        expect([path, value, accepted]).toEqual([path, value, documented(sent)]);
      }),
      { numRuns: 1000, seed: 20276 },
    );
  });

  it('agree on every ticket with one value changed', () => {
    fc.assert(
      fc.property(fc.constantFrom(...paths), values, (path, value) => {
        const ticket = withField(fullTicket('1'), path, value);
        // A list with a hole is no JSON.
        const sent: unknown = JSON.parse(JSON.stringify(ticket));
        expect([path, value, isAccepted(sent)]).toEqual([path, value, isDocumented(sent)]);
      }),
      { numRuns: 3000, seed: 20271 },
    );
  });
});

describe('the check of answers', () => {
  async function brokenLookup(checkAnswers: boolean) {
    const { world, violations, call } = inMemory(checkAnswers);
    await call('/tickets', { tickets: [smallTicket('1')] });
    world.tickets.save({ ...world.tickets.get('1')!, status: 'LOST' as never });
    return { answer: await call('/tickets/lookup', { ticketIds: ['1'] }), violations };
  }

  it('answers 500 in place of an answer that is against the document, and keeps it', async () => {
    const { answer, violations } = await brokenLookup(true);
    expect(answer.status).toBe(500);
    const { code, message } = (await answer.json()) as Json;
    expect(code).toBe('CONTRACT_VIOLATION');
    expect(message).toMatch(/^POST \/v3\/organizer\/tickets\/lookup 200: \/results\/0\/status /);
    expect(violations()).toEqual([message]);
  });

  it('can be left out', async () => {
    const { answer, violations } = await brokenLookup(false);
    expect(answer.status).toBe(200);
    expect(violations()).toEqual([]);
  });

  it('keeps an error that nobody foresaw', async () => {
    const { world, violations, call } = inMemory(true);
    world.tickets.get = () => {
      throw new TypeError('broken store');
    };
    const answer = await call('/tickets/lookup', { ticketIds: ['1'] });
    expect(answer.status).toBe(500);
    expect(await answer.json()).toEqual({ code: 'INTERNAL_ERROR', message: 'TypeError: broken store' });
    expect(violations()).toEqual(['POST /v3/organizer/tickets/lookup 500: TypeError: broken store']);
  });
});

describe('a fault around an operation', () => {
  const around = { lose: false };
  const tixngo = tixngoForTests({
    around: async ({ name }, apply) => {
      const answer = await apply();
      return around.lose && name === 'tickets.inject' ? new Response('{}', { status: 503 }) : answer;
    },
  });

  it('can lose the answer of a write that was applied', async () => {
    around.lose = true;
    expect((await tixngo.inject([smallTicket('F-1')])).status).toBe(503);
    around.lose = false;
    expect((await tixngo.hook('/tickets?ids=F-1')).body.tickets).toHaveLength(1);
  });
});
