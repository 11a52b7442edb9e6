import { setTimeout as pause } from 'node:timers/promises';

import { afterEach, describe, expect, it } from 'vitest';

import type { RunResult } from '../../src/domain/stretch.js';
import { TemporalProxy } from '../support/temporalProxy.js';
import { until, World, type WorldOptions } from '../support/world.js';

let world: World;

afterEach(async () => {
  expect(world.violations()).toEqual([]);
  await world.close();
});

/** A gate in one operation of a sandbox: while it is closed, calls are applied, but their answers wait. */
function gate() {
  let open: () => void = () => undefined;
  let waiting = 0;
  let passage: Promise<void> | null = null;
  return {
    close: () => {
      passage = new Promise((resolve) => (open = resolve));
    },
    open: () => {
      open();
      passage = null;
    },
    waiting: () => waiting,
    pass: async () => {
      if (passage === null) return;
      waiting += 1;
      await passage;
      waiting -= 1;
    },
  };
}

function gated(options: WorldOptions, operation: string, stop: ReturnType<typeof gate>): WorldOptions {
  return {
    ...options,
    tixngo: {
      strictNotifications: true,
      ...options.tixngo,
      around: async ({ name }, apply) => {
        const answer = await apply();
        if (name === operation) await stop.pass();
        return answer;
      },
    },
  };
}

/** Everything S-360 says is injected is in TIXNGO, announced once, and the other way round. */
async function expectAgreement(): Promise<number> {
  const mobile = await world.mobileTickets();
  const printed = (await world.s360Tickets()).filter(({ row }) => row['printed_by'] === 'TIXNGO;MOBILE');
  expect(mobile.map(({ ticketId }) => ticketId).sort()).toEqual(printed.map(({ row }) => String(row.ticket_id)).sort());
  expect(printed.every(({ flags }) => flags['TIXNGO_INJECTION'] !== undefined)).toBe(true);
  expect((await world.tixngoCounters()).notifications).toBe(mobile.length);
  return mobile.length;
}

describe('never two runs of one function at work', () => {
  it('lets one of two starts work and ends the other as SKIPPED, naming the one that works', async () => {
    const stop = gate();
    world = await World.start(gated({ s360: { tickets: 300 } }, 'tickets.inject', stop));
    await world.worker();
    stop.close();
    const first = await world.start();
    await until(() => stop.waiting() > 0);
    const second = await world.run();
    expect(second.endState).toBe('SKIPPED');
    expect(second.message).toContain(first.workflowId);
    expect(second.message).toContain(first.firstExecutionRunId);
    stop.open();
    expect(((await first.result()) as RunResult).endState).not.toBe('SKIPPED');
    await expectAgreement();
  });

  it('writes nothing on the word of a look that took too long: what it says is of before', async () => {
    world = await World.start({ s360: { tickets: 50 }, tixngo: { strictNotifications: true } });
    let slow = true;
    let looks = 0;
    // Two looks, one after the other, each in time: together they take longer than a look is good for.
    const proxy = await TemporalProxy.start(world.environment['TEMPORAL_ADDRESS'] ?? '', async (call, apply) => {
      const answer = await apply();
      if (call.method === 'DescribeWorkflowExecution' && slow) {
        looks += 1;
        await pause(3_000);
      }
      return answer;
    });
    world.endWith(() => proxy.close());
    await world.worker(undefined, {}, { temporalAddress: proxy.address });
    const handle = await world.start();
    const refused = until(async () => {
      const { raw } = await handle.describe();
      return (raw.pendingActivities ?? []).some(
        ({ lastFailure }) => lastFailure?.applicationFailureInfo?.type === 'PERMISSION_LOST',
      );
    });
    await Promise.race([refused, handle.result()]);
    expect((await world.tixngoCounters()).calls['tickets.inject'] ?? 0).toBe(0);
    expect(looks).toBeGreaterThan(2);
    slow = false;
    expect(((await handle.result()) as RunResult).endState).not.toBe('SKIPPED');
    await expectAgreement();
  });

  it('lets a terminated holder block nobody: the next run takes over, looks up what is in doubt, and announces nothing twice', async () => {
    const stop = gate();
    world = await World.start(
      gated({ s360: { tickets: 400 }, configuration: { function: { batchSize: 100 } } }, 'tickets.inject', stop),
    );
    await world.worker();
    const first = await world.start();
    await until(async () => (await world.tixngoCounters()).ticketWrites > 50);
    stop.close();
    await until(() => stop.waiting() > 0);
    await first.terminate('test');
    const second = await world.start();
    // What was applied and not answered is neither PRINTED nor processed: only a look-up can tell.
    const { flagged } = await world.s360Counters();
    expect((await world.tixngoCounters()).ticketWrites).toBeGreaterThan(flagged);
    const lookups = async (): Promise<number> => (await world.tixngoCounters()).calls['tickets.lookup'] ?? 0;
    const before = await lookups();
    await until(async () => (await lookups()) > before);
    stop.open();
    const result = (await second.result()) as RunResult;
    expect(result.endState).not.toBe('SKIPPED');
    expect(result.counts.found).toBeGreaterThan(0);
    expect(await expectAgreement()).toBeGreaterThan(100);
  });

  it('brings both systems to agreement after the worker was killed in mid-page and started again', async () => {
    world = await World.start({
      s360: { tickets: 3_000 },
      tixngo: { strictNotifications: true },
      configuration: { interface: { customParameters: { ticketIterationSize: 10 } } },
    });
    const worker = await world.workerProcess();
    const handle = await world.start();
    await until(async () => (await world.tixngoCounters()).ticketWrites >= 500);
    worker.kill('SIGKILL');
    const atKill = (await world.tixngoCounters()).ticketWrites;
    const { processed } = { processed: (await world.s360Counters()).flagged };
    expect(processed).toBeLessThan(atKill);

    await world.workerProcess();
    const result = (await handle.result()) as RunResult;
    expect(result.counts.found).toBeGreaterThan(0);
    expect(await expectAgreement()).toBeGreaterThan(1_500);
  });

  it('hands over to another worker when one is stopped in an orderly way, without announcing anything twice', async () => {
    world = await World.start({
      s360: { tickets: 2_000 },
      tixngo: { strictNotifications: true },
      configuration: { interface: { customParameters: { ticketIterationSize: 10 } } },
    });
    const worker = await world.workerProcess();
    const handle = await world.start();
    await until(async () => (await world.tixngoCounters()).ticketWrites >= 300);
    worker.kill('SIGTERM');
    await new Promise((resolve) => worker.once('exit', resolve));
    await world.workerProcess();
    const result = (await handle.result()) as RunResult;
    expect(['OK', 'WARNING']).toContain(result.endState);
    expect(await expectAgreement()).toBeGreaterThan(1_000);
  });

  it('announces nothing twice when a page was closed as ERROR because PRINTED was refused with 401, and the key is right again', async () => {
    let refuse = true;
    world = await World.start({
      s360: {
        tickets: 400,
        around: async ({ name, context }, apply) =>
          refuse && name === 'markPrinted.markPrinted'
            ? context.json({ requestId: null, statusCode: 'error.authentication', statusDetail: null }, 401)
            : apply(),
      },
      tixngo: { strictNotifications: true },
      configuration: { function: { batchSize: 100 } },
    });
    await world.worker();
    await expect(world.run()).rejects.toMatchObject({ cause: { type: 'ACCESS_REFUSED' } });
    expect((await world.tixngoCounters()).ticketWrites).toBeGreaterThan(0);
    refuse = false;
    const result = await world.run();
    expect(result.counts.found).toBeGreaterThan(0);
    await expectAgreement();
  });
});

