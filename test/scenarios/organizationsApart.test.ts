import type { WorkflowHandle } from '@temporalio/client';
import { afterEach, expect, it } from 'vitest';

import type { FunctionName } from '../../src/domain/functions.js';
import type { RunResult } from '../../src/domain/stretch.js';
import { allFunctions, callsPerMinute, Organizations } from '../support/organizations.js';
import { until } from '../support/world.js';

let scene: Organizations;

afterEach(async () => {
  await scene.world.close();
});

/** Two organizations whose tickets are in TIXNGO. @returns a function that ends the worker */
async function startInjected(): Promise<() => Promise<void>> {
  scene = await Organizations.start(['FCA', 'FCC'], {
    tickets: 120,
    configuration: {
      interface: { customParameters: { ticketIterationSize: 1_000 } },
      pushCancelled: { deletionFirstPauseSeconds: 1 },
    },
  });
  const end = await scene.world.worker(await scene.change(null), scene.keys());
  await Promise.all(
    scene.tenants.map(async ({ code }) => {
      // The data has cancelled and controlled tickets of its own.
      for (const name of ['ticketsExternalPrinting', 'pushCancelled', 'pushControlled'] as const) {
        await scene.run(code, name);
      }
    }),
  );
  return end;
}

it('ten cancellations and ten scans go out at once while another organization injects 20,000 tickets', async () => {
  const endWorker = await startInjected();
  const { world } = scene;
  await endWorker();
  await world.s360('box-office/sell', { count: 20_000, organization: 'FCA' });
  const ids = await scene.injected('FCC');
  await world.s360('box-office/cancel', { ticketIds: ids.slice(0, 10) });
  await world.s360('gates/control', { ticketIds: ids.slice(10, 20) });
  await scene.limit();
  await world.worker(await scene.change(callsPerMinute), scene.keys());
  const flood = await scene.start('FCA', 'ticketsExternalPrinting');
  // It is in its second stretch, which takes all the calls that it can get.
  await until(async () => (await scene.tenant('FCA').counters()).ticketsInjected > 1_000);
  const both: FunctionName[] = ['pushCancelled', 'pushControlled'];
  const handles = await Promise.all(both.map((name) => scene.start('FCC', name)));
  for (const handle of handles) {
    expect((await handle.result()) as RunResult).toMatchObject({ endState: 'OK', counts: { sent: 10, processed: 10 } });
    const { events } = await handle.fetchHistory();
    const stretches = (events ?? []).flatMap(({ activityTaskStartedEventAttributes: started }) => started ?? []);
    // The wait for confirmed deletions looks as often as it must.
    expect(stretches[0]?.attempt).toBe(1);
  }
  expect((await flood.describe()).status.name).toBe('RUNNING');
  expect((await scene.tenant('FCA').counters()).ticketsInjected).toBeLessThan(20_000);
  await flood.terminate('test ended');
  expect((await world.s360Counters()).rateLimited).toBe(0);
  for (const tenant of scene.tenants) expect((await tenant.counters()).rateLimited).toBe(0);
}, 300_000);

it('an organization whose TIXNGO never answers, with more waits than a worker has slots, leaves the others theirs', async () => {
  await startInjected();
  const { world } = scene;
  const silent = scene.tenant('FCA');
  const ids = await scene.injected('FCA');
  await silent.control('phones/download', { all: true });
  await silent.control('phones/offline', { ticketIds: ids.map(String) });
  const waiting: WorkflowHandle[] = [];
  for (const ticketId of ids.slice(0, 26)) {
    await world.s360('box-office/cancel', { ticketIds: [ticketId] });
    const handle = await scene.start('FCA', 'pushCancelled');
    await until(async () => {
      const { raw } = await handle.describe();
      return raw.pendingActivities?.some(({ activityType }) => activityType?.name === 'waitForDeletion') ?? false;
    });
    waiting.push(handle);
  }
  silent.fallSilent();
  for (const name of allFunctions) waiting.push(await scene.start('FCA', name));
  // All of them would hold a slot by now, if they could get one.
  await until(async () => {
    const states = await Promise.all(waiting.map((handle) => handle.describe()));
    const refused = states
      .flatMap(({ raw }) => raw.pendingActivities ?? [])
      .filter(({ lastFailure }) => lastFailure?.message?.startsWith('Other activities of the organization'));
    return silent.unanswered.length >= 5 && refused.length >= 10;
  });
  const third = await scene.injected('FCC');
  await world.s360('box-office/cancel', { ticketIds: third.slice(0, 10) });
  for (const name of allFunctions) {
    expect(await scene.run('FCC', name)).toMatchObject({
      endState: expect.stringMatching(/^(OK|WARNING)$/) as string,
    });
  }
  for (const handle of waiting) await handle.terminate('test ended').catch(() => undefined);
}, 300_000);
