import { DateTime } from 'luxon';

import { firstOccurrence } from './venueTime.js';

/**
 * Comfort variables: values set on a product or performance in S-360 that replace the dates of an injected ticket.
 * Source: S-360 manual, «1. Ticket injection», comfort variables TIXAct, TIXStart, TIXExp, TIXRGrp.
 *
 * Documented: `start_of_season`, `end_of_season`, an offset such as `+1d`, `-1w` or `2w`, and `dd/mm/yy hh:mm`. Not documented, so
 * ours: the anchor of an offset (the setting `comfortOffsetAnchor`), the zone of the written date (the venue's), two-digit
 * years (2000 to 2099), and that an offset in days or weeks keeps the wall clock over a daylight-saving change.
 */
export type ComfortDate =
  | { readonly kind: 'startOfSeason' }
  | { readonly kind: 'endOfSeason' }
  | { readonly kind: 'offset'; readonly days: number }
  | {
      readonly kind: 'date';
      readonly year: number;
      readonly month: number;
      readonly day: number;
      readonly hour: number;
      readonly minute: number;
    };

export const comfortDateFormats =
  'start_of_season, end_of_season, an offset in days or weeks such as +1d, -1w or 2w, or dd/mm/yy hh:mm';

const offsetPattern = /^([+-]?)(\d{1,4})([dw])$/;
const datePattern = /^(\d{2})\/(\d{2})\/(\d{2}) (\d{2}):(\d{2})$/;

/** @returns null if the text is in none of the documented formats, or no date of the calendar. */
export function parseComfortDate(text: string): ComfortDate | null {
  const value = text.trim();
  if (value === 'start_of_season') return { kind: 'startOfSeason' };
  if (value === 'end_of_season') return { kind: 'endOfSeason' };
  const offset = offsetPattern.exec(value);
  if (offset !== null) {
    const [, sign, amount, unit] = offset;
    const days = Number(amount) * (unit === 'w' ? 7 : 1);
    return { kind: 'offset', days: sign === '-' ? -days : days };
  }
  const written = datePattern.exec(value);
  if (written === null) return null;
  const [day, month, year, hour, minute] = written.slice(1).map(Number) as [number, number, number, number, number];
  const date = { year: 2000 + year, month, day, hour, minute };
  return DateTime.fromObject(date, { zone: 'utc' }).isValid ? { kind: 'date', ...date } : null;
}

/** What a comfort date can refer to, as moments in the venue's zone; null where the product has none. */
export interface ComfortAnchors {
  readonly timeZone: string;
  readonly offsetAnchor: DateTime<true> | null;
  readonly seasonStart: DateTime<true> | null;
  readonly seasonEnd: DateTime<true> | null;
}

/** @returns null if what it refers to is missing: a season without dates, an offset without a start. */
export function resolveComfortDate(date: ComfortDate, anchors: ComfortAnchors): DateTime<true> | null {
  switch (date.kind) {
    case 'startOfSeason':
      return anchors.seasonStart;
    case 'endOfSeason':
      return anchors.seasonEnd;
    case 'offset': {
      const moved = anchors.offsetAnchor?.plus({ days: date.days });
      return moved?.isValid === true ? firstOccurrence(moved) : null;
    }
    case 'date': {
      const { year, month, day, hour, minute } = date;
      const time = DateTime.fromObject({ year, month, day, hour, minute }, { zone: anchors.timeZone });
      return time.isValid ? firstOccurrence(time) : null;
    }
  }
}
