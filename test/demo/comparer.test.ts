import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { compareSandboxes, type CompareOptions, type Comparison } from '../../demo/comparer/compareSandboxes.js';
import { comparerRules } from '../../demo/comparer/rules.js';
import type { Configuration } from '../../src/config/schema.js';
import { parseConfiguration } from '../../src/config/load.js';
import { startS360Sandbox } from '../../sandbox/s360/sandbox.js';
import { startTixngoSandbox } from '../../sandbox/tixngo/sandbox.js';
import { repository, temporaryTree } from '../scripts/temporaryTree.js';
import { cleanEnvironment, run } from './programs.js';

const columns = {
  ticket_id: '100',
  tax_number: 'TN1',
  barcode: '0012345689',
  ticket_state: 'NOT_PRINTED',
  product_kind: 'MATCH',
  product_code: 'CUP',
  product_name: 'Cup',
  file_id: '7',
  shipment_mode_type: 'BLOCKCHAIN',
  performance_id: '55',
  performance_name: 'A - B',
  start: '2027-05-01 20:00:00',
  time_zone: 'Europe/Zurich',
  site: 'Arena',
  city: 'Basel',
  zip: '4052',
  country_code: 'CH',
  price: '60000',
  charges: '2500',
  currency: 'CHF',
  contact_email: 'contact@example.org',
  holder_first_name: 'Ada',
  holder_last_name: 'Holder',
  holder_email: 'ada@example.org',
};
type Column =
  | keyof typeof columns
  | 'ticket_model_blockchain'
  | 'printed_by'
  | 'comfort_tixstart'
  | 'cancellation_cause'
  | 'contact_number'
  | 'controlled_at'
  | 'linked_ticket_ids'
  | 'validity_start'
  | 'validity_end';

/** The ticket of {@link columns} as TIXNGO must have it. */
const injected = {
  ticketId: '100',
  event: {
    id: '55',
    name: 'A - B',
    address: { site: 'Arena', city: 'Basel', countryCode: 'CH', zip: '4052' },
    startTime: '2027-05-01T20:00:00+02:00',
    expirationDate: '2027-05-02T20:00:00+02:00',
  },
  activationParameters: { method: 'offline' },
  spectatorDetails: { email: 'ada@example.org', firstName: 'Ada', lastName: 'Holder' },
  purchaseDetails: { price: 62.5, currency: 'CHF', taxNumber: 'TN1', fileId: '7' },
  security: { barcode: '0012345689' },
};

/** A season ticket, with what its product's definition says. */
const card = {
  product_kind: 'SEASON_TICKET_CARD',
  product_code: 'SEASON',
  product_name: 'Season ticket',
  performance_id: '',
  validity_start: '2027-07-01 00:00:00',
  validity_end: '2028-06-30 23:59:59',
};

let s360: Awaited<ReturnType<typeof startS360Sandbox>>;
let tixngo: Awaited<ReturnType<typeof startTixngoSandbox>>;

async function startWith(...rows: Partial<Record<Column, string>>[]): Promise<void> {
  const names = [...new Set(rows.flatMap((row) => Object.keys({ ...columns, ...row })))] as Column[];
  const lines = rows.map((row) => {
    const values: Partial<Record<Column, string>> = { ...columns, ...row };
    return names.map((name) => values[name] ?? '');
  });
  const text = [names.join(','), ...lines.map((line) => line.join(','))].join('\n');
  s360 = await startS360Sandbox({ port: 0, csvFile: join(temporaryTree({ 'tickets.csv': text }), 'tickets.csv') });
}

beforeEach(async () => {
  tixngo = await startTixngoSandbox({ port: 0 });
});
afterEach(async () => {
  await s360.close();
  await tixngo.close();
});

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the test says what it expects of it
async function post(url: string, body: object, headers: Record<string, string> = {}): Promise<any> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  expect(answer.status).toBe(200);
  return answer.json();
}

async function inject(...tickets: object[]): Promise<void> {
  const { results } = await post(tixngo.url, { tickets }, { 'x-api-key': 'sandbox-api-key' });
  for (const { outcome } of results) expect(outcome).toBe('INJECTED');
}

/** Both marks of the interface. */
async function mark(...ticketIds: number[]): Promise<void> {
  const place = { salesChannelCode: 'TIXNGO', posCode: 'MOBILE' };
  await post(`${s360.url}/sandbox/s360/mark-printed`, { ticketIds, ...place }, await bearer());
  await flag('TIXNGO_INJECTION', ...ticketIds);
}

async function flag(exportKey: string, ...elementIds: number[]): Promise<void> {
  const body = { exportKey, elementIds, flagDate: '2027-01-01T00:00:00.000+00:00' };
  await post(`${s360.url}/tnai/backend-apis/dataExportService/v1_0/flagItems`, body, await bearer());
}

async function bearer(): Promise<Record<string, string>> {
  const auth = { operator: 'DEMO_TIXNGO', partner: 's360-tixngo-interface', secret: 'sandbox-secret' };
  const { token } = await post(`${s360.url}/tnai/backend-apis/v1/auth`, auth);
  return { authorization: `Bearer ${token}` };
}

