import { ScheduleOverlapPolicy, type Client, type ScheduleHandle } from '@temporalio/client';
import { afterEach, describe, expect, it } from 'vitest';

import type { RunResult } from '../../src/domain/stretch.js';
import { applySchedules } from '../../src/schedules/applySchedules.js';
import { CautiousScheduleClient } from '../../src/schedules/cautiousScheduleClient.js';
import { ScheduleConflict } from '../../src/schedules/schedulePlan.js';
import { nextStarts } from '../../src/schedules/wantedSchedules.js';
import { changesOf, injection, pushCancelled, retrieve, ScheduleScene } from '../support/scheduleScene.js';
import { sendable } from '../support/sendable.js';
import { until, World, type ConfigurationChange, type WorldOptions } from '../support/world.js';

let world: World;
let scene: ScheduleScene;

afterEach(async () => {
  expect(world.violations()).toEqual([]);
  await world.close();
});

async function start(options: WorldOptions = { s360: { tickets: 1 } }): Promise<void> {
  world = await World.start(options);
  scene = new ScheduleScene(world);
}

const every = (frequencyMinutes: number): ConfigurationChange => ({ function: { frequencyMinutes } });

/** Nothing of this world is paused, limited or changed by hand: all its schedules are as the configuration has them. */
async function expectNothingToDo(change?: ConfigurationChange): Promise<void> {
  const plan = await scene.plan(change);
  expect(new Set(Object.values(changesOf(plan)))).toEqual(new Set(['none']));
}

