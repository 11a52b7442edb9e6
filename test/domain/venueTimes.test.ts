import fc from 'fast-check';
import { Settings } from 'luxon';
import { afterEach, describe, expect, test } from 'vitest';

import { mapTicket, type MappingSettings } from '../../src/domain/ticketMapping.js';
import { venueRfc3339, venueTime } from '../../src/domain/venueTime.js';
import { parseComfortDate } from '../../src/domain/comfortVariables.js';
import { openPass, plainMapping, ticket } from './ticketForTests.js';

/*
 * The dates are compared with a computation of their own: Intl.DateTimeFormat knows the offset of every zone at every moment, and
 * plain UTC arithmetic does the rest. Nothing of luxon is used to say what is right.
 */
const zones = [
  'Europe/Zurich',
  'Europe/London',
  'America/New_York',
  'America/Sao_Paulo',
  'Asia/Tokyo',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'Pacific/Chatham',
  'Africa/Casablanca',
  'Pacific/Kiritimati',
  'UTC',
];
const minute = 60_000;
const day = 24 * 60 * minute;

const formats = new Map<string, Intl.DateTimeFormat>();

/** What the clock of a zone shows at a moment, as if it were UTC. */
function wallAt(utcMs: number, zone: string): number {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    formats.set(zone, format);
  }
  const parts = Object.fromEntries(format.formatToParts(utcMs).map(({ type, value }) => [type, Number(value)]));
  return Date.UTC(parts['year']!, parts['month']! - 1, parts['day'], parts['hour'], parts['minute'], parts['second']);
}

/** The moment at which a zone's clock shows a time: the first of two, or moved forward by what the change skips. */
function momentOf(wallMs: number, zone: string): number {
  const offsets = new Set([
    wallAt(wallMs - 2 * day, zone) - (wallMs - 2 * day),
    wallAt(wallMs + 2 * day, zone) - (wallMs + 2 * day),
  ]);
  const moments = [...offsets].map((offset) => wallMs - offset).sort((a, b) => a - b);
  return (
    moments.find((moment) => wallAt(moment, zone) === wallMs) ??
    wallMs - (wallAt(wallMs - 2 * day, zone) - (wallMs - 2 * day))
  );
}

function rfc3339(utcMs: number, zone: string): string {
  const offset = (wallAt(utcMs, zone) - utcMs) / minute;
  const sign = offset < 0 ? '-' : '+';
  const two = (n: number): string => String(n).padStart(2, '0');
  const written =
    offset === 0 && zone === 'UTC'
      ? 'Z'
      : `${sign}${two(Math.floor(Math.abs(offset) / 60))}:${two(Math.abs(offset) % 60)}`;
  return `${new Date(wallAt(utcMs, zone)).toISOString().slice(0, 19)}${written}`;
}

/** A wall clock (as if UTC) in S-360's form. */
const written = (wallMs: number): string => new Date(wallMs).toISOString().slice(0, 19).replace('T', ' ');

const zone = fc.constantFrom(...zones);
/** Any second of 2026 to 2032, and often one near a change of daylight saving (they fall on the nights of March, April, October, November). */
const anyWall = fc
  .integer({ min: Date.UTC(2026, 0, 1) / 1_000, max: Date.UTC(2033, 0, 1) / 1_000 })
  .map((s) => s * 1_000);
const nearChange = fc
  .tuple(
    fc.constantFrom(2026, 2027, 2028),
    fc.constantFrom(2, 3, 9, 10),
    fc.integer({ min: 1, max: 31 }),
    fc.integer({ min: 0, max: 240 }),
  )
  .map(([year, month, date, minutes]) => Date.UTC(year, month, date) + minutes * minute);
const wall = fc.oneof(anyWall, nearChange);

function datesOf(row: Record<string, unknown>, settings: Partial<MappingSettings> = {}, make = ticket) {
  const mapped = mapTicket(make(row), { ...plainMapping, ...settings });
  if ('problem' in mapped) throw new Error(JSON.stringify(mapped.problem));
  const { event, activationParameters } = mapped.ticket;
  return { start: event.startTime, expiration: event.expirationDate, activation: activationParameters.time };
}

const realNow = Settings.now;
afterEach(() => {
  Settings.now = realNow;
});

