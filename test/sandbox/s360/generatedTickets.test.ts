import { beforeAll, describe, expect, it } from 'vitest';
import { COLUMN_NAMES, COLUMNS } from '../../../sandbox/s360/columns.js';
import { GeneratedTickets } from '../../../sandbox/s360/data/generatedTickets.js';
import type { TicketRow } from '../../../sandbox/s360/ticketRow.js';

const COUNT = 10_000;
let source: GeneratedTickets;
let rows: TicketRow[];
const all = (from: GeneratedTickets) => Array.from({ length: from.count }, (_, index) => from.rowAt(index));
const share = (holds: (row: TicketRow) => boolean) => rows.filter(holds).length / rows.length;
const valuesOf = (column: keyof TicketRow) => new Set(rows.map((row) => row[column]));

beforeAll(() => {
  source = new GeneratedTickets(1, COUNT, 7);
  rows = all(source);
});

describe('generated tickets', () => {
  it('are the same for the same seed, whatever was asked before and however many there are', () => {
    const backwards = new GeneratedTickets(1, COUNT * 2, 7);
    for (const index of [9999, 5000, 77, 6, 0]) expect(backwards.rowAt(index)).toEqual(rows[index]);
  });

  it('are others for another seed', () => {
    const other = all(new GeneratedTickets(2, 200, 7));
    const same = other.filter((row, index) => row.barcode === rows[index]!.barcode);
    expect(same).toEqual([]);
    expect(other.map((row) => row.shipment_mode_type)).not.toEqual(
      rows.slice(0, 200).map((row) => row.shipment_mode_type),
    );
  });

  it('have every column, with values that the column accepts', () => {
    for (const row of rows) {
      expect(Object.keys(row).sort()).toEqual([...COLUMN_NAMES].sort());
      const wrong = COLUMN_NAMES.filter((name) => {
        const value = row[name];
        return value === null ? !COLUMNS[name].nullable : !COLUMNS[name].accepts(value);
      });
      expect([row.ticket_id, wrong]).toEqual([row.ticket_id, []]);
    }
  });

  it('answer a single column as the whole row does', () => {
    for (let index = 0; index < 300; index += 1) {
      for (const name of COLUMN_NAMES) {
        expect([name, source.valueAt(index, name)]).toEqual([name, rows[index]![name]]);
      }
    }
  });

  it('have ascending ids, and tax numbers, movements and barcodes of their own', () => {
    for (let index = 1; index < COUNT; index += 1) {
      expect(rows[index]!.ticket_id).toBeGreaterThan(rows[index - 1]!.ticket_id);
    }
    const good = rows.filter((row) => row.barcode !== null);
    expect(new Set(good.map((row) => row.barcode)).size).toBe(good.length);
    expect(valuesOf('tax_number').size).toBe(COUNT);
    expect(valuesOf('movement_id').size).toBe(COUNT);
    expect(rows.some((row) => row.barcode?.startsWith('0'))).toBe(true);
  });

  it('come in orders of 1 to 6 tickets that stand together and are for one thing', () => {
    const orders = new Map<number, TicketRow[]>();
    for (const row of rows) orders.set(row.file_id, [...(orders.get(row.file_id) ?? []), row]);
    const sizes = new Set([...orders.values()].map((order) => order.length));
    expect([...sizes].sort()).toEqual([1, 2, 3, 4, 5, 6]);
    for (const order of orders.values()) {
      expect(new Set(order.map((row) => row.product_code)).size).toBe(1);
      expect(new Set(order.map((row) => row.contact_number)).size).toBe(1);
      const indexes = order.map((row) => rows.indexOf(row));
      expect(indexes.at(-1)! - indexes[0]!).toBe(order.length - 1);
    }
  });

  it('are mostly for phones, with some gaps and a few mistakes', () => {
    expect(share((row) => row.shipment_mode_type === 'BLOCKCHAIN')).toBeCloseTo(0.7, 1);
    expect(share((row) => !row.ticket_model_blockchain)).toBeCloseTo(0.04, 1);
    const gap = share((row) => row.holder_birth_date === null || row.holder_last_name === null);
    expect(gap).toBeGreaterThan(0.005);
    expect(gap).toBeLessThan(0.03);
    const bad = share(
      (row) =>
        row.contact_email === null ||
        row.barcode === null ||
        row.barcode.length > 512 ||
        row.site!.length > 200 ||
        row.zip === null,
    );
    expect(bad).toBeGreaterThan(0.001);
    expect(bad).toBeLessThan(0.006);
    expect(rows.some((row) => row.site!.length > 200)).toBe(true);
    expect(rows.some((row) => (row.barcode?.length ?? 0) > 512)).toBe(true);
  });

  it('play in zones with and without daylight saving, also on the days on which clocks change', () => {
    expect([...valuesOf('time_zone')].sort()).toEqual([
      'America/New_York',
      'America/Sao_Paulo',
      'Asia/Tokyo',
      'Europe/London',
      'Europe/Paris',
      'Europe/Zurich',
    ]);
    const nights = rows.filter((row) => row.start === '2027-10-30 23:00:00');
    expect(nights[0]).toMatchObject({ time_zone: 'Europe/Paris', end: '2027-10-31 03:30:00' });
    expect(valuesOf('start')).toContain('2027-03-28 15:00:00');
    expect(rows.every((row) => row.start === null || row.start.startsWith('2027-'))).toBe(true);
    expect(rows.some((row) => row.start !== null && row.end === null)).toBe(true);
  });

  it('are for people whose names are written in many ways, on reserved mail domains', () => {
    for (const script of ['Greek', 'Cyrillic', 'Arabic', 'Han', 'Hiragana', 'Hangul']) {
      const letters = new RegExp(`\\p{Script=${script}}`, 'u');
      expect([script, rows.some((row) => letters.test(row.holder_first_name ?? ''))]).toEqual([script, true]);
    }
    expect(rows.some((row) => /[éüñ]/.test(row.contact_first_name ?? ''))).toBe(true);
    const mails = rows.flatMap((row) => [row.contact_email, row.holder_email]).filter((mail) => mail !== null);
    expect(mails.filter((mail) => !/@example\.(org|com|net)$/.test(mail))).toEqual([]);
  });

  it('carry comfort variables in every documented form', () => {
    const comfort = rows.flatMap((row) => [row.comfort_tixact, row.comfort_tixstart, row.comfort_tixexp]);
    for (const form of [
      /^start_of_season$/,
      /^end_of_season$/,
      /^\+\d+d$/,
      /^-\d+w$/,
      /^\d+w$/,
      /^\d\d\/\d\d\/\d\d \d\d:\d\d$/,
    ]) {
      expect([form.source, comfort.some((value) => value !== null && form.test(value))]).toEqual([form.source, true]);
    }
    expect(valuesOf('comfort_tixrgrp').size).toBeGreaterThan(2);
  });

  it('are of every kind of product', () => {
    expect([...valuesOf('product_kind')].sort()).toEqual([
      'EVENT',
      'MATCH',
      'MEMBERSHIP_CARD',
      'OPEN_PASS',
      'SEASON_TICKET_CARD',
      'SERVICE',
    ]);
  });
});

