import type { WorkflowHandle } from '@temporalio/client';
import { describe, expect, it } from 'vitest';

import type { Around } from '../../sandbox/shared/operationSeam.js';
import type { RunResult } from '../../src/domain/stretch.js';
import { searchAttributes } from '../../src/temporal/searchAttributes.js';
import { sendable } from '../support/sendable.js';
import { until, World, type ConfigurationChange, type MobileTicket, type WorldOptions } from '../support/world.js';

const functionOfState = 'FCDEMO/pushCancelled';
type Context = Parameters<Around>[0]['context'];

/** Every write tells the spectator, and a wait looks again after a second. A world of its own for each test, so that they run beside each other. */
async function inWorld(options: WorldOptions, test: (world: World) => Promise<void>): Promise<void> {
  const { configuration } = options;
  const world = await World.start({
    ...options,
    s360: { tickets: 80, checkAnswers: false, ...options.s360 },
    tixngo: { checkAnswers: false, strictNotifications: true, ...options.tixngo },
    configuration: {
      ...configuration,
      pushCancelled: { deletionFirstPauseSeconds: 1, ...configuration?.pushCancelled },
    },
  });
  try {
    await test(world);
  } finally {
    await world.close();
  }
}

/** Injects everything, and pushes what the data has of cancelled tickets. @returns ids of injected tickets, in S-360's order */
async function injected(world: World, change?: ConfigurationChange): Promise<number[]> {
  await world.worker(change);
  await world.run();
  await world.runCancelled();
  await world.tixngo('counters/reset', {});
  return (await world.s360Tickets())
    .filter(({ row }) => row['printed_by'] === 'TIXNGO;MOBILE')
    .map(({ row }) => row.ticket_id);
}

function cancel(world: World, ticketIds: readonly number[]): Promise<unknown> {
  return world.s360('box-office/cancel', { ticketIds });
}

async function mobile(world: World, ticketIds: readonly number[]): Promise<MobileTicket[]> {
  const wanted = new Set(ticketIds.map(String));
  return (await world.mobileTickets()).filter(({ ticketId }) => wanted.has(ticketId));
}

/** Each is DELETED, marked processed, and its spectator was told once of the ticket and once of its deletion. */
async function expectDeletedOnce(world: World, ticketIds: readonly number[]): Promise<void> {
  const tickets = await mobile(world, ticketIds);
  expect(tickets).toHaveLength(ticketIds.length);
  expect(tickets.filter(({ status, notifications }) => status !== 'DELETED' || notifications !== 2)).toEqual([]);
  expect((await unprocessed(world, ticketIds)).length).toBe(0);
}

async function unprocessed(world: World, ticketIds: readonly number[]): Promise<number[]> {
  const wanted = new Set(ticketIds);
  return (await world.s360Tickets())
    .filter(({ row, flags }) => wanted.has(row.ticket_id) && flags['TIXNGO_CANCELLED'] === undefined)
    .map(({ row }) => row.ticket_id);
}

/** The phone of a ticket goes offline with the ticket on it: its deletion waits. */
async function offline(world: World, ticketId: number): Promise<void> {
  await world.tixngo('phones/download', { all: true });
  await world.tixngo('phones/offline', { ticketIds: [String(ticketId)] });
}

/** A ticket on a phone of its own, and others. */
async function apart(world: World, ticketIds: readonly number[]): Promise<{ one: number; others: number[] }> {
  const tickets = await mobile(world, ticketIds);
  const one = tickets.find(({ owner }) => tickets.filter((other) => other.owner.email === owner.email).length === 1);
  if (one === undefined) throw new Error('every spectator has several tickets');
  const id = Number(one.ticketId);
  return { one: id, others: ticketIds.filter((ticketId) => ticketId !== id) };
}

const stillWaits = async (handle: WorkflowHandle): Promise<boolean> =>
  (await handle.describe()).status.name === 'RUNNING';

async function pendingActivity(handle: WorkflowHandle) {
  return (await handle.describe()).raw.pendingActivities?.find(
    ({ activityType }) => activityType?.name === 'waitForDeletion',
  );
}

/** A wait has looked, and waits for its next look. */
async function untilWaiting(handle: WorkflowHandle): Promise<void> {
  await until(async () => ((await pendingActivity(handle))?.attempt ?? 0) > 1);
}

async function details(handle: WorkflowHandle): Promise<string> {
  const { currentDetails } = await handle.query<{ currentDetails?: string }>('__temporal_workflow_metadata');
  return currentDetails ?? '';
}

