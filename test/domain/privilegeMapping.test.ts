import { describe, expect, test } from 'vitest';

import { definitionProblem, privilegeProblem } from '../../src/domain/privilegeChecks.js';
import { mapDefinition, mapPrivilege, type PrivilegeSettings } from '../../src/domain/privilegeMapping.js';
import type { PrivilegeDefinition } from '../../src/domain/tixngoPrivilege.js';
import { ticket } from './ticketForTests.js';

const settings: PrivilegeSettings = {
  ticketIdentifier: 'ticketId',
  barcodePrefix: '',
  barcodeSuffix: '',
  spectator: 'ticketHolder',
  images: {},
  definitionPrefix: null,
  timeZone: 'UTC',
};

/** A season ticket card of two matches. */
function card(row: Readonly<Record<string, unknown>> = {}) {
  return ticket({
    ticket_id: 500,
    tax_number: 'TN500',
    product_kind: 'SEASON_TICKET_CARD',
    product_code: 'SEASON-27',
    product_name: 'Season ticket',
    performance_id: null,
    performance_name: null,
    start: null,
    end: null,
    validity_start: '2027-07-01 00:00:00',
    validity_end: '2028-01-31 23:59:59',
    linked_ticket_ids: '501,502',
    linked_tax_numbers: 'TN501,TN502',
    ...row,
  });
}

function definition(row: Readonly<Record<string, unknown>> = {}, change: Partial<PrivilegeSettings> = {}) {
  const mapped = mapDefinition(card(row), { ...settings, ...change });
  if ('problem' in mapped) throw new Error(mapped.problem.code);
  return mapped.definition;
}

describe('A card becomes a privilege', () => {
  test('with its product as definition, its owner, its barcode and its tickets, and nothing of a transfer', () => {
    expect(mapPrivilege(card(), settings)).toEqual({
      privilegeId: '500',
      definitionId: 'SEASON-27',
      spectatorDetails: { email: 'zoe@example.org', firstName: 'Zoé', lastName: 'Müller', gender: 'F' },
      barcode: '0012345678',
      ticketIds: ['501', '502'],
    });
  });

  test('the organization comes before its product where products of several may have the same code, in card and definition alike', () => {
    const change = { definitionPrefix: 'FCDEMO' };
    expect(mapPrivilege(card(), { ...settings, ...change }).definitionId).toBe('FCDEMO-SEASON-27');
    expect(definition({}, change).definitionId).toBe('FCDEMO-SEASON-27');
  });

  test('its id and its tickets are told by the number that the interface calls tickets by', () => {
    expect(mapPrivilege(card(), { ...settings, ticketIdentifier: 'taxNumber' })).toMatchObject({
      privilegeId: 'TN500',
      ticketIds: ['TN501', 'TN502'],
    });
    // A ticket that has no tax number yet is linked when it has one: the record of the card changes then.
    const early = mapPrivilege(card({ linked_tax_numbers: 'TN501,' }), { ...settings, ticketIdentifier: 'taxNumber' });
    expect(early.ticketIds).toEqual(['TN501']);
  });

  test.each([
    ['no ticket', null, []],
    ['one that is named twice', '501, 501', ['501']],
    [
      'twenty',
      Array.from({ length: 20 }, (_, i) => 600 + i).join(','),
      Array.from({ length: 20 }, (_, i) => `${600 + i}`),
    ],
  ])('with %s', (_what, linked, ticketIds) => {
    expect(mapPrivilege(card({ linked_ticket_ids: linked }), settings).ticketIds).toEqual(ticketIds);
  });

  test('the barcode has the prefix and suffix of the function; a card may have none', () => {
    const affixed = { ...settings, barcodePrefix: 'P-', barcodeSuffix: '-S' };
    expect(mapPrivilege(card(), affixed).barcode).toBe('P-0012345678-S');
    expect(mapPrivilege(card({ barcode: null }), affixed)).not.toHaveProperty('barcode');
  });

  test('where the interface sends to the cultural contact, the card is theirs', () => {
    const source = card({ contact_email: 'ana@example.org' });
    const { spectatorDetails } = mapPrivilege(source, { ...settings, spectator: 'culturalContact' });
    expect(spectatorDetails.email).toBe('ana@example.org');
  });

  test.each([
    ['complete', {}, null],
    ['without a barcode', { barcode: null }, null],
    ['without an e-mail', { holder_email: null, contact_email: null }, ['FIELD_REQUIRED', 'spectatorDetails.email']],
    ['with no e-mail address', { holder_email: 'zoe' }, ['FIELD_INVALID', 'spectatorDetails.email']],
    ['without a product', { product_code: null }, ['FIELD_REQUIRED', 'definitionId']],
    [
      'with a first name that is too long',
      { holder_first_name: 'x'.repeat(51) },
      ['FIELD_TOO_LONG', 'spectatorDetails.firstName'],
    ],
    ['with a barcode that is too long', { barcode: 'x'.repeat(513) }, ['FIELD_TOO_LONG', 'barcode']],
    ['of a ticket whose id TIXNGO cannot have', { linked_ticket_ids: '501,5#2' }, ['FIELD_INVALID', 'ticketIds[1]']],
  ])('checked before the call: %s', (_what, row, problem) => {
    const found = privilegeProblem(mapPrivilege(card(row), settings));
    expect(found === null ? null : [found.code, found.field]).toEqual(problem);
  });

  test('a card that has no tax number, where tickets are called by it, is named as such', () => {
    const privilege = mapPrivilege(card({ tax_number: null }), { ...settings, ticketIdentifier: 'taxNumber' });
    expect(privilegeProblem(privilege)).toEqual({ code: 'FIELD_REQUIRED', field: 'privilegeId' });
  });
});

