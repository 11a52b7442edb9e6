import { describe, expect, test } from 'vitest';

import { isMainApplicant, mapTicket, type MappingSettings } from '../../src/domain/ticketMapping.js';
import {
  renderTemplateText,
  templateFields,
  templateVariables,
  unknownVariables,
} from '../../src/domain/ticketTemplate.js';
import type { S360Ticket } from '../../src/domain/ticket.js';
import type { TixngoTicket } from '../../src/domain/tixngoTicket.js';
import { openPass, plainMapping, template, ticket } from './ticketForTests.js';

function mapped(source: S360Ticket, settings: Partial<MappingSettings> = {}): TixngoTicket {
  const result = mapTicket(source, { ...plainMapping, ...settings });
  if ('problem' in result) throw new Error(JSON.stringify(result.problem));
  return result.ticket;
}

describe('Payload of a ticket: batch values', () => {
  test('a match, field by field', () => {
    expect(mapped(ticket())).toEqual({
      ticketId: '10228305000005',
      event: {
        id: '770001',
        name: 'Genève - Basel',
        address: {
          site: 'Stade de Genève',
          city: 'Genève',
          countryCode: 'CH',
          zip: '1227',
          line1: 'Route des Jeunes 16',
        },
        startTime: '2027-09-18T20:30:00+02:00',
        expirationDate: '2027-09-18T22:30:00+02:00',
      },
      activationParameters: { method: 'offline' },
      spectatorDetails: { email: 'zoe@example.org', firstName: 'Zoé', lastName: 'Müller', gender: 'F' },
      purchaseDetails: {
        price: 46.75,
        currency: 'CHF',
        category: 'Category 1',
        taxNumber: 'TN0000012345',
        fileId: '4711001',
        contingent: 'PUBLIC',
      },
      security: { barcode: '0012345678' },
    });
  });

  test('a product without a performance is an event of its own', () => {
    const { event } = mapped(openPass());
    expect([event.id, event.name]).toEqual(['P-PASS', 'Open pass']);
  });

  test('a performance without a name has that of the product; two performances of one product are two events', () => {
    expect(mapped(ticket({ performance_name: null })).event).toMatchObject({ id: '770001', name: 'League match' });
    expect(mapped(ticket({ performance_id: 770_002 })).event.id).toBe('770002');
  });

  test('the ticket id of TIXNGO is the id or the tax number of S-360, as configured', () => {
    expect(mapped(ticket(), { ticketIdentifier: 'taxNumber' }).ticketId).toBe('TN0000012345');
    expect(mapped(ticket({ ticket_id: '9007199254740993999' })).ticketId).toBe('9007199254740993999');
  });

  test('the barcode has its prefix and suffix, and keeps its leading zeros', () => {
    expect(mapped(ticket(), { barcodePrefix: 'A-', barcodeSuffix: '-Z' }).security.barcode).toBe('A-0012345678-Z');
    expect(mapped(ticket({ barcode: null }), { barcodePrefix: 'A-', barcodeSuffix: '-Z' }).security.barcode).toBe('');
  });

  test('activation is offline or online, with the group of TIXRGrp', () => {
    expect(mapped(ticket({ comfort_tixrgrp: 'NORTH' }), { activationMethod: 'online' }).activationParameters).toEqual({
      method: 'online',
      groupId: 'NORTH',
    });
  });

  test('charges are added to the price, unless the custom parameter says no', () => {
    expect(mapped(ticket()).purchaseDetails.price).toBe(46.75);
    expect(mapped(ticket(), { addChargesToPrice: false }).purchaseDetails.price).toBe(45.5);
    expect(mapped(ticket({ charges: null })).purchaseDetails.price).toBe(45.5);
    expect(mapped(ticket({ price: 0, charges: 0 })).purchaseDetails.price).toBe(0);
    expect(mapped(ticket({ price: null })).purchaseDetails).not.toHaveProperty('price');
  });

  test('a price beyond all numbers parks its ticket only', () => {
    expect(mapTicket(ticket({ price: Number.MAX_SAFE_INTEGER, charges: 1 }), plainMapping)).toMatchObject({
      problem: { code: 'FIELD_INVALID', field: 'purchaseDetails.price' },
    });
  });

  test('what S-360 does not have is left out, never sent as an empty text', () => {
    const bare = mapped(
      ticket({
        currency: null,
        seat_category_name: null,
        seat_category_code: null,
        tax_number: '',
        file_id: null,
        contingent_code: ' ',
        address_line1: null,
        holder_gender: null,
        contact_gender: null,
      }),
    );
    expect(bare.purchaseDetails).toEqual({ price: 46.75 });
    expect(Object.keys(bare.event.address)).toEqual(['site', 'city', 'countryCode', 'zip']);
    expect(bare.spectatorDetails).not.toHaveProperty('gender');
    expect(mapped(ticket({ seat_category_name: null })).purchaseDetails.category).toBe('CAT1');
  });
});

