import type { WorkflowHandle } from '@temporalio/client';
import { expect, it } from 'vitest';

import type { FunctionName } from '../../src/domain/functions.js';
import type { RunResult } from '../../src/domain/stretch.js';
import { allFunctions, callsPerMinute, Organizations } from '../support/organizations.js';
import { World } from '../support/world.js';

const codes = ['FCA', 'FCB', 'FCC'] as const;

/** One call carries a page, so that a function needs few calls; a wait looks again after a second. */
const fewCalls = {
  interface: { customParameters: { ticketIterationSize: 1_000 } },
  pushControlled: { batchSize: 1_000 },
  pushCancelled: { deletionFirstPauseSeconds: 1 },
};

/** Everything that is there is in TIXNGO, and then something of everything happens to each organization: all five functions have work to do. */
async function startWeek(others: readonly object[] = []): Promise<Organizations> {
  const scene = await Organizations.start(codes, { configuration: fewCalls, others });
  const { world } = scene;
  const end = await world.worker(await scene.change(null), scene.keys());
  await Promise.all(
    codes.map(async (code) => {
      // The data has cancelled and controlled tickets of its own.
      for (const name of ['ticketsExternalPrinting', 'pushCancelled', 'pushControlled'] as const)
        await scene.run(code, name);
      const ids = await scene.injected(code);
      const [cancelled, controlled, moved] = [ids.slice(0, 5), ids.slice(5, 10), ids.slice(10, 15)];
      await world.s360('box-office/cancel', { ticketIds: cancelled });
      await world.s360('gates/control', { ticketIds: controlled });
      await world.s360('box-office/sell', { count: 10, organization: code });
      await world.s360('box-office/sell-cards', { count: 2, kind: 'MEMBERSHIP_CARD', organization: code });
      const tenant = scene.tenant(code);
      await tenant.control('phones/download', { ticketIds: moved.map(String) });
      await tenant.control('spectators/transfer', { ticketIds: moved.map(String) });
      await tenant.control('counters/reset', {});
    }),
  );
  await end();
  await world.s360('counters/reset', {});
  await scene.limit();
  return scene;
}

/** What a tick of some functions of one organization came to. */
type Tick = readonly (readonly [name: FunctionName, result: RunResult])[];

function tickOf(names: readonly FunctionName[], start: (name: FunctionName) => Promise<WorkflowHandle>): Promise<Tick> {
  return Promise.all(names.map(async (name) => [name, (await (await start(name)).result()) as RunResult] as const));
}

/**
 * The work that a tick has done, and the calls to TIXNGO that it took. The feedback meets more or less of what the others do at the same time, so
 * that only its calls, and what it does of earlier transfers, are the same.
 */
function workOf(tick: Tick) {
  return tick.map(([name, { endState, counts }]) => {
    const { s360Calls: _, ...work } = counts;
    const { tixngoCalls, distributions, contactsCreated } = counts;
    return {
      name,
      endState,
      ...(name === 'retrieveTicketStatus' ? { tixngoCalls, distributions, contactsCreated } : work),
    };
  });
}

function s360CallsOf(tick: Tick): number {
  return tick.reduce((sum, [, { counts }]) => sum + counts.s360Calls, 0);
}

function endStatesOf(tick: Tick): string[] {
  return tick.map(([, { endState }]) => endState);
}

/** Everything that happens before the next tick, in both institutions alike. */
async function cancelAndControl(scene: Organizations, code: string): Promise<void> {
  const ids = await scene.injected(code);
  await scene.world.s360('box-office/cancel', { ticketIds: ids.slice(0, 3) });
  await scene.world.s360('gates/control', { ticketIds: ids.slice(3, 6) });
}

/** What became of an organization's tickets, and how many calls TIXNGO counts but for the looks of waits, which come when they come. */
async function outcomeOf(scene: Organizations, code: string) {
  const tenant = scene.tenant(code);
  const { calls, rateLimited, notifications } = await tenant.counters();
  const { 'tickets.lookup': _, ...counted } = calls;
  const statuses: Record<string, number> = {};
  for (const { status } of await tenant.tickets()) statuses[status] = (statuses[status] ?? 0) + 1;
  return { statuses, calls: counted, rateLimited, notifications };
}

it('all five functions of three organizations at once on two workers: one whose TIXNGO is down and one with a wrong key do not slow the third', async () => {
  const neighbour = await World.start({ s360: { tickets: 40, checkAnswers: false }, tixngo: { checkAnswers: false } });
  const next = JSON.parse(await neighbour.configurationText()) as { institutions: [{ code: string }] };
  const [institution] = next.institutions;
  const another = JSON.parse(
    JSON.stringify(institution)
      .replace(/\$\{S360_URL[^}]*\}/, neighbour.s360Url)
      .replace(/\$\{TIXNGO_URL[^}]*\}/, neighbour.tixngoUrl),
  ) as object;
  const [alone, together] = await Promise.all([startWeek(), startWeek([another])]);
  try {
    const wrong = { TIXNGO_API_KEY_FCB: 'not-the-key' };
    const limited = await together.change(callsPerMinute);
    await Promise.all([1, 2].map(() => together.world.workerProcess(limited, together.keys(wrong))));
    for (const _ of [1, 2]) await alone.world.worker(await alone.change(callsPerMinute), alone.keys());
    together.tenant('FCA').fallSilent();
    const down: WorkflowHandle[] = [];
    const tick = async (names: readonly FunctionName[]): Promise<void> => {
      for (const name of allFunctions) down.push(await together.start('FCA', name));
      const refused = await Promise.all(allFunctions.map((name) => together.start('FCB', name)));
      const [third, only, elsewhere] = await Promise.all([
        tickOf(names, (name) => together.start('FCC', name)),
        tickOf(names, (name) => alone.start('FCC', name)),
        tickOf(names, (name) => together.world.startFunction(name, { institution: institution.code })),
      ]);
      expect(workOf(third)).toEqual(workOf(only));
      // Each worker fetches a token, and whichever run comes first pays for it.
      expect(s360CallsOf(third)).toBeLessThanOrEqual(s360CallsOf(only) + 2);
      expect([...endStatesOf(third), ...endStatesOf(elsewhere)]).not.toContain('SKIPPED');
      for (const handle of refused) {
        await expect(handle.result()).rejects.toMatchObject({
          cause: { type: 'ACCESS_REFUSED', message: expect.stringContaining('TIXNGO_API_KEY_FCB') as string },
        });
      }
    };
    await tick(allFunctions);
    expect(together.tenant('FCA').unanswered.length).toBeGreaterThan(0);
    await together.tenant('FCA').tixngo.close();
    for (const scene of [alone, together]) await cancelAndControl(scene, 'FCC');
    await tick(['pushCancelled', 'pushControlled']);
    expect(await outcomeOf(together, 'FCC')).toEqual(await outcomeOf(alone, 'FCC'));
    expect(await outcomeOf(together, 'FCC')).toMatchObject({ rateLimited: 0, statuses: { DELETED: 8, CONTROLLED: 8 } });
    for (const { world } of [alone, together]) expect((await world.s360Counters()).rateLimited).toBe(0);
    for (const handle of down) {
      const { status } = await handle.describe();
      if (status.name === 'RUNNING') await handle.terminate('test ended');
    }
  } finally {
    await together.world.close();
    await alone.world.close();
    await neighbour.close();
  }
}, 300_000);
