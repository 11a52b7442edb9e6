import { describe, expect, test } from 'vitest';

import {
  fingerprintOfList,
  overrideFingerprint,
  todayIn,
  type OverridePlace,
} from '../../src/activities/overrideFingerprint.js';

const place: OverridePlace = { organization: 'FCDEMO', function: 'pushControlled', internalName: 'Push controlled' };
const overrideDay = '2027-05-01';
const forced = { forceTickets: 'TN1,id:5', overrideDay };
const contentHash = 'a'.repeat(64);

describe('By what an override is known again', () => {
  const first = overrideFingerprint(place, forced, null);

  test('it is a SHA-256', () => {
    expect(first).toMatch(/^[\da-f]{64}$/);
  });

  test.each<[string, () => string]>([
    [
      'in another order, with spaces and twice',
      () => overrideFingerprint(place, { forceTickets: ' id:5 ,TN1,TN1', overrideDay }, null),
    ],
    [
      'with again',
      () => overrideFingerprint(place, { ...forced, again: '0199c3f2-5c1e-7d3a-9f44-1d2b3c4e5f60' }, null),
    ],
    [
      'with what the Web UI leaves empty',
      () => overrideFingerprint(place, { ...forced, dateFrom: null, fileToUpload: null }, null),
    ],
    [
      'as a preview, with a skip list and a limit',
      () =>
        overrideFingerprint(
          place,
          Object.assign({ simulation: true, skipTickets: 'TN9', maxTicketsPerRun: 5 }, forced),
          null,
        ),
    ],
  ])('it is the same %s', (_how, other) => {
    expect(other()).toBe(first);
  });

  test('the same tickets in a file are the same override, whatever the name of the file', () => {
    const file = fingerprintOfList({ ticketIds: new Set(['5']), taxNumbers: new Set(['TN1']) });
    for (const fileToUpload of ['a.csv', 'b.csv']) {
      expect(overrideFingerprint(place, { fileToUpload, overrideDay }, file)).toBe(first);
    }
  });

  test.each<[string, () => string]>([
    ['function', () => overrideFingerprint({ ...place, function: 'pushCancelled' }, forced, null)],
    ['internal name', () => overrideFingerprint({ ...place, internalName: 'Push controlled 2' }, forced, null)],
    ['organization', () => overrideFingerprint({ ...place, organization: 'FCOTHER' }, forced, null)],
    ['day', () => overrideFingerprint(place, { ...forced, overrideDay: '2027-05-02' }, null)],
    ['list', () => overrideFingerprint(place, { ...forced, forceTickets: 'TN1,TN5' }, null)],
    ['kind of number', () => overrideFingerprint(place, { ...forced, forceTickets: 'TN1,5' }, null)],
    ['date from', () => overrideFingerprint(place, { ...forced, dateFrom: '2027-04-30T00:00:00Z' }, null)],
    ['file', () => overrideFingerprint(place, { fileToUpload: 'a.csv', overrideDay }, contentHash)],
  ])('another %s is another override', (_what, other) => {
    expect(other()).not.toBe(first);
  });

  test('the same moment written with another offset is the same date from', () => {
    const since = (dateFrom: string): string => overrideFingerprint(place, { dateFrom, overrideDay }, null);
    expect(since('2027-04-30T18:00:00+02:00')).toBe(since('2027-04-30T16:00Z'));
    expect(since('2027-04-30T18:00:00+02:00')).not.toBe(since('2027-04-30T18:00:00+01:00'));
  });
});

describe('Today, in the time zone of the institution', () => {
  test.each([
    ['Europe/Zurich', '2027-05-01T21:59:59.999Z', '2027-05-01'],
    ['Europe/Zurich', '2027-05-01T22:00:00Z', '2027-05-02'],
    ['Europe/Zurich', '2027-12-31T22:59:59Z', '2027-12-31'],
    ['Europe/Zurich', '2027-12-31T23:00:00Z', '2028-01-01'],
    ['America/New_York', '2027-05-02T03:59:59Z', '2027-05-01'],
    ['Pacific/Kiritimati', '2027-05-01T10:00:00Z', '2027-05-02'],
    ['UTC', '2028-02-29T23:59:59Z', '2028-02-29'],
  ])('in %s at %s it is %s', (timeZone, now, day) => {
    expect(todayIn(timeZone, Date.parse(now))).toBe(day);
  });

  test('a time zone that nobody knows is no UTC', () => {
    expect(() => todayIn('Europe/Nowhere', 0)).toThrow(TypeError);
  });
});