describe('Spectator: whose wallet the ticket goes to', () => {
  const holder = {
    holder_first_name: 'Ana',
    holder_last_name: 'Sá',
    holder_email: 'ana@example.org',
    holder_gender: 'X',
  };

  test('the ticket holder, or the cultural contact, as configured', () => {
    expect(mapped(ticket(holder)).spectatorDetails).toEqual({
      email: 'ana@example.org',
      firstName: 'Ana',
      lastName: 'Sá',
      gender: 'X',
    });
    expect(mapped(ticket(holder), { spectator: 'culturalContact' }).spectatorDetails.email).toBe('zoe@example.org');
  });

  test("where the holder has no e-mail, the cultural contact's serves", () => {
    expect(mapped(ticket({ ...holder, holder_email: null })).spectatorDetails).toMatchObject({
      email: 'zoe@example.org',
      firstName: 'Ana',
    });
  });

  test('main applicant is sent only where the option is on and holder and contact are one person', () => {
    expect(mapped(ticket(), { mainApplicant: true }).spectatorDetails.mainApplicant).toBe(true);
    expect(mapped(ticket()).spectatorDetails).not.toHaveProperty('mainApplicant');
    expect(mapped(ticket(holder), { mainApplicant: true }).spectatorDetails).not.toHaveProperty('mainApplicant');
  });

  const zoe = { firstName: 'Zoé', lastName: 'Müller', email: 'zoe@example.org', gender: null };
  test.each([
    ['the same', {}, true],
    [
      'another letter case or spaces around',
      { firstName: ' ZOÉ', lastName: 'MÜLLER ', email: 'Zoe@Example.org' },
      true,
    ],
    ['another first name', { firstName: 'Zoe' }, false],
    ['another last name', { lastName: 'Muller' }, false],
    ['another e-mail', { email: 'zoe@example.com' }, false],
    ['no first name', { firstName: null }, false],
    ['no e-mail', { email: null }, false],
    ['another gender', { gender: 'X' }, true],
  ])('main applicant: %s', (_what, difference, expected) => {
    expect(isMainApplicant({ ...zoe, ...difference }, zoe)).toBe(expected);
    expect(isMainApplicant(zoe, { ...zoe, ...difference })).toBe(expected);
  });

  test('two persons of whom nothing is known are not one', () => {
    const nobody = { firstName: null, lastName: null, email: null, gender: null };
    expect(isMainApplicant(nobody, nobody)).toBe(false);
  });
});