describe('The product of a card becomes the definition of its privileges', () => {
  test('a season ticket: valid as its cards are, by the clock of the venue, winter and summer', () => {
    expect(definition()).toEqual({
      definitionId: 'SEASON-27',
      type: 'SEASON_CARD',
      name: 'Season ticket',
      imageUrl: null,
      validFrom: '2027-07-01T00:00:00+02:00',
      validTo: '2028-01-31T23:59:59+01:00',
      metadata: [],
    } satisfies PrivilegeDefinition);
  });

  test('a membership card, with the picture that is configured for its product', () => {
    const images = { MEMBER: 'https://images.example.org/member.png' };
    const member = definition({ product_kind: 'MEMBERSHIP_CARD', product_code: 'MEMBER' }, { images });
    expect(member).toMatchObject({ type: 'MEMBERSHIP', imageUrl: 'https://images.example.org/member.png' });
  });

  test('without a validity it is valid for its season, without a season for ever', () => {
    const noValidity = { validity_start: null, validity_end: null };
    expect(definition(noValidity)).toMatchObject({
      validFrom: '2027-07-01T00:00:00+02:00',
      validTo: '2028-06-30T23:59:59+02:00',
    });
    const forEver = definition({ ...noValidity, season_start: null, season_end: null });
    expect(forEver).toMatchObject({ validFrom: null, validTo: null });
  });

  test('a product without a venue goes by the time zone of the institution', () => {
    const validFrom = definition({ time_zone: null }, { timeZone: 'America/New_York' }).validFrom;
    expect(validFrom).toBe('2027-07-01T00:00:00-04:00');
  });

  test('a product without a name is called by its code', () => {
    expect(definition({ product_name: null }).name).toBe('SEASON-27');
  });

  test.each([
    [{ product_code: null }, { code: 'FIELD_REQUIRED', field: 'definitionId' }],
    [{ validity_start: '1 July' }, { code: 'TIME_INVALID', field: 'validity_start' }],
    [{ validity_end: '2027-13-01 00:00:00' }, { code: 'TIME_INVALID', field: 'validity_end' }],
    [{ time_zone: 'Mars/Olympus' }, { code: 'TIME_INVALID', field: 'validity_start' }],
  ])('what cannot be read is named, without its value: %j', (row, problem) => {
    expect(mapDefinition(card(row), settings)).toEqual({ problem });
  });

  test.each([
    ['complete', {}, null],
    ['a name that is too long', { name: 'x'.repeat(129) }, ['FIELD_TOO_LONG', 'definition.name']],
    [
      'a picture whose address is too long',
      { imageUrl: `https://x.example/${'x'.repeat(250)}` },
      ['FIELD_TOO_LONG', 'definition.imageUrl'],
    ],
    ['an id that would be another path', { definitionId: '..' }, ['FIELD_INVALID', 'definitionId']],
  ])('checked before the call: %s', (_what, change, problem) => {
    const found = definitionProblem({ ...definition(), ...change });
    expect(found === null ? null : [found.code, found.field]).toEqual(problem);
  });
});