describe('schedules as code', () => {
  it('two ticks of a schedule inject what is there at each of them', async () => {
    await start({ s360: { tickets: 60 } });
    const tickets = await world.s360Tickets();
    const good = sendable(tickets);
    const [late] = good;
    if (late === undefined) throw new Error('the sandbox has no ticket to send');
    const bad = tickets.filter((ticket) => !good.includes(ticket)).map(({ row }) => `id:${String(row.ticket_id)}`);
    const change = {
      function: { frequencyMinutes: 1, skipTickets: bad.join(',') },
      pushCancelled: { launch: 'manual' },
      retrieve: { launch: 'manual' },
    };
    await world.changeTickets([{ ticketId: late.row.ticket_id, set: { holder_last_name: null } }]);
    await world.worker(change);
    await scene.apply(change);

    const first = await tick(scene.handle(injection), 1);
    expect(first.result).toMatchObject({ endState: 'OK', counts: { sent: good.length - 1 } });
    await world.changeTickets([{ ticketId: late.row.ticket_id, set: { holder_last_name: 'Completed' } }]);
    const second = await tick(scene.handle(injection), 2);
    expect(second.result).toMatchObject({ endState: 'OK', counts: { sent: 1 } });
    expect((await world.mobileTickets()).map(({ ticketId }) => ticketId)).toContain(String(late.row.ticket_id));
    expect(await world.tixngoCounters()).toMatchObject({ ticketsInjected: good.length });

    const [wanted] = (await scene.configured(change)).wanted;
    for (const { workflowId, scheduledMs } of [first, second]) {
      expect(workflowId).toContain(`ticketsExternalPrinting/${world.institution}/FCDEMO/Ticket injection-`);
      expect(scheduledMs % 60_000).toBe(wanted?.offsetMs);
      const { typedSearchAttributes } = await world.client.workflow.getHandle(workflowId).describe();
      expect(JSON.stringify(typedSearchAttributes)).toContain(scene.id(injection));
    }
    expect(second.scheduledMs).toBeGreaterThan(first.scheduledMs);
  }, 300_000);

  it('has on the server what the configuration says: frequency, second, start, end, overlap, catch-up', async () => {
    await start();
    const change = {
      function: { start: '2027-05-01T00:00:00+02:00', end: '2027-05-02T00:00:00+02:00' },
      interface: { customParameters: { stickToTheHour: false } },
    };
    await scene.apply(change);
    const described = await scene.describe(injection);
    const { wanted } = await scene.configured(change);
    const [first] = wanted;
    expect(described).toMatchObject({
      memo: { managedBy: 's360-tixngo-interface', institution: world.institution },
      spec: {
        intervals: [{ every: 300_000, offset: first?.offsetMs }],
        calendars: [],
        startAt: new Date('2027-04-30T22:00:00Z'),
        endAt: new Date('2027-05-01T22:00:00Z'),
      },
      policies: { overlap: 'BUFFER_ONE', catchupWindow: 600_000, pauseOnFailure: false },
      action: {
        workflowType: 'ticketsExternalPrinting',
        taskQueue: world.taskQueue,
        args: [{ institution: world.institution, organization: 'FCDEMO', internalName: injection }],
        staticSummary: 'Tickets external printing of FCDEMO',
      },
      state: { paused: false },
    });
    expect((await scene.describe(pushCancelled)).policies).toMatchObject({ overlap: 'ALLOW_ALL' });
    expect((await scene.describe(retrieve)).policies).toMatchObject({ overlap: 'BUFFER_ONE' });
    await scene.apply();
    expect((await scene.describe(injection)).policies).toMatchObject({ overlap: 'SKIP', catchupWindow: 600_000 });
    expect((await scene.describe(retrieve)).policies).toMatchObject({ overlap: 'SKIP' });
    expect((await scene.describe(injection)).spec.startAt).toBeUndefined();
  });

  it('the next starts that it tells are those of the server, and no two functions start at the same second', async () => {
    await start();
    await scene.apply(every(7));
    const { wanted } = await scene.configured(every(7));
    const seconds = new Set<number>();
    for (const one of wanted) {
      const { nextActionTimes } = (await scene.describe(one.internalName)).info;
      const [first] = nextActionTimes;
      if (first === undefined) throw new Error('the server knows no next start');
      expect(nextStarts(one, first.getTime() - 1, nextActionTimes.length)).toEqual(nextActionTimes);
      seconds.add(first.getUTCSeconds());
    }
    expect(seconds.size).toBe(wanted.length);
    expect(wanted.length).toBeGreaterThan(1);
  });

  it('starts nothing outside start and end', async () => {
    await start();
    const past = { start: '2020-01-01T00:00:00Z', end: '2020-01-02T00:00:00Z' };
    await scene.apply({ function: past });
    expect((await scene.describe(injection)).info.nextActionTimes).toEqual([]);
    expect(await scene.said('plan', { function: past })).toContain(
      `= ${scene.id(injection)}: as configured; no start any more: its end has passed`,
    );
  });

  it('applied twice it changes nothing the second time', async () => {
    await start();
    const first = await scene.apply();
    expect(new Set(Object.values(changesOf(first)))).toEqual(new Set(['create']));
    const before = await scene.describe(injection);
    const again = await scene.apply();
    expect(new Set(Object.values(changesOf(again)))).toEqual(new Set(['none']));
    expect((await scene.describe(injection)).raw).toMatchObject({ conflictToken: before.raw.conflictToken });
    expect(await scene.said('apply')).toMatch(/\nNothing to do: 0 created, 0 changed, 0 deleted, \d as configured\.$/);
  });

  it('plan shows a change of frequency and leaves the server as it is; apply makes it so, in the same schedule', async () => {
    await start();
    await scene.apply();
    const before = await scene.describe(injection);
    const plan = await scene.plan(every(7));
    expect(plan.schedules.find(({ id }) => id === scene.id(injection))).toMatchObject({
      change: 'change',
      differences: [{ field: 'frequency', old: '5 min', new: '7 min' }],
    });
    const said = await scene.said('plan', every(7));
    expect(said).toContain(`~ ${scene.id(injection)}: to be changed\n    frequency: 5 min → 7 min\n    next starts 20`);
    expect(said).toContain('Make it so with: npm start -- schedules apply');
    expect((await scene.describe(injection)).spec).toEqual(before.spec);

    expect(await scene.said('apply', every(7))).toContain(
      `~ ${scene.id(injection)}: changed\n    frequency: 5 min → 7`,
    );
    const after = await scene.describe(injection);
    expect(after.spec.intervals).toMatchObject([{ every: 420_000 }]);
    expect(after.info.createdAt).toEqual(before.info.createdAt);
    expect(after.memo).toEqual(before.memo);
    await expectNothingToDo(every(7));
  });

  it('keeps a pause, its note and a number of remaining executions', async () => {
    await start();
    await scene.apply();
    const handle = scene.handle(injection);
    // In this order: one of the five minutes may be over just now, and an execution that starts is one fewer.
    await handle.pause('TIXNGO maintenance until 18:00');
    await handle.update(({ state, ...current }) => ({ ...current, state: { ...state, remainingActions: 3 } }));
    expect(await scene.said('plan', every(7))).toContain(
      '    frequency: 5 min → 7 min\n    paused: TIXNGO maintenance until 18:00; no start until somebody resumes it',
    );
    await scene.apply(every(7));
    const { spec, state } = await scene.describe(injection);
    expect(spec.intervals).toMatchObject([{ every: 420_000 }]);
    expect(state).toEqual({ paused: true, note: 'TIXNGO maintenance until 18:00', remainingActions: 3 });
    await expectNothingToDo(every(7));
    expect(await scene.said('plan', every(7))).toContain(
      `= ${scene.id(injection)}: as configured; paused: TIXNGO maintenance until 18:00`,
    );
  });

  it('keeps a pause that an operator sets at the very moment of the update', async () => {
    await start();
    await scene.apply();
    let pauses = 0;
    const meanwhile = clientWith(async () => {
      pauses += 1;
      if (pauses === 1) await scene.handle(injection).pause('at the very moment');
    });
    const done = await applySchedules(new CautiousScheduleClient(meanwhile), await scene.configured(every(7)));
    expect(done.schedules[0]?.state).toMatchObject({ paused: true, note: 'at the very moment' });
    expect(pauses).toBeGreaterThan(1);
    const { spec, state } = await scene.describe(injection);
    expect(state).toMatchObject({ paused: true, note: 'at the very moment' });
    expect(spec.intervals).toMatchObject([{ every: 420_000 }]);
  });

  it('gives up with a sentence when somebody else changes the same schedule all the time', async () => {
    await start();
    await scene.apply();
    const meanwhile = clientWith(async () => scene.handle(injection).pause('again'));
    await expect(
      applySchedules(new CautiousScheduleClient(meanwhile), await scene.configured(every(7))),
    ).rejects.toThrow('Somebody else is changing the same schedules at this moment. Start it again.');
  });

  it('leaves schedules of others alone, even those that start our workflows, and names them', async () => {
    await start();
    const others = [`by-hand/${world.institution}`, `other-institution/${world.institution}`];
    const memos = [undefined, { managedBy: 's360-tixngo-interface', institution: 'ANOTHER' }];
    for (const [i, id] of others.entries()) await foreign(id, memos[i]);
    const before = await Promise.all(others.map((id) => scene.client.getHandle(id).describe()));
    // The server's list lags behind.
    await until(async () => {
      const { leftAlone } = await scene.plan();
      return others.every((id) => leftAlone.some((schedule) => schedule.id === id));
    });
    const said = await scene.said('plan');
    expect(said).toContain(`  ${others[0] ?? ''} (ticketsExternalPrinting): not ours: left alone`);
    expect(said).toContain(
      `  ${others[1] ?? ''} (ticketsExternalPrinting): of institution ANOTHER, which this configuration does not have: left alone`,
    );
    await scene.apply();
    const after = await Promise.all(others.map((id) => scene.client.getHandle(id).describe()));
    expect(after.map(({ raw }) => [raw.schedule, raw.memo])).toEqual(before.map(({ raw }) => [raw.schedule, raw.memo]));
  });

  it('refuses when a schedule of somebody else has the id of one of ours, and touches nothing', async () => {
    await start();
    await foreign(scene.id(pushCancelled));
    const before = (await scene.describe(pushCancelled)).raw.schedule;
    for (const command of ['plan', 'apply'] as const) {
      const refused = scene.said(command);
      await expect(refused).rejects.toThrow(ScheduleConflict);
      await expect(refused).rejects.toThrow(
        `A schedule with the id ${scene.id(pushCancelled)} is there already, and this command has not made it`,
      );
    }
    expect((await scene.describe(pushCancelled)).raw.schedule).toEqual(before);
    expect(await scene.exists(scene.id(injection))).toBe(false);
  });

  it('deletes the schedule of a function that is manual now, also a paused one, and says so before', async () => {
    await start();
    await scene.apply();
    await scene.handle(pushCancelled).pause('on call: phones are being tested');
    const manual = { pushCancelled: { launch: 'manual' } };
    expect(await scene.said('plan', manual)).toContain(
      `- ${scene.id(pushCancelled)}: to be deleted; its launch is manual now; paused: on call: phones are being tested`,
    );
    expect(await scene.exists(scene.id(pushCancelled))).toBe(true);
    await scene.apply(manual);
    expect(await scene.exists(scene.id(pushCancelled))).toBe(false);
    expect(await scene.exists(scene.id(injection))).toBe(true);
    await expectNothingToDo(manual);
  });

  it('deletes the schedule of a function that the configuration does not have any more', async () => {
    await start();
    await scene.apply();
    const renamed = { function: { internalName: 'Injection by night' } };
    // The server's list, from which alone it is known, lags behind.
    await until(async () => (await scene.plan(renamed)).surplus.length === 1);
    const said = await scene.said('apply', renamed);
    expect(said).toContain(`- ${scene.id(injection)}: deleted; the configuration has no such function any more`);
    expect(said).toContain(`+ ${scene.id('Injection by night')}: created`);
    expect(await scene.exists(scene.id(injection))).toBe(false);
    await expectNothingToDo(renamed);
  });

  it('shows what somebody has typed into a schedule, without its values, and takes it away', async () => {
    await start();
    await scene.apply();
    const typed = { organization: 'FCDEMO', paginationKey: 'canary-key', skipTickets: 'canary@example.org' };
    await scene.handle(retrieve).update((current) => ({
      ...current,
      spec: { ...current.spec, jitter: 30_000, calendars: [{ hour: 3 }] },
      action: { ...current.action, args: [typed] },
    }));
    const said = await scene.said('plan');
    expect(said).toContain('input: {"organization":"FCDEMO","paginationKey":"…","skipTickets":"…"} → {"institution":');
    expect(said).toContain('Typed into its input by hand: paginationKey, skipTickets. It would count for every');
    expect(said).toContain('others: calendars, jitter → none');
    expect(said).not.toContain('canary');
    await scene.apply();
    const { spec, action } = await scene.describe(retrieve);
    expect(action.args).toEqual([{ institution: world.institution, organization: 'FCDEMO', internalName: retrieve }]);
    expect(spec).toMatchObject({ calendars: [], jitter: undefined });
    await expectNothingToDo();
  });

  it('says of a schedule whose input it cannot read which one it is, and touches nothing', async () => {
    await start();
    await scene.apply();
    const { schedule } = (await scene.describe(retrieve)).raw;
    if (!schedule) throw new Error('the server has described no schedule');
    const [payload] = schedule.action?.startWorkflow?.input?.payloads ?? [];
    // As the Web UI's form does when somebody chooses the other encoding there.
    if (payload?.metadata) payload.metadata['encoding'] = Buffer.from('json/protobuf');
    const { namespace } = world.client.options;
    await world.client.workflowService.updateSchedule({ namespace, scheduleId: scene.id(retrieve), schedule });
    await expect(scene.said('apply', every(7))).rejects.toThrow(
      `The schedule ${scene.id(retrieve)} cannot be read: somebody has given it an input with an encoding`,
    );
    expect((await scene.describe(injection)).spec.intervals).toMatchObject([{ every: 300_000 }]);
  });

  it('stickToTheHour: while a run is at work no other starts, and only without it one starts as soon as that has ended', async () => {
    // Nobody polls the task queue, so what has started stays at work until the test ends it.
    await start();
    const change = (stickToTheHour: boolean) => ({ interface: { customParameters: { stickToTheHour } } });
    await scene.apply(change(true));
    for (const name of [injection, pushCancelled, retrieve])
      await scene.handle(name).pause('only what the test starts');

    const sticking = await twoDue(injection);
    expect(await started(sticking)).toHaveLength(1);
    expect((await sticking.describe()).info.numActionsSkippedOverlap).toBe(1);

    await scene.apply(change(false));
    const following = await twoDue(retrieve);
    const [first] = await started(following);
    expect(await started(following)).toHaveLength(1);
    await world.client.workflow.getHandle(first ?? '').terminate('the test lets it end');
    await until(async () => (await started(following)).length === 2);
    expect((await following.describe()).info.numActionsSkippedOverlap).toBe(0);

    const overlapping = await twoDue(pushCancelled);
    await until(async () => (await started(overlapping)).length === 2);
    for (const workflowId of await started(overlapping)) {
      const { status } = await world.client.workflow.getHandle(workflowId).describe();
      expect(status.name).toBe('RUNNING');
    }
  });

  it('an execution refuses an override when a schedule has started it, and takes it when a person has', async () => {
    await start();
    await world.worker();
    await scene.apply();
    const handle = scene.handle(retrieve);
    await handle.pause('only what the test starts');
    const input = { organization: 'FCDEMO', paginationKey: '' };
    await handle.update((current) => ({ ...current, action: { ...current.action, args: [input] } }));
    await handle.trigger(ScheduleOverlapPolicy.SKIP);
    await until(async () => (await started(handle)).length === 1);
    const [workflowId] = await started(handle);
    const failure = await failureOf(workflowId ?? '');
    expect(failure).toMatchObject({ cause: { type: 'INPUT_INVALID' } });
    expect(failure.cause?.message).toMatch(
      /^Input of retrieveTicketStatus: paginationKey is meant for one run, and this execution was started by a schedule, .* start one execution with it once by hand\.$/,
    );
    // At every tick it would be refused: somebody has to be told.
    const failing = async (): Promise<unknown> => Object.values((await world.interfaceState()).alerts?.failing ?? {});
    expect(await failing()).toMatchObject([{ function: 'retrieveTicketStatus', last: { code: 'INPUT_INVALID' } }]);
    expect(await world.runRetrieve(input)).toMatchObject({ endState: 'OK' });
    expect(await failing()).toHaveLength(1);

    // Without it, the same schedule works again.
    await scene.apply();
    await handle.trigger(ScheduleOverlapPolicy.SKIP);
    await until(async () => (await started(handle)).length === 2);
    const [, healed] = await started(handle);
    expect(await world.client.workflow.getHandle(healed ?? '').result()).toMatchObject({ endState: 'OK' });
    expect(await failing()).toEqual([]);
  });
});

