import type { CalendarEvent } from '../domain/eventCalendar.js';

/** What a schedule starts between its ordinary starts while an event is on, or several that have no time between them. */
export interface EventDay {
  readonly name: string;
  /** Minutes of which an hour is a multiple. */
  readonly everyMs: number;
  readonly firstStartMs: number;
  readonly lastStartMs: number;
}

/** Temporal makes up for starts of the last minutes, and an operator likes to see yesterday's event. What is older takes only space. */
const keptForMs = 24 * 60 * 60_000;

/** The limit of Temporal for a comment, in bytes. */
const longestName = 200;

/**
 * The starts that lie in the events of a calendar: every start of which is not before the event's beginning, and before its end. Events
 * that overlap, or follow each other without a start between them, become one.
 */
export function eventDaysOf(calendar: readonly CalendarEvent[], everyMs: number, offsetMs: number): EventDay[] {
  const firstFrom = (time: string): number => Math.ceil((Date.parse(time) - offsetMs) / everyMs) * everyMs + offsetMs;
  const events = calendar
    .map(({ name, from, until }) => ({
      names: [name],
      firstStartMs: firstFrom(from),
      lastStartMs: firstFrom(until) - everyMs,
    }))
    .filter(({ firstStartMs, lastStartMs }) => firstStartMs <= lastStartMs)
    .sort((a, b) => a.firstStartMs - b.firstStartMs);
  const merged: { names: string[]; firstStartMs: number; lastStartMs: number }[] = [];
  for (const next of events) {
    const last = merged.at(-1);
    if (last === undefined || next.firstStartMs > last.lastStartMs + everyMs) {
      merged.push(next);
    } else {
      last.names.push(...next.names);
      last.lastStartMs = Math.max(last.lastStartMs, next.lastStartMs);
    }
  }
  return merged.map(({ names, ...starts }) => ({ name: nameOf(names), everyMs, ...starts }));
}

/** Whether an event is not yet over, or only since a short time. */
export function stillCounts({ lastStartMs }: Pick<EventDay, 'lastStartMs'>, nowMs: number): boolean {
  return lastStartMs > nowMs - keptForMs;
}

/** One line that fits into a comment of Temporal's. */
function nameOf(names: readonly string[]): string {
  const whole = [...new Set(names)]
    .join(' + ')
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  let name = whole;
  while (Buffer.byteLength(name) > longestName) name = [...name].slice(0, -2).join('') + '…';
  return name;
}

/** Starts of event days after a moment; not more of each than are asked for. */
export function eventDayStarts(days: readonly EventDay[], afterMs: number, most: number): number[] {
  return days.flatMap(({ everyMs, firstStartMs, lastStartMs }) => {
    const passed = Math.max(0, Math.floor((afterMs - firstStartMs) / everyMs) + 1);
    const first = firstStartMs + passed * everyMs;
    const left = Math.max(0, Math.floor((lastStartMs - first) / everyMs) + 1);
    return Array.from({ length: Math.min(most, left) }, (_, index) => first + index * everyMs);
  });
}
