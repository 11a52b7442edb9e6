import { DateTime } from 'luxon';

/**
 * The venue's wall clock as TIXNGO wants it: RFC 3339 with the offset that holds at the venue at that moment, because the
 * app shows the time as injected. Source: TIXNGO back office manual (dates); field table «S-360 variables for tickets injection».
 *
 * A wall-clock time that a daylight-saving change skips is moved forward by the change; one that occurs twice is the first.
 */
export function venueRfc3339(time: DateTime<true>): string {
  return time.toISO({ suppressMilliseconds: true });
}

/**
 * @param wallClock `yyyy-MM-dd HH:mm:ss`
 * @param timeZone IANA name
 * @returns null if either cannot be read
 */
export function venueTime(wallClock: string, timeZone: string): DateTime<true> | null {
  const time = DateTime.fromFormat(wallClock, 'yyyy-MM-dd HH:mm:ss', { zone: timeZone });
  return time.isValid ? firstOccurrence(time) : null;
}

/** Of a wall-clock time that occurs twice, luxon takes the one whose offset holds today: the first is the same on every day. */
export function firstOccurrence(time: DateTime<true>): DateTime<true> {
  const [first] = time.getPossibleOffsets();
  return first?.isValid === true ? first : time;
}