/** @param change of the example configuration */
async function compared(
  change: (configuration: Configuration) => void = () => undefined,
  options: CompareOptions = {},
): Promise<Comparison> {
  const text = readFileSync(join(repository, 'config/interface.example.json'), 'utf8');
  const configuration = parseConfiguration(text, 'the example', {});
  change(configuration);
  return await compareSandboxes({ s360: s360.url, tixngo: tixngo.url }, comparerRules(configuration), options);
}

describe('the comparer', () => {
  test('is content when what is PRINTED and processed is in TIXNGO with the same values', async () => {
    await startWith({});
    await inject(injected);
    await mark(100);
    expect(await compared()).toMatchObject({ agree: true, same: 1, s360Tickets: 1, tixngoTickets: 1, differences: [] });
  });

  test.each([
    ['event.id', { event: { ...injected.event, id: '56' } }, '55 in S-360, 56 in TIXNGO'],
    ['event.startTime', { event: { ...injected.event, startTime: '2027-05-01T18:00:00Z' } }, /in S-360, .* in TIXNGO/],
    ['spectatorDetails.email', { spectatorDetails: { email: 'contact@example.org' } }, 'not the same in both'],
    ['security.barcode', { security: { barcode: '12345689' } }, 'not the same in both'],
    [
      'purchaseDetails.price',
      { purchaseDetails: { ...injected.purchaseDetails, price: 60 } },
      '62.5 in S-360, 60 in TIXNGO',
    ],
    ['purchaseDetails.taxNumber', { purchaseDetails: { ...injected.purchaseDetails, taxNumber: 'TN2' } }, /TN1.*TN2/],
    ['purchaseDetails.fileId', { purchaseDetails: { price: 62.5, taxNumber: 'TN1' } }, '7 in S-360, nothing in TIXNGO'],
  ])('names %s that is not the same', async (field, change, what) => {
    await startWith({});
    await inject({ ...injected, ...change });
    await mark(100);
    const { agree, differences, same } = await compared();
    expect({ agree, same }).toEqual({ agree: false, same: 0 });
    expect(differences).toEqual([{ ticketId: '100', field, what: expect.stringMatching(what) }]);
    expect(JSON.stringify(differences)).not.toMatch(/@|0012345689/);
  });

  test('names what is missing, unknown, or on one side only', async () => {
    await startWith({}, { ticket_id: '101' }, { ticket_id: '102' }, { ticket_id: '103' });
    await inject({ ...injected, ticketId: '99' }, { ...injected, ticketId: '102' }, { ...injected, ticketId: '1000' });
    await inject({ ...injected, ticketId: '103' });
    await mark(101, 103);
    await post(`${tixngo.controlUrl}/tickets/alter`, { ticketId: '103', set: { status: 'DELETED' } });
    const { differences, differenceCount } = await compared();
    expect(differences.map(({ ticketId, field, what }) => `${ticketId} ${field}: ${what}`)).toEqual([
      '99 ticket: unknown to S-360',
      '100 ticket: missing in TIXNGO (nothing keeps it from being sent)',
      '101 ticket: PRINTED in S-360, but missing in TIXNGO',
      '102 ticket: in TIXNGO, but NOT_PRINTED in S-360',
      '103 status: PRINTED in S-360, but DELETED in TIXNGO',
      '1000 ticket: unknown to S-360',
    ]);
    expect(differenceCount).toBe(6);
  });

  test.each([
    [
      'a card that misses its barcode’s limit',
      { ...card, barcode: '1'.repeat(513) },
      'card, data that TIXNGO must refuse: barcode',
    ],
    ['a card of another shipment mode', { ...card, shipment_mode_type: 'POSTAL' }, 'card, other shipment mode'],
    [
      'a cancelled card',
      { ...card, ticket_state: 'CANCELLED', shipment_mode_type: 'POSTAL' },
      'card, CANCELLED, other shipment mode',
    ],
    [
      'a card that somebody else has printed',
      { ...card, ticket_state: 'PRINTED', printed_by: 'WEB;SHOP' },
      'card, printed by another point of sales',
    ],
    ['another shipment mode', { shipment_mode_type: 'POSTAL' }, 'other shipment mode'],
    ['a model without blockchain', { ticket_model_blockchain: 'false' }, 'ticket model without blockchain'],
    [
      'a cancelled ticket of another shipment mode',
      { ticket_state: 'CANCELLED', shipment_mode_type: 'POSTAL' },
      'CANCELLED, other shipment mode',
    ],
    ['an incomplete holder', { holder_last_name: '' }, 'ticket holder incomplete'],
    ['no e-mail', { holder_email: '', contact_email: '' }, 'data that TIXNGO must refuse: spectatorDetails.email'],
    ['a site too long', { site: 'x'.repeat(201) }, 'data that TIXNGO must refuse: event.address.site'],
    ['a barcode too long', { barcode: '1'.repeat(513) }, 'data that TIXNGO must refuse: security.barcode'],
    ['a bad comfort date', { comfort_tixstart: 'soon' }, 'data that TIXNGO must refuse: event.startTime'],
    [
      'another point of sales',
      { ticket_state: 'PRINTED', printed_by: 'WEB;SHOP' },
      'printed by another point of sales',
    ],
  ])('takes %s as a reason not to be in TIXNGO', async (_, row, reason) => {
    await startWith(row);
    expect(await compared()).toMatchObject({ agree: true, apart: { [reason]: 1 } });
  });

  test('names at most twenty differences and counts them all', async () => {
    await startWith(...Array.from({ length: 30 }, (_, i) => ({ ticket_id: String(200 + i) })));
    const comparison = await compared();
    expect(comparison.differences).toHaveLength(20);
    expect(comparison.differenceCount).toBe(30);
    const { code, out } = await run(
      `npm run --silent compare -- --s360-url ${s360.url} --tixngo-url ${tixngo.url}`,
      cleanEnvironment(),
    );
    expect(out.match(/^ {2}ticket \d+/gm)).toHaveLength(20);
    expect(out).toContain('… and 10 more');
    expect(code).toBe(1);
  });
});

