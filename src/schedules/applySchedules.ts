import { ScheduleAlreadyRunning, ScheduleNotFoundError, type ScheduleClient } from '@temporalio/client';

import { memoOf, ownerOf } from './ownership.js';
import { scheduleOptions } from './scheduleOptions.js';
import {
  describe,
  isUpToDate,
  planSchedules,
  requireOurs,
  ScheduleConflict,
  type SchedulePlan,
} from './schedulePlan.js';
import type { ConfiguredSchedules, WantedSchedule } from './wantedSchedules.js';

/** So often what was done is compared again: somebody may have changed a schedule at the same moment. */
const mostRounds = 5;

/**
 * Makes the server have what the configuration wants. A schedule is never made anew, so what an operator has set (pause, note, remaining
 * executions) stays.
 *
 * @returns what was to do, with the pauses of afterwards
 * @throws ScheduleConflict, before anything is changed
 */
export async function applySchedules(client: ScheduleClient, configured: ConfiguredSchedules): Promise<SchedulePlan> {
  const done = await planSchedules(client, configured);
  let now = done;
  for (let round = 1; !isUpToDate(now); round += 1) {
    if (round > mostRounds) {
      throw new ScheduleConflict('Somebody else is changing the same schedules at this moment. Start it again.');
    }
    await applyPlan(client, now);
    now = await planSchedules(client, configured);
  }
  const states = new Map(now.schedules.map(({ id, state }) => [id, state]));
  return { ...done, schedules: done.schedules.map((one) => ({ ...one, state: states.get(one.id) ?? one.state })) };
}

async function applyPlan(client: ScheduleClient, plan: SchedulePlan): Promise<void> {
  for (const { wanted, change } of plan.schedules) {
    if (change === 'create') await create(client, wanted);
    if (change === 'change') await update(client, wanted);
  }
  for (const { id } of plan.surplus) await remove(client, id);
}

async function create(client: ScheduleClient, wanted: WantedSchedule): Promise<void> {
  try {
    await client.create({
      scheduleId: wanted.id,
      ...scheduleOptions(wanted, Date.now()),
      memo: memoOf(wanted.institution),
    });
  } catch (error) {
    // Somebody was faster; the next round compares it.
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
  }
}

async function update(client: ScheduleClient, wanted: WantedSchedule): Promise<void> {
  try {
    await client.getHandle(wanted.id).update((current) => {
      requireOurs(current, wanted);
      return { ...scheduleOptions(wanted, Date.now()), state: current.state };
    });
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
  }
}

async function remove(client: ScheduleClient, id: string): Promise<void> {
  const description = await describe(client, id);
  if (ownerOf(description?.memo) === null) return;
  try {
    await client.getHandle(id).delete();
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
  }
}
