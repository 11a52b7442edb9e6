import type { CalendarSpecDescription } from '@temporalio/client';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { calendarsOf, eventDaysFrom } from '../../src/schedules/eventDayCalendars.js';
import { eventDaysOf, type EventDay } from '../../src/schedules/eventDays.js';

const minute = 60_000;
const second = 7_000;
const oneDay = 24 * 60 * minute;

function dayOf(from: string, until: string, everyMinutes = 1): EventDay {
  const [day] = eventDaysOf([{ name: 'Match', from, until }], everyMinutes * minute, second);
  if (day === undefined) throw new Error('no start lies in that event');
  return day;
}

/** Calendars as a person writes them: month-day hour:minutes. */
function short(calendars: readonly CalendarSpecDescription[]): string[] {
  const range = ([{ start, end, step } = { start: 0, end: 0, step: 0 }]: CalendarSpecDescription['hour']): string =>
    `${String(start)}${end === start ? '' : `-${String(end)}`}${step === 1 ? '' : `/${String(step)}`}`;
  return calendars.map(
    ({ month, dayOfMonth, hour, minute: minutes }) =>
      `${month[0]!.start.slice(0, 3)} ${range(dayOfMonth)} ${range(hour)}:${range(minutes)}`,
  );
}

/** All moments that calendars match, as Temporal reckons them: every field lies in its range. */
function matched(calendars: readonly CalendarSpecDescription[], fromMs: number, toMs: number): number[] {
  const months = 'JANUARY FEBRUARY MARCH APRIL MAY JUNE JULY AUGUST SEPTEMBER OCTOBER NOVEMBER DECEMBER'.split(' ');
  const found: number[] = [];
  for (let at = fromMs; at <= toMs; at += minute) {
    const time = new Date(at);
    const fits = (ranges: readonly { start: number; end: number; step: number }[], value: number): boolean =>
      ranges.some(({ start, end, step }) => start <= value && value <= end && (value - start) % step === 0);
    const isIn = calendars.filter(
      (calendar) =>
        fits(calendar.year, time.getUTCFullYear()) &&
        calendar.month.some(({ start }) => start === months[time.getUTCMonth()]) &&
        fits(calendar.dayOfMonth, time.getUTCDate()) &&
        fits(calendar.hour, time.getUTCHours()) &&
        fits(calendar.minute, time.getUTCMinutes()) &&
        fits(calendar.second, time.getUTCSeconds()),
    );
    // No moment is in two of them.
    found.push(...isIn.map(() => at));
  }
  return found;
}

