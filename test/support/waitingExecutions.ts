import type { WorkflowHandle } from '@temporalio/client';
import { expect } from 'vitest';

import type { RunResult } from '../../src/domain/stretch.js';
import type { PushScene } from './pushScene.js';
import { until, type World } from './world.js';

/** Gives push cancelled some tickets whose phones are offline, and starts an execution that pushes and then waits for them. */
export async function startToWait(scene: PushScene, offered: readonly number[]): Promise<WorkflowHandle> {
  const { world, fn } = scene;
  const ticketIds = offered.map(String);
  await world.tixngo('phones/download', { ticketIds });
  await world.tixngo('phones/offline', { ticketIds });
  await fn.offer(world, offered);
  const handle = await fn.start(world);
  expect(await isWaitingAtLast(handle)).toBe(true);
  await expectPending(world, offered);
  return handle;
}

/** Starts executions as a schedule does, each when the one before has pushed. @returns those that wait */
export async function tickUntilOneWaits(
  scene: PushScene,
  already: readonly WorkflowHandle[],
): Promise<WorkflowHandle[]> {
  const waiting: WorkflowHandle[] = [];
  for (const handle of already) if (await isWaitingAtLast(handle)) waiting.push(handle);
  // One tick notices what has ended without having waited, the next one waits in its place.
  for (let tick = 1; tick <= 4; tick += 1) {
    const handle = await scene.fn.start(scene.world);
    if (await isWaitingAtLast(handle)) waiting.push(handle);
  }
  return waiting;
}

/** The phones come back: whoever waits ends, and one of them has seen every deletion confirmed. */
export async function expectConfirmed(
  scene: PushScene,
  waiting: readonly WorkflowHandle[],
  offered: readonly number[],
): Promise<void> {
  const { world } = scene;
  await expectPending(world, offered);
  await world.tixngo('phones/online', { all: true });
  const results: RunResult[] = [];
  for (const handle of waiting) results.push((await handle.result()) as RunResult);
  expect(results.map(({ endState }) => endState)).toEqual(waiting.map(() => 'OK'));
  const confirmed = `TIXNGO has confirmed ${String(offered.length)} deletions.`;
  expect(results.map(({ message }) => message)).toContainEqual(expect.stringContaining(confirmed));
}

/** @returns whether it waits for TIXNGO; false if it has ended */
async function isWaitingAtLast(handle: WorkflowHandle): Promise<boolean> {
  let waits = false;
  await until(async () => {
    const { status, raw } = await handle.describe();
    waits = raw.pendingActivities?.some((activity) => activity.activityType?.name === 'waitForDeletion') ?? false;
    return waits || status.name !== 'RUNNING';
  });
  return waits;
}

async function expectPending(world: World, offered: readonly number[]): Promise<void> {
  const wanted = new Set(offered.map(String));
  const mobile = (await world.mobileTickets()).filter(({ ticketId }) => wanted.has(ticketId));
  expect(mobile.map(({ status }) => status)).toEqual(offered.map(() => 'DELETION_PENDING'));
}