describe('the comparer, of tickets that the gates let in', () => {
  const controlledAt = '2027-05-01T18:05:00.000Z';
  const letIn = { ticket_state: 'CONTROLLED', printed_by: 'TIXNGO;MOBILE', controlled_at: '2027-05-01 18:05:00' };

  async function control(...tickets: object[]): Promise<void> {
    await post(`${tixngo.url}/control`, { tickets }, { 'x-api-key': 'sandbox-api-key' });
  }

  test('names those that are not CONTROLLED in both at the same time, and those that nobody has marked processed', async () => {
    const ids = ['100', '101', '102', '103', '104'];
    await startWith(...ids.map((ticket_id) => (ticket_id === '104' ? { ticket_id } : { ...letIn, ticket_id })), {
      ...letIn,
      ticket_id: '105',
      shipment_mode_type: 'POSTAL',
    });
    await inject(...[...ids, '105'].map((ticketId) => ({ ...injected, ticketId })));
    await mark(104);
    await flag('TIXNGO_INJECTION', 100, 101, 102, 103, 105);
    await control(
      { ticketId: '100', controlledAt },
      { ticketId: '101', controlledAt: '2027-05-01T18:06:00Z' },
      { ticketId: '103', controlledAt },
      { ticketId: '104', controlledAt },
    );
    await flag('TIXNGO_CONTROLLED', 100, 101, 102);
    const { differences, same, controlled, toldAgain } = await compared();
    expect(differences.map(({ ticketId, field, what }) => `${ticketId} ${field}: ${what}`)).toEqual([
      '101 controlledAt: 2027-05-01 18:05:00 UTC in S-360, 2027-05-01T18:06:00Z in TIXNGO',
      '102 status: CONTROLLED in S-360, but INJECTED in TIXNGO',
      '103 processed: CONTROLLED in S-360, but not marked processed (TIXNGO_CONTROLLED)',
      '104 status: CONTROLLED in TIXNGO, but PRINTED in S-360',
    ]);
    expect({ same, controlled, toldAgain }).toEqual({ same: 2, controlled: 1, toldAgain: 0 });
  });
});

