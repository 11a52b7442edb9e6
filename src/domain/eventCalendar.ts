/** One event of the configuration's calendar: from when to when its gates are at work, each a date and time with offset. */
export interface CalendarEvent {
  readonly name: string;
  readonly from: string;
  readonly until: string;
}

/** The event that is on: its first moment counts, its last one does not any more. Of several, the one that stands first. */
export function eventAt(calendar: readonly CalendarEvent[], nowMs: number): CalendarEvent | null {
  return calendar.find(({ from, until }) => Date.parse(from) <= nowMs && nowMs < Date.parse(until)) ?? null;
}

/**
 * How many controlled tickets make a batch now.
 * Source: S-360 manual, «3. Push Controlled Tickets», parameters of the schedule.
 */
export function eventDayBatchSize(
  fn: { readonly batchSize: number; readonly eventDay: { readonly batchSize: number } },
  calendar: readonly CalendarEvent[],
  nowMs: number,
): number {
  return eventAt(calendar, nowMs) === null ? fn.batchSize : fn.eventDay.batchSize;
}

/**
 * The frequencies that a function can have on an event day: the ordinary starts stay, and others come between them, so the ordinary
 * frequency is a multiple. They repeat every hour, as a calendar of Temporal does, so an hour is one too.
 */
export function eventDayFrequencies(frequencyMinutes: number): number[] {
  const most = Math.min(frequencyMinutes, 60);
  return Array.from({ length: most }, (_, index) => index + 1).filter(
    (minutes) => frequencyMinutes % minutes === 0 && (60 % minutes === 0 || minutes === frequencyMinutes),
  );
}
