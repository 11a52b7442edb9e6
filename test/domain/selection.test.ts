import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { filterNames, matchesFilters, type TicketFilters } from '../../src/domain/filters.js';
import { holderFieldNames, isHolderComplete } from '../../src/domain/holderFields.js';
import type { ParkedTicket } from '../../src/domain/parking.js';
import {
  selectForInjection,
  selectionResults,
  type InjectionSelection,
  type SelectionResult,
} from '../../src/domain/selection.js';
import { isOnList, noTickets, parseTicketList, type TicketList } from '../../src/domain/skipList.js';
import { cardKinds, ticketKinds } from '../../src/domain/ticket.js';
import { compareTicketIds } from '../../src/domain/ticketId.js';
import { openPass, ticket } from './ticketForTests.js';

const rules: InjectionSelection = {
  kinds: ticketKinds,
  shipmentModes: ['BLOCKCHAIN'],
  filters: {},
  fileNumber: undefined,
  mandatoryHolderFields: ['FIRSTNAME', 'LASTNAME'],
  skip: noTickets,
  pointOfSales: 'TIXNGO;MOBILE',
  holdInDoubt: true,
};
const nowMs = Date.UTC(2027, 4, 1);
const parked: ParkedTicket = {
  ticketId: '10228305000005',
  code: 'FIELD_REQUIRED',
  field: 'event.address.site',
  sinceMs: nowMs - 60_000,
  tries: 1,
  by: 'Ticket injection',
  record: '2027-05-01 10:00:00',
};
const skip: TicketList = { ticketIds: new Set(['10228305000005']), taxNumbers: new Set() };
const cards = { kinds: cardKinds };
const ours = { ticket_state: 'PRINTED', printed_by: 'TIXNGO;MOBILE' };

/** What is offered, under which rules, parked or not, and what becomes of it. */
const rows: readonly [
  string,
  Record<string, unknown>,
  Partial<InjectionSelection>,
  ParkedTicket | undefined,
  SelectionResult,
][] = [
  ['a complete ticket', {}, {}, undefined, 'send'],
  ['every kind of ticket: EVENT', { product_kind: 'EVENT' }, {}, undefined, 'send'],
  ['every kind of ticket: OPEN_PASS', { product_kind: 'OPEN_PASS' }, {}, undefined, 'send'],
  ['every kind of ticket: SERVICE', { product_kind: 'SERVICE' }, {}, undefined, 'send'],
  ['a membership card', { product_kind: 'MEMBERSHIP_CARD' }, {}, undefined, 'notSelected'],
  ['a season ticket card', { product_kind: 'SEASON_TICKET_CARD' }, {}, undefined, 'notSelected'],
  ['a membership card, where cards are injected', { product_kind: 'MEMBERSHIP_CARD' }, cards, undefined, 'send'],
  ['a season ticket card, where cards are injected', { product_kind: 'SEASON_TICKET_CARD' }, cards, undefined, 'send'],
  ['a ticket, where cards are injected', {}, cards, undefined, 'notSelected'],
  [
    'a card whose ticket model is without blockchain',
    { product_kind: 'MEMBERSHIP_CARD', ticket_model_blockchain: false },
    cards,
    undefined,
    'notSelected',
  ],
  [
    'a card of another shipment mode',
    { product_kind: 'MEMBERSHIP_CARD', shipment_mode_type: 'POSTAL' },
    cards,
    undefined,
    'notSelected',
  ],
  ['a kind that is not known', { product_kind: 'PARKING' }, {}, undefined, 'notSelected'],
  ['another shipment mode', { shipment_mode_type: 'POSTAL' }, {}, undefined, 'notSelected'],
  ['no shipment mode', { shipment_mode_type: null }, {}, undefined, 'notSelected'],
  [
    'one of several shipment modes',
    { shipment_mode_type: 'PICK_UP' },
    { shipmentModes: ['BLOCKCHAIN', 'PICK_UP'] },
    undefined,
    'send',
  ],
  ['a ticket model without blockchain', { ticket_model_blockchain: false }, {}, undefined, 'notSelected'],
  ['a ticket model that says nothing', { ticket_model_blockchain: null }, {}, undefined, 'notSelected'],
  ['outside a filter', {}, { filters: { season: ['2026'] } }, undefined, 'notSelected'],
  ['another file', {}, { fileNumber: '1' }, undefined, 'notSelected'],
  ['cancelled', { ticket_state: 'CANCELLED' }, {}, undefined, 'notSelected'],
  ['invalidated', { ticket_state: 'INVALIDATED' }, {}, undefined, 'notSelected'],
  ['controlled', { ticket_state: 'CONTROLLED' }, {}, undefined, 'notSelected'],
  ['a state that is not known', { ticket_state: 'RESERVED' }, {}, undefined, 'notSelected'],
  ['printed by us, not marked processed', ours, {}, undefined, 'markOnly'],
  ['printed by us, its holder gone since', { ...ours, holder_first_name: null }, {}, undefined, 'markOnly'],
  ['printed by another point of sales', { ...ours, printed_by: 'WEB;SHOP' }, {}, undefined, 'notSelected'],
  ['printed by nobody', { ticket_state: 'PRINTED', printed_by: null }, {}, undefined, 'notSelected'],
  ['on the skip list', {}, { skip }, undefined, 'skipped'],
  ['on the skip list, and printed by us', ours, { skip }, undefined, 'skipped'],
  ['on the skip list, and its holder missing', { holder_first_name: null }, { skip }, undefined, 'skipped'],
  [
    'on the skip list, but of another shipment mode',
    { shipment_mode_type: 'POSTAL' },
    { skip },
    undefined,
    'notSelected',
  ],
  ['a holder without a last name', { holder_last_name: null }, {}, undefined, 'waitingForHolder'],
  ['a holder without a value that nobody demands', { holder_birth_date: null }, {}, undefined, 'send'],
  ['parked a minute ago', {}, {}, parked, 'parked'],
  ['parked, and its record changed since', { updated_at: '2027-05-01 10:00:01' }, {}, parked, 'send'],
  ['parked, and its pause over', {}, {}, { ...parked, sinceMs: nowMs - 5 * 60_000 }, 'send'],
  ['parked, and printed by us', ours, {}, parked, 'parked'],
  [
    'parked, its pause over, and its holder missing',
    { holder_last_name: null },
    {},
    { ...parked, sinceMs: 0 },
    'waitingForHolder',
  ],
  ['in doubt, held for a person', { updated_at: 'another' }, {}, { ...parked, code: 'IN_DOUBT', sinceMs: 0 }, 'parked'],
  ['in doubt, to be sent again', {}, { holdInDoubt: false }, { ...parked, code: 'IN_DOUBT' }, 'send'],
];