describe('pause and resume', () => {
  it('stops a running execution within its next stretch, skips new ones saying why, and goes on after the resume', async () => {
    world = await World.start({ s360: { tickets: 200 } });
    await world.worker();
    expect((await world.run({ maxTicketsPerRun: 20 })).counts.sent).toBe(20);
    const control = world.client.workflow.getHandle(`interface/${world.institution}`);
    const said = await control.executeUpdate<string, [object]>('pause', {
      args: [{ organization: 'FCDEMO', by: 'on call', why: 'gates first' }],
    });
    expect(said).toMatch(/Paused: FCDEMO/);
    const skipped = await world.run();
    expect(skipped).toMatchObject({ endState: 'SKIPPED', counts: { sent: 0 } });
    expect(skipped.message).toMatch(/on call.*gates first.*resume/);
    expect(await control.executeUpdate<string, []>('resume')).toMatch(/Nothing was paused under everything.*FCDEMO/);
    await control.executeUpdate<string, [object]>('resume', { args: [{ organization: 'FCDEMO' }] });
    expect((await world.run()).counts.sent).toBeGreaterThan(20);
  });

  it.each([
    [{}, /by is missing; expected a role or initials/],
    [
      { by: 'me', why: 'x', organisation: 'FCDEMO' },
      /unknown field "organisation"; expected one of: organization, function, by, why/,
    ],
    [{ by: 'someone@example.org', why: 'x' }, /by: expected a role or initials/],
    [{ by: 'me', why: 'x', function: 'ticketsExternalPrinting' }, /organization is missing/],
    [['everything'], /expected one JSON object or nothing, got a list/],
  ])('refuses the pause %j with a sentence that says what is right', async (input, message) => {
    world = await World.start({ s360: { tickets: 1 } });
    await world.worker();
    await world.run();
    const control = world.client.workflow.getHandle(`interface/${world.institution}`);
    const refused = control.executeUpdate<string, [object]>('pause', { args: [input] });
    await expect(refused).rejects.toMatchObject({ cause: { message: expect.stringMatching(message) as string } });
  });
});

describe('limits', () => {
  it('keeps S-360’s limit for all workers together: two workers, not one 509', async () => {
    world = await World.start({
      // A tenth of the real limit makes the test a tenth as long: the rule is the same.
      s360: { tickets: 1_700, rateLimit: { callsPerMinute: 14 } },
      configuration: { s360: { callsPerMinute: 14 }, function: { batchSize: 100 } },
    });
    await world.worker();
    await world.worker();
    const results = await Promise.all([world.run(), world.run(), world.run()]);
    expect(results.filter(({ endState }) => endState !== 'SKIPPED')).toHaveLength(1);
    const counters = await world.s360Counters();
    expect(counters.rateLimited).toBe(0);
    // Only together over the limit: without the reservation there would have been refusals.
    expect(counters.calls['dataExportService.executeExport'] ?? 0).toBeGreaterThan(6);
    await expectAgreementQuietly();
  }, 300_000);
});

async function expectAgreementQuietly(): Promise<void> {
  const mobile = await world.mobileTickets();
  const printed = (await world.s360Tickets()).filter(({ row }) => row['printed_by'] === 'TIXNGO;MOBILE');
  expect(mobile).toHaveLength(printed.length);
}