async function endState(handle: WorkflowHandle): Promise<string | undefined> {
  return (await handle.describe()).typedSearchAttributes.get(searchAttributes.EndState);
}

interface ExportBody {
  exportedElements: { ticket_id: number }[];
}

/** Changes the rows of S-360's answers to push cancelled. */
function alteredExport(alter: (body: ExportBody, call: number) => ExportBody): Around {
  let calls = 0;
  return async ({ name, context }, apply) => {
    if (name !== 'dataExportService.executeExport') return apply();
    const { exportKey } = await context.req.json<{ exportKey: string }>();
    const answer = await apply();
    if (exportKey !== 'TIXNGO_CANCELLED') return answer;
    calls += 1;
    return context.json(alter((await answer.clone().json()) as ExportBody, calls));
  };
}

interface Held {
  ticketId: string;
  status: string;
}

/** Changes what a look-up by ids says. */
async function alteredLookup(
  context: Context,
  answer: Response,
  alter: (results: Held[]) => object[],
): Promise<Response> {
  const body = (await answer.json()) as { results: Held[] };
  return context.json({ ...body, results: alter(body.results) });
}

/** S-360 refuses our secret when a page is marked processed, as often as the test says. */
function refusedFlags() {
  const flags = { refuse: false, refuseAfter: 0 };
  const around: Around = async ({ name, context }, apply) => {
    if (!flags.refuse || name !== 'dataExportService.flagItems') return apply();
    flags.refuseAfter -= 1;
    return flags.refuseAfter >= 0
      ? apply()
      : context.json({ requestId: null, statusCode: 'error.authentication', statusDetail: null }, 401);
  };
  return { flags, around };
}

const bad = { pushCancelled: { deletionReasons: { BAD: 'x'.repeat(200) } } };

describe.concurrent('S-360’s queue', () => {
  it('counts and deletes a ticket once when S-360 gives its row twice in one page', () =>
    inWorld(
      {
        s360: {
          around: alteredExport((body) => ({
            ...body,
            exportedElements: body.exportedElements.flatMap((row) => [row, row]),
          })),
        },
      },
      async (world) => {
        const ids = (await injected(world)).slice(0, 7);
        await cancel(world, ids);
        expect((await world.runCancelled()).counts).toMatchObject({ offered: 7, sent: 7, processed: 7 });
        await expectDeletedOnce(world, ids);
      },
    ));

  it('stops when a full page is not in the order of the ticket ids: tickets could be passed over', () => {
    let reverse = false;
    return inWorld(
      {
        s360: {
          around: alteredExport((body) =>
            reverse ? { ...body, exportedElements: body.exportedElements.toReversed() } : body,
          ),
        },
        configuration: { pushCancelled: { batchSize: 5 } },
      },
      async (world) => {
        await cancel(world, (await injected(world)).slice(0, 8));
        reverse = true;
        await expect(world.runCancelled()).rejects.toMatchObject({
          cause: { type: 'CONTRACT_BROKEN', message: expect.stringMatching(/sort by ticket_id/) as string },
        });
        expect((await world.tixngoCounters()).ticketWrites).toBe(0);
      },
    );
  });

  it('stops when S-360 ignores where a page begins, instead of pushing an earlier page again', () => {
    let first: ExportBody | null = null;
    let repeat = false;
    return inWorld(
      {
        s360: {
          around: alteredExport((body) => {
            if (!repeat) return body;
            first ??= body;
            return first;
          }),
        },
        configuration: { pushCancelled: { batchSize: 3 } },
      },
      async (world) => {
        await cancel(world, (await injected(world)).slice(0, 8));
        repeat = true;
        await expect(world.runCancelled()).rejects.toMatchObject({
          cause: { type: 'CONTRACT_BROKEN', message: expect.stringMatching(/afterTicketId/) as string },
        });
        expect((await world.tixngoCounters()).ticketWrites).toBe(3);
      },
    );
  });

  it('goes on behind a short page: only an empty one is the end', () =>
    inWorld(
      {
        s360: {
          around: alteredExport((body) => ({ ...body, exportedElements: body.exportedElements.slice(0, 2) })),
        },
      },
      async (world) => {
        const ids = (await injected(world)).slice(0, 7);
        await cancel(world, ids);
        expect((await world.runCancelled()).counts.sent).toBe(7);
        await expectDeletedOnce(world, ids);
      },
    ));

  it('ends a run after maxTicketsPerRun and leaves the rest to the next one, nothing twice and nothing lost', () =>
    inWorld({ configuration: { pushCancelled: { batchSize: 2 } } }, async (world) => {
      const ids = (await injected(world)).slice(0, 7);
      await cancel(world, ids);
      const first = await world.runCancelled({ maxTicketsPerRun: 3 });
      expect(first.counts.sent).toBe(3);
      expect(first.message).toMatch(/More tickets are waiting.*confirmed 3/);
      expect((await world.runCancelled({ maxTicketsPerRun: 3 })).counts.sent).toBe(3);
      expect((await world.runCancelled()).counts.sent).toBe(1);
      await expectDeletedOnce(world, ids);
    }));
});