describe('Selection: what becomes of a ticket that S-360 offers', () => {
  test.each(rows)('%s', (_what, row, change, known, result) => {
    expect(selectForInjection(ticket(row), { ...rules, ...change }, known, nowMs)).toBe(result);
  });

  test('every result has a row', () => {
    expect(new Set(rows.map(([, , , , result]) => result))).toEqual(new Set(selectionResults));
  });

  test('a product without a performance is selected by its product', () => {
    const byProduct = { ...rules, filters: { product: ['P-PASS'] } };
    expect(selectForInjection(openPass(), byProduct, undefined, nowMs)).toBe('send');
    expect(selectForInjection(ticket(), byProduct, undefined, nowMs)).toBe('notSelected');
  });
});

describe('Filters', () => {
  const own: Record<(typeof filterNames)[number], string> = {
    salesChannel: 'WEB',
    season: '2027',
    productFamily: 'SINGLE_ENTRY',
    product: 'P-MATCH',
    activity: 'LEAGUE',
    performance: '770001',
    tariff: 'FULL',
    category: 'CAT1',
  };
  const columns: Record<(typeof filterNames)[number], string> = {
    salesChannel: 'sales_channel_code',
    season: 'season_code',
    productFamily: 'product_family',
    product: 'product_code',
    activity: 'activity_code',
    performance: 'performance_id',
    tariff: 'tariff_code',
    category: 'seat_category_code',
  };

  test.each(filterNames)('%s: one of several codes, exactly, and never a ticket without one', (name) => {
    expect(matchesFilters(ticket(), { [name]: ['other', own[name]] }, undefined)).toBe(true);
    expect(matchesFilters(ticket(), { [name]: [own[name].toLowerCase() + ' '] }, undefined)).toBe(false);
    expect(matchesFilters(ticket({ [columns[name]]: null }), { [name]: [own[name]] }, undefined)).toBe(false);
  });

  test('all filters hold together: one that does not fit excludes the ticket', () => {
    fc.assert(
      fc.property(fc.subarray([...filterNames]), fc.subarray([...filterNames]), (given, wrong) => {
        const filters: TicketFilters = Object.fromEntries(
          given.map((name) => [name, wrong.includes(name) ? ['other'] : [own[name]]]),
        );
        expect(matchesFilters(ticket(), filters, undefined)).toBe(!given.some((name) => wrong.includes(name)));
      }),
    );
  });

  test('a file number excludes all filters', () => {
    const filters: TicketFilters = { season: ['other'], product: ['other'] };
    expect(matchesFilters(ticket(), filters, '4711001')).toBe(true);
    expect(matchesFilters(ticket(), {}, '4711002')).toBe(false);
    expect(matchesFilters(ticket({ file_id: null }), {}, '4711001')).toBe(false);
  });
});

