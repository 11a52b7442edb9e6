import { MONTHS, type CalendarSpecDescription } from '@temporalio/client';

import type { EventDay } from './eventDays.js';

/**
 * The event days of a schedule as calendars of Temporal, which match every moment whose hour, minute … each lie in a range: so an event is
 * cut where an hour, a day or a month is not whole. All in UTC, where no hour is missing or comes twice.
 */

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** From the first start to the last one, all of them in every hour and day between. */
interface Piece {
  readonly dayMs: number;
  readonly days: number;
  readonly hours: readonly [number, number];
  readonly minutes: readonly [number, number];
}

export function calendarsOf(day: EventDay): CalendarSpecDescription[] {
  const { everyMs } = day;
  const second = (day.firstStartMs % minuteMs) / 1_000;
  const pieces = cut(day.firstStartMs - second * 1_000, day.lastStartMs - second * 1_000, everyMs);
  return pieces.map(({ dayMs: at, days, hours, minutes }) => {
    const date = new Date(at);
    const month = MONTHS[date.getUTCMonth()] ?? 'JANUARY';
    return {
      year: [{ start: date.getUTCFullYear(), end: date.getUTCFullYear(), step: 1 }],
      month: [{ start: month, end: month, step: 1 }],
      dayOfMonth: [{ start: date.getUTCDate(), end: date.getUTCDate() + days - 1, step: 1 }],
      dayOfWeek: [{ start: 'SUNDAY', end: 'SATURDAY', step: 1 }],
      hour: [{ start: hours[0], end: hours[1], step: 1 }],
      minute: [{ start: minutes[0], end: minutes[1], step: everyMs / minuteMs }],
      second: [{ start: second, end: second, step: 1 }],
      comment: day.name,
    };
  });
}

function cut(firstMs: number, lastMs: number, everyMs: number): Piece[] {
  const pieces: Piece[] = [];
  for (let at = Math.floor(firstMs / dayMs) * dayMs; at <= lastMs; at += dayMs) {
    const ofDay = cutDay(at, Math.max(firstMs - at, 0), Math.min(lastMs - at, dayMs - everyMs), everyMs);
    const [whole, last] = [ofDay[0], pieces.at(-1)];
    const goesOn = whole !== undefined && last !== undefined && isWholeDay(whole, everyMs) && isWholeDay(last, everyMs);
    if (goesOn && new Date(at).getUTCMonth() === new Date(last.dayMs).getUTCMonth()) {
      pieces[pieces.length - 1] = { ...last, days: last.days + 1 };
    } else {
      pieces.push(...ofDay);
    }
  }
  return pieces;
}

/** The first hour, the whole hours, the last hour of one day; what there is of them. */
function cutDay(at: number, firstMs: number, lastMs: number, everyMs: number): Piece[] {
  const [firstHour, lastHour] = [Math.floor(firstMs / hourMs), Math.floor(lastMs / hourMs)];
  const [firstMinute, lastMinute] = [(firstMs % hourMs) / minuteMs, (lastMs % hourMs) / minuteMs];
  const end = lastMinuteOf(everyMs);
  const one = { dayMs: at, days: 1 };
  if (firstHour === lastHour) return [{ ...one, hours: [firstHour, firstHour], minutes: [firstMinute, lastMinute] }];
  const firstWhole = firstMinute === 0 ? firstHour : firstHour + 1;
  const lastWhole = lastMinute === end ? lastHour : lastHour - 1;
  const pieces: Piece[] = [];
  if (firstMinute > 0) pieces.push({ ...one, hours: [firstHour, firstHour], minutes: [firstMinute, end] });
  if (firstWhole <= lastWhole) pieces.push({ ...one, hours: [firstWhole, lastWhole], minutes: [0, end] });
  if (lastMinute < end) pieces.push({ ...one, hours: [lastHour, lastHour], minutes: [0, lastMinute] });
  return pieces;
}