describe("Dates: the venue's wall clock with the offset that holds there", () => {
  test.each([
    ['Europe/Zurich', '2027-01-15 20:00:00', '2027-01-15T20:00:00+01:00'],
    ['Europe/Zurich', '2027-07-15 20:00:00', '2027-07-15T20:00:00+02:00'],
    ['America/New_York', '2027-07-15 20:00:00', '2027-07-15T20:00:00-04:00'],
    ['Asia/Kolkata', '2027-07-15 20:00:00', '2027-07-15T20:00:00+05:30'],
    ['America/Sao_Paulo', '2027-01-15 20:00:00', '2027-01-15T20:00:00-03:00'],
    ['Europe/London', '2027-01-15 20:00:00', '2027-01-15T20:00:00+00:00'],
    // Skipped by the change of 28 March 2027, and twice on 31 October 2027.
    ['Europe/Zurich', '2027-03-28 02:30:00', '2027-03-28T03:30:00+02:00'],
    ['Europe/Zurich', '2027-10-31 02:30:00', '2027-10-31T02:30:00+02:00'],
    ['Australia/Lord_Howe', '2027-04-04 01:45:00', '2027-04-04T01:45:00+11:00'],
  ])('%s, %s is %s', (timeZone, wallClock, expected) => {
    for (const now of ['2027-01-10T00:00:00Z', '2027-07-10T00:00:00Z']) {
      Settings.now = () => Date.parse(now);
      expect(venueRfc3339(venueTime(wallClock, timeZone)!)).toBe(expected);
    }
  });

  test('every wall-clock time, in every zone, on whatever day the worker runs', () => {
    fc.assert(
      fc.property(wall, zone, anyWall, (at, timeZone, today) => {
        Settings.now = () => today;
        expect(venueRfc3339(venueTime(written(at), timeZone)!)).toBe(rfc3339(momentOf(at, timeZone), timeZone));
      }),
      { numRuns: 1_000 },
    );
  });

  test.each([
    ['2027-13-01 00:00:00', 'Europe/Zurich'],
    ['2027-02-29 00:00:00', 'Europe/Zurich'],
    ['2027-01-01', 'Europe/Zurich'],
    ['01/01/27 10:00', 'Europe/Zurich'],
    ['2027-01-01 10:00:00', 'Mars/Olympus'],
    ['2027-01-01 10:00:00', ''],
  ])('"%s" in zone "%s" cannot be read', (wallClock, timeZone) => {
    expect(venueTime(wallClock, timeZone)).toBeNull();
  });
});

describe('Dates: defaults without comfort variables', () => {
  test('start and end of the performance; no activation', () => {
    expect(datesOf({})).toEqual({
      start: '2027-09-18T20:30:00+02:00',
      expiration: '2027-09-18T22:30:00+02:00',
      activation: undefined,
    });
  });

  test('a performance without a duration expires 24 hours after its start, counted in hours', () => {
    expect(datesOf({ end: null }).expiration).toBe('2027-09-19T20:30:00+02:00');
    expect(datesOf({ start: '2027-10-30 20:00:00', end: null }).expiration).toBe('2027-10-31T19:00:00+01:00');
  });

  test('a product without a performance has the validity of the ticket', () => {
    expect(datesOf({}, {}, openPass)).toEqual({
      start: '2027-07-01T00:00:00+02:00',
      expiration: '2027-08-31T23:59:59+02:00',
      activation: undefined,
    });
  });

  test.each([
    [{ start: '2027-13-01 00:00:00' }, 'start'],
    [{ end: 'tomorrow' }, 'end'],
    [{ time_zone: null }, 'start'],
    [{ time_zone: 'Mars/Olympus' }, 'start'],
    [{ comfort_tixstart: 'start_of_season', season_start: '2027' }, 'season_start'],
  ])('a date that cannot be read parks the ticket and is named: %j', (row, field) => {
    expect(mapTicket(ticket(row), plainMapping)).toEqual({
      problem: { code: 'TIME_INVALID', field, expected: 'yyyy-MM-dd HH:mm:ss and an IANA time zone' },
    });
  });
});

