import type { WorkflowHandle } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { afterEach, describe, expect, it } from 'vitest';

import { countAwaited, type AwaitedDeletions } from '../../src/domain/awaitedDeletions.js';
import type { RunResult } from '../../src/domain/stretch.js';
import { historySizes, overATenth } from '../support/historySizes.js';
import { mostMemoryMiB } from '../support/processMemory.js';
import { until, World } from '../support/world.js';

let world: World;

afterEach(async () => {
  await world.close();
});

/** So many phones, about, come back last of all. */
const latePhones = 300;

/** What the waits of an execution have left to wait for, by their heartbeats; null while one of them has not looked yet. */
async function awaitedTickets(handle: WorkflowHandle): Promise<number | null> {
  const { raw } = await handle.describe();
  let tickets = 0;
  for (const { activityType, heartbeatDetails } of raw.pendingActivities ?? []) {
    const payload = heartbeatDetails?.payloads?.[0];
    if (activityType?.name !== 'waitForDeletion' || !payload) return null;
    const { left } = defaultPayloadConverter.fromPayload<{ left: AwaitedDeletions[] }>(payload);
    tickets += countAwaited(left);
  }
  return tickets;
}

/** Of the execution and of the interface workflow. */
async function expectWithinATenth(handle: WorkflowHandle, when: string): Promise<void> {
  for (const workflowId of [handle.workflowId, `interface/${world.institution}`]) {
    const sizes = await historySizes(world.client, workflowId);
    console.log(`${when}, ${workflowId}: ${JSON.stringify(sizes)}`);
    expect(overATenth(sizes), `${when}, ${workflowId}`).toEqual([]);
  }
}

describe('a postponed final', () => {
  it('deletes 65,000 tickets in one execution while every phone is offline, and waits for them within a tenth of Temporal’s limits', async () => {
    world = await World.start({
      s360: { tickets: 110_000, events: 1, checkAnswers: false },
      tixngo: { checkAnswers: false, strictNotifications: true },
      configuration: { root: { writeTimeoutSeconds: 30 }, pushCancelled: { deletionFirstPauseSeconds: 1 } },
    });
    // A heap of the size that a small container gives: a worker that kept all the tickets would not live through it.
    const worker = await world.workerProcess(undefined, { NODE_OPTIONS: '--max-old-space-size=256' });
    const death = new Promise<never>((_, reject) => {
      worker.once('exit', (code) => {
        reject(new Error(`The worker ended with ${String(code)}: ${world.workerOutput.slice(-1_000)}`));
      });
    });
    death.catch(() => undefined);
    const alive = <T>(work: Promise<T>): Promise<T> => Promise.race([work, death]);

    await alive(world.run());
    const mobile = await world.mobileTickets();
    expect(mobile.length).toBeGreaterThanOrEqual(65_000);
    const phones = [...new Set(mobile.map(({ owner }) => owner.email))];
    await world.tixngo('phones/download', { all: true });
    await world.tixngo('phones/offline', { emails: phones });
    await world.tixngo('counters/reset', {});
    const ticketIds = mobile.map(({ ticketId }) => Number(ticketId));
    await world.s360('box-office/cancel', { ticketIds, cause: 'POSTPONED' });

    const handle = await world.startCancelled();
    await alive(until(async () => (await awaitedTickets(handle)) === mobile.length, 100));
    expect(await world.tixngo('counters')).toMatchObject({ ticketWrites: mobile.length, deletionsConfirmed: 0 });
    await expectWithinATenth(handle, 'every phone offline');

    const late = new Set(phones.filter((_, place) => place % Math.ceil(phones.length / latePhones) === 0));
    await world.tixngo('phones/online', { emails: phones.filter((phone) => !late.has(phone)) });
    const ofLatePhones = mobile.filter(({ owner }) => late.has(owner.email)).length;
    await alive(until(async () => (await awaitedTickets(handle)) === ofLatePhones, 100));
    expect((await handle.describe()).status.name).toBe('RUNNING');
    await expectWithinATenth(handle, `${String(late.size)} phones offline`);

    await world.tixngo('phones/online', { all: true });
    const result = (await alive(handle.result())) as RunResult;
    expect(result).toMatchObject({ endState: 'OK', counts: { sent: mobile.length } });
    expect(result.message).toContain(`confirmed ${String(mobile.length)} deletions`);
    await expectWithinATenth(handle, 'at the end');
    const after = await world.mobileTickets();
    expect(after).toHaveLength(mobile.length);
    expect(after.filter(({ status }) => status !== 'DELETED')).toEqual([]);
    // Strict mode tells the spectator at every accepted write.
    expect((await world.tixngoCounters()).notifications).toBe(mobile.length);
    console.log(
      `${String(mobile.length)} deletions; the worker held at most ${mostMemoryMiB(worker.pid ?? 0).toFixed(0)} MiB`,
    );
  }, 600_000);
});
