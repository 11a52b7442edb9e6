import { randomUUID } from 'node:crypto';

import { temporal } from '@temporalio/proto';
import { describe, expect, it } from 'vitest';

import type { Around } from '../../sandbox/shared/operationSeam.js';
import { noCounts } from '../../src/domain/counts.js';
import { claim } from '../../src/domain/claim.js';
import type { ClaimRequest } from '../../src/domain/claimRequest.js';
import { close } from '../../src/domain/closing.js';
import { freshState } from '../../src/domain/interfaceState.js';
import type { RunResult } from '../../src/domain/stretch.js';
import { sendable } from '../support/sendable.js';
import { until, World, type WorldOptions } from '../support/world.js';

const functionOfState = 'FCDEMO/ticketsExternalPrinting';
type Context = Parameters<Around>[0]['context'];

/** A world of its own for each attack, so that they run beside each other. */
async function inWorld(options: WorldOptions, attack: (world: World) => Promise<void>, worker = true): Promise<void> {
  const world = await World.start({
    ...options,
    s360: { checkAnswers: false, ...options.s360 },
    tixngo: { checkAnswers: false, strictNotifications: true, ...options.tixngo },
  });
  try {
    if (worker) await world.worker();
    await attack(world);
  } finally {
    await world.close();
  }
}

/** S-360 refuses to mark PRINTED while it is on: TIXNGO has accepted, S-360 does not know, the run ends as ERROR and in doubt. */
function refusedMarks() {
  const marks = { refuse: false };
  const around: Around = async ({ name, context }, apply) =>
    marks.refuse && name === 'markPrinted.markPrinted'
      ? context.json({ requestId: null, statusCode: 'error.authentication', statusDetail: null }, 401)
      : apply();
  return { marks, around };
}

async function failedRun(world: World, input?: object): Promise<void> {
  await expect(world.run(input)).rejects.toMatchObject({ cause: { type: 'ACCESS_REFUSED' } });
}

/** Nobody was told twice. @returns how many tickets TIXNGO has */
async function expectToldOnce(world: World): Promise<number> {
  const mobile = await world.mobileTickets();
  expect(mobile.filter(({ notifications }) => notifications !== 1).map(({ ticketId }) => ticketId)).toEqual([]);
  return mobile.length;
}

/** Told once, and what TIXNGO has is PRINTED and marked processed, and the other way round. */
async function expectAgreement(world: World): Promise<number> {
  const mobile = (await world.mobileTickets()).map(({ ticketId }) => ticketId).sort();
  const printed = (await world.s360Tickets()).filter(({ row }) => row['printed_by'] === 'TIXNGO;MOBILE');
  expect(printed.map(({ row }) => String(row.ticket_id)).sort()).toEqual(mobile);
  expect(printed.every(({ flags }) => flags['TIXNGO_INJECTION'] !== undefined)).toBe(true);
  return expectToldOnce(world);
}

interface ExportBody {
  exportedElements: { ticket_id: number }[];
}

/** Changes the rows of S-360's answers. */
function alteredExport(alter: (body: ExportBody, call: number) => ExportBody | null): Around {
  let calls = 0;
  return async ({ name, context }, apply) => {
    const answer = await apply();
    if (name !== 'dataExportService.executeExport') return answer;
    calls += 1;
    const altered = alter((await answer.clone().json()) as ExportBody, calls);
    return altered === null ? answer : context.json(altered);
  };
}