describe.concurrent('an answer of TIXNGO that cannot be read, or none', () => {
  const answers = {
    'applies half of a call and tells of that half only': { kind: 'partial', applied: 'part' },
    'applies a call and tells of half of it only': { kind: 'partial', applied: 'all' },
    'applies a call, and its answer is no JSON': { kind: 'malformed' },
    'applies a call, and the connection ends in the middle of the answer': { kind: 'truncated' },
    'applies a call, and the connection is reset': { kind: 'resetAfter' },
    'applies a call and never answers': { kind: 'timeoutAfter' },
    'fails with 502': { kind: 'status', status: 502 },
    'asks to slow down': { kind: 'status', status: 429, retryAfter: 1 },
  } as const;
  const lookups = ['ids', 'eventReport'] as const;

  it.each(Object.keys(answers).flatMap((answer) => lookups.map((lookup) => [answer, lookup] as const)))(
    'when TIXNGO %s (look-up %s): everything is DELETED, and nobody is told twice',
    (answer, lookup) =>
      inWorld({ configuration: { interface: { lookup } } }, async (world) => {
        const ids = (await injected(world)).slice(0, 12);
        await cancel(world, ids);
        const fault = answers[answer as keyof typeof answers];
        await world.tixngo('faults', { rules: [{ operation: 'tickets.delete', fault, nth: 1 }] });
        expect(await world.runCancelled()).toMatchObject({ endState: 'OK', counts: { parked: 0 } });
        const { rules } = await world.tixngo<{ rules: { fired: number }[] }>('faults');
        expect(rules.map(({ fired }) => fired)).toEqual([1]);
        await expectDeletedOnce(world, ids);
        expect((await world.runCancelled()).counts.sent).toBe(0);
      }),
  );

  it('holds what is in doubt for a person when no look-up is configured, and tells nobody twice', () =>
    inWorld({ configuration: { interface: { lookup: 'none', whenInDoubt: 'resend' } } }, async (world) => {
      const end = await world.worker();
      await world.run();
      await world.runCancelled();
      await end();
      await world.worker({
        interface: { lookup: 'none', whenInDoubt: 'hold' },
        pushCancelled: { deletionFirstPauseSeconds: 1 },
      });
      const ids = sendableIds(await world.s360Tickets()).slice(0, 6);
      await cancel(world, ids);
      await world.tixngo('faults', { rules: [{ operation: 'tickets.delete', fault: { kind: 'resetAfter' }, nth: 1 }] });
      expect(await world.runCancelled()).toMatchObject({
        endState: 'WARNING',
        counts: { sent: 0, parked: 6 },
        parkedReasons: { IN_DOUBT: 6 },
      });
      expect((await mobile(world, ids)).every(({ notifications }) => notifications === 2)).toBe(true);
    }));

  it('parks the one ticket of which TIXNGO never says a readable word, and deletes all others', () => {
    let victim = '';
    return inWorld(
      {
        tixngo: {
          around: async ({ name, context }, apply) => {
            const answer = await apply();
            if (name === 'tickets.delete') {
              const body = (await answer.json()) as { results: { ticketId: string }[] };
              const results = body.results.map((result) =>
                result.ticketId === victim ? { ...result, outcome: 'PONDERED' } : result,
              );
              return context.json({ ...body, results });
            }
            if (name !== 'tickets.lookup') return answer;
            return alteredLookup(context, answer, (results) =>
              results.map((held) =>
                held.ticketId === victim ? { ...held, status: 'INJECTED', deletion: null } : held,
              ),
            );
          },
        },
      },
      async (world) => {
        const ids = (await injected(world)).slice(0, 9);
        victim = String(ids[3]);
        await cancel(world, ids);
        expect(await world.runCancelled()).toMatchObject({
          endState: 'WARNING',
          counts: { parked: 1 },
          parkedReasons: { TICKET_REFUSED: 1 },
        });
        await expectDeletedOnce(
          world,
          ids.filter((ticketId) => String(ticketId) !== victim),
        );
        expect(await unprocessed(world, ids)).toEqual([Number(victim)]);
      },
    );
  });
});