/** The nth execution of a schedule; waits until it has ended. */
async function tick(
  handle: ScheduleHandle,
  nth: number,
): Promise<{ readonly workflowId: string; readonly scheduledMs: number; readonly result: RunResult }> {
  await until(async () => (await handle.describe()).info.recentActions.length >= nth, 200);
  const execution = (await handle.describe()).info.recentActions[nth - 1];
  if (execution === undefined) throw new Error('the schedule has forgotten an execution');
  const { workflowId } = execution.action.workflow;
  const result = (await world.client.workflow.getHandle(workflowId).result()) as RunResult;
  return { workflowId, scheduledMs: execution.scheduledAt.getTime(), result };
}

/** Two starts of a schedule that are due at the same moment, under the policy of the schedule. */
async function twoDue(internalName: string): Promise<ScheduleHandle> {
  const handle = scene.handle(internalName);
  const { everyMs, offsetMs } = (await scene.configured()).wanted.find((one) => one.internalName === internalName) ?? {
    everyMs: 0,
    offsetMs: 0,
  };
  const tickMs = Date.parse('2026-01-01T00:00:00Z') + offsetMs;
  await handle.backfill({ start: new Date(tickMs - 1_000), end: new Date(tickMs + everyMs + 1_000) });
  await until(async () => {
    const { numActionsTaken, numActionsSkippedOverlap } = (await handle.describe()).info;
    return numActionsTaken + numActionsSkippedOverlap > 0;
  });
  return handle;
}