describe('An event day as calendars of Temporal', () => {
  test.each([
    ['14:00', '2027-05-01', '20:00', '2027-05-01', ['MAY 1 14-19:0-59']],
    ['14:30', '2027-05-01', '14:45', '2027-05-01', ['MAY 1 14:30-44']],
    ['14:30', '2027-05-01', '15:00', '2027-05-01', ['MAY 1 14:30-59']],
    ['14:30', '2027-05-01', '22:15', '2027-05-01', ['MAY 1 14:30-59', 'MAY 1 15-21:0-59', 'MAY 1 22:0-14']],
    ['22:00', '2027-05-01', '02:00', '2027-05-02', ['MAY 1 22-23:0-59', 'MAY 2 0-1:0-59']],
    ['22:00', '2027-05-31', '00:01', '2027-06-01', ['MAY 31 22-23:0-59', 'JUN 1 0:0']],
    ['00:00', '2027-02-27', '00:00', '2027-03-02', ['FEB 27-28 0-23:0-59', 'MAR 1 0-23:0-59']],
    ['00:00', '2028-02-28', '00:00', '2028-03-01', ['FEB 28-29 0-23:0-59']],
    ['12:00', '2027-05-01', '12:00', '2027-05-04', ['MAY 1 12-23:0-59', 'MAY 2-3 0-23:0-59', 'MAY 4 0-11:0-59']],
  ])('from %s of %s until %s of %s', (from, fromDay, until, untilDay, expected) => {
    expect(short(calendarsOf(dayOf(`${fromDay}T${from}:00Z`, `${untilDay}T${until}:00Z`)))).toEqual(expected);
  });

  test('every five minutes, in UTC, with the second of the schedule and the event’s name', () => {
    const calendars = calendarsOf(dayOf('2027-12-31T18:03:00-05:00', '2028-01-01T02:00:00-05:00', 5));
    expect(short(calendars)).toEqual(['DEC 31 23:5-55/5', 'JAN 1 0-6:0-55/5']);
    expect(calendars[1]).toMatchObject({
      year: [{ start: 2028, end: 2028, step: 1 }],
      second: [{ start: 7, end: 7, step: 1 }],
      comment: 'Match',
    });
  });

  test('match exactly its starts, each once, and are read back as the same event day', () => {
    const begin = Date.parse('2028-02-26T00:00:00Z') + second;
    const day = fc
      .tuple(fc.nat(5 * 24 * 60), fc.nat(4 * 24 * 60), fc.constantFrom(1, 2, 3, 5, 6, 10, 15, 20, 30, 60))
      .map(([from, more, every]): EventDay => {
        const everyMs = every * minute;
        const firstStartMs = begin + Math.floor(from / every) * everyMs;
        return { name: 'Match', everyMs, firstStartMs, lastStartMs: firstStartMs + Math.floor(more / every) * everyMs };
      });
    fc.assert(
      fc.property(day, (given) => {
        const calendars = calendarsOf(given);
        const expected = Array.from(
          { length: (given.lastStartMs - given.firstStartMs) / given.everyMs + 1 },
          (_, index) => given.firstStartMs + index * given.everyMs,
        );
        expect(matched(calendars, given.firstStartMs - oneDay, given.lastStartMs + oneDay)).toEqual(expected);
        expect(eventDaysFrom(calendars.toReversed(), second)).toEqual({ days: [given], others: false });
      }),
    );
  });

  test('a year of sixty events is at most three calendars each', () => {
    const calendar = Array.from({ length: 60 }, (_, index) => {
      const from = Date.parse('2027-01-03T13:45:00Z') + index * 6 * 24 * 60 * minute;
      return {
        name: `Match ${String(index + 1)}`,
        from: new Date(from).toISOString(),
        until: new Date(from + 400 * minute).toISOString(),
      };
    });
    const days = eventDaysOf(calendar, minute, second);
    const calendars = days.flatMap(calendarsOf);
    expect(days).toHaveLength(60);
    expect(calendars.length).toBeLessThanOrEqual(180);
    expect(eventDaysFrom(calendars, second)).toEqual({ days, others: false });
  });
});

describe('A calendar that somebody has typed in', () => {
  const day = dayOf('2027-05-01T14:00:00Z', '2027-05-01T20:00:00Z');
  const [ours] = calendarsOf(day);
  const every = (start: number, end: number, step = 1) => [{ start, end, step }];
  test.each<[string, Partial<CalendarSpecDescription>]>([
    ['every year', { year: [] }],
    ['in two years', { year: every(2027, 2028) }],
    ['in several months', { month: [{ start: 'MAY', end: 'JUNE', step: 1 }] }],
    ['on Sundays', { dayOfWeek: [{ start: 'SUNDAY', end: 'SUNDAY', step: 1 }] }],
    ['on several days, some hours of each', { dayOfMonth: every(1, 2) }],
    ['in several hours, some minutes of each', { minute: every(0, 29) }],
    ['every second hour', { hour: every(14, 20, 2) }],
    ['in two ranges of hours', { hour: [...every(14, 15), ...every(17, 18)] }],
    ['every seven minutes', { minute: every(0, 56, 7) }],
    ['at odd minutes', { hour: every(14, 14), minute: every(1, 59, 2) }],
    ['at another second', { second: every(8, 8) }],
    ['at all seconds', { second: every(0, 59) }],
    ['on a day that never comes', { dayOfMonth: every(31, 31), month: [{ start: 'JUNE', end: 'JUNE', step: 1 }] }],
  ])('%s is not taken for an event day', (_, other) => {
    expect(eventDaysFrom([{ ...ours!, ...other }], second)).toEqual({ days: [], others: true });
  });

  test('inside an event day is noticed', () => {
    const inside = { ...ours!, hour: every(15, 15), minute: every(0, 30, 30) };
    expect(eventDaysFrom([ours!, inside], second)).toMatchObject({ days: [day], others: true });
  });

  test('with another name or frequency is an event day of its own', () => {
    const next = { ...ours!, hour: every(20, 20), comment: 'Another' };
    expect(eventDaysFrom([ours!, next], second)).toMatchObject({
      days: [day, { name: 'Another', firstStartMs: day.lastStartMs + minute }],
      others: false,
    });
  });
});