function sendableIds(tickets: Awaited<ReturnType<World['s360Tickets']>>): number[] {
  return tickets.filter(({ row }) => row['printed_by'] === 'TIXNGO;MOBILE').map(({ row }) => row.ticket_id);
}

describe.concurrent('deletions that TIXNGO refuses', () => {
  it.each(['perTicket', 'wholeBatch', 'none'] as const)(
    'one bad ticket is parked with its reason, the others are told once, and it goes when its reason is corrected (%s)',
    (resultStyle) =>
      inWorld({ tixngo: { resultStyle }, configuration: bad }, async (world) => {
        const [one = 0, ...others] = (await injected(world)).slice(0, 14);
        await world.s360('box-office/invalidate', { ticketIds: [one], cause: 'BAD' });
        await cancel(world, others);
        const result = await world.runCancelled();
        expect(result).toMatchObject({ endState: 'WARNING', counts: { sent: 13, parked: 1 } });
        const reason = {
          perTicket: 'FIELD_TOO_LONG deletionReason',
          wholeBatch: 'VALIDATION_ERROR deletionReason',
          none: 'VALIDATION_ERROR',
        }[resultStyle];
        expect(result.parkedReasons).toEqual({ [reason]: 1 });
        await expectDeletedOnce(world, others);
        expect(await world.runCancelled()).toMatchObject({ endState: 'WARNING', counts: { sent: 0, parked: 1 } });
        // S-360 dates its records to the second.
        await world.s360('clock', { advanceSeconds: 2 });
        await world.s360('box-office/change-reason', { ticketIds: [one], cause: 'RESOLD' });
        expect(await world.runCancelled()).toMatchObject({ endState: 'OK', counts: { sent: 1, parked: 0 } });
        expect((await world.interfaceState()).functions[functionOfState]?.parked).toEqual({});
        await expectDeletedOnce(world, [one]);
      }),
  );

  it('six bad tickets at the head of a page stop none behind them, when TIXNGO refuses whole calls', () =>
    inWorld({ s360: { tickets: 160 }, tixngo: { resultStyle: 'wholeBatch' }, configuration: bad }, async (world) => {
      const ids = await injected(world);
      const wrong = ids.slice(0, 6);
      const good = ids.slice(6, 46);
      await world.s360('box-office/invalidate', { ticketIds: wrong, cause: 'BAD' });
      await cancel(world, good);
      expect(await world.runCancelled()).toMatchObject({
        endState: 'WARNING',
        counts: { parked: 6, sent: good.length },
      });
      await expectDeletedOnce(world, good);
    }));

  it.each(['perTicket', 'wholeBatch'] as const)(
    'most of a page refused for one reason stops the run as ERROR, and nothing is parked (%s)',
    (resultStyle) =>
      inWorld({ tixngo: { resultStyle }, configuration: bad }, async (world) => {
        const ids = (await injected(world)).slice(0, 24);
        await world.s360('box-office/invalidate', { ticketIds: ids, cause: 'BAD' });
        await expect(world.runCancelled()).rejects.toMatchObject({
          cause: { type: 'SYSTEMIC_REFUSAL', message: expect.stringMatching(/deletionReason/) as string },
        });
        expect((await world.interfaceState()).functions[functionOfState]).toMatchObject({
          holder: null,
          parked: {},
          lastRun: { endState: 'ERROR' },
        });
      }),
  );
});