describe('the comparer, of cards that are digital privileges', () => {
  const definition = {
    type: 'SEASON_CARD',
    name: 'Season ticket',
    imageUrl: null,
    validFrom: '2027-07-01T00:00:00+02:00',
    validTo: '2028-06-30T23:59:59+02:00',
    metadata: [],
  };
  const privilege = {
    privilegeId: '100',
    definitionId: 'SEASON',
    spectatorDetails: { email: 'ada@example.org' },
    barcode: '0012345689',
    ticketIds: ['200', '201'],
  };
  const linked = { ...card, ticket_state: 'PRINTED', printed_by: 'TIXNGO;MOBILE', linked_ticket_ids: '"200,201"' };
  const key = { 'x-api-key': 'sandbox-api-key' };

  async function injectPrivileges(...privileges: object[]): Promise<void> {
    const origin = new URL(tixngo.url).origin;
    const put = await fetch(`${origin}/v3/organizer/privilege-definitions/SEASON`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json', ...key },
      body: JSON.stringify(definition),
    });
    expect(put.status).toBe(200);
    const { results } = await post(`${origin}/v3/organizer/privileges`, { privileges }, key);
    for (const { outcome } of results) expect(outcome).toBe('CREATED');
  }

  test('is content when they have owner, barcode, definition and tickets, and when a gate has let one in', async () => {
    await startWith(linked, {
      ...linked,
      ticket_id: '101',
      ticket_state: 'CONTROLLED',
      controlled_at: '2027-05-01 18:05:00',
    });
    await injectPrivileges(privilege, { ...privilege, privilegeId: '101' });
    await flag('TIXNGO_PRIVILEGES', 100, 101);
    const tickets = [{ ticketId: '101', controlledAt: '2027-05-01T18:05:00Z' }];
    await post(`${tixngo.url}/control`, { tickets }, key);
    await flag('TIXNGO_CONTROLLED', 101);
    expect(await compared()).toMatchObject({
      agree: true,
      tixngoTickets: 0,
      privileges: { inTixngo: 2, same: 2, used: 1, linkedTickets: 4, definitions: 1, toldAgain: 0 },
    });
  });

  test('names what is not the same, without what is personal', async () => {
    await startWith(
      ...['100', '101', '102', '103', '104'].map((ticket_id) => ({ ...linked, ticket_id })),
      { ...card, ticket_id: '105', holder_last_name: 'Holder' },
      { ...linked, ticket_id: '106', ticket_state: 'CANCELLED' },
    );
    await injectPrivileges(
      { ...privilege, ticketIds: ['200'] },
      { ...privilege, privilegeId: '101', spectatorDetails: { email: 'other@example.org' } },
      { ...privilege, privilegeId: '102', barcode: '1' },
      { ...privilege, privilegeId: '103' },
      { ...privilege, privilegeId: '106' },
      { ...privilege, privilegeId: '999' },
    );
    await flag('TIXNGO_PRIVILEGES', 100, 101, 102, 104, 106);
    await flag('TIXNGO_CANCELLED', 106);
    const { differences } = await compared();
    expect(differences.map(({ ticketId, field, what }) => `${ticketId} ${field}: ${what}`)).toEqual([
      '100 ticketIds: tickets 200, 201 in S-360, tickets 200 in TIXNGO',
      '101 ownerEmail: not the same in both',
      '102 barcode: not the same in both',
      '103 processed: PRINTED in S-360, but not marked processed (TIXNGO_PRIVILEGES)',
      '104 privilege: PRINTED in S-360, but missing in TIXNGO',
      '105 privilege: missing in TIXNGO (nothing keeps it from being sent)',
      '106 status: CANCELLED in S-360, but ACTIVE in TIXNGO',
      '999 privilege: unknown to S-360',
    ]);
  });

  test('names a definition that says something else, and counts cards as such where privileges are not configured', async () => {
    await startWith({ ...linked, product_name: 'Renamed' });
    await injectPrivileges(privilege);
    await flag('TIXNGO_PRIVILEGES', 100);
    const { differences } = await compared();
    expect(differences).toEqual([{ ticketId: '100', field: 'definition.name', what: 'not the same in both' }]);
    const without = await compared((configuration) => {
      for (const { functions } of configuration.institutions[0]?.organizations[0]?.interfaces ?? []) {
        functions.splice(0, Infinity, ...functions.filter((fn) => fn.function !== 'digitalPrivilegesInjection'));
      }
    });
    expect(without.privileges).toBeNull();
  });
});

