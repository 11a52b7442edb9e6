import { describe, expect, it, vi } from 'vitest';

import type { Reservation } from '../../src/domain/callBudget.js';
import { services } from '../../src/domain/callServices.js';
import { previewText } from '../../src/cli/showPreview.js';
import type { RunCounts } from '../../src/domain/counts.js';
import { interfaceWorkflowId, type FunctionName } from '../../src/domain/functions.js';
import { freshState, type InterfaceState } from '../../src/domain/interfaceState.js';
import { interfaceWorkflowType } from '../../src/domain/interfaceMessages.js';
import type { RunResult } from '../../src/domain/stretch.js';
import { resetCounters, writesOf } from '../support/writeCounters.js';
import { until, World, type MobileTicket, type WorldOptions } from '../support/world.js';

// Waiting for Temporal is most of what these tests do.
vi.setConfig({ maxConcurrency: 4, testTimeout: 180_000 });

/** Pages so small that every function takes several stretches. */
const smallPages = {
  root: { writeTimeoutSeconds: 10 },
  function: { batchSize: 5 },
  privileges: { batchSize: 5 },
  pushCancelled: { batchSize: 2, deletionFirstPauseSeconds: 1 },
  pushControlled: { batchSize: 2 },
  retrieve: { batchSize: 5 },
};

async function inWorld(act: (world: World) => Promise<void>, options: WorldOptions = {}): Promise<void> {
  const world = await World.start({ configuration: smallPages, ...options, s360: { tickets: 150, ...options.s360 } });
  try {
    await act(world);
    expect(world.violations()).toEqual([]);
  } finally {
    await world.close();
  }
}

/** What lasts of the interface: everything but the calls that it has reserved. */
async function lastingState(world: World): Promise<Omit<InterfaceState, 'budgets'>> {
  const { budgets: _budgets, ...state } = await world.interfaceState();
  return state;
}

async function preview(world: World, name: FunctionName, input: object = {}): Promise<RunResult> {
  return world.runFunction(name, { ...input, simulation: true });
}

/** How often the owner of each ticket or card was told so far. */
async function toldSoFar(world: World): Promise<Map<string, { readonly email: string; readonly times: number }>> {
  type Privilege = { readonly privilegeId: string; readonly ownerEmail: string; readonly notifications: number };
  const { privileges } = await world.tixngo<{ privileges: Privilege[] }>('privileges?limit=5000');
  return new Map([
    ...(await world.mobileTickets()).map(
      ({ ticketId, owner, notifications }: MobileTicket) =>
        [ticketId, { email: owner.email, times: notifications }] as const,
    ),
    ...privileges.map(
      ({ privilegeId, ownerEmail, notifications }) =>
        [privilegeId, { email: ownerEmail, times: notifications }] as const,
    ),
  ]);
}

/** Without what reading alone costs: a run also marks. */
function workOf({ s360Calls: _s360, tixngoCalls: _tixngo, ...counts }: RunCounts): object {
  return counts;
}

/** Previews a function, which leaves no trace, and lets it run: everything comes as it was said. @returns both results */
async function confirmed(world: World, name: FunctionName, input: object = {}) {
  const before = await lastingState(world);
  await resetCounters(world);
  const said = await preview(world, name, input);
  expect(await writesOf(world)).toEqual({});
  expect(await lastingState(world)).toEqual(before);

  const earlier = await toldSoFar(world);
  const run = await world.runFunction(name, input);
  expect(workOf(run.counts)).toEqual(workOf(said.counts));
  expect(run.parkedReasons).toEqual(said.parkedReasons);
  const told = [...(await toldSoFar(world))].filter(([id, { times }]) => times > (earlier.get(id)?.times ?? 0));
  expect(said.preview?.people).toBe(new Set(told.map(([, { email }]) => email.toLowerCase())).size);
  for (const { what, count } of said.preview?.tickets ?? []) {
    if (!what.startsWith('parked: ')) expect([what, run.counts[what as keyof RunCounts]]).toEqual([what, count]);
  }
  return { said, run };
}

function counted(result: RunResult): Record<string, number> {
  return Object.fromEntries((result.preview?.tickets ?? []).map(({ what, count }) => [what, count]));
}

