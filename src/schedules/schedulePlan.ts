import { ScheduleNotFoundError, type ScheduleClient, type ScheduleDescription } from '@temporalio/client';
import { ValueError } from '@temporalio/common';

import { functionNames } from '../domain/functions.js';
import { ownerOf } from './ownership.js';
import { differences, strangeFields, type Difference } from './scheduleFacts.js';
import type { ConfiguredSchedules, WantedSchedule } from './wantedSchedules.js';

/** A schedule that the configuration wants. */
export interface PlannedSchedule {
  readonly id: string;
  readonly wanted: WantedSchedule;
  readonly change: 'create' | 'change' | 'none';
  readonly differences: readonly Difference[];
  /** Fields that somebody has typed into its input, where they would count for every execution. */
  readonly typedIn: readonly string[];
  readonly state: ScheduleState;
}

/** What belongs to the operators: no command changes it. */
export interface ScheduleState {
  readonly paused: boolean;
  readonly note: string | null;
  /** Of a schedule that somebody has limited to some more executions. */
  readonly remainingActions: number | null;
}

/** A schedule of ours that the configuration does not want any more. */
export interface SurplusSchedule {
  readonly id: string;
  readonly why: 'its launch is manual now' | 'the configuration has no such function any more';
  readonly state: ScheduleState;
}

/** A schedule of others that starts one of our workflows. */
export interface ForeignSchedule {
  readonly id: string;
  readonly workflowType: string;
  readonly why: string;
}

export interface SchedulePlan {
  readonly schedules: readonly PlannedSchedule[];
  readonly surplus: readonly SurplusSchedule[];
  readonly leftAlone: readonly ForeignSchedule[];
}

/** A schedule that stands in the way; the message says what to do. */
export class ScheduleConflict extends Error {
  override readonly name = 'ScheduleConflict';
}

/**
 * Compares what the configuration wants with what the server has, and changes nothing.
 *
 * @throws ScheduleConflict
 */
export async function planSchedules(client: ScheduleClient, configured: ConfiguredSchedules): Promise<SchedulePlan> {
  const schedules: PlannedSchedule[] = [];
  for (const wanted of configured.wanted) schedules.push(await planOne(client, wanted));
  const wantedIds = new Set(configured.wanted.map(({ id }) => id));

  // The server's list lags behind; of the functions that are manual now the ids are known without it.
  const candidates = new Set(configured.manualIds);
  const leftAlone: ForeignSchedule[] = [];
  for await (const { scheduleId: id, memo, action } of client.list()) {
    if (wantedIds.has(id)) continue;
    const owner = ownerOf(memo);
    if (owner !== null && configured.institutions.has(owner)) candidates.add(id);
    else if (action !== undefined && isOurWorkflow(action.workflowType))
      leftAlone.push({ id, workflowType: action.workflowType, why: whyLeftAlone(owner) });
  }
  const surplus: SurplusSchedule[] = [];
  for (const id of candidates) {
    const description = await describe(client, id);
    const owner = ownerOf(description?.memo);
    if (description === null || owner === null || !configured.institutions.has(owner)) continue;
    const why = configured.manualIds.has(id)
      ? 'its launch is manual now'
      : 'the configuration has no such function any more';
    surplus.push({ id, why, state: stateOf(description) });
  }
  return { schedules, surplus: surplus.sort(byId), leftAlone: leftAlone.sort(byId) };
}

export function isUpToDate({ schedules, surplus }: SchedulePlan): boolean {
  return surplus.length === 0 && schedules.every(({ change }) => change === 'none');
}

async function planOne(client: ScheduleClient, wanted: WantedSchedule): Promise<PlannedSchedule> {
  const { id } = wanted;
  const description = await describe(client, id);
  if (description === null) {
    const state = { paused: false, note: null, remainingActions: null };
    return { id, wanted, change: 'create', differences: [], typedIn: [], state };
  }
  requireOurs(description, wanted);
  const different = differences(description, wanted, Date.now());
  return {
    id,
    wanted,
    change: different.length === 0 ? 'none' : 'change',
    differences: different,
    typedIn: strangeFields(description.action.args?.[0]),
    state: stateOf(description),
  };
}

/** @throws ScheduleConflict */
export function requireOurs({ memo }: Pick<ScheduleDescription, 'memo'>, { id, institution }: WantedSchedule): void {
  if (ownerOf(memo) === institution) return;
  throw new ScheduleConflict(
    `A schedule with the id ${id} is there already, and this command has not made it: its memo does not say that it belongs to the interface of institution ${institution}. It was left as it is. Delete it in the Web UI if nobody needs it, or give the function another internalName.`,
  );
}

/** @returns null if it is not there */
export async function describe(client: ScheduleClient, id: string): Promise<ScheduleDescription | null> {
  try {
    return await client.getHandle(id).describe();
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return null;
    if (error instanceof ValueError) {
      throw new ScheduleConflict(
        `The schedule ${id} cannot be read: somebody has given it an input with an encoding that is not json/plain. It was left as it is. Change its input in the Web UI, or delete it there, then start this again.`,
      );
    }
    throw error;
  }
}

export function stateOf({ state: { paused, note = '', remainingActions } }: ScheduleDescription): ScheduleState {
  return { paused, note: note === '' ? null : note, remainingActions: remainingActions ?? null };
}

function isOurWorkflow(type: string): boolean {
  return (functionNames as readonly string[]).includes(type);
}

function whyLeftAlone(owner: string | null): string {
  return owner === null ? 'not ours' : `of institution ${owner}, which this configuration does not have`;
}

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}
