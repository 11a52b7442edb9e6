import { ScheduleNotFoundError, ScheduleOverlapPolicy, type ScheduleHandle } from '@temporalio/client';
import { afterEach, describe, expect, it } from 'vitest';

import type { RunResult } from '../../src/domain/stretch.js';
import { until, World, type MobileTicket } from '../support/world.js';

let world: World;

afterEach(async () => {
  expect(world.violations()).toEqual([]);
  await world.close();
});

/** The executions of a schedule by workflow id. A schedule remembers its last ten, so it is asked again and again. */
class Ticks {
  private readonly seen = new Map<string, RunResult | 'RUNNING'>();

  constructor(private readonly schedule: ScheduleHandle) {}

  /** @returns what has become of every execution so far */
  async look(): Promise<ReadonlyMap<string, RunResult | 'RUNNING'>> {
    const { info } = await this.schedule.describe();
    for (const { action } of info.recentActions) {
      if (!this.seen.has(action.workflow.workflowId)) this.seen.set(action.workflow.workflowId, 'RUNNING');
    }
    for (const [workflowId, known] of this.seen) {
      if (known !== 'RUNNING') continue;
      const handle = world.client.workflow.getHandle(workflowId);
      if ((await handle.describe()).status.name === 'RUNNING') continue;
      this.seen.set(workflowId, (await handle.result()) as RunResult);
    }
    return this.seen;
  }

  /** The first execution of which this holds; waits for it. */
  async first(holds: (tick: RunResult | 'RUNNING', workflowId: string) => boolean | Promise<boolean>): Promise<string> {
    let found: string | undefined;
    await until(async () => {
      for (const [workflowId, tick] of await this.look()) {
        if (await holds(tick, workflowId)) found ??= workflowId;
      }
      return found !== undefined;
    }, 100);
    return found ?? '';
  }

  /** An execution that waits for phones. */
  waiting(): Promise<string> {
    return this.first(async (tick, workflowId) => {
      if (tick !== 'RUNNING') return false;
      const { raw } = await world.client.workflow.getHandle(workflowId).describe();
      return raw.pendingActivities?.some(({ activityType }) => activityType?.name === 'waitForDeletion') === true;
    });
  }

  /** A later tick than this one, which has found nothing to do and ended OK. */
  emptyAfter(earlier: string | null): Promise<string> {
    const afterMs = earlier === null ? 0 : scheduledMs(earlier);
    return this.first(
      (tick, workflowId) =>
        tick !== 'RUNNING' && tick.endState === 'OK' && tick.counts.offered === 0 && scheduledMs(workflowId) > afterMs,
    );
  }

  /** No further tick; every execution that there was, with its end. */
  async end(): Promise<[string, RunResult][]> {
    await this.schedule.pause('No more ticks.');
    await until(async () => {
      const seen = await this.look();
      const { info } = await this.schedule.describe();
      return seen.size === info.numActionsTaken && ![...seen.values()].includes('RUNNING');
    }, 100);
    return [...this.seen].filter((tick): tick is [string, RunResult] => tick[1] !== 'RUNNING');
  }
}

/** Temporal appends the time of the tick to the workflow id that the schedule was created with. */
function scheduledMs(workflowId: string): number {
  return Date.parse(/-(\d{4}-\d{2}-\d{2}T[\d:.]+Z)$/.exec(workflowId)?.[1] ?? '');
}

async function mobile(ticketId: string): Promise<MobileTicket | undefined> {
  return (await world.mobileTickets()).find((ticket) => ticket.ticketId === ticketId);
}