describe.concurrent('a preview', () => {
  it('of every function says what the next run does, ticket by ticket, and writes nothing in either system', () =>
    inWorld(async (world) => {
      await world.worker();
      // The first run of all: in doubt, so that everything is looked up.
      const [, second] = (await world.s360Tickets()).filter(({ row }) => row['ticket_state'] === 'NOT_PRINTED');
      await world.runFunction('pushControlled');
      const injection = await confirmed(world, 'ticketsExternalPrinting', {
        skipTickets: `id:${String(second?.row.ticket_id)}`,
      });
      expect(counted(injection.said)).toMatchObject({
        sent: expect.any(Number),
        skipped: 1,
        waitingForHolder: expect.any(Number),
      });
      expect(injection.said.message).toMatch(
        /^PREVIEW: nothing was written, in either system\. A run would end so: \d+ tickets sent\./,
      );
      // What is parked stays so for the next run, and is said again.
      expect(injection.run.endState).toBe('WARNING');
      const again = await confirmed(world, 'ticketsExternalPrinting');
      expect(again.said).toMatchObject({ endState: 'OK', counts: { sent: 1, parked: injection.run.counts.parked } });
      expect(again.said.preview).toMatchObject({ people: 1 });

      // An operator's list: what is there already tells nobody, what has moved tells its owner, and the cancelled one is not offered.
      const [moved, same] = (await world.mobileTickets()).map(({ ticketId }) => ticketId);
      await world.tixngo('tickets/alter', {
        ticketId: moved,
        set: { 'spectatorDetails.email': 'somebody.else@example.org' },
      });
      const list = await confirmed(world, 'ticketsExternalPrinting', {
        forceTickets: `id:${moved ?? ''},id:${same ?? ''},id:1`,
        overrideDay: new Date().toLocaleDateString('sv', { timeZone: 'Europe/Zurich' }),
      });
      expect(list.said).toMatchObject({ counts: { sent: 2, notOffered: 1 }, preview: { people: 1, obstacles: [] } });

      await world.s360('box-office/sell-cards', { count: 12, kind: 'SEASON_TICKET_CARD', tickets: 2 });
      await world.s360('box-office/sell-cards', { count: 3, kind: 'MEMBERSHIP_CARD' });
      const cards = await confirmed(world, 'digitalPrivilegesInjection');
      expect(cards.said.counts.definitions).toBeGreaterThan(1);
      expect(cards.said.counts.sent).toBeGreaterThanOrEqual(15);

      const ids = (await world.mobileTickets()).map(({ ticketId }) => ticketId);
      const numbers = ids.map(Number);
      await world.s360('box-office/cancel', { ticketIds: numbers.slice(0, 9) });
      await world.s360('box-office/cancel', { ticketIds: numbers.slice(9, 14), cause: 'RESALE_PENDING' });
      const cancelled = await confirmed(world, 'pushCancelled', { skipTickets: `id:${ids[0] ?? ''}` });
      expect(cancelled.said.preview?.people).toBeGreaterThan(0);
      expect(counted(cancelled.said)).toMatchObject({ sent: 13, skipped: 1, neverInTixngo: expect.any(Number) });

      await world.s360('gates/control', { ticketIds: numbers.slice(20, 50) });
      const controlled = await confirmed(world, 'pushControlled');
      expect(controlled.said).toMatchObject({ counts: { sent: 30 }, preview: { people: 0 } });
      expect(controlled.said.message).toContain('Nobody would be told.');

      await world.tixngo('phones/download', { ticketIds: ids.slice(50, 70) });
      await world.tixngo('spectators/transfer', { ticketIds: ids.slice(50, 60) });
      await world.tixngo('spectators/accept', { ticketIds: ids.slice(50, 56) });
      const feedback = await confirmed(world, 'retrieveTicketStatus');
      expect(feedback.said.counts.stored).toBe(counted(feedback.said)['stored']);
      expect(feedback.said.counts.distributions).toBeGreaterThan(10);
      expect(feedback.said.counts.contactsCreated).toBeGreaterThan(0);
      const entries = previewText(feedback.said, feedback.said.preview!, 'retrieveTicketStatus');
      expect(entries).toMatch(
        /^stored in S-360 +\d+ +TIXNGO says something new of the ticket +id:\d+, id:\d+, id:\d+ …$/m,
      );
      expect(entries).toMatch(/^contacts created +\d+ /m);
    }));

  it('of the feedback disturbs no reader at work: it says that it cannot look now', () =>
    inWorld(
      async (world) => {
        await world.worker();
        await world.run();
        await world.tixngo('diff/occupy', {});
        expect(await preview(world, 'retrieveTicketStatus')).toMatchObject({
          endState: 'SKIPPED',
          message: expect.stringContaining('It cannot look now: Somebody else reads the diff'),
        });
        const reader = await world.startRetrieve();
        await until(async () => ((await reader.describe()).raw.pendingActivities?.[0]?.attempt ?? 0) > 1);
        await resetCounters(world);
        const skipped = await preview(world, 'retrieveTicketStatus');
        expect(skipped).toMatchObject({
          endState: 'SKIPPED',
          counts: { offered: 0 },
          preview: { tickets: [], people: 0 },
        });
        expect(skipped.message).toContain(`Execution ${reader.workflowId} reads the diff of this TIXNGO organizer`);
        expect((await world.tixngo<{ calls: object }>('counters')).calls).toEqual({});
        // One that was terminated reads no more, whatever the interface believes.
        await reader.terminate('test');
        await world.tixngo('diff/release', {});
        const said = await preview(world, 'retrieveTicketStatus');
        expect(said).toMatchObject({ endState: 'OK', preview: { obstacles: [] } });
        expect(said.counts.stored).toBeGreaterThan(0);
      },
      { s360: { tickets: 30 } },
    ));

  it('keeps the limits: it waits for its calls, goes on where it was, and says the same as a run without limits', () =>
    inWorld(
      async (world) => {
        const endWorker = await world.worker({ ...smallPages, s360: { callsPerMinute: 60 } });
        await startWithCalls(world, 50, 30_000);
        await resetCounters(world);
        const handle = await world.startFunction('ticketsExternalPrinting', { simulation: true });
        const why = async (): Promise<string | null | undefined> =>
          (await handle.describe()).raw.pendingActivities?.[0]?.lastFailure?.applicationFailureInfo?.type;
        const waited = until(async () => (await why()) === 'WAITING_FOR_CALLS', 200).then(() => 'it waited');
        expect(await Promise.race([waited, handle.result()])).toBe('it waited');
        const said = (await handle.result()) as RunResult;
        expect(await writesOf(world)).toEqual({});
        // No page was read twice, and the one that is empty is the end.
        const { calls } = await world.s360Counters();
        expect(calls['dataExportService.executeExport']).toBe(said.counts.pages + 1);
        expect(said.counts.pages).toBeGreaterThan(10);
        await endWorker();
        await world.worker();
        expect(workOf((await world.run()).counts)).toEqual(workOf(said.counts));
      },
      { s360: { tickets: 120 } },
    ));

  it('says what is in the way of a run: a pause, another execution, an override that would be refused', () =>
    inWorld(
      async (world) => {
        await world.worker();
        await world.run();
        const state = await lastingState(world);
        const { handle } = await paused(world);
        const [ticketId] = (await world.mobileTickets()).map((ticket) => ticket.ticketId);
        const said = await preview(world, 'pushControlled', {
          forceTickets: `id:${ticketId ?? ''}`,
          overrideDay: '2020-02-29',
        });
        expect(said.endState).toBe('OK');
        expect(said.preview?.obstacles).toEqual([
          'As it is, a run would be skipped: paused (FCDEMO) by on call: a test.',
          expect.stringMatching(
            /^As it is, the override would be refused: The override is meant for 2020-02-29, and today is .* set overrideDay to /,
          ),
        ]);
        expect(said.message).toContain(said.preview?.obstacles[1] ?? 'no obstacle');
        await handle.executeUpdate('resume', { args: [{ organization: 'FCDEMO' }] });
        // What cannot be previewed fails with the sentence, and leaves no trace either.
        await expect(
          preview(world, 'pushControlled', { fileToUpload: 'none.csv', overrideDay: '2020-02-29' }),
        ).rejects.toMatchObject({
          cause: { type: 'FILE_NOT_FOUND', message: expect.stringContaining('uploadDirectory') },
        });
        expect(await lastingState(world)).toEqual(state);
      },
      { s360: { tickets: 20 } },
    ));
});

async function paused(world: World) {
  const handle = world.client.workflow.getHandle(`interface/${world.institution}`);
  await handle.executeUpdate('pause', { args: [{ organization: 'FCDEMO', by: 'on call', why: 'a test' }] });
  return { handle };
}

/** The interface goes on with calls that somebody else has made: they count for so long yet. */
async function startWithCalls(world: World, calls: number, forMs: number): Promise<void> {
  const untilMs = Date.now() - 60_000 + forMs;
  const earlier: Reservation = { key: 'earlier', calls, fromMs: untilMs - 1_000, untilMs };
  const state: InterfaceState = { ...freshState, budgets: { [services.dataExport]: [earlier] } };
  await world.client.workflow.start(interfaceWorkflowType, {
    taskQueue: world.taskQueue,
    workflowId: interfaceWorkflowId(world.institution),
    args: [{ institution: world.institution, state }],
  });
}
