import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { startTixngoSandbox, type TixngoSandbox } from '../../sandbox/tixngo/sandbox.js';
import { fieldRules, payloadProblem, type PayloadProblem } from '../../src/domain/payloadChecks.js';
import { productKinds } from '../../src/domain/ticket.js';
import { mapTicket, type MappingSettings } from '../../src/domain/ticketMapping.js';
import { templateFields, templateVariables } from '../../src/domain/ticketTemplate.js';
import type { TixngoTicket } from '../../src/domain/tixngoTicket.js';
import { matchRow, plainMapping, template, ticket } from './ticketForTests.js';

/*
 * Our own check before the call against the TIXNGO sandbox, which shares no code with it: what we let pass must be accepted there, and
 * what we park must be refused there, or a good ticket would be held back.
 */
interface Result {
  readonly ticketId: string;
  readonly outcome: string;
  readonly errorCode?: string;
  readonly message?: string;
}

let sandbox: TixngoSandbox;
beforeAll(async () => {
  sandbox = await startTixngoSandbox({ allowOnlineActivation: true });
});
afterAll(async () => {
  await sandbox.close();
  expect(sandbox.violations()).toEqual([]);
});

async function inject(tickets: readonly TixngoTicket[]): Promise<Result[]> {
  const answer = await fetch(sandbox.url, {
    method: 'POST',
    headers: { 'x-api-key': 'sandbox-api-key', 'content-type': 'application/json' },
    body: JSON.stringify({ tickets }),
  });
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { results: Result[] }).results;
}

async function setting(change: object): Promise<void> {
  const answer = await fetch(`${sandbox.controlUrl}/settings`, { method: 'POST', body: JSON.stringify(change) });
  expect(answer.status).toBe(200);
}

const alphabets = [
  'aZ9 -',
  'éüßçØ',
  'Ωλ',
  'ЖщЯ',
  'محمد',
  '漢字',
  'ひらカ',
  '한국',
  '😀🎟',
  '\u0301',
  '"\\\n\t',
  '${x}',
  '<b>&',
];
const letter = fc.constantFrom(...alphabets.flatMap((alphabet) => [...alphabet]));
/** Any script, and often exactly at a limit of the contract, or one over it. */
const someText = fc.oneof(
  { weight: 4, arbitrary: fc.array(letter, { minLength: 1, maxLength: 30 }).map((letters) => letters.join('')) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(letter, fc.constantFrom(50, 51, 100, 101, 128, 129, 200, 201, 256, 257, 512, 513))
      .map(([one, length]) => one.repeat(length)),
  },
  { weight: 1, arbitrary: fc.constantFrom('', ' ', '\t', '0') },
);
const value = fc.oneof({ weight: 8, arbitrary: someText }, { weight: 1, arbitrary: fc.constant(null) });
const email = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('zoe@example.org', 'a+b@example.com', 'x@intranet', 'ñandú@example.net') },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '',
      'nobody',
      'a b@example.org',
      '@',
      'a@b@example.org',
      `${'x'.repeat(250)}@example.org`,
    ),
  },
  { weight: 1, arbitrary: fc.constant(null) },
);
const comfort = fc.oneof(
  { weight: 5, arbitrary: fc.constant(null) },
  fc.constantFrom('start_of_season', 'end_of_season', '+1d', '-52w', '9999w', '29/02/28 23:59', 'nonsense'),
);
const time = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .integer({ min: 0, max: 4_000_000_000 })
      .map((s) => new Date(s * 1_000).toISOString().slice(0, 19).replace('T', ' ')),
  },
  fc.constantFrom(null, '', '2027-02-30 10:00:00', '9999-12-31 23:59:59', '0001-01-01 00:00:00'),
);
const amount = fc.oneof(fc.integer({ min: -1e12, max: 1e12 }), fc.constant(null));

