import type { ScheduleDescription } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';

import { eventDaysFrom } from './eventDayCalendars.js';
import { stillCounts, type EventDay } from './eventDays.js';
import { scheduleOptions } from './scheduleOptions.js';
import type { WantedSchedule } from './wantedSchedules.js';

/** Everything of a schedule that the configuration decides, each in words that a person compares. */
export type ScheduleFacts = Readonly<Record<string, string>>;

export interface Difference {
  readonly field: string;
  readonly old: string;
  readonly new: string;
}

/** What the server has and what is wanted, field by field; only what is not the same. Events that are long over are on neither side. */
export function differences(description: ScheduleDescription, wanted: WantedSchedule, nowMs: number): Difference[] {
  const names = new Set(wanted.eventDays.map(({ name }) => name));
  const [now, then] = [factsOf(description, names, nowMs), wantedFacts(wanted, nowMs)];
  return Object.keys({ ...then, ...now }).flatMap((field) => {
    const [old, text] = [now[field] ?? 'none', then[field] ?? 'none'];
    return old === text ? [] : [{ field, old, new: text }];
  });
}

/** A wanted schedule is put in words as the server's is. */
export function wantedFacts(wanted: WantedSchedule, nowMs: number): ScheduleFacts {
  const { spec, policies, action } = scheduleOptions(wanted, nowMs);
  const names = new Set(wanted.eventDays.map(({ name }) => name));
  const described = {
    spec: { ...spec, skip: [] },
    policies,
    action: { ...action, typedSearchAttributes: new TypedSearchAttributes(action.typedSearchAttributes) },
  };
  return factsOf(described, names, nowMs);
}

/** What is compared, of a description or of a wanted schedule. */
type Comparable = Pick<ScheduleDescription, 'spec' | 'policies'> & {
  readonly action: Omit<ScheduleDescription['action'], 'searchAttributes' | 'typedSearchAttributes'> & {
    readonly typedSearchAttributes?: unknown;
  };
};

/** @param names of events that may be shown: another may be anything that somebody has typed */
function factsOf({ spec, policies, action }: Comparable, names: ReadonlySet<string>, nowMs: number): ScheduleFacts {
  const { typedSearchAttributes: attributes } = action;
  const pairs = attributes instanceof TypedSearchAttributes ? attributes.getAll() : [];
  const { days, others } = eventDaysFrom(spec.calendars ?? [], spec.intervals?.[0]?.offset ?? 0);
  return {
    function: action.workflowType,
    frequency: listed((spec.intervals ?? []).map(({ every }) => duration(every))),
    offset: listed((spec.intervals ?? []).map(({ offset }) => duration(offset))),
    start: spec.startAt === undefined ? 'at once' : moment(spec.startAt),
    end: spec.endAt === undefined ? 'never' : moment(spec.endAt),
    ...eventDayFacts(
      days.filter((day) => stillCounts(day, nowMs)),
      names,
    ),
    overlap: policies.overlap ?? 'SKIP',
    'catch-up': duration(policies.catchupWindow),
    input: inputText(action.args),
    'task queue': action.taskQueue,
    'workflow id': action.workflowId,
    summary: action.staticSummary ?? 'none',
    details: action.staticDetails ?? 'none',
    'search attributes': listed(pairs.map(({ key, value }) => `${key.name}=${String(value)}`).sort()),
    'pause on failure': policies.pauseOnFailure ? 'yes' : 'no',
    others: listed(surplus(spec, action, others)),
  };
}

/** A field for each, named by the minute of its first start: so one event more or less is one line. */
function eventDayFacts(days: readonly EventDay[], names: ReadonlySet<string>): ScheduleFacts {
  const minute = (ms: number): string => new Date(ms).toISOString().replace(/:\d\d\.\d+Z$/, 'Z');
  return Object.fromEntries(
    days.map(({ name, everyMs, firstStartMs, lastStartMs }) => [
      `event day ${minute(firstStartMs)}`,
      `every ${duration(everyMs)}, the last at ${minute(lastStartMs)} (${names.has(name) ? name : '…'})`,
    ]),
  );
}

function listed(texts: readonly string[]): string {
  return texts.length === 0 ? 'none' : texts.join(', ');
}

/** What a schedule of ours never has, and a person may have added in the Web UI. */
function surplus(spec: Comparable['spec'], action: Comparable['action'], otherCalendars: boolean): string[] {
  const isGiven = (value: unknown): boolean => value !== undefined && value !== 0 && value !== '';
  const found: Readonly<Record<string, boolean>> = {
    calendars: otherCalendars,
    'excluded times': (spec.skip ?? []).length > 0,
    jitter: (spec.jitter ?? 0) > 0,
    'time zone': (spec.timezone ?? '') !== '',
    retry: isGiven(action.retry),
    'execution timeout': isGiven(action.workflowExecutionTimeout),
    'run timeout': isGiven(action.workflowRunTimeout),
    'task timeout': isGiven(action.workflowTaskTimeout),
    memo: Object.keys(action.memo ?? {}).length > 0,
    priority: Object.values(action.priority ?? {}).some(isGiven),
  };
  return Object.keys(found).filter((name) => found[name] === true);
}

const ours = ['institution', 'organization', 'internalName'];

/** Values only of the three fields that are ours: whatever else somebody has typed there may be personal. */
function inputText(args: readonly unknown[] | undefined): string {
  const [input, ...more] = args ?? [];
  if (input === undefined || input === null) return 'nothing';
  if (more.length > 0) return `${String(more.length + 1)} inputs`;
  if (typeof input !== 'object' || Array.isArray(input)) return 'no JSON object';
  const given = input as Readonly<Record<string, unknown>>;
  const known = ours.filter((name) => Object.hasOwn(given, name));
  const texts = known.map((name): [string, unknown] => [name, isCode(given[name]) ? given[name] : '…']);
  return JSON.stringify(Object.fromEntries([...texts, ...strangeFields(given).map((name) => [name, '…'])]));
}

/** Fields that somebody has typed into the input of a schedule. */
export function strangeFields(input: unknown): string[] {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return [];
  return Object.keys(input)
    .filter((name) => !ours.includes(name))
    .map((name) => (/^[A-Za-z_]\w{0,39}$/.test(name) ? name : '…'))
    .sort();
}

function isCode(value: unknown): boolean {
  return typeof value === 'string' && /^[A-Za-z0-9][A-Za-z0-9 _.-]{0,99}$/.test(value);
}

/** 90000 → 1 min 30 s; an offset that somebody has left out is none. */
function duration(ms: number | undefined = 0): string {
  const [minutes, seconds] = [Math.floor(ms / 60_000), (ms % 60_000) / 1_000];
  const parts = [...(minutes > 0 ? [`${String(minutes)} min`] : []), ...(seconds > 0 ? [`${String(seconds)} s`] : [])];
  return parts.length === 0 ? '0 s' : parts.join(' ');
}

/** 2027-05-01T00:00:00Z */
export function moment(time: Date): string {
  return time.toISOString().replace('.000Z', 'Z');
}