/** Workflow ids of the executions that a schedule has started, oldest first. */
async function started(handle: ScheduleHandle): Promise<string[]> {
  return (await handle.describe()).info.recentActions.map(({ action }) => action.workflow.workflowId);
}

async function failureOf(workflowId: string): Promise<{ readonly cause?: { readonly message: string } }> {
  try {
    await world.client.workflow.getHandle(workflowId).result();
  } catch (error) {
    return error as { cause: { message: string } };
  }
  throw new Error('it has not failed');
}

/** A schedule that nobody but this test has made. It never starts anything. */
async function foreign(scheduleId: string, memo?: Record<string, unknown>): Promise<void> {
  await scene.client.create({
    scheduleId,
    spec: { intervals: [{ every: '1h' }], endAt: new Date('2020-01-01T00:00:00Z') },
    action: { type: 'startWorkflow', workflowType: 'ticketsExternalPrinting', taskQueue: world.taskQueue },
    state: { paused: true, note: 'somebody else’s' },
    ...(memo === undefined ? {} : { memo }),
  });
}

/** A client of the same server, for which something happens between the description of a schedule and its update. */
function clientWith(meanwhile: () => Promise<unknown>): Client {
  const { connection } = world.client;
  const updateSchedule = async (request: Parameters<typeof connection.workflowService.updateSchedule>[0]) => {
    await meanwhile();
    return await connection.workflowService.updateSchedule(request);
  };
  const workflowService = Object.create(connection.workflowService, { updateSchedule: { value: updateSchedule } });
  const disturbed = Object.create(connection, { workflowService: { value: workflowService } });
  return Object.create(world.client, { connection: { value: disturbed } });
}