/** The server leaves out what an event does not have, or says null. */
function has<T>(part: T | null | undefined): part is T {
  return part !== undefined && part !== null;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Resets an execution to just after its nth completed activity, as the Web UI's «Reset» does. @returns the handle of the new run */
async function reset(world: World, workflowId: string, runId: string, afterActivities: number) {
  const { events } = await world.client.workflow.getHandle(workflowId, runId).fetchHistory();
  let completed = 0;
  const event = (events ?? []).find((candidate) => {
    if (has(candidate.activityTaskCompletedEventAttributes)) completed += 1;
    return has(candidate.workflowTaskCompletedEventAttributes) && completed >= afterActivities;
  });
  if (!has(event?.eventId)) throw new Error('there is no such point in the history');
  const answer = await world.client.workflowService.resetWorkflowExecution({
    namespace: world.client.options.namespace,
    workflowExecution: { workflowId, runId },
    reason: 'attack',
    requestId: randomUUID(),
    workflowTaskFinishEventId: event.eventId,
  });
  return world.client.workflow.getHandle(workflowId, answer.runId);
}

/** Resets the interface workflow to just after its first two updates: the claim and the close of its first run. */
async function resetInterface(world: World, reapply: boolean): Promise<void> {
  const workflowId = `interface/${world.institution}`;
  const handle = world.client.workflow.getHandle(workflowId);
  const { runId } = await handle.describe();
  const { events } = await handle.fetchHistory();
  const updates = (events ?? []).filter((event) => has(event.workflowExecutionUpdateCompletedEventAttributes));
  const event = (events ?? []).find(
    (candidate) =>
      has(candidate.workflowTaskCompletedEventAttributes) && Number(candidate.eventId) > Number(updates[1]?.eventId),
  );
  await world.client.workflowService.resetWorkflowExecution({
    namespace: world.client.options.namespace,
    workflowExecution: { workflowId, runId },
    reason: 'attack',
    requestId: randomUUID(),
    workflowTaskFinishEventId: event?.eventId ?? null,
    resetReapplyExcludeTypes: reapply
      ? []
      : [
          temporal.api.enums.v1.ResetReapplyExcludeType.RESET_REAPPLY_EXCLUDE_TYPE_SIGNAL,
          temporal.api.enums.v1.ResetReapplyExcludeType.RESET_REAPPLY_EXCLUDE_TYPE_UPDATE,
        ],
  });
}

async function resetOfTheInterface(reapply: boolean): Promise<void> {
  const { marks, around } = refusedMarks();
  await inWorld({ s360: { tickets: 60, around } }, async (world) => {
    const late = sendable(await world.s360Tickets()).slice(0, 5);
    const complete = (name: string | null): Promise<unknown> =>
      world.changeTickets(late.map(({ row }) => ({ ticketId: row.ticket_id, set: { holder_first_name: name } })));
    await complete(null);
    await world.run();
    await complete('Late');
    marks.refuse = true;
    await failedRun(world);
    marks.refuse = false;
    await resetInterface(world, reapply);
    await world.run();
    await expectAgreement(world);
  });
}

describe.concurrent('attacks', () => {
  describe('a ticket is never announced twice', () => {
    it('when its worker stands still past the heartbeat and then goes on, beside the worker that took over', () =>
      inWorld(
        {
          s360: { tickets: 400 },
          tixngo: {
            around: async ({ name }, apply) => {
              const answer = await apply();
              if (name === 'tickets.inject') await pause(100);
              return answer;
            },
          },
          configuration: { interface: { customParameters: { ticketIterationSize: 5 } } },
        },
        async (world) => {
          const frozen = await world.workerProcess();
          const handle = await world.start();
          await until(async () => (await world.tixngoCounters()).ticketWrites >= 40);
          frozen.kill('SIGSTOP');
          await world.worker();
          await until(async () => ((await handle.describe()).raw.pendingActivities?.[0]?.attempt ?? 0) > 1);
          frozen.kill('SIGCONT');
          expect(((await handle.result()) as RunResult).counts.found).toBeGreaterThan(0);
          expect(await expectAgreement(world)).toBeGreaterThan(150);
        },
        false,
      ));

    it('when S-360 gives a row twice in one page', () =>
      inWorld(
        {
          s360: {
            tickets: 60,
            around: alteredExport((body) => ({
              ...body,
              exportedElements: body.exportedElements.flatMap((row) => [row, row]),
            })),
          },
        },
        async (world) => {
          const tickets = sendable(await world.s360Tickets());
          expect((await world.run()).counts.sent).toBe(tickets.length);
          expect(await expectAgreement(world)).toBe(tickets.length);
        },
      ));

    it('when S-360 ignores where a page begins, and gives an earlier page again', () => {
      let first: ExportBody | undefined;
      return inWorld(
        {
          s360: {
            tickets: 120,
            around: alteredExport((body, call) => {
              if (call === 1) first = body;
              return call === 3 ? (first ?? null) : null;
            }),
          },
          configuration: { function: { batchSize: 20 } },
        },
        async (world) => {
          await expect(world.run()).rejects.toMatchObject({
            cause: { type: 'CONTRACT_BROKEN', message: expect.stringMatching(/afterTicketId/) as string },
          });
          await expectToldOnce(world);
        },
      );
    });

    it('when an old, finished execution is reset to its middle while a later one has left tickets in doubt', () => {
      const { marks, around } = refusedMarks();
      return inWorld(
        { s360: { tickets: 300, around }, configuration: { function: { batchSize: 5 } } },
        async (world) => {
          const late = sendable(await world.s360Tickets()).slice(0, 10);
          const complete = (name: string | null): Promise<unknown> =>
            world.changeTickets(late.map(({ row }) => ({ ticketId: row.ticket_id, set: { holder_first_name: name } })));
          await complete(null);
          const old = await world.start();
          await old.result();
          await complete('Late');
          marks.refuse = true;
          await failedRun(world);
          marks.refuse = false;
          const again = await reset(world, old.workflowId, old.firstExecutionRunId, 2);
          expect(((await again.result()) as RunResult).endState).not.toBe('SKIPPED');
          expect((await world.run()).counts.found).toBeGreaterThan(0);
          await expectAgreement(world);
        },
      );
    });

    it.each([0, 1, 2])('when a running execution is reset to after its activity %i', (activities) =>
      inWorld(
        {
          s360: { tickets: 400 },
          tixngo: {
            around: async ({ name }, apply) => {
              const answer = await apply();
              if (name === 'tickets.inject') await pause(30);
              return answer;
            },
          },
          configuration: { function: { batchSize: 5 }, root: { writeTimeoutSeconds: 1 } },
        },
        async (world) => {
          const handle = await world.start();
          await until(async () => (await world.tixngoCounters()).ticketWrites > 120);
          const again = await reset(world, handle.workflowId, handle.firstExecutionRunId, activities);
          expect(((await again.result()) as RunResult).endState).not.toBe('SKIPPED');
          expect((await world.run()).counts.sent).toBe(0);
          expect(await expectAgreement(world)).toBeGreaterThan(150);
        },
      ),
    );

    it('when no look-up is configured, repeats are allowed, and the record of a sent ticket changes', () =>
      inWorld(
        {
          s360: { tickets: 60 },
          configuration: { interface: { lookup: 'none', whenInDoubt: 'resend' } },
        },
        async (world) => {
          const { counts } = await world.run();
          const sent = (await world.mobileTickets()).slice(0, 5);
          await world.changeTickets(
            sent.map(({ ticketId }) => ({ ticketId: Number(ticketId), set: { gate: 'moved' } })),
          );
          const second = await world.run();
          expect(second).toMatchObject({ endState: 'OK', counts: { sent: 0, processed: 5 } });
          expect(await expectAgreement(world)).toBe(counts.sent);
        },
      ));

    it('when its record became bad while it was in doubt, and was corrected later', () => {
      const { marks, around } = refusedMarks();
      return inWorld({ s360: { tickets: 60, around } }, async (world) => {
        marks.refuse = true;
        await failedRun(world);
        marks.refuse = false;
        const [one, two] = await world.mobileTickets();
        const zip = async (value: string | null, time: string): Promise<unknown> =>
          world.changeTickets([
            { ticketId: Number(one?.ticketId), set: { zip: value } },
            { ticketId: Number(two?.ticketId), set: { comfort_tixstart: time } },
          ]);
        await zip(null, 'nonsense');
        await world.run();
        await zip('3000', '');
        await world.run();
        await expectAgreement(world);
      });
    });

    it('when a run of one file left it in doubt and a run with filters, which cannot see that file, ended well since', () => {
      const { marks, around } = refusedMarks();
      return inWorld(
        { s360: { tickets: 200, around }, configuration: { function: { filters: { productFamily: ['SERVICE'] } } } },
        async (world) => {
          const other = sendable(await world.s360Tickets()).find(({ row }) => row['product_family'] !== 'SERVICE');
          const input = { fileNumber: String(other?.row['file_id']) };
          await world.run();
          marks.refuse = true;
          await failedRun(world, input);
          marks.refuse = false;
          await world.run();
          expect((await world.run(input)).counts.found).toBeGreaterThan(0);
          await expectAgreement(world);
          expect((await world.interfaceState()).functions[functionOfState]?.doubts).toEqual([]);
        },
      );
    });

    it('when more tickets are held in doubt than the interface keeps by id', () =>
      inWorld(
        { s360: { tickets: 3_900 }, configuration: { interface: { lookup: 'none', whenInDoubt: 'hold' } } },
        async (world) => {
          const first = await world.run();
          expect(first.counts.parked).toBeGreaterThan(2_000);
          expect((await world.run()).counts.sent).toBe(0);
          expect((await world.tixngoCounters()).ticketWrites).toBe(0);
        },
      ));

    it('when S-360 refuses to print more tickets than the interface keeps by id', () => {
      const around: Around = async ({ name, context }, apply) => {
        if (name !== 'markPrinted.markPrinted') return apply();
        const { ticketIds } = await context.req.json<{ ticketIds: number[] }>();
        const results = ticketIds.map((ticketId) => ({ ticketId, outcome: 'REFUSED', errorCode: 'LOCKED' }));
        return context.json({ requestId: null, statusCode: 'success', statusDetail: null, results });
      };
      return inWorld({ s360: { tickets: 3_900, around } }, async (world) => {
        await world.run().catch(() => undefined);
        await world.run().catch(() => undefined);
        await expectToldOnce(world);
      });
    });

    it.each([
      ['timed out', 'timeout'],
      ['was cut off by a cancel, and the next execution starts at once', 'cancel'],
    ])('when a call %s and TIXNGO applies it late all the same', (_, how) => {
      let late: Promise<unknown> | null = null;
      return inWorld(
        {
          s360: { tickets: 60 },
          tixngo: {
            around: async ({ name }, apply) => {
              if (name !== 'tickets.inject' || late !== null) return apply();
              late = pause(4_500);
              await late;
              return apply();
            },
          },
        },
        async (world) => {
          const handle = await world.start();
          await until(() => late !== null);
          if (how === 'cancel') {
            await handle.cancel();
            await handle.result().catch(() => undefined);
            await world.run();
          } else {
            await handle.result();
          }
          await late;
          await pause(200);
          await expectAgreement(world);
        },
      );
    });

    it('when the interface workflow is reset to before a run that left tickets in doubt, its updates reapplied', () =>
      resetOfTheInterface(true));

    it('when a worker with another ticket identifier takes the next stretch: it is refused', () => {
      let hold: Promise<void> | null = null;
      return inWorld(
        {
          s360: { tickets: 200 },
          tixngo: {
            around: async ({ name }, apply) => {
              if (name === 'tickets.inject') await hold;
              return apply();
            },
          },
          configuration: { function: { batchSize: 5 }, root: { writeTimeoutSeconds: 10 } },
        },
        async (world) => {
          const stop = await world.worker();
          let open: () => void = () => undefined;
          hold = new Promise((resolve) => (open = resolve));
          const handle = await world.start();
          await until(async () => ((await world.s360Counters()).calls['dataExportService.executeExport'] ?? 0) > 0);
          const stopped = stop();
          await world.worker({ function: { batchSize: 5 }, interface: { ticketIdentifier: 'taxNumber' } });
          open();
          await stopped;
          await expect(handle.result()).rejects.toMatchObject({ cause: { type: 'CONFIGURATION_DIFFERS' } });
          expect((await world.mobileTickets()).every(({ ticketId }) => /^\d+$/.test(ticketId))).toBe(true);
        },
        false,
      );
    });
  });

  describe('nothing blocks the others for ever', () => {
    it('when TIXNGO never says a readable word about one ticket', () => {
      let victim = '';
      const without = async (context: Context, answer: Response): Promise<Response> => {
        const body = (await answer.json()) as { results: { ticketId: string; outcome: string }[] };
        const results = body.results.map((result) =>
          result.ticketId === victim ? { ...result, outcome: 'PONDERED' } : result,
        );
        return context.json({ ...body, results });
      };
      return inWorld(
        {
          s360: { tickets: 80 },
          tixngo: {
            strictNotifications: false,
            around: async ({ name, context }, apply) => {
              const answer = await apply();
              if (name === 'tickets.inject') return without(context, answer);
              if (name !== 'tickets.lookup') return answer;
              const body = (await answer.json()) as { results: { ticketId: string }[] };
              return context.json({ ...body, results: body.results.filter(({ ticketId }) => ticketId !== victim) });
            },
          },
          configuration: { function: { batchSize: 20 } },
        },
        async (world) => {
          const tickets = sendable(await world.s360Tickets());
          victim = String(tickets[3]?.row.ticket_id);
          const handle = await world.start();
          const result = await Promise.race([handle.result() as Promise<RunResult>, pause(30_000)]);
          if (result === undefined) await handle.terminate();
          expect(result).toMatchObject({ endState: 'WARNING', counts: { parked: 1 } });
          expect(await world.mobileTickets()).toHaveLength(tickets.length);
        },
      );
    });

    it('when TIXNGO refuses whole calls, and one order of six bad tickets stands at the head of the queue', () =>
      inWorld(
        {
          s360: { tickets: 120 },
          tixngo: { resultStyle: 'wholeBatch' },
          configuration: { interface: { customParameters: { enforceMandatoryParameters: false } } },
        },
        async (world) => {
          const tickets = sendable(await world.s360Tickets());
          const bad = tickets.slice(0, 6);
          await world.changeTickets(bad.map(({ row }) => ({ ticketId: row.ticket_id, set: { barcode: null } })));
          const result = await world.run();
          expect(result).toMatchObject({ endState: 'WARNING', counts: { parked: 6, sent: tickets.length - 6 } });
          await expectAgreement(world);
        },
      ));

    it('when S-360 takes a quarter of a minute to prepare an export', () => {
      const prepared = new Map<string, { readonly answer: Response; readonly atMs: number }>();
      let calls = 0;
      return inWorld(
        {
          s360: {
            tickets: 40,
            around: async ({ name, context }, apply) => {
              if (name !== 'dataExportService.executeExport') return apply();
              calls += 1;
              const { requestId } = await context.req.json<{ requestId: string | null }>();
              const known = requestId === null ? undefined : prepared.get(requestId);
              if (known !== undefined && Date.now() >= known.atMs) return known.answer;
              const id = requestId ?? `slow-${String(calls)}`;
              if (known === undefined) {
                prepared.set(id, { answer: await apply(), atMs: Date.now() + (prepared.size === 0 ? 13_000 : 0) });
              }
              return context.json({
                ...{ requestId: id, statusCode: 'in_progress', statusDetail: null },
                ...{ requestState: 'IN_PROGRESS', exportedElements: [] },
              });
            },
          },
        },
        async (world) => {
          const handle = await world.start();
          expect(((await handle.result()) as RunResult).counts.sent).toBeGreaterThan(0);
          const { events } = await handle.fetchHistory();
          const attempts = events?.map((event) => event.activityTaskStartedEventAttributes?.attempt ?? 0) ?? [];
          expect(Math.max(...attempts)).toBe(1);
          // A minute allows sixty calls to the service, marks included.
          expect(calls).toBeLessThan(15);
        },
      );
    });

    it('when each event takes a call to look up, and a minute allows fewer calls than a page has events', () =>
      inWorld(
        {
          s360: { tickets: 400 },
          configuration: { interface: { lookup: 'eventReport', callsPerMinute: 8 }, function: { batchSize: 100 } },
        },
        async (world) => {
          const handle = await world.start();
          await until(async () => (await world.s360Counters()).flagged > 0);
          await until(async () => {
            const { events } = await handle.fetchHistory();
            return events?.some((event) => has(event.activityTaskCompletedEventAttributes)) ?? false;
          });
          await handle.terminate();
          // A first stretch takes the calls of two pages: all but one of them for looking up.
          expect(await expectAgreement(world)).toBeGreaterThan(1);
        },
      ));

    it('when thirty executions start at once and the interface continues as new meanwhile', () =>
      inWorld({ s360: { tickets: 300 }, configuration: { function: { batchSize: 5 } } }, async (world) => {
        await world.run({ maxTicketsPerRun: 1 });
        const control = world.client.workflow.getHandle(`interface/${world.institution}`);
        const chain = (await control.describe()).runId;
        const flood = async (): Promise<void> => {
          while ((await control.describe()).runId === chain) {
            await Promise.all(Array.from({ length: 8 }, () => control.executeUpdate('resume')));
          }
        };
        const flooding = flood();
        const results: RunResult[] = [];
        const bunch = await Promise.all(Array.from({ length: 30 }, () => world.start()));
        for (const handle of bunch) results.push((await handle.result()) as RunResult);
        while ((await control.describe()).runId === chain) results.push(await world.run());
        await flooding;
        results.push(await world.run());
        expect(results.every(({ endState }) => ['OK', 'WARNING', 'SKIPPED'].includes(endState))).toBe(true);
        expect(await expectAgreement(world)).toBe(results.reduce((sum, { counts }) => sum + counts.sent, 1));
      }));
  });

  describe('what an operator reads is true', () => {
    it('counts after a retry are those of the whole run, and maxTicketsPerRun is kept', () => {
      let reads = 0;
      return inWorld(
        {
          s360: {
            tickets: 200,
            around: async ({ name, context }, apply) => {
              if (name === 'dataExportService.executeExport') reads += 1;
              return reads === 4 ? context.json({}, 502) : apply();
            },
          },
          configuration: { function: { batchSize: 10 } },
        },
        async (world) => {
          const result = await world.run({ maxTicketsPerRun: 40 });
          expect(result.counts.sent).toBe(40);
          expect(result.counts.processed).toBe(40);
          expect(result.counts.offered).toBeGreaterThanOrEqual(40);
          expect(await expectAgreement(world)).toBe(40);
        },
      );
    });

    it('an execution that is paused while it settles has not worked: SKIPPED, and no success is claimed; cancelled, it blocks nobody', () => {
      let hold: Promise<void> | null = null;
      return inWorld(
        {
          s360: { tickets: 200 },
          tixngo: {
            around: async ({ name }, apply) => {
              const answer = await apply();
              if (name === 'tickets.inject') await hold;
              return answer;
            },
          },
          configuration: {
            interface: { customParameters: { ticketIterationSize: 10 } },
            // Long enough for a slow machine: nobody waits for it to end.
            root: { writeTimeoutSeconds: 15 },
          },
        },
        async (world) => {
          const control = world.client.workflow.getHandle(`interface/${world.institution}`);
          let open: () => void = () => undefined;
          hold = new Promise((resolve) => (open = resolve));
          const first = await world.start();
          await until(async () => (await world.tixngoCounters()).ticketWrites > 0);
          await first.terminate();
          open();
          const settling = async () => {
            const handle = await world.start();
            await until(async () => {
              const [activity] = (await handle.describe()).raw.pendingActivities ?? [];
              return activity?.lastFailure?.applicationFailureInfo?.type === 'SETTLING';
            });
            return handle;
          };
          const cancelled = await settling();
          await cancelled.cancel();
          await expect(cancelled.result()).rejects.toThrow();
          const paused = await settling();
          await control.executeUpdate('pause', { args: [{ by: 'on call', why: 'attack' }] });
          expect(await paused.result()).toMatchObject({ endState: 'SKIPPED', counts: { sent: 0 } });
          const fn = (await world.interfaceState()).functions[functionOfState];
          expect(fn).toMatchObject({ holder: null, lastSuccessMs: null });
          await control.executeUpdate('resume');
          expect((await world.run()).counts.found).toBeGreaterThan(0);
          await expectAgreement(world);
        },
      );
    });

    it('an activity that is repeated because the answer to its close was lost says again what its run has done', () => {
      const fn = {
        organization: 'FCDEMO',
        function: 'ticketsExternalPrinting',
        internalName: 'Ticket injection',
      } as const;
      const claimOf = (runId: string, attempt: number): ClaimRequest => ({
        ...fn,
        execution: { workflowId: 'injection', runId },
        writer: { activityId: '1', attempt },
        configuration: { s360Url: 'a', tixngoUrl: 'b', interfaceType: 'TIXNGO', ticketIdentifier: 'ticketId' },
        needs: [],
        reservationMs: 100_000,
        settlingPauseMs: 38_000,
      });
      const { state } = claim(freshState, claimOf('one', 1), 1);
      const counts = { ...noCounts, sent: 500 };
      const closed = close(
        state,
        {
          ...claimOf('one', 1),
          endState: 'OK',
          endOfQueue: true,
          counts,
          message: '500 tickets sent.',
          report: { ...claimOf('one', 1), failed: false, parked: [], unparked: [] },
        },
        2,
      );
      const other = claim(closed.state, claimOf('two', 1), 3);
      expect(other.answer.kind).toBe('go');
      const repeated = claim(other.state, claimOf('one', 2), 4);
      expect(repeated.answer).toMatchObject({
        kind: 'closedBefore',
        lastRun: { endState: 'OK', counts: { sent: 500 } },
      });
      expect(repeated.state.functions).toEqual(other.state.functions);
    });

    it('codes of TIXNGO that differ with every ticket make neither the result nor the history grow', () =>
      inWorld(
        {
          s360: { tickets: 600 },
          tixngo: {
            around: async ({ name, context }, apply) => {
              if (name !== 'tickets.inject') return apply();
              const { tickets } = await context.req.json<{ tickets: { ticketId: string }[] }>();
              const results = tickets.map(({ ticketId }) => ({
                ticketId,
                outcome: 'REJECTED',
                errorCode: `CORRELATION_${ticketId}`,
                message: null,
              }));
              return context.json({ requestId: 'x', results });
            },
          },
        },
        async (world) => {
          const result = await world.run();
          expect(result.counts.parked).toBeGreaterThan(200);
          expect(Object.keys(result.parkedReasons).length).toBeLessThan(60);
        },
      ));
  });

  /** What was found last. */
  describe('the last ones found', () => {
    it('when the interface workflow is terminated while a run works, and another run starts at once', () =>
      inWorld(
        {
          s360: { tickets: 300 },
          tixngo: {
            around: async ({ name }, apply) => {
              const answer = await apply();
              if (name === 'tickets.inject') await pause(150);
              return answer;
            },
          },
          configuration: { interface: { customParameters: { ticketIterationSize: 10 } } },
        },
        async (world) => {
          const first = await world.start();
          await until(async () => (await world.tixngoCounters()).ticketWrites > 20);
          await world.client.workflow.getHandle(`interface/${world.institution}`).terminate('attack');
          const second = await world.start();
          await Promise.all([first.result(), second.result()]);
          await expectAgreement(world);
        },
      ));

    it('when the interface workflow is reset, without reapplying its updates, while a run works, and another run starts at once', () =>
      inWorld(
        {
          s360: { tickets: 300 },
          tixngo: {
            around: async ({ name }, apply) => {
              const answer = await apply();
              if (name === 'tickets.inject') await pause(150);
              return answer;
            },
          },
          configuration: { interface: { customParameters: { ticketIterationSize: 10 } } },
        },
        async (world) => {
          // Twice nothing of importance, so that there is an older state to go back to.
          await world.run({ maxTicketsPerRun: 1 });
          await world.run({ maxTicketsPerRun: 1 });
          const first = await world.start();
          await until(async () => (await world.tixngoCounters()).ticketWrites > 20);
          await resetInterface(world, false);
          const second = await world.start();
          await Promise.all([first.result(), second.result()]);
          await world.run();
          await expectAgreement(world);
        },
      ));

    it('when S-360 refused to print it, stops offering it for a while, and offers it again', () => {
      let locked = '';
      const around: Around = async ({ name, context }, apply) => {
        const answer = await apply();
        if (name !== 'markPrinted.markPrinted' || locked === '') return answer;
        const body = (await answer.json()) as { results: { ticketId: number }[] };
        const results = body.results.map((result) =>
          String(result.ticketId) === locked ? { ...result, outcome: 'REFUSED', errorCode: 'LOCKED' } : result,
        );
        return context.json({ ...body, results });
      };
      return inWorld({ s360: { tickets: 60, around } }, async (world) => {
        const [ticket] = sendable(await world.s360Tickets());
        const ticketId = ticket?.row.ticket_id ?? 0;
        locked = String(ticketId);
        expect((await world.run()).endState).toBe('WARNING');
        await world.changeTickets([
          { ticketId, set: { ticket_state: 'NOT_PRINTED', printed_by: null, shipment_mode_type: 'POSTAL' } },
        ]);
        await world.run();
        await world.changeTickets([{ ticketId, set: { shipment_mode_type: 'BLOCKCHAIN' } }]);
        await world.run();
        await expectToldOnce(world);
      });
    });

    it.each(['claim', 'report', 'close'])(
      'when somebody sends the interface an empty update «%s» from the Web UI',
      (name) =>
        inWorld({ s360: { tickets: 20 } }, async (world) => {
          await world.run();
          const control = world.client.workflow.getHandle(`interface/${world.institution}`);
          const refused = control.executeUpdate<unknown, []>(name).then(
            () => 'answered',
            () => 'refused',
          );
          expect(await Promise.race([refused, pause(5_000)])).toBe('refused');
          expect((await world.run()).endState).toBe('OK');
        }),
    );

    it('when the interface workflow is reset without reapplying its updates', () => resetOfTheInterface(false));
  });
});