describe('the comparer, of a ticket that was injected and then taken back', () => {
  interface Deletion {
    readonly deletionReason: string;
    readonly showDeletedTicket: boolean;
  }

  const rightOne: Deletion = { deletionReason: 'RESALE_PENDING', showDeletedTicket: true };

  async function deleteTicket(deletion: Deletion): Promise<void> {
    const tickets = [{ ticketId: '100', ...deletion }];
    await post(`${tixngo.url}/delete`, { tickets }, { 'x-api-key': 'sandbox-api-key' });
  }

  /** Ticket 100 is invalidated; 101 stays valid. */
  async function takenBack(): Promise<void> {
    await startWith({}, { ticket_id: '101' });
    await inject(injected, { ...injected, ticketId: '101' });
    await mark(100, 101);
    await post(`${s360.url}/sandbox/s360/box-office/invalidate`, { ticketIds: [100], cause: 'RESALE_PENDING' });
  }

  test('is content when it is DELETED for its reason, as visible as it must be, and marked processed', async () => {
    await takenBack();
    await deleteTicket(rightOne);
    await flag('TIXNGO_CANCELLED', 100);
    expect(await compared()).toMatchObject({ agree: true, same: 1, deleted: 1, waitingForPhone: 0, toldAgain: 0 });
  });

  test('counts one that waits for a phone', async () => {
    await takenBack();
    await post(`${tixngo.controlUrl}/phones/download`, { all: true });
    await post(`${tixngo.controlUrl}/phones/offline`, { ticketIds: ['100'] });
    await deleteTicket(rightOne);
    await flag('TIXNGO_CANCELLED', 100);
    expect(await compared()).toMatchObject({ agree: true, same: 1, deleted: 0, waitingForPhone: 1 });
  });

  test.each<[string, Deletion | null, boolean, string[]]>([
    ['not deleted', null, true, ['100 status: INVALIDATED in S-360, but INJECTED in TIXNGO']],
    [
      'deleted for another reason',
      { ...rightOne, deletionReason: 'LOST' },
      true,
      ['100 deletion.reason: RESALE_PENDING in S-360, LOST in TIXNGO'],
    ],
    [
      'deleted, but not shown as it must be',
      { ...rightOne, showDeletedTicket: false },
      true,
      ['100 deletion.visible: must be shown to its spectator, is not shown'],
    ],
    [
      'deleted, but not marked processed',
      rightOne,
      false,
      ['100 processed: INVALIDATED in S-360 and DELETED in TIXNGO, but not marked processed (TIXNGO_CANCELLED)'],
    ],
  ])('names one that is %s', async (_, deletion, processed, found) => {
    await takenBack();
    if (deletion !== null) await deleteTicket(deletion);
    if (processed) await flag('TIXNGO_CANCELLED', 100);
    const { differences, agree, deleted } = await compared();
    expect(differences.map(({ ticketId, field, what }) => `${ticketId} ${field}: ${what}`)).toEqual(found);
    expect({ agree, deleted }).toEqual({ agree: false, deleted: 0 });
  });

  test('names one that is deleted or marked processed although it is valid', async () => {
    await startWith({}, { ticket_id: '101' });
    await inject(injected, { ...injected, ticketId: '101' });
    await mark(100, 101);
    await deleteTicket(rightOne);
    await flag('TIXNGO_CANCELLED', 101);
    const { differences } = await compared();
    expect(differences.map(({ ticketId, field, what }) => `${ticketId} ${field}: ${what}`)).toEqual([
      '100 status: PRINTED in S-360, but DELETED in TIXNGO',
      '101 processed: marked processed by push cancelled (TIXNGO_CANCELLED), but PRINTED',
    ]);
  });

  test('names one that vanished from TIXNGO, and one that never was there and is not marked processed', async () => {
    await startWith(
      {},
      { ticket_id: '101', ticket_state: 'CANCELLED' },
      { ticket_id: '102', ticket_state: 'CANCELLED' },
    );
    await mark(100);
    await post(`${s360.url}/sandbox/s360/box-office/cancel`, { ticketIds: [100] });
    await flag('TIXNGO_CANCELLED', 100, 102);
    const { differences, apart } = await compared();
    expect(differences.map(({ ticketId, field, what }) => `${ticketId} ${field}: ${what}`)).toEqual([
      '100 ticket: was injected, but missing in TIXNGO',
      '101 processed: CANCELLED in S-360 and never in TIXNGO, but not marked processed (TIXNGO_CANCELLED)',
    ]);
    expect(apart).toEqual({ 'CANCELLED, never in TIXNGO': 1 });
  });

  test('knows the translated reason and the other two steps of visibility', async () => {
    await takenBack();
    await deleteTicket({ deletionReason: 'RESOLD', showDeletedTicket: true });
    await flag('TIXNGO_CANCELLED', 100);
    const comparedWith = (notifySpectator: boolean, visibilityFlagDefaultValue: boolean): Promise<Comparison> =>
      compared((configuration) => {
        const [settings] = configuration.institutions[0]?.organizations[0]?.interfaces ?? [];
        const push = settings?.functions.find((fn) => fn.function === 'pushCancelled');
        if (settings === undefined || push?.function !== 'pushCancelled') throw new Error('no push cancelled');
        settings.customParameters = {
          ...settings.customParameters,
          overrideVisibilityFlagForInvalidationReasons: [],
          visibilityFlagDefaultValue,
        };
        Object.assign(push, { notifySpectator, deletionReasons: { RESALE_PENDING: 'RESOLD' } });
      });
    expect(await comparedWith(true, false)).toMatchObject({ agree: true, deleted: 1 });
    expect(await comparedWith(false, true)).toMatchObject({ agree: true, deleted: 1 });
    expect(await comparedWith(false, false)).toMatchObject({ agree: false, differenceCount: 1 });
  });

  test('counts a ticket about which somebody was told twice', async () => {
    await tixngo.close();
    tixngo = await startTixngoSandbox({ port: 0, strictNotifications: true });
    await takenBack();
    await deleteTicket(rightOne);
    await flag('TIXNGO_CANCELLED', 100);
    expect((await compared()).toldAgain).toBe(0);
    await deleteTicket(rightOne);
    expect(await compared()).toMatchObject({ agree: true, toldAgain: 1 });
  });
});