describe('the organizations', () => {
  it('have the products of each kind in turn, and with them all of their tickets', () => {
    const two = all(new GeneratedTickets(1, 3000, 7, ['FCA', 'FCB']));
    const organizationOf = new Map(two.map((row) => [row.performance_id ?? row.product_code, row.organization_code]));
    const ofPerformances = [...organizationOf].filter(([key]) => typeof key === 'number').sort();
    expect(ofPerformances.map(([, organization]) => organization)).toEqual([
      ...['FCA', 'FCB', 'FCA', 'FCB', 'FCA', 'FCB', 'FCA'],
    ]);
    for (const [code, organization] of [
      ['MEMBERSHIP_CARD-01', 'FCA'],
      ['MEMBERSHIP_CARD-02', 'FCB'],
      ['SEASON_TICKET_CARD-01', 'FCA'],
    ]) {
      expect([code, organizationOf.get(code!)]).toEqual([code, organization]);
    }
    for (const row of two) {
      expect(row.organization_code).toBe(organizationOf.get(row.performance_id ?? row.product_code));
    }
    // Nothing else about the tickets is another.
    expect(two.slice(0, 500).map((row) => ({ ...row, organization_code: 'FCDEMO' }))).toEqual(rows.slice(0, 500));
  });
});

describe('the number of events', () => {
  it.each([
    [7, 30],
    [7, 7],
    [1, 500],
    [40, 400],
    [300, 1500],
  ])('of %i is met by %i tickets, each event with a ticket to inject', (events, tickets) => {
    const few = all(new GeneratedTickets(4, tickets, events)).filter(
      (row) =>
        row.performance_id !== null &&
        row.ticket_state === 'NOT_PRINTED' &&
        row.shipment_mode_type === 'BLOCKCHAIN' &&
        row.ticket_model_blockchain,
    );
    expect(new Set(few.map((row) => row.performance_id)).size).toBe(events);
  });

  it('may be none', () => {
    expect(all(new GeneratedTickets(4, 200, 0)).every((row) => row.performance_id === null)).toBe(true);
  });
});