async function startSchedule(scheduleId: string): Promise<ScheduleHandle> {
  const schedule = await world.client.schedule.create({
    scheduleId,
    spec: { intervals: [{ every: '2s' }] },
    // An execution can wait for weeks: with any other policy it would stop the ticks after it.
    policies: { overlap: ScheduleOverlapPolicy.ALLOW_ALL },
    action: {
      type: 'startWorkflow',
      workflowType: 'pushCancelled',
      workflowId: scheduleId,
      taskQueue: world.taskQueue,
      args: [],
    },
  });
  world.endWith(async () => {
    await schedule.delete().catch((error: unknown) => {
      if (!(error instanceof ScheduleNotFoundError)) throw error;
    });
  });
  return schedule;
}

describe('push cancelled on a schedule', () => {
  it('pushes new cancellations at the next tick while an earlier one waits for a phone, and writes nothing twice', async () => {
    world = await World.start({
      s360: { tickets: 150 },
      tixngo: { strictNotifications: true },
      configuration: { pushCancelled: { deletionFirstPauseSeconds: 1 } },
    });
    await world.worker();
    await world.run();
    // The data has cancelled tickets of its own.
    await world.runCancelled();
    await world.tixngo('phones/download', { all: true });
    await world.tixngo('counters/reset', {});
    const [one, ...others] = await world.mobileTickets();
    const two = others.find(({ owner }) => owner.email !== one?.owner.email);
    if (one === undefined || two === undefined) throw new Error('too few spectators');

    const scheduleId = `${world.institution}/push-cancelled`;
    const schedule = await startSchedule(scheduleId);
    const ticks = new Ticks(schedule);
    const before = await ticks.emptyAfter(null);

    await world.tixngo('phones/offline', { ticketIds: [one.ticketId] });
    await world.s360('box-office/cancel', { ticketIds: [Number(one.ticketId)] });
    const waiting = await ticks.waiting();
    expect(await mobile(one.ticketId)).toMatchObject({ status: 'DELETION_PENDING' });
    expect(scheduledMs(waiting)).toBeGreaterThan(scheduledMs(before));
    // Ticks go on, with nothing to do, while it waits.
    const between = await ticks.emptyAfter(waiting);

    await world.s360('box-office/cancel', { ticketIds: [Number(two.ticketId)] });
    const pushing = await ticks.first((tick) => tick !== 'RUNNING' && tick.counts.sent > 0);
    expect((await ticks.look()).get(pushing)).toMatchObject({ endState: 'OK', counts: { sent: 1, processed: 1 } });
    expect(await mobile(two.ticketId)).toMatchObject({ status: 'DELETED' });
    expect(scheduledMs(pushing)).toBeGreaterThan(scheduledMs(between));
    expect((await ticks.look()).get(waiting)).toBe('RUNNING');
    expect(await mobile(one.ticketId)).toMatchObject({ status: 'DELETION_PENDING' });
    await ticks.emptyAfter(pushing);

    await world.tixngo('phones/online', { all: true });
    await ticks.first((tick, workflowId) => workflowId === waiting && tick !== 'RUNNING');
    expect((await ticks.look()).get(waiting)).toMatchObject({ endState: 'OK', counts: { sent: 1, processed: 1 } });
    expect(await mobile(one.ticketId)).toMatchObject({ status: 'DELETED' });

    for (const [workflowId, { endState, counts }] of await ticks.end()) {
      // A tick that meets another one at work leaves the work to it.
      expect(['OK', 'SKIPPED'], workflowId).toContain(endState);
      expect(counts.sent, workflowId).toBe([waiting, pushing].includes(workflowId) ? 1 : 0);
      expect(scheduledMs(workflowId), workflowId).not.toBeNaN();
      const { raw } = await world.client.workflow.getHandle(workflowId).describe();
      const by = raw.workflowExecutionInfo?.searchAttributes?.indexedFields?.['TemporalScheduledById']?.data;
      expect(Buffer.from(by ?? []).toString('utf8'), workflowId).toBe(JSON.stringify(scheduleId));
    }
    await schedule.delete();
    // Strict mode tells the spectator at every accepted write.
    expect(await world.tixngoCounters()).toMatchObject({ ticketWrites: 2, notifications: 2 });
  });
});