describe('the comparer, of what comes back from TIXNGO', () => {
  type Entry = Record<string, unknown> & { status: string };

  /** The e-mail of the contact of {@link columns} is the one for whom the ticket was injected. */
  const withoutHolder: Partial<Record<Column, string>> = { contact_number: '0000000001', holder_email: '' };
  const forContact = { ...injected, spectatorDetails: { email: 'contact@example.org', firstName: 'Ada' } };

  const hook = (path: string, body: object) => post(`${tixngo.controlUrl}/${path}`, body);
  const asS360 = async (path: string, body: object) => post(`${s360.url}/${path}`, body, await bearer());
  const contacts = 'tnco/backend-apis/contactInformationPublicService/v2_21';

  async function diff(): Promise<Entry[]> {
    const answer = await fetch(`${tixngo.url}/diff`, { headers: { 'x-api-key': 'sandbox-api-key' } });
    expect(answer.status).toBe(200);
    const { result } = (await answer.json()) as { result: Entry[] };
    return result;
  }

  /** Stores the entries of TIXNGO's diff as S-360 wants them. @param change of an entry; null leaves it out */
  async function store(change: (entry: Entry) => Entry | null = (entry) => entry): Promise<void> {
    const entries = (await diff()).flatMap((entry) => {
      const changed = change(structuredClone(entry));
      if (changed === null) return [];
      const { ticketId, spectatorDetails, ticketHolder, initialOwner, previousStatus: _, ...rest } = changed;
      const { organizerSpectatorPreference: __, ...owner } = spectatorDetails as Record<string, unknown>;
      const initialOwnerEmail = (initialOwner as { email: string }).email;
      return [
        {
          ...rest,
          ...{ ticketId: Number(ticketId), organizationCode: 'FCDEMO' },
          ...{ owner, holder: ticketHolder, initialOwnerEmail },
        },
      ];
    });
    if (entries.length > 0) await asS360('sandbox/s360/mobile-tickets/store', { requestId: null, entries });
  }

  const distributionStatus: Record<string, string> = {
    PENDING_TRANSFER: 'PENDING',
    FAILURE_TRANSFER: 'CANCELLED',
    TRANSFERRED: 'CONFIRMED',
  };

  interface Line {
    readonly status: string;
    readonly changedAt: string;
    readonly oldContactNumber: string | null;
    readonly newContactNumber: string | null;
  }

  /** Records a line for each step of ticket 100. @param change of a line; null leaves it out */
  async function record(from: string, to: string, change: (line: Line) => Line | null = (line) => line): Promise<void> {
    const lines = (await diff()).flatMap(({ ticketId, status, statusChangedAt }) => {
      const step = distributionStatus[status];
      if (step === undefined || ticketId !== '100') return [];
      const changedAt = String(statusChangedAt);
      const line = change({ status: step, changedAt, oldContactNumber: from, newContactNumber: to });
      return line === null ? [] : [{ ...line, ticketId: 100, organizationCode: 'FCDEMO', action: 'Distribute' }];
    });
    await asS360('sandbox/s360/distributions/record', { requestId: null, lines });
  }

  async function createContact(email: string): Promise<string> {
    const contact = { identifier: 'one', createLogin: true, email, firstName: 'Pending', lastName: 'CREATION' };
    const body = { requestId: null, contactDataList: [contact] };
    const { identifierContactMap } = await asS360(`${contacts}/createCulturalContact`, body);
    return identifierContactMap.one;
  }

  async function nameContact(contactNumber: string): Promise<void> {
    const contact = { contactNumber, individualFirstname: 'New', individualLastname: 'Fan' };
    await asS360('sandbox/s360/contacts/update-temporary', { requestId: null, contacts: [contact] });
  }

  /** Ticket 100 was refused by one stranger and accepted by another; its statuses are in S-360. @returns the numbers of both contacts */
  async function passedOn(): Promise<{ refuser: string; owner: string }> {
    await startWith(withoutHolder);
    await inject(forContact);
    await mark(100);
    const ticketIds = ['100'];
    await hook('phones/download', { all: true });
    await hook('spectators/transfer', { ticketIds, recipientEmails: ['refuser@guests.example'] });
    await hook('spectators/refuse', { ticketIds });
    await hook('spectators/transfer', { ticketIds, recipientEmails: [' OWNER@guests.example '] });
    await hook('spectators/accept', { ticketIds });
    await store();
    return {
      refuser: await createContact('refuser@guests.example'),
      owner: await createContact('owner@guests.example'),
    };
  }

  /** The right lines of {@link passedOn}, with a change. */
  async function recordBoth(
    { refuser, owner }: { refuser: string; owner: string },
    change: (line: Line) => Line | null = (line) => line,
  ): Promise<void> {
    const [first] = (await diff()).filter(({ status }) => status === 'FAILURE_TRANSFER');
    await record('0000000001', owner, (line) => {
      const isFirst = Date.parse(line.changedAt) <= Date.parse(String(first?.['statusChangedAt']));
      return change({ ...line, newContactNumber: isFirst ? refuser : owner });
    });
  }

  const differencesOf = ({ differences }: Comparison): string[] =>
    differences.map(
      ({ ticketId, contactNumber, field, what }) => `${ticketId ?? contactNumber ?? 'nothing'} ${field}: ${what}`,
    );

  const strictly = (): Promise<Comparison> => compared(undefined, { fedBack: true });

  test('is content when S-360 knows status, history, owner and details as TIXNGO does', async () => {
    await startWith({}, { ticket_id: '101' });
    await inject(injected, { ...injected, ticketId: '101' });
    await mark(100, 101);
    await hook('phones/download', { all: true });
    await hook('spectators/assign', { ticketIds: ['100'], extraFields: [{ key: 'shirtSize', value: 'M' }] });
    await hook('spectators/activate', { ticketIds: ['100'], method: 'BT' });
    await store();
    const { agree, feedback } = await strictly();
    expect({ agree, feedback }).toMatchObject({ agree: true, feedback: { same: 2, moved: 0, notFedBack: {} } });
  });

  test.each([
    ['nothing', 'nothing of it is in S-360 yet', 'mobile status: DOWNLOADED in TIXNGO, nothing in S-360', []],
    [
      'the first status only',
      'TIXNGO has a newer status',
      /^100 mobile status: DOWNLOADED of .*, INJECTED of/,
      ['INJECTED'],
    ],
    [
      'the last status only',
      'an earlier status is missing',
      /^100 mobile history: INJECTED of .* is missing/,
      ['DOWNLOADED'],
    ],
  ])(
    'counts a ticket of which %s has come back, and names it only once all must be back',
    async (_, why, what, back) => {
      await startWith({});
      await inject(injected);
      await mark(100);
      await hook('phones/download', { all: true });
      const statuses: readonly string[] = back;
      await store((entry) => (statuses.includes(entry.status) ? entry : null));
      expect(await compared()).toMatchObject({ agree: true, feedback: { same: 0, notFedBack: { [why]: 1 } } });
      const strict = await strictly();
      expect(strict).toMatchObject({ agree: false, feedback: { notFedBack: {} } });
      expect(differencesOf(strict)).toEqual([expect.stringMatching(what)]);
    },
  );

  test.each<[string, (entry: Entry) => Entry]>([
    ['owner.lastName', (entry) => ({ ...entry, spectatorDetails: { email: 'ada@example.org', firstName: 'Ada' } })],
    [
      'holder.lastName',
      (entry) => ({ ...entry, ticketHolder: { ...(entry['ticketHolder'] as object), lastName: 'X' } }),
    ],
    ['extraFields', (entry) => ({ ...entry, extraFields: [] })],
    [
      'activation.method',
      (entry) => ({ ...entry, activation: { ...(entry['activation'] as object), method: 'ONLINE' } }),
    ],
    ['beaconName', (entry) => ({ ...entry, beaconName: null })],
    ['initialOwnerEmail', (entry) => ({ ...entry, initialOwner: { email: 'other@example.org' } })],
  ])('names mobile %s that is not the same, without its value', async (field, change) => {
    await startWith({});
    await inject(injected);
    await mark(100);
    await hook('phones/download', { all: true });
    await hook('spectators/assign', { ticketIds: ['100'], extraFields: [{ key: 'shirtSize', value: 'M' }] });
    await hook('spectators/activate', { ticketIds: ['100'], method: 'BT' });
    await store((entry) => (entry.status === 'BT_ACTIVATED' ? change(entry) : entry));
    const comparison = await compared();
    expect(differencesOf(comparison)).toEqual([`100 mobile ${field}: not the same in both`]);
    expect(comparison.agree).toBe(false);
  });

  test('names a status that TIXNGO never told, and what S-360 knows of a ticket that is not in TIXNGO', async () => {
    await startWith({}, { ticket_id: '101' });
    await inject(injected, { ...injected, ticketId: '99' });
    await mark(100);
    await store(({ ticketId, ...entry }) =>
      ticketId === '100' ? { ticketId, ...entry, status: 'CONTROLLED' } : { ...entry, ticketId: '101' },
    );
    const found = differencesOf(await compared()).filter((text) => text.includes('mobile'));
    expect(found).toEqual([
      expect.stringMatching(/^100 mobile history: CONTROLLED of .* in S-360, which TIXNGO does not know$/),
      expect.stringMatching(/^100 mobile status: INJECTED of .* in TIXNGO, CONTROLLED of .* in S-360$/),
      '101 mobile status: INJECTED in S-360, but not in TIXNGO',
    ]);
  });

  test('is content with a ticket that was passed on: a line for each step, and the new owner is the cultural contact', async () => {
    const people = await passedOn();
    await recordBoth(people);
    await nameContact(people.owner);
    expect(await strictly()).toMatchObject({
      agree: true,
      same: 1,
      feedback: { same: 1, moved: 1, newOwners: 1, distributionLines: 4, contactsCreated: 2, contactsPending: 1 },
    });
  });

  test('counts a ticket whose lines of history have not come back', async () => {
    await passedOn();
    expect(await compared()).toMatchObject({
      agree: true,
      feedback: { same: 0, notFedBack: { 'a transfer has no line of history yet': 1 } },
    });
    const strict = differencesOf(await strictly());
    expect(strict).toHaveLength(4);
    for (const text of strict) expect(text).toMatch(/^100 distribution: no line (PENDING|CANCELLED|CONFIRMED) of /);
  });

  test.each<[string, (line: Line, people: { refuser: string; owner: string }) => Line, RegExp]>([
    [
      'from somebody else than its sender',
      (line, { refuser }) => (line.status === 'CONFIRMED' ? { ...line, oldContactNumber: refuser } : line),
      /^100 distribution: old contact of CONFIRMED of .* is not the sender's$/,
    ],
    [
      'to somebody else than its recipient',
      (line, { owner }) => (line.status === 'CANCELLED' ? { ...line, newContactNumber: owner } : line),
      /^100 distribution: new contact of CANCELLED of .* is not the recipient's$/,
    ],
    [
      'to nobody, though its recipient has a contact',
      (line) => (line.status === 'CANCELLED' ? { ...line, newContactNumber: null } : line),
      /^100 distribution: new contact of CANCELLED of .* is not the recipient's$/,
    ],
    [
      'at a time when nothing of it was in TIXNGO',
      (line) => (line.status === 'CANCELLED' ? { ...line, changedAt: '2026-01-01T00:00:00.000Z' } : line),
      /^100 distribution: a line CANCELLED of 2026-01-01T00:00:00.000Z, when nothing of this kind was in TIXNGO$/,
    ],
  ])('names a line %s', async (_, change, what) => {
    const people = await passedOn();
    await recordBoth(people, (line) => change(line, people));
    await nameContact(people.owner);
    const comparison = await compared();
    expect(differencesOf(comparison)).toEqual([expect.stringMatching(what)]);
    expect(comparison.feedback).toMatchObject({ same: 0 });
  });

  test('names a new owner who is not the cultural contact, and one who still waits for a name', async () => {
    const people = await passedOn();
    await recordBoth(people);
    expect(differencesOf(await compared())).toEqual([
      '100 cultural contact: still is «Pending CREATION», but TIXNGO tells the name',
    ]);
    await nameContact(people.owner);
    const changes = [{ ticketId: 100, set: { contact_number: people.refuser } }];
    await post(`${s360.url}/sandbox/s360/tickets/change`, { changes });
    expect(differencesOf(await compared())).toEqual([
      "100 cultural contact: is not the contact with the new owner's e-mail",
    ]);
  });

  test('names a contact that was created for an e-mail that had one, and one that was changed though it is not ours', async () => {
    const people = await passedOn();
    await recordBoth(people);
    await nameContact(people.owner);
    const second = await createContact('Contact@example.org ');
    const third = await createContact('refuser@guests.example');
    const pending = { email: 'waits@example.org', individualFirstname: 'Pending', individualLastname: 'CREATION' };
    const { contactNumbers } = await post(`${s360.url}/sandbox/s360/contacts/add`, { contacts: [pending] });
    await nameContact(contactNumbers[0]);
    expect(differencesOf(await compared()).sort()).toEqual(
      [
        `${contactNumbers[0]} contact: was changed, but the interface has not created it`,
        `${second} contact: was created, but its e-mail had a contact`,
        `${third} contact: was created, but its e-mail had a contact`,
      ].sort(),
    );
  });

  test('leaves out what another organization or the skip list keeps from coming back', async () => {
    await startWith({}, { ticket_id: '101', tax_number: 'TN2' });
    await inject(injected, {
      ...injected,
      ticketId: '101',
      purchaseDetails: { ...injected.purchaseDetails, taxNumber: 'TN2' },
    });
    await mark(100, 101);
    const changes = [{ ticketId: 101, set: { organization_code: 'FCOTHER' } }];
    await post(`${s360.url}/sandbox/s360/tickets/change`, { changes });
    const comparison = await compared(
      (configuration) => {
        for (const fn of configuration.institutions[0]?.organizations[0]?.interfaces[0]?.functions ?? []) {
          if (fn.function === 'retrieveTicketStatus') fn.skipTickets = 'TN1';
        }
      },
      { fedBack: true },
    );
    expect(comparison).toMatchObject({
      agree: true,
      same: 2,
      feedback: { same: 0, notFedBack: { 'on the skip list': 1, 'of another organization': 1 } },
    });
  });
});

test('npm run compare ends with 2 when it cannot compare, and says why', async () => {
  await startWith({});
  const compare = (args: string) => run(`npm run --silent compare -- --s360-url ${s360.url} ${args}`);
  const nobody = await compare('--tixngo-url http://127.0.0.1:9');
  expect(nobody).toMatchObject({ code: 2, out: '' });
  expect(nobody.err).toContain('Nobody answers at http://127.0.0.1:9.');
  const noSandbox = await compare(`--tixngo-url ${s360.url}`);
  expect(noSandbox).toMatchObject({ code: 2, out: '' });
  expect(noSandbox.err).toContain('this is no sandbox');
  expect(await compare('--config none.json')).toMatchObject({ code: 2, out: '' });
});

test('the comparer shares no rule with the interface', () => {
  const folder = join(repository, 'demo/comparer');
  for (const file of readdirSync(folder)) {
    const imports = readFileSync(join(folder, file), 'utf8').matchAll(/^import (?!type )[^;]* from '(\.\.[^']*)';/gm);
    for (const [, from] of imports) expect([file, from]).toEqual([file, '../../src/cli/terminal.js']);
  }
});
