const DATE_TIME = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.\d{1,9})?(?:Z|[+-](\d{2}):(\d{2}))$/i;
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;

/**
 * True for an RFC 3339 date-time with an offset (`2027-06-12T18:00:00+02:00`, or `Z`) on a day that exists.
 * A date-time without an offset, and the short offset `+02`, are refused.
 *
 * Source: «TIXNGO, Understand S-360 variables for tickets Injection».
 */
export function isDateTimeWithOffset(text: string): boolean {
  const match = DATE_TIME.exec(text);
  if (match === null) return false;
  const [year, month, day, hour, minute, second, offsetHour, offsetMinute] = match.slice(1).map(Number);
  return (
    dayExists(year, month, day) &&
    within(hour, 23) &&
    within(minute, 59) &&
    within(second, 59) &&
    (match[7] === undefined || (within(offsetHour, 23) && within(offsetMinute, 59)))
  );
}

/** True for a calendar date `yyyy-MM-dd` that exists. Source: the profile of TIXNGO's mobile SDK. */
export function isDate(text: string): boolean {
  const match = DATE.exec(text);
  return match !== null && dayExists(Number(match[1]), Number(match[2]), Number(match[3]));
}

function within(value: number | undefined, max: number): boolean {
  return value !== undefined && value <= max;
}

function dayExists(year = 0, month = 0, day = 0): boolean {
  if (month < 1 || month > 12 || day < 1) return false;
  const lastDay = new Date(0);
  lastDay.setUTCFullYear(year, month, 0);
  return day <= lastDay.getUTCDate();
}