describe.concurrent('in doubt', () => {
  it('what was pushed and not marked is found, marked and waited for, also on the skip list by now', () => {
    const { flags, around } = refusedFlags();
    return inWorld({ s360: { around } }, async (world) => {
      const { one, others } = await apart(world, await injected(world));
      const ids = [one, ...others.slice(0, 5)];
      await offline(world, one);
      await cancel(world, ids);
      flags.refuse = true;
      await expect(world.runCancelled()).rejects.toMatchObject({ cause: { type: 'ACCESS_REFUSED' } });
      flags.refuse = false;
      expect(await unprocessed(world, ids)).toHaveLength(6);
      const second = await world.startCancelled({ skipTickets: `id:${String(one)}` });
      await untilWaiting(second);
      expect(await unprocessed(world, ids)).toEqual([]);
      await world.tixngo('phones/online', { all: true });
      expect(await second.result()).toMatchObject({ endState: 'OK', counts: { sent: 0, skipped: 1 } });
      await expectDeletedOnce(world, ids);
    });
  });

  it('what a failed run has pushed and marked is waited for by the next one', () => {
    const { flags, around } = refusedFlags();
    return inWorld({ s360: { around }, configuration: { pushCancelled: { batchSize: 3 } } }, async (world) => {
      const { one, others } = await apart(world, await injected(world));
      const ids = [one, ...others.filter((ticketId) => ticketId > one).slice(0, 5)];
      await offline(world, one);
      await cancel(world, ids);
      flags.refuseAfter = 1;
      flags.refuse = true;
      await expect(world.runCancelled()).rejects.toMatchObject({ cause: { type: 'ACCESS_REFUSED' } });
      flags.refuse = false;
      expect(await unprocessed(world, [one])).toEqual([]);
      const second = await world.startCancelled();
      await untilWaiting(second);
      await world.tixngo('phones/online', { all: true });
      expect(await second.result()).toMatchObject({ endState: 'OK', counts: { sent: 0 } });
      await expectDeletedOnce(world, ids);
    });
  });

  it('what a failed attempt has pushed and marked is waited for by the next run at the latest', () => {
    let failing = false;
    return inWorld(
      {
        s360: {
          around: async ({ name, context }, apply) => {
            if (!failing || name !== 'dataExportService.executeExport') return apply();
            const { parameters } = await context.req.json<{ parameters: { name: string }[] }>();
            if (!parameters.some((parameter) => parameter.name === 'afterTicketId')) return apply();
            failing = false;
            return context.json({}, 502);
          },
        },
        configuration: { pushCancelled: { batchSize: 3 } },
      },
      async (world) => {
        const { one, others } = await apart(world, await injected(world));
        const ids = [one, ...others.filter((ticketId) => ticketId > one).slice(0, 5)];
        await offline(world, one);
        await cancel(world, ids);
        failing = true;
        await world.runCancelled();
        expect(failing).toBe(false);
        expect((await mobile(world, [one]))[0]?.status).toBe('DELETION_PENDING');
        const next = await world.startCancelled();
        await untilWaiting(next);
        await world.tixngo('phones/online', { all: true });
        expect(await next.result()).toMatchObject({
          endState: 'OK',
          counts: { sent: 0 },
          message: expect.stringMatching(/confirmed 1 deletions/) as string,
        });
        await expectDeletedOnce(world, ids);
      },
    );
  });

  it('after Temporal’s state was lost in mid-wait, the next run waits again and writes nothing', () =>
    inWorld({}, async (world) => {
      const { one, others } = await apart(world, await injected(world));
      const ids = [one, ...others.slice(0, 4)];
      await offline(world, one);
      await cancel(world, ids);
      const lost = await world.startCancelled();
      await untilWaiting(lost);
      await lost.terminate('state lost');
      await world.client.workflow.getHandle(`interface/${world.institution}`).terminate('state lost');
      const { ticketWrites } = await world.tixngoCounters();
      const again = await world.startCancelled();
      await untilWaiting(again);
      await world.tixngo('phones/online', { all: true });
      expect(await again.result()).toMatchObject({
        endState: 'OK',
        message: expect.stringMatching(/confirmed 1 deletions/) as string,
      });
      expect((await world.tixngoCounters()).ticketWrites).toBe(ticketWrites);
      await expectDeletedOnce(world, ids);
    }));

  it('after the state was lost and with no look-up, what is processed is not announced again', () =>
    inWorld({ configuration: { interface: { lookup: 'none', whenInDoubt: 'resend' } } }, async (world) => {
      const ids = (await injected(world)).slice(0, 5);
      await cancel(world, ids);
      expect((await world.runCancelled()).counts.sent).toBe(5);
      await world.client.workflow.getHandle(`interface/${world.institution}`).terminate('state lost');
      expect((await world.runCancelled()).counts).toMatchObject({ offered: 0, sent: 0 });
      await expectDeletedOnce(world, ids);
    }));

  it('keeps TIXNGO’s limit when each event takes a call to look up, and a minute allows fewer calls than a page has events', () =>
    inWorld({ s360: { tickets: 300, events: 12 } }, async (world) => {
      const end = await world.worker();
      await world.run();
      await end();
      const ids = sendableIds(await world.s360Tickets());
      await cancel(world, ids);
      await world.tixngo('counters/reset', {});
      await world.tixngo('settings', { rateLimit: { callsPerMinute: 6 } });
      await world.worker({
        interface: { lookup: 'eventReport', callsPerMinute: 6 },
        pushCancelled: { batchSize: 100 },
      });
      const run = await world.startCancelled();
      await until(async () => (await unprocessed(world, ids)).length < ids.length);
      await until(async () => {
        const { events } = await run.fetchHistory();
        return (
          events?.some(({ activityTaskCompletedEventAttributes: done }) => done !== undefined && done !== null) ?? false
        );
      });
      await run.terminate('seen enough');
      const { calls, rateLimited } = await world.tixngoCounters();
      expect(calls['report.eventTickets']).toBeGreaterThan(1);
      expect(rateLimited).toBe(0);
      expect((await mobile(world, ids)).every(({ notifications }) => notifications <= 2)).toBe(true);
    }));
});