/** The minute of the last start in a whole hour. */
function lastMinuteOf(everyMs: number): number {
  return 60 - everyMs / minuteMs;
}

function isWholeHour({ minutes }: Pick<Piece, 'minutes'>, everyMs: number): boolean {
  return minutes[0] === 0 && minutes[1] === lastMinuteOf(everyMs);
}

function isWholeDay(piece: Pick<Piece, 'hours' | 'minutes'>, everyMs: number): boolean {
  return piece.hours[0] === 0 && piece.hours[1] === 23 && isWholeHour(piece, everyMs);
}

/**
 * Reads calendars back; the name of an event is whatever comment stands there.
 *
 * @param offsetMs of the schedule's ordinary starts: those of an event day have the same second
 * @returns the event days, and whether there is any calendar that is none: a person has typed it in
 */
export function eventDaysFrom(
  calendars: readonly CalendarSpecDescription[],
  offsetMs: number,
): { readonly days: EventDay[]; readonly others: boolean } {
  const pieces = calendars.map((calendar) => pieceOf(calendar, offsetMs));
  const ours = pieces.filter((piece) => piece !== null).sort((a, b) => a.firstStartMs - b.firstStartMs);
  let others = ours.length < pieces.length;
  const days: EventDay[] = [];
  for (const piece of ours) {
    const last = days.at(-1);
    if (last === undefined || piece.firstStartMs > last.lastStartMs + last.everyMs) {
      days.push(piece);
    } else if (piece.firstStartMs <= last.lastStartMs) {
      others = true;
    } else if (piece.name === last.name && piece.everyMs === last.everyMs) {
      days[days.length - 1] = { ...last, lastStartMs: piece.lastStartMs };
    } else {
      days.push(piece);
    }
  }
  return { days, others };
}

/** @returns null for a calendar that `calendarsOf` does not make */
function pieceOf(calendar: CalendarSpecDescription, offsetMs: number): EventDay | null {
  const [year, day, hour, second] = (['year', 'dayOfMonth', 'hour', 'second'] as const).map((field) => {
    const [range, ...more] = calendar[field];
    return range === undefined || more.length > 0 || range.step !== 1 ? null : ([range.start, range.end] as const);
  });
  const [month, ...moreMonths] = calendar.month;
  const [minute, ...moreMinutes] = calendar.minute;
  const [week, ...moreWeeks] = calendar.dayOfWeek;
  if (!year || !day || !hour || !second || !month || !minute || !week) return null;
  if (moreMonths.length + moreMinutes.length + moreWeeks.length > 0 || 60 % minute.step !== 0) return null;
  if (week.start !== 'SUNDAY' || week.end !== 'SATURDAY' || week.step !== 1) return null;
  if (year[0] !== year[1] || month.start !== month.end) return null;
  if (second[0] !== second[1] || second[0] * 1_000 !== offsetMs % minuteMs) return null;

  const everyMs = minute.step * minuteMs;
  const piece = {
    hours: hour,
    minutes: [minute.start, minute.end - ((minute.end - minute.start) % minute.step)] as const,
  };
  // A gap in every hour, or in every day, or starts that are no multiples of their frequency.
  if (hour[0] < hour[1] && !isWholeHour(piece, everyMs)) return null;
  if (day[0] < day[1] && !isWholeDay(piece, everyMs)) return null;
  if (minute.start % minute.step !== 0) return null;

  const monthIndex = MONTHS.indexOf(month.start);
  const at = (dayOfMonth: number, hours: number, minutes: number): number =>
    Date.UTC(year[0], monthIndex, dayOfMonth, hours, minutes, second[0]);
  // The 31st of a shorter month never comes.
  if (new Date(at(day[1], 0, 0)).getUTCMonth() !== monthIndex) return null;
  return {
    name: calendar.comment ?? '',
    everyMs,
    firstStartMs: at(day[0], hour[0], piece.minutes[0]),
    lastStartMs: at(day[1], hour[1], piece.minutes[1]),
  };
}
