import { describe, expect, it } from 'vitest';
import { isDate, isDateTimeWithOffset } from '../../../sandbox/tixngo/dateFormats.js';

describe('a date-time of TIXNGO', () => {
  it.each([
    '2027-06-12T18:00:00+02:00',
    '2027-06-12T18:00:00-03:30',
    '2027-06-12T18:00:00Z',
    '2027-06-12T18:00:00.123+09:00',
    '2028-02-29T00:00:00+00:00',
    '2027-12-31T23:59:59+14:00',
  ])('takes %s', (text) => {
    expect(isDateTimeWithOffset(text)).toBe(true);
  });

  it.each([
    ['has no offset', '2027-06-12T18:00:00'],
    ['has the short offset', '2027-06-12T18:00:00+02'],
    ['has an offset without colon', '2027-06-12T18:00:00+0200'],
    ['has no seconds', '2027-06-12T18:00+02:00'],
    ['has no time', '2027-06-12'],
    ['has a blank for the T', '2027-06-12 18:00:00+02:00'],
    ['is on a day that no year has', '2027-02-30T18:00:00+02:00'],
    ['is on a leap day of another year', '2027-02-29T18:00:00+02:00'],
    ['is in month 13', '2027-13-01T18:00:00+02:00'],
    ['is in month 0', '2027-00-01T18:00:00+02:00'],
    ['is on day 0', '2027-06-00T18:00:00+02:00'],
    ['is at 24 hours', '2027-06-12T24:00:00+02:00'],
    ['is at 60 minutes', '2027-06-12T18:60:00+02:00'],
    ['is at 60 seconds', '2027-06-12T18:00:60+02:00'],
    ['has an offset of 24 hours', '2027-06-12T18:00:00+24:00'],
    ['has an offset of 60 minutes', '2027-06-12T18:00:00+02:60'],
    ['has something behind it', '2027-06-12T18:00:00Z '],
    ['is in the notation of the comfort variables', '12/06/27 18:00'],
  ])('refuses one that %s', (_why, text) => {
    expect(isDateTimeWithOffset(text)).toBe(false);
  });
});

describe('a date of TIXNGO', () => {
  it.each(['1990-12-31', '2000-02-29', '1924-02-29'])('takes %s', (text) => {
    expect(isDate(text)).toBe(true);
  });

  it.each(['1900-02-29', '1990-13-01', '1990-00-10', '1990-04-31', '31.12.1990', '1990-1-1', '1990-12-31T00:00:00Z'])(
    'refuses %s',
    (text) => {
      expect(isDate(text)).toBe(false);
    },
  );
});