describe.concurrent('what injection is about to send', () => {
  it('a ticket that is cancelled while injection has it in hand is not settled as never known: it ends DELETED', () => {
    let hold: Promise<void> | null = null;
    let held = 0;
    return inWorld(
      {
        tixngo: {
          around: async ({ name }, apply) => {
            if (name === 'tickets.inject' && hold !== null) {
              held += 1;
              await hold;
            }
            return apply();
          },
        },
        configuration: { root: { writeTimeoutSeconds: 60 } },
      },
      async (world) => {
        await world.worker();
        const tickets = sendable(await world.s360Tickets()).map(({ row }) => row.ticket_id);
        const late = tickets.slice(0, 3);
        await world.changeTickets(late.map((ticketId) => ({ ticketId, set: { shipment_mode_type: 'POSTAL' } })));
        await world.run();
        await world.runCancelled();
        await world.changeTickets(late.map((ticketId) => ({ ticketId, set: { shipment_mode_type: 'BLOCKCHAIN' } })));
        let open: () => void = () => undefined;
        hold = new Promise((resolve) => (open = resolve));
        const injection = await world.start();
        await until(() => held > 0);
        await cancel(world, late);
        expect((await world.runCancelled()).counts).toMatchObject({
          sent: 0,
          neverInTixngo: 0,
          waitingForInjection: 3,
          processed: 0,
        });
        hold = null;
        open();
        expect(await injection.result()).toMatchObject({ counts: { sent: 3, cancelledMeanwhile: 3 } });
        expect((await world.runCancelled()).counts).toMatchObject({ sent: 3, waitingForInjection: 0 });
        await expectDeletedOnce(world, late);
      },
    );
  });

  it('a ticket that injection has marked is pushed even where the report of its event does not show it', () => {
    let hidden = '';
    return inWorld(
      {
        tixngo: {
          around: async ({ name, context }, apply) => {
            const answer = await apply();
            if (name !== 'report.eventTickets' || hidden === '') return answer;
            const body = (await answer.json()) as { result: Held[] };
            return context.json({ ...body, result: body.result.filter(({ ticketId }) => ticketId !== hidden) });
          },
        },
        configuration: { interface: { lookup: 'eventReport' } },
      },
      async (world) => {
        await world.worker();
        await world.run();
        const [one = 0] = sendableIds(await world.s360Tickets());
        hidden = String(one);
        await cancel(world, [one]);
        // The first run of all is in doubt: it looks up everything.
        await world.runCancelled();
        await expectDeletedOnce(world, [one]);
      },
    );
  });
});

describe.concurrent('a processed ticket', () => {
  it('is not announced again when only the configuration of the visibility has changed, also in doubt', () =>
    inWorld({}, async (world) => {
      const end = await world.worker();
      await world.run();
      await world.runCancelled();
      const ids = sendableIds(await world.s360Tickets()).slice(0, 4);
      await cancel(world, ids);
      await world.runCancelled();
      await end();
      await world.worker({ pushCancelled: { notifySpectator: true, deletionFirstPauseSeconds: 1 } });
      await world.s360('box-office/change-price', { ticketIds: ids, price: 1 });
      expect((await world.runCancelled()).counts).toMatchObject({ offered: 4, sent: 0, processed: 4 });
      await world.client.workflow.getHandle(`interface/${world.institution}`).terminate('state lost');
      expect((await world.runCancelled()).counts.sent).toBe(0);
      await expectDeletedOnce(world, ids);
    }));
});