describe('Comfort variables: TIXAct, TIXStart, TIXExp', () => {
  const fields = [
    ['comfort_tixact', 'activation'],
    ['comfort_tixstart', 'start'],
    ['comfort_tixexp', 'expiration'],
  ] as const;

  test.each(fields)('%s replaces one date and no other', (column, field) => {
    const plain = datesOf({});
    expect(datesOf({ [column]: '22/10/27 21:15' })).toEqual({ ...plain, [field]: '2027-10-22T21:15:00+02:00' });
    expect(datesOf({ [column]: 'start_of_season' })).toEqual({ ...plain, [field]: '2027-07-01T00:00:00+02:00' });
    expect(datesOf({ [column]: 'end_of_season' })).toEqual({ ...plain, [field]: '2028-06-30T23:59:59+02:00' });
    expect(datesOf({ [column]: '2w' })).toEqual({ ...plain, [field]: '2027-10-02T20:30:00+02:00' });
    expect(datesOf({ [column]: '-1w' })).toEqual({ ...plain, [field]: '2027-09-11T20:30:00+02:00' });
    expect(datesOf({ [column]: ' +1d ' })).toEqual({ ...plain, [field]: '2027-09-19T20:30:00+02:00' });
  });

  test.each(fields)('%s: a season keyword without a season falls back to the default', (column) => {
    expect(datesOf({ [column]: 'start_of_season', season_start: null })).toEqual(datesOf({}));
    expect(datesOf({ [column]: 'end_of_season', season_end: null })).toEqual(datesOf({}));
  });

  test.each(fields)('%s: an offset counts from the start, or from the default of its own field', (column, field) => {
    const own = {
      activation: '2027-09-19T20:30:00+02:00',
      start: '2027-09-19T20:30:00+02:00',
      expiration: '2027-09-19T22:30:00+02:00',
    };
    expect(datesOf({ [column]: '1d' }, { comfortOffsetAnchor: 'start' })[field]).toBe('2027-09-19T20:30:00+02:00');
    expect(datesOf({ [column]: '1d' }, { comfortOffsetAnchor: 'fieldDefault' })[field]).toBe(own[field]);
  });

  test.each(fields)('%s: an empty value is none', (column) => {
    expect(datesOf({ [column]: '   ' })).toEqual(datesOf({}));
  });

  const variable = { comfort_tixact: 'TIXAct', comfort_tixstart: 'TIXStart', comfort_tixexp: 'TIXExp' };
  test.each(fields)('%s in no documented format parks the ticket and is named', (column) => {
    for (const text of [
      'next week',
      '1m',
      '+d',
      '1 d',
      '32/01/27 10:00',
      '29/02/27 10:00',
      '01/01/2027 10:00',
      '01/01/27',
      '01/01/27 24:01',
      '1/1/27 10:00',
      'START_OF_SEASON',
      '12345d',
    ]) {
      expect(mapTicket(ticket({ [column]: text }), plainMapping)).toEqual({
        problem: {
          code: 'COMFORT_VARIABLE_INVALID',
          field: variable[column],
          expected:
            'start_of_season, end_of_season, an offset in days or weeks such as +1d, -1w or 2w, or dd/mm/yy hh:mm',
        },
      });
    }
  });

  test('a written date is read in every zone, on whatever day the worker runs', () => {
    fc.assert(
      fc.property(wall, zone, fc.constantFrom(...fields), anyWall, (at, timeZone, [column, field], today) => {
        Settings.now = () => today;
        const [date, time] = written(at).split(' ') as [string, string];
        const [year, month, dayOfMonth] = date.split('-') as [string, string, string];
        const text = `${dayOfMonth}/${month}/${year.slice(2)} ${time.slice(0, 5)}`;
        const expected = rfc3339(momentOf(Math.floor(at / minute) * minute, timeZone), timeZone);
        expect(datesOf({ [column]: text, time_zone: timeZone })[field]).toBe(expected);
      }),
      { numRuns: 500 },
    );
  });

  test('an offset keeps the wall clock over a daylight-saving change, in every zone', () => {
    const sign = fc.constantFrom('', '+', '-');
    const unit = fc.constantFrom('d', 'w');
    fc.assert(
      fc.property(
        wall,
        zone,
        sign,
        fc.integer({ min: 0, max: 60 }),
        unit,
        anyWall,
        (at, timeZone, plus, amount, d, today) => {
          Settings.now = () => today;
          const days = (plus === '-' ? -1 : 1) * amount * (d === 'w' ? 7 : 1);
          // A start that a change skips has been moved: the offset counts from there.
          const from = wallAt(momentOf(at, timeZone), timeZone);
          const expected = days === 0 ? momentOf(at, timeZone) : momentOf(from + days * day, timeZone);
          const row = {
            start: written(at),
            end: null,
            time_zone: timeZone,
            comfort_tixact: `${plus}${String(amount)}${d}`,
          };
          expect(datesOf(row).activation).toBe(rfc3339(expected, timeZone));
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test('season dates are those of the venue, in every zone', () => {
    fc.assert(
      fc.property(wall, wall, zone, anyWall, (from, until, timeZone, today) => {
        Settings.now = () => today;
        const row = { season_start: written(from), season_end: written(until), time_zone: timeZone };
        const dates = datesOf({ ...row, comfort_tixact: 'start_of_season', comfort_tixexp: 'end_of_season' });
        expect(dates.activation).toBe(rfc3339(momentOf(from, timeZone), timeZone));
        expect(dates.expiration).toBe(rfc3339(momentOf(until, timeZone), timeZone));
      }),
      { numRuns: 300 },
    );
  });

  test('years of two digits are 2000 to 2099', () => {
    expect(parseComfortDate('31/12/99 23:59')).toMatchObject({ kind: 'date', year: 2099 });
    expect(parseComfortDate('01/01/00 00:00')).toMatchObject({ kind: 'date', year: 2000 });
  });
});
