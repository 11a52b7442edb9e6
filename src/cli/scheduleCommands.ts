import type { Client } from '@temporalio/client';

import type { Configuration } from '../config/schema.js';
import { applySchedules } from '../schedules/applySchedules.js';
import { CautiousScheduleClient } from '../schedules/cautiousScheduleClient.js';
import { moment, wantedFacts } from '../schedules/scheduleFacts.js';
import {
  planSchedules,
  type PlannedSchedule,
  type SchedulePlan,
  type ScheduleState,
} from '../schedules/schedulePlan.js';
import { configuredSchedules, nextStarts } from '../schedules/wantedSchedules.js';
import { UsageError } from './readInput.js';
import { colours } from './terminal.js';

export const scheduleCommands = {
  plan: 'shows what the schedules of the configuration would change on the server, and changes nothing',
  apply: 'makes it so; pauses and notes of operators stay, and so do the schedules of others',
} as const;

export type ScheduleCommand = keyof typeof scheduleCommands;

export function scheduleCommandOf(word: string | undefined): ScheduleCommand {
  if (word === 'plan' || word === 'apply') return word;
  throw new UsageError(`schedules: expected plan or apply, such as: npm start -- schedules plan`);
}

export interface ScheduleReport {
  readonly text: string;
  readonly facts: object;
}

/** Compares, and with `apply` changes. @returns what a person reads, and the same as facts */
export async function runScheduleCommand(
  command: ScheduleCommand,
  client: Client,
  configuration: Configuration,
  taskQueue: string,
): Promise<ScheduleReport> {
  const schedules = new CautiousScheduleClient(client);
  const configured = configuredSchedules(configuration, taskQueue);
  const plan =
    command === 'plan' ? await planSchedules(schedules, configured) : await applySchedules(schedules, configured);
  const nowMs = Date.now();
  return { text: textOf(command, plan, nowMs), facts: factsOf(command, plan, nowMs) };
}

const words = {
  plan: { create: 'to be created', change: 'to be changed', none: 'as configured', delete: 'to be deleted' },
  apply: { create: 'created', change: 'changed', none: 'as configured', delete: 'deleted' },
} as const;

function textOf(command: ScheduleCommand, plan: SchedulePlan, nowMs: number): string {
  const word = words[command];
  const lines = plan.schedules.flatMap((schedule) => {
    const { id, change, wanted, typedIn } = schedule;
    const next = nextText(schedule, nowMs);
    if (change === 'none') return [`= ${id}: ${word.none}; ${next}`, ...eventDayLines(schedule, nowMs)];
    if (change === 'create') {
      const fields = Object.entries(wantedFacts(wanted, nowMs)).filter(([, text]) => text !== 'none');
      return [
        colours.green(`+ ${id}: ${word.create}`),
        ...fields.map(([field, text]) => `    ${field}: ${text}`),
        `    ${next}`,
      ];
    }
    return [
      colours.yellow(`~ ${id}: ${word.change}`),
      ...schedule.differences.map(({ field, old, new: text }) => `    ${field}: ${old} → ${text}`),
      ...(takesEventOut(schedule) ? [colours.red(`    ${eventTakenOut[command]}`)] : []),
      ...(typedIn.length === 0 ? [] : [`    ${typedInSentence(typedIn)}`]),
      `    ${next}`,
    ];
  });
  for (const { id, why, state } of plan.surplus) {
    lines.push(colours.red(`- ${id}: ${word.delete}; ${why}${state.paused ? `; ${pauseText(state)}` : ''}`));
  }
  for (const { id, workflowType, why } of plan.leftAlone) {
    lines.push(`  ${id} (${workflowType}): ${why}: left alone`);
  }
  const { create, change, none, delete: deleted } = countsOf(plan);
  const counts = [
    `${String(create)} ${word.create}`,
    `${String(change)} ${word.change}`,
    `${String(deleted)} ${word.delete}`,
    `${String(none)} ${word.none}`,
  ].join(', ');
  const todo = create + change + deleted > 0;
  const end = command === 'plan' && todo ? ' Make it so with: npm start -- schedules apply' : '';
  return [...lines, '', `${colours.bold(todo ? `Schedules: ${counts}.` : `Nothing to do: ${counts}.`)}${end}`].join(
    '\n',
  );
}

/** The events that are on or still to come, as the server has them. */
function eventDayLines({ wanted }: PlannedSchedule, nowMs: number): string[] {
  return Object.entries(wantedFacts(wanted, nowMs)).flatMap(([field, text]) =>
    isEventDay(field) ? [`    ${field}: ${text}`] : [],
  );
}

function isEventDay(field: string): boolean {
  return field.startsWith('event day ');
}

function takesEventOut({ differences }: PlannedSchedule): boolean {
  return differences.some((difference) => isEventDay(difference.field) && difference.new === 'none');
}

const eventTakenOut = {
  plan: '! An event that is on, or still to come, would be taken out: is this the right configuration?',
  apply: '! An event that was on, or still to come, was taken out.',
} as const;

function typedInSentence(fields: readonly string[]): string {
  return `Typed into its input by hand: ${fields.join(', ')}. It would count for every execution; what is meant for one run is given to one that is started by hand.`;
}

function nextText({ wanted, state }: PlannedSchedule, nowMs: number): string {
  if (state.paused) return `${pauseText(state)}; no start until somebody resumes it`;
  if (state.remainingActions === 0) return 'its number of executions is used up: no start any more';
  const times = nextStarts(wanted, nowMs, 3).map(moment);
  const limited = state.remainingActions === null ? '' : ` (${String(state.remainingActions)} executions remain)`;
  return times.length === 0 ? 'no start any more: its end has passed' : `next starts ${times.join(', ')}${limited}`;
}

function pauseText({ note }: ScheduleState): string {
  return note === null ? 'paused without a note' : `paused: ${note}`;
}

function countsOf({ schedules, surplus }: SchedulePlan): Record<'create' | 'change' | 'none' | 'delete', number> {
  const count = (which: PlannedSchedule['change']): number => schedules.filter(({ change }) => change === which).length;
  return { create: count('create'), change: count('change'), none: count('none'), delete: surplus.length };
}

function factsOf(command: ScheduleCommand, plan: SchedulePlan, nowMs: number): object {
  return {
    command,
    counts: countsOf(plan),
    schedules: plan.schedules.map(({ id, change, differences, typedIn, wanted, state }) => ({
      id,
      change,
      differences,
      typedIn,
      wanted: wantedFacts(wanted, nowMs),
      ...state,
      nextStarts: state.paused || state.remainingActions === 0 ? [] : nextStarts(wanted, nowMs, 3).map(moment),
    })),
    surplus: plan.surplus.map(({ id, why, state }) => ({ id, why, ...state })),
    leftAlone: plan.leftAlone,
  };
}