describe('Ticket template', () => {
  test('overwrites batch values and comfort variables; an empty value overwrites nothing', () => {
    const fields = {
      'event.name': '${Performance_hostTeam} - ${Performance_opposingTeam}!',
      'activationParameters.groupId': 'TEMPLATE',
      'event.address.city': '${Seat_gate}',
      'event.address.line2': '${Site_street2}',
      sortingKey: '${Seat_block}-${Seat_row}-${Seat_seat}',
    };
    const result = mapped(ticket({ comfort_tixrgrp: 'COMFORT', gate: null }), { template: template({ fields }) });
    expect(result.event.name).toBe('Genève - Basel!');
    expect(result.activationParameters.groupId).toBe('TEMPLATE');
    expect(result.event.address.city).toBe('Genève');
    expect(result.event.address).not.toHaveProperty('line2');
    expect(result.sortingKey).toBe('N1-12-3');
  });

  test('every field that a template may overwrite arrives at its JSON path, as the type that TIXNGO takes', () => {
    const values = { text: 'x', boolean: 'true', number: '3' };
    const fields = Object.fromEntries(Object.entries(templateFields).map(([path, type]) => [path, values[type]]));
    const result = mapped(ticket(), { template: template({ fields }) });
    for (const [path, type] of Object.entries(templateFields)) {
      const value = path.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], result);
      expect([path, value]).toEqual([path, { text: 'x', boolean: true, number: 3 }[type]]);
    }
    expect(result.event.id).toBe('770001');
  });

  test.each([
    ['transferRules.isAllowed', 'yes', 'true or false'],
    ['transferRules.maximumTransfers', 'many', 'a whole number, or -1 for any'],
    ['transferRules.maximumTransfers', '-2', 'a whole number, or -1 for any'],
    ['transferRules.maximumTransfers', '1.5', 'a whole number, or -1 for any'],
  ])('%s = %s parks the ticket', (field, text, expected) => {
    expect(mapTicket(ticket(), { ...plainMapping, template: template({ fields: { [field]: text } }) })).toEqual({
      problem: { code: 'FIELD_INVALID', field, expected },
    });
  });

  test('metadata and details: rendered, in order, and left out where a ticket has no value', () => {
    const result = mapped(ticket({ gate: null }), {
      template: template({
        eventMetadata: { RESALE_TICKETSHOP_URL: 'https://shop.example.org/${File_id}', EMPTY: '${Seat_gate}' },
        ticketDetails: {
          main: [
            { key: 'Gate', value: '${Seat_gate}' },
            { key: 'Row', value: 'row ${Seat_row}' },
          ],
          extra: [{ key: 'Gate', value: '${Seat_gate}' }],
          hidden: [{ key: 'Start', value: '${Performance_startTime}' }],
        },
      }),
    });
    expect(result.event.metadata).toEqual([
      { key: 'RESALE_TICKETSHOP_URL', value: 'https://shop.example.org/4711001' },
    ]);
    expect(result.ticketDetails).toEqual({
      main: [{ key: 'Row', value: 'row 12' }],
      hidden: [{ key: 'Start', value: '20:30' }],
    });
  });

  test('a template that renders nothing leaves no empty list behind', () => {
    const empty = mapped(ticket({ gate: null }), {
      template: template({ ticketDetails: { main: [{ key: 'Gate', value: '${Seat_gate}' }], extra: [], hidden: [] } }),
    });
    expect(empty).not.toHaveProperty('ticketDetails');
    expect(empty.event).not.toHaveProperty('metadata');
  });

  test('text: every variable is replaced, a missing one by nothing, and only missing ones give no text at all', () => {
    const source = ticket({ gate: null, block: null });
    expect(renderTemplateText('${Seat_row}/${Seat_row}/${Seat_gate}', source)).toBe('12/12/');
    expect(renderTemplateText('Gate ${Seat_gate}${Seat_block}', source)).toBeNull();
    expect(renderTemplateText('no variable, $ and {}', source)).toBe('no variable, $ and {}');
    // What a value holds is not rendered again.
    expect(renderTemplateText('${Seat_row}', ticket({ row: '${Seat_seat}' }))).toBe('${Seat_seat}');
  });

  test('every variable of the list has a value where S-360 has one', () => {
    const full = ticket({ address_line2: 'Gate A', address_line3: 'Level 2' });
    for (const [name, value] of Object.entries(templateVariables)) {
      expect([name, value(full)]).toEqual([name, expect.stringMatching(/./)]);
      expect(unknownVariables(`\${${name}}`)).toEqual([]);
    }
    // No two give the same, but for the kinds that this ticket has twice.
    expect(new Set(Object.values(templateVariables).map((value) => value(full))).size).toBeGreaterThan(20);
  });

  test('variables that are in no list are found, also those that every JavaScript object has', () => {
    expect(unknownVariables('${Seat_row} ${seat_row} ${} ${toString} ${__proto__} ${constructor}')).toEqual([
      'seat_row',
      '',
      'toString',
      '__proto__',
      'constructor',
    ]);
  });
});
