import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { CalendarEvent } from '../../src/domain/eventCalendar.js';
import { eventDaysOf, eventDayStarts, stillCounts } from '../../src/schedules/eventDays.js';

const minute = 60_000;
const event = (from: string, until: string, name = 'Match'): CalendarEvent => ({ name, from, until });
const text = (ms: number): string => new Date(ms).toISOString().replace('.000Z', 'Z');

/** The first and the last start of each event day, seven seconds after the minute. */
function startsOf(calendar: readonly CalendarEvent[], everyMinutes = 1): string[] {
  return eventDaysOf(calendar, everyMinutes * minute, 7_000).map(
    ({ name, firstStartMs, lastStartMs }) => `${name}: ${text(firstStartMs)} to ${text(lastStartMs)}`,
  );
}

describe('The starts of an event day', () => {
  test.each([
    ['begins and ends with a minute', '14:00:00', '22:30:00', '14:00:07', '22:29:07'],
    [
      'begins and ends at the second of a start: the first counts, the last does not',
      '14:00:07',
      '22:30:07',
      '14:00:07',
      '22:29:07',
    ],
    ['begins and ends just after a start', '14:00:08', '22:30:08', '14:01:07', '22:30:07'],
    ['has one start', '14:00:00', '14:01:00', '14:00:07', '14:00:07'],
  ])('an event that %s', (_, from, until, first, last) => {
    expect(startsOf([event(`2027-05-01T${from}Z`, `2027-05-01T${until}Z`)])).toEqual([
      `Match: 2027-05-01T${first}Z to 2027-05-01T${last}Z`,
    ]);
  });

  test('an event without a start in it is none', () => {
    expect(startsOf([event('2027-05-01T14:00:10Z', '2027-05-01T14:00:50Z')])).toEqual([]);
  });

  test('are multiples of the event day’s frequency', () => {
    expect(startsOf([event('2027-05-01T14:01:00Z', '2027-05-01T14:13:00Z')], 5)).toEqual([
      'Match: 2027-05-01T14:05:07Z to 2027-05-01T14:10:07Z',
    ]);
  });

  test('lie where the offsets say, over midnight, the end of a month or a year, and both changes of the clock', () => {
    expect(
      startsOf([
        event('2027-10-30T20:00:00+02:00', '2027-10-31T03:30:00+01:00', 'Clocks back'),
        event('2027-03-28T01:30:00+01:00', '2027-03-28T03:30:00+02:00', 'Clocks on'),
        event('2027-12-31T18:00:00-05:00', '2028-01-01T02:00:00-05:00', 'New Year'),
      ]),
    ).toEqual([
      'Clocks on: 2027-03-28T00:30:07Z to 2027-03-28T01:29:07Z',
      'Clocks back: 2027-10-30T18:00:07Z to 2027-10-31T02:29:07Z',
      'New Year: 2027-12-31T23:00:07Z to 2028-01-01T06:59:07Z',
    ]);
  });

  test('events that overlap, touch or lie in each other are one; with a minute between them they are two', () => {
    expect(
      startsOf([
        event('2027-05-01T18:00:00Z', '2027-05-01T20:00:00Z', 'B'),
        event('2027-05-01T14:00:00Z', '2027-05-01T19:00:00Z', 'A'),
        event('2027-05-01T15:00:00Z', '2027-05-01T16:00:00Z', 'In A'),
        event('2027-05-01T20:00:00Z', '2027-05-01T21:00:00Z', 'C'),
        event('2027-05-01T21:01:00Z', '2027-05-01T22:00:00Z', 'D'),
      ]),
    ).toEqual([
      'A + In A + B + C: 2027-05-01T14:00:07Z to 2027-05-01T20:59:07Z',
      'D: 2027-05-01T21:01:07Z to 2027-05-01T21:59:07Z',
    ]);
  });

  test('are, whatever the calendar, all multiples of the frequency in its events, each once, in order', () => {
    const begin = Date.parse('2027-02-27T00:00:00Z');
    const events = fc.array(
      fc.tuple(fc.nat(6 * 24 * 3_600), fc.integer({ min: 1, max: 30 * 3_600 })).map(([at, seconds]) => {
        const time = (second: number): string => new Date(begin + second * 1_000).toISOString();
        return event(time(at), time(at + seconds));
      }),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(events, fc.constantFrom(1, 2, 5, 12, 30, 60), fc.nat(59), (calendar, everyMinutes, second) => {
        const [everyMs, offsetMs] = [everyMinutes * minute, second * 1_000];
        const spans = calendar.map(({ from, until }) => [Date.parse(from), Date.parse(until)] as const);
        const expected: number[] = [];
        for (let at = begin + offsetMs; at < begin + 9 * 24 * 60 * minute; at += everyMs) {
          if (spans.some(([from, until]) => from <= at && at < until)) expected.push(at);
        }
        expect(eventDayStarts(eventDaysOf(calendar, everyMs, offsetMs), 0, Infinity)).toEqual(expected);
      }),
    );
  });

  test('after a moment: that moment does not count, and no more are told than asked for', () => {
    const days = eventDaysOf([event('2027-05-01T14:00:00Z', '2027-05-01T14:05:00Z')], minute, 7_000);
    const after = (time: string, most = 9): string[] =>
      eventDayStarts(days, Date.parse(`2027-05-01T${time}Z`), most).map((ms) => text(ms).slice(11, 19));
    expect(after('13:00:00', 2)).toEqual(['14:00:07', '14:01:07']);
    expect(after('14:02:06')).toEqual(['14:02:07', '14:03:07', '14:04:07']);
    expect(after('14:02:07')).toEqual(['14:03:07', '14:04:07']);
    expect(after('14:04:07')).toEqual([]);
  });

  test('count until a day after the last one', () => {
    const [day] = eventDaysOf([event('2027-05-01T14:00:00Z', '2027-05-01T14:05:00Z')], minute, 7_000);
    expect(stillCounts(day!, Date.parse('2027-05-02T14:04:06Z'))).toBe(true);
    expect(stillCounts(day!, Date.parse('2027-05-02T14:04:07Z'))).toBe(false);
  });

  test('a name is one line and fits into a comment of Temporal’s', () => {
    const nameOf = (name: string): string =>
      eventDaysOf([event('2027-05-01T14:00:00Z', '2027-05-01T15:00:00Z', name)], minute, 0)[0]!.name;
    expect(nameOf('Final\n  of the\tCup')).toBe('Final of the Cup');
    expect(nameOf('x'.repeat(200))).toBe('x'.repeat(200));
    expect(nameOf('é'.repeat(101))).toBe(`${'é'.repeat(98)}…`);
  });
});