/** An export row of any kind, with the columns that reach the payload as bad as they can be. */
const anyRow = fc.record(
  {
    product_kind: fc.constantFrom(...productKinds),
    product_code: value,
    product_name: value,
    activity_name: value,
    performance_id: fc.oneof(fc.integer({ min: 1, max: 2 ** 53 - 1 }), fc.constant(null)),
    performance_name: value,
    host_team: value,
    start: time,
    end: time,
    validity_start: time,
    validity_end: time,
    season_start: time,
    season_end: time,
    time_zone: fc.constantFrom('Europe/Zurich', 'America/New_York', 'Asia/Kolkata', 'UTC', null),
    site: value,
    city: value,
    zip: value,
    country_code: value,
    address_line1: value,
    address_line2: value,
    address_line3: value,
    barcode: value,
    tax_number: value,
    currency: value,
    seat_category_name: value,
    price: amount,
    charges: amount,
    contingent_code: value,
    contact_email: email,
    contact_first_name: value,
    holder_email: email,
    holder_first_name: value,
    holder_last_name: value,
    holder_gender: fc.constantFrom('M', 'F', 'U', 'X', 'm', 'Z', 'FX', '', null),
    comfort_tixact: comfort,
    comfort_tixstart: comfort,
    comfort_tixexp: comfort,
    comfort_tixrgrp: value,
    gate: value,
    row: value,
    seat: value,
  },
  // Most columns keep a good value, so that many tickets pass and the bad ones have one fault each.
  { requiredKeys: [] },
);

const templateText = fc
  .array(
    fc.oneof(
      fc.constantFrom(...Object.keys(templateVariables)).map((name) => `\${${name}}`),
      fc.constantFrom('-', ' ', 'Gate '),
    ),
    { minLength: 1, maxLength: 4 },
  )
  .map((parts) => parts.join(''));
const textFields = Object.entries(templateFields).flatMap(([path, type]) => (type === 'text' ? [path] : []));
const anyTemplate = fc.record({
  fields: fc.dictionary(fc.constantFrom(...textFields), templateText, { maxKeys: 4 }),
  eventMetadata: fc.dictionary(fc.constantFrom('RESALE_TICKETSHOP_URL', 'NOTE'), templateText, { maxKeys: 2 }),
  ticketDetails: fc.record({
    main: fc.array(fc.record({ key: fc.constantFrom('Gate', 'Row'), value: templateText }), { maxLength: 2 }),
    extra: fc.array(fc.record({ key: fc.constant('Seat'), value: templateText }), { maxLength: 1 }),
    hidden: fc.constant([]),
  }),
});
const anySettings: fc.Arbitrary<MappingSettings> = fc.record({
  ticketIdentifier: fc.constantFrom('ticketId' as const, 'ticketId' as const, 'taxNumber' as const),
  barcodePrefix: fc.constantFrom('', 'A-'),
  barcodeSuffix: fc.constantFrom('', '-Z'),
  mainApplicant: fc.boolean(),
  activationMethod: fc.constantFrom('offline' as const, 'online' as const),
  addChargesToPrice: fc.boolean(),
  comfortOffsetAnchor: fc.constantFrom('start' as const, 'fieldDefault' as const),
  spectator: fc.constantFrom('ticketHolder' as const, 'culturalContact' as const),
  template: fc.option(anyTemplate, { freq: 3 }),
});

let issued = 10_000_000_000_000;

/** A ticket id of its own for every payload, unless the id is what is wrong with it. */
function payloadOf(row: object, settings: MappingSettings): TixngoTicket | null {
  issued += 1;
  const result = mapTicket(ticket({ ...row, ticket_id: issued }), settings);
  return 'problem' in result ? null : result.ticket;
}

describe('Payload: our check and the TIXNGO sandbox agree', () => {
  test.each([false, true])(
    'on any ticket that S-360 can offer (contingent mandatory: %s)',
    async (contingentMandatory) => {
      await setting({ contingentMandatory });
      let passed = 0;
      let refused = 0;
      const page = fc.array(fc.tuple(anyRow, anySettings), { minLength: 50, maxLength: 50 });
      await fc.assert(
        fc.asyncProperty(page, async (entries) => {
          const payloads = entries.flatMap(([row, settings]) => payloadOf(row, settings) ?? []);
          if (payloads.length === 0) return;
          const results = await inject(payloads);
          for (const [i, payload] of payloads.entries()) {
            const problem = payloadProblem(payload, contingentMandatory);
            const { outcome, errorCode, message } = results[i]!;
            if (problem === null) {
              passed += 1;
              expect([outcome, errorCode, message]).toEqual([
                expect.stringMatching(/^(INJECTED|UPDATED)$/),
                undefined,
                undefined,
              ]);
            } else {
              refused += 1;
              expect([problem.field, outcome]).toEqual([problem.field, 'REJECTED']);
            }
          }
        }),
        { numRuns: 40 },
      );
      await setting({ contingentMandatory: false });
      // A generator that only makes good tickets, or only bad ones, would show nothing.
      expect(passed).toBeGreaterThan(10);
      expect(refused).toBeGreaterThan(10);
    },
  );
});

