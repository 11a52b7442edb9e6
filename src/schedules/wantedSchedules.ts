import type { Configuration, FunctionSettings, InterfaceSettings } from '../config/schema.js';
import type { FunctionName } from '../domain/functions.js';
import { eventDaysOf, eventDayStarts, type EventDay } from './eventDays.js';
import { startSeconds } from './startSeconds.js';

/** What happens when an execution is due while the one before is still at work, in Temporal's words. */
export type Overlap = 'SKIP' | 'BUFFER_ONE' | 'ALLOW_ALL';

/** A schedule as the configuration wants it. */
export interface WantedSchedule {
  readonly id: string;
  readonly institution: string;
  readonly organization: string;
  readonly internalName: string;
  readonly function: FunctionName;
  readonly everyMs: number;
  readonly offsetMs: number;
  readonly startAt: Date | null;
  readonly endAt: Date | null;
  /** What comes between the ordinary starts while an event is on. */
  readonly eventDays: readonly EventDay[];
  readonly overlap: Overlap;
  readonly taskQueue: string;
}

export interface ConfiguredSchedules {
  readonly wanted: readonly WantedSchedule[];
  /** Ids that the functions with a manual launch would have: no schedule of ours may be there. */
  readonly manualIds: ReadonlySet<string>;
  readonly institutions: ReadonlySet<string>;
}

/** Every schedule that a configuration asks for: one for each function whose launch is automatic. */
export function configuredSchedules(configuration: Configuration, taskQueue: string): ConfiguredSchedules {
  const functions = configuration.institutions.flatMap((institution) =>
    institution.organizations.flatMap((organization) =>
      organization.interfaces.flatMap((settings) =>
        settings.functions.map((fn) => ({
          id: scheduleId(institution.code, organization.code, fn.internalName),
          institution: institution.code,
          organization: organization.code,
          settings,
          fn,
        })),
      ),
    ),
  );
  // The manual ones too: a function that becomes automatic moves no other.
  const secondOf = startSeconds(functions.map(({ id }) => id));
  const wanted = functions.flatMap(({ id, institution, organization, settings, fn }): WantedSchedule[] => {
    if (fn.launch === 'manual' || fn.frequencyMinutes === undefined) return [];
    const offsetMs = (secondOf.get(id) ?? 0) * 1_000;
    return [
      {
        id,
        institution,
        organization,
        internalName: fn.internalName,
        function: fn.function,
        everyMs: fn.frequencyMinutes * 60_000,
        offsetMs,
        startAt: fn.start === undefined ? null : new Date(fn.start),
        endAt: fn.end === undefined ? null : new Date(fn.end),
        eventDays: eventDaysFor(fn, settings, offsetMs),
        overlap: overlapOf(fn, settings),
        taskQueue,
      },
    ];
  });
  const automatic = new Set(wanted.map(({ id }) => id));
  return {
    wanted,
    manualIds: new Set(functions.map(({ id }) => id).filter((id) => !automatic.has(id))),
    institutions: new Set(configuration.institutions.map(({ code }) => code)),
  };
}

export function scheduleId(institution: string, organization: string, internalName: string): string {
  return `s360-tixngo/${institution}/${organization}/${internalName}`;
}

/**
 * Executions of push cancelled wait for phones, for weeks: new ones start beside them, and the claim lets only one push. For the others
 * `stickToTheHour` decides: of a five minutes schedule, a run from 13:35 to 13:42 is followed by the next at 13:45, or at 13:42.
 * Source: S-360 manual, «5. Custom Parameters».
 */
function overlapOf(fn: FunctionSettings, settings: InterfaceSettings): Overlap {
  if (fn.function === 'pushCancelled') return 'ALLOW_ALL';
  return settings.customParameters.stickToTheHour ? 'SKIP' : 'BUFFER_ONE';
}

/**
 * While an event is on, push controlled starts more often, by the same schedule: so there is one pause for it, and no start beside an
 * execution of before the event.
 * Source: S-360 manual, «3. Push Controlled Tickets», parameters of the schedule.
 */
function eventDaysFor(fn: FunctionSettings, { eventCalendar }: InterfaceSettings, offsetMs: number): EventDay[] {
  if (fn.function !== 'pushControlled' || fn.eventDay.frequencyMinutes === fn.frequencyMinutes) return [];
  return eventDaysOf(eventCalendar, fn.eventDay.frequencyMinutes * 60_000, offsetMs);
}

/**
 * The next moments at which a schedule starts an execution, as Temporal reckons them: multiples of the frequency since 1970, UTC, and
 * those of event days.
 */
export function nextStarts(wanted: WantedSchedule, afterMs: number, most: number): Date[] {
  const { everyMs, offsetMs, startAt, endAt, eventDays } = wanted;
  // A tick at the very moment of the start counts.
  const from = Math.max(afterMs, startAt === null ? 0 : startAt.getTime() - 1);
  const first = (Math.floor((from - offsetMs) / everyMs) + 1) * everyMs + offsetMs;
  const ordinary = Array.from({ length: most }, (_, index) => first + index * everyMs);
  return [...new Set([...ordinary, ...eventDayStarts(eventDays, from, most)])]
    .sort((a, b) => a - b)
    .slice(0, most)
    .map((time) => new Date(time))
    .filter((time) => endAt === null || time <= endAt);
}