describe.concurrent('the wait until TIXNGO confirms', () => {
  /** A run that waits for one ticket whose phone is offline; two others are DELETED. */
  async function waitingRun(world: World): Promise<{ run: WorkflowHandle; one: number; ids: number[] }> {
    const { one, others } = await apart(world, await injected(world));
    const ids = [one, ...others.slice(0, 2)];
    await offline(world, one);
    await cancel(world, ids);
    const run = await world.startCancelled();
    await untilWaiting(run);
    return { run, one, ids };
  }

  it('is taken over by a newer push of the same ticket with another reason', () =>
    inWorld({}, async (world) => {
      const { run, one } = await waitingRun(world);
      await world.s360('box-office/change-reason', { ticketIds: [one], cause: 'RESOLD' });
      const newer = await world.startCancelled();
      const first = (await run.result()) as RunResult;
      expect(first.message).toMatch(/confirmed 2 deletions\. 1 were taken over/);
      await untilWaiting(newer);
      await world.tixngo('phones/online', { all: true });
      expect(await newer.result()).toMatchObject({
        counts: { sent: 1 },
        message: expect.stringMatching(/confirmed 1 deletions/) as string,
      });
    }));

  it('is left to the older execution when a processed ticket is offered again and nothing is new', () =>
    inWorld({}, async (world) => {
      const { run, one } = await waitingRun(world);
      await world.s360('box-office/change-price', { ticketIds: [one], price: 1 });
      expect(await world.runCancelled()).toMatchObject({ endState: 'OK', counts: { found: 1, sent: 0 } });
      expect(await stillWaits(run)).toBe(true);
      await world.tixngo('phones/online', { all: true });
      expect(await run.result()).toMatchObject({ message: expect.stringMatching(/confirmed 3 deletions/) as string });
    }));

  it('is in the history before the run is closed, so that a close whose answer is lost loses nobody', () =>
    inWorld({}, async (world) => {
      const { run, ids } = await waitingRun(world);
      const { events } = await run.fetchHistory();
      const results = (events ?? []).flatMap(({ activityTaskCompletedEventAttributes: done }) =>
        (done?.result?.payloads ?? []).map(
          ({ data }) => JSON.parse(Buffer.from(data ?? []).toString()) as { kind: string; awaited: object[] },
        ),
      );
      expect(results.map(({ kind, awaited }) => [kind, awaited.length > 0])).toEqual([
        ['more', true],
        ['ended', false],
      ]);
      await world.tixngo('phones/online', { all: true });
      await run.result();
      await expectDeletedOnce(world, ids);
    }));

  it('does not start where no look-up is configured, and the run says so', () =>
    inWorld({ configuration: { interface: { lookup: 'none', whenInDoubt: 'resend' } } }, async (world) => {
      const { one } = await apart(world, await injected(world));
      await offline(world, one);
      await cancel(world, [one]);
      expect(await world.runCancelled()).toMatchObject({
        endState: 'OK',
        counts: { sent: 1, processed: 1 },
        message: expect.stringMatching(/not waited for: no look-up is configured/) as string,
      });
      expect((await world.tixngoCounters()).calls['tickets.lookup'] ?? 0).toBe(0);
    }));

  it.each(['ids', 'eventReport'] as const)(
    'ends for a ticket that TIXNGO does not know any more, and says so (look-up %s)',
    (lookup) => {
      let forgotten = '';
      return inWorld(
        {
          tixngo: {
            around: async ({ name, context }, apply) => {
              if (forgotten === '') return apply();
              // TIXNGO has forgotten the event too.
              if (name === 'report.eventTickets')
                return context.json({ code: 'NOT_FOUND', message: 'no such event' }, 404);
              if (name !== 'tickets.lookup') return apply();
              return alteredLookup(context, await apply(), (results) =>
                results.filter(({ ticketId }) => ticketId !== forgotten),
              );
            },
          },
          configuration: { interface: { lookup } },
        },
        async (world) => {
          const { run, one } = await waitingRun(world);
          forgotten = String(one);
          const { message } = (await run.result()) as RunResult;
          expect(message).toMatch(/confirmed 2 deletions\. 1 tickets it does not know any more\./);
        },
      );
    },
  );

  it('goes on for a ticket that TIXNGO shows as not deleted at all, until it is', () => {
    let shown = '';
    return inWorld(
      {
        tixngo: {
          around: async ({ name, context }, apply) => {
            const answer = await apply();
            if (name !== 'tickets.lookup' || shown === '') return answer;
            return alteredLookup(context, answer, (results) =>
              results.map((held) =>
                held.ticketId === shown ? { ...held, status: 'CONTROLLED', deletion: null } : held,
              ),
            );
          },
        },
      },
      async (world) => {
        const { run, one } = await waitingRun(world);
        shown = String(one);
        const attempt = (await pendingActivity(run))?.attempt ?? 0;
        await until(async () => ((await pendingActivity(run))?.attempt ?? 0) > attempt + 1);
        shown = '';
        await world.tixngo('phones/online', { all: true });
        expect(await run.result()).toMatchObject({ message: expect.stringMatching(/confirmed 3 deletions/) as string });
      },
    );
  });

  it('outlasts TIXNGO being down or asking to slow down', () =>
    inWorld({}, async (world) => {
      const { run, one } = await waitingRun(world);
      const fault = (status: number, nth: number) => ({
        operation: 'tickets.lookup',
        fault: { kind: 'status', status, ...(status === 429 ? { retryAfter: 1 } : {}) },
        nth,
      });
      await world.tixngo('faults', {
        rules: [
          ...[fault(500, 1), fault(503, 2), fault(429, 3)].map((rule) =>
            rule.fault.status === 503 ? { ...rule, fault: { ...rule.fault, retryAfter: 1 } } : rule,
          ),
          { operation: 'tickets.lookup', fault: { kind: 'malformed' }, nth: 4 },
        ],
      });
      await world.tixngo('phones/online', { ticketIds: [String(one)] });
      expect(await run.result()).toMatchObject({
        endState: 'OK',
        message: expect.stringMatching(/confirmed 3/) as string,
      });
      const { rules } = await world.tixngo<{ rules: { fired: number }[] }>('faults');
      expect(rules.map(({ fired }) => fired)).toEqual([1, 1, 1, 1]);
      const { events } = await run.fetchHistory();
      // Failing looks cost no history.
      expect(events?.length).toBeLessThan(40);
    }));

  it('shows an ERROR that names what to do while TIXNGO refuses the key, and goes on by itself when it is right again', () => {
    let refuse = false;
    return inWorld(
      {
        tixngo: {
          around: async ({ name, context }, apply) =>
            refuse && name === 'tickets.lookup' ? context.json({ code: 'FORBIDDEN', message: 'no' }, 403) : apply(),
        },
      },
      async (world) => {
        const { run } = await waitingRun(world);
        expect(await details(run)).toMatch(/WAITING[^]*Waiting until TIXNGO confirms 3 deletions/);
        refuse = true;
        await until(async () => (await endState(run)) === 'ERROR');
        expect(await details(run)).toMatch(/ERROR[^]*TIXNGO_API_KEY[^]*tried again by itself/);
        expect(await stillWaits(run)).toBe(true);
        // The others go on meanwhile: nobody is blocked by a wait.
        expect(await world.runCancelled()).toMatchObject({ endState: 'OK' });
        refuse = false;
        await until(async () => (await endState(run)) === 'OK');
        expect(await details(run)).not.toMatch(/ERROR/);
        await world.tixngo('phones/online', { all: true });
        expect(await run.result()).toMatchObject({
          endState: 'OK',
          message: expect.stringMatching(/confirmed 3/) as string,
        });
      },
    );
  });

  it('goes on at another worker when its own is stopped in an orderly way during a look', () => {
    let hold: Promise<void> | null = null;
    let held = 0;
    return inWorld(
      {
        tixngo: {
          around: async ({ name }, apply) => {
            if (name === 'tickets.lookup' && hold !== null) {
              held += 1;
              await hold;
            }
            return apply();
          },
        },
      },
      async (world) => {
        const stop = await world.worker();
        await world.run();
        await world.runCancelled();
        const { one } = await apart(world, sendableIds(await world.s360Tickets()));
        await offline(world, one);
        await cancel(world, [one]);
        const run = await world.startCancelled();
        await untilWaiting(run);
        let open: () => void = () => undefined;
        hold = new Promise((resolve) => (open = resolve));
        await until(() => held > 0);
        await stop();
        hold = null;
        open();
        await world.worker();
        await world.tixngo('phones/online', { all: true });
        expect(await run.result()).toMatchObject({
          endState: 'OK',
          message: expect.stringMatching(/confirmed 1/) as string,
        });
      },
    );
  });

  it('can be cancelled: it says what is left, and blocks nobody', () =>
    inWorld({}, async (world) => {
      const { run, one } = await waitingRun(world);
      await run.cancel();
      await expect(run.result()).rejects.toThrow();
      expect((await run.describe()).status.name).toBe('CANCELLED');
      expect(await details(run)).toMatch(/Cancelled while it waited until TIXNGO confirms 3 deletions/);
      expect(await world.runCancelled()).toMatchObject({ endState: 'OK', counts: { sent: 0 } });
      await world.tixngo('phones/online', { all: true });
      expect((await mobile(world, [one]))[0]?.status).toBe('DELETED');
    }));
});