/** A payload with every field of the rules, all good. */
function goodPayload(): TixngoTicket {
  const payload = payloadOf(matchRow, {
    ...plainMapping,
    template: template({
      fields: Object.fromEntries(textFields.map((path) => [path, 'x'])),
    }),
  })!;
  payload.activationParameters.method = 'offline';
  payload.activationParameters.time = '2027-09-18T12:00:00+02:00';
  payload.event.address.line2 = 'x';
  payload.event.address.line3 = 'x';
  return payload;
}

function set(payload: TixngoTicket, path: string, given: string): TixngoTicket {
  const steps = path.split('.');
  const last = steps.pop()!;
  const place = steps.reduce<Record<string, unknown>>(
    (at, key) => at[key] as Record<string, unknown>,
    payload as never,
  );
  expect(place, `${path} does not stand in the good payload`).toHaveProperty(last);
  place[last] = given;
  return payload;
}

describe('Payload: every rule of ours is a rule of TIXNGO', () => {
  test('the good payload is good on both sides', async () => {
    const payload = goodPayload();
    expect(payloadProblem(payload, true)).toBeNull();
    expect((await inject([payload]))[0]!.outcome).toBe('INJECTED');
  });

  test.each(fieldRules.map((rule) => [rule.path, rule] as const))('%s', async (path, rule) => {
    const wrong: [TixngoTicket, PayloadProblem['code']][] = [];
    if (rule.required === true) {
      wrong.push([set(goodPayload(), path, ''), 'FIELD_REQUIRED'], [set(goodPayload(), path, '  '), 'FIELD_REQUIRED']);
    }
    if (rule.maxLength !== undefined) {
      // No letter of the texts above: no ticket may have that id already.
      const filler = path === 'ticketId' ? '8' : '漢';
      const tail = path === 'spectatorDetails.email' ? '@example.org' : '';
      const long = filler.repeat(rule.maxLength - tail.length) + tail;
      wrong.push([set(goodPayload(), path, filler + long), 'FIELD_TOO_LONG']);
      const longest = set(goodPayload(), path, long);
      expect(payloadProblem(longest, false)).toBeNull();
      expect((await inject([longest]))[0]!.outcome).toBe('INJECTED');
    }
    if (rule.pattern !== undefined) {
      wrong.push(
        [set(goodPayload(), path, 'ü!'), 'FIELD_INVALID'],
        [set(goodPayload(), path, '2027-09-18 12:00:00;'), 'FIELD_INVALID'],
      );
    }
    expect(wrong.length).toBeGreaterThan(0);
    const results = await inject(wrong.map(([payload]) => payload));
    for (const [i, [payload, code]] of wrong.entries()) {
      expect(payloadProblem(payload, false)).toEqual({ code, field: path });
      // An empty text is «missing» to us; where a date or a choice is due, TIXNGO may call it invalid.
      const codes = code === 'FIELD_REQUIRED' ? ['FIELD_REQUIRED', 'FIELD_INVALID'] : [code];
      expect(results[i]!.outcome).toBe('REJECTED');
      expect(codes).toContain(results[i]!.errorCode);
      expect(results[i]!.message).toContain(path);
    }
  });

  test('purchaseDetails.contingent, where the organizer demands it', async () => {
    await setting({ contingentMandatory: true });
    const payload = payloadOf({ contingent_code: null }, plainMapping)!;
    expect(payloadProblem(payload, true)).toEqual({ code: 'FIELD_REQUIRED', field: 'purchaseDetails.contingent' });
    expect(payloadProblem(payload, false)).toBeNull();
    expect((await inject([payload]))[0]).toMatchObject({ outcome: 'REJECTED', errorCode: 'FIELD_REQUIRED' });
    await setting({ contingentMandatory: false });
    expect((await inject([payload]))[0]!.outcome).toBe('INJECTED');
  });

  test.each(['-1', '0', '1', '999999999'])(
    'transferRules.maximumTransfers %s of a template is accepted',
    async (text) => {
      const settings = {
        ...plainMapping,
        template: template({ fields: { 'transferRules.maximumTransfers': text, 'transferRules.isAllowed': 'true' } }),
      };
      expect((await inject([payloadOf({}, settings)!]))[0]!.outcome).toBe('INJECTED');
    },
  );
});