describe('Mandatory ticket holder fields', () => {
  const columns = {
    FIRSTNAME: 'holder_first_name',
    LASTNAME: 'holder_last_name',
    BIRTHDATE: 'holder_birth_date',
    ID_NUMBER: 'holder_id_number',
    COUNTRY_CODE: 'holder_country_code',
    BIRTH_REGION: 'holder_birth_region',
    BIRTH_PLACE: 'holder_birth_place',
  };
  const complete = Object.fromEntries(Object.values(columns).map((column) => [column, 'x']));

  test.each(holderFieldNames)('%s: missing, empty or blank makes a ticket wait, if it is mandatory', (name) => {
    for (const value of [null, '', '   ']) {
      const { holder } = ticket({ ...complete, [columns[name]]: value });
      expect(isHolderComplete(holder, [name])).toBe(false);
      expect(isHolderComplete({ ...holder }, holderFieldNames)).toBe(false);
      expect(
        isHolderComplete(
          holder,
          holderFieldNames.filter((other) => other !== name),
        ),
      ).toBe(true);
    }
    expect(isHolderComplete(ticket(complete).holder, holderFieldNames)).toBe(true);
  });

  test('none mandatory: nobody waits', () => {
    expect(isHolderComplete(ticket({ holder_first_name: null, holder_last_name: null }).holder, [])).toBe(true);
  });
});

describe('Skip list', () => {
  test.each([
    ['', [], []],
    ['TN1', [], ['TN1']],
    ['id:5', ['5'], []],
    [' TN1 ,id:5,, id: 6 ,TN-2.x', ['5', '6'], ['TN1', 'TN-2.x']],
    ['5', [], ['5']],
    ['TN1,TN1,id:5,id:5', ['5'], ['TN1']],
  ])('"%s"', (text, ids, taxNumbers) => {
    expect(parseTicketList(text)).toEqual({ ticketIds: new Set(ids), taxNumbers: new Set(taxNumbers) });
  });

  test.each([
    ['id:', 1],
    ['TN1,id:x', 2],
    ['TN1,,two words', 3],
    ['ID:5', 1],
    ['tax:5', 1],
    [`id:${'1'.repeat(20)}`, 1],
    ['TN1;TN2 TN3', 1],
  ])('"%s": entry %d cannot be read', (text, badEntry) => {
    expect(parseTicketList(text)).toEqual({ badEntry });
  });

  test('a plain number is a tax number, never a ticket id', () => {
    const list = parseTicketList('10228305000005') as TicketList;
    expect(isOnList(list, '10228305000005', 'TN1')).toBe(false);
    expect(isOnList(list, '1', '10228305000005')).toBe(true);
    expect(isOnList(parseTicketList('id:5') as TicketList, '5', null)).toBe(true);
    expect(isOnList(parseTicketList('id:5') as TicketList, '55', '5')).toBe(false);
  });

  test('a ticket without a tax number is never on a list of tax numbers', () => {
    expect(isOnList(parseTicketList('TN1') as TicketList, '5', null)).toBe(false);
  });
});

describe('Order of ticket ids', () => {
  test('as numbers, however long, never as texts', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 10n ** 19n), fc.bigInt(0n, 10n ** 19n), (a, b) => {
        expect(Math.sign(compareTicketIds(String(a), String(b)))).toBe(a < b ? -1 : a > b ? 1 : 0);
      }),
    );
  });
});
