import type { WorkflowHandle } from '@temporalio/client';
import { afterEach, describe, expect, it } from 'vitest';

import { applyDirectly, type Around } from '../../sandbox/shared/operationSeam.js';
import type { RunResult } from '../../src/domain/stretch.js';
import { CallsInAMinute } from '../support/callsInAMinute.js';
import { historySizes, overATenth } from '../support/historySizes.js';
import { forgetMostMemory, mostMemoryMiB } from '../support/processMemory.js';
import { SkippedTime } from '../support/skippedTime.js';
import { until, World, type MobileTicket } from '../support/world.js';

const minutes = 10;
const scansPerMinute = 5_000;
/** In this minute only the feedback comes, so that the next tick of push controlled finds more than a batch of 10,000 waiting. */
const missedMinute = 6;
const soldPerMinute = 200;
/** S-360's limit for each of its services, and one of TIXNGO's for the organizer. */
const callsPerMinute = { s360: 60, tixngo: 600 };
const minuteMs = 60_000;
const root = { writeTimeoutSeconds: 10 };
const everyFunction = ['pushControlled', 'ticketsExternalPrinting', 'retrieveTicketStatus'] as const;

let world: World;

afterEach(async () => {
  await world.close();
});

/** A calendar with one event, from so many hours ago until in so many hours, by the clock of the workers. */
function calendar(fromHours: number, untilHours: number): { readonly eventCalendar: readonly object[] } {
  const inHours = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString();
  return { eventCalendar: [{ name: 'Final', from: inHours(fromHours), until: inHours(untilHours) }] };
}

/** How many rows every read of push controlled asks S-360 for. */
class Reads {
  readonly rows: number[] = [];

  around(next: Around): Around {
    return async (call, apply) => {
      if (call.name.endsWith('.executeExport')) {
        const body = await call.context.req.json<{ exportKey: string; nbMaxResults: number }>();
        if (body.exportKey === 'TIXNGO_CONTROLLED') this.rows.push(body.nbMaxResults);
      }
      return next(call, apply);
    };
  }
}

/** What every stretch of an execution has done, one after the other. */
async function stretches(execution: WorkflowHandle): Promise<{ readonly pages: number; readonly offered: number }[]> {
  const { events } = await execution.fetchHistory();
  const done = (events ?? []).flatMap(({ activityTaskCompletedEventAttributes: completed }) => {
    const data = completed?.result?.payloads?.[0]?.data;
    return data === null || data === undefined ? [] : [JSON.parse(Buffer.from(data).toString('utf8')) as RunResult];
  });
  return done.map(({ counts }, at) => {
    const before = done[at - 1]?.counts;
    return { pages: counts.pages - (before?.pages ?? 0), offered: counts.offered - (before?.offered ?? 0) };
  });
}

interface DatedTicket extends MobileTicket {
  readonly statusChangedAt: string;
}

type Name = 'pushControlled' | 'ticketsExternalPrinting' | 'retrieveTicketStatus';

interface Ended {
  readonly minute: number;
  readonly result: RunResult;
  readonly startedMs: number;
  readonly endedMs: number;
  readonly stretches: Awaited<ReturnType<typeof stretches>>;
}

/** The functions of an event day, started by the minute as their schedules do, on a server that skips what they would only wait. */
class EventDay {
  /** Tickets that the gates have let in, by minute. */
  readonly scanned: number[][] = [];
  readonly sold: number[] = [];
  readonly runs: Record<Name, Ended[]> = { pushControlled: [], ticketsExternalPrinting: [], retrieveTicketStatus: [] };
  readonly tooLarge: string[] = [];
  readonly memoryMiB: number[] = [];
  private readonly running = new Map<Name, WorkflowHandle>();
  private minute = 0;
  private startMs: number;

  constructor(
    private readonly time: SkippedTime,
    private readonly pid: number,
    private readonly reads: Reads,
  ) {
    this.startMs = time.nowMs();
  }

  /**
   * One minute.
   *
   * @param names the functions that start with the minute, and those that start in the middle of it
   * @param scans at the gates: before the functions start, while they work, and in the second half of the minute
   */
  async play(
    names: { readonly atFirst: readonly Name[]; readonly later?: readonly Name[] },
    scans: readonly [before: number, meanwhile: number, later: number],
  ): Promise<void> {
    this.minute += 1;
    const scanned = await this.letIn(scans[0]);
    const readsBefore = this.reads.rows.length;
    for (const name of names.atFirst) await this.start(name);
    if (names.atFirst.includes('pushControlled')) await until(() => this.reads.rows.length > readsBefore);
    scanned.push(...(await this.letIn(scans[1])));
    await this.goOn(this.startMs + minuteMs / 2);
    scanned.push(...(await this.letIn(scans[2])));
    for (const name of names.later ?? []) await this.start(name);
    this.startMs += minuteMs;
    await this.goOn(this.startMs);
    this.scanned.push(scanned);
    this.memoryMiB.push(mostMemoryMiB(this.pid));
    forgetMostMemory(this.pid);
  }

  /** Late sales, and what people do with their phones. */
  async crowd(): Promise<void> {
    const seed = this.minute;
    const order = { count: soldPerMinute, seed };
    this.sold.push(...(await world.s360<{ ticketIds: number[] }>('box-office/sell', order)).ticketIds);
    await world.tixngo('spectators/act', { seed, downloads: 300, transfers: 100, accept: 60, refuse: 5 });
  }

  /** When the first tick that came after a minute was over. */
  tickAfter(minute: number): number {
    return this.runs.pushControlled.find((run) => run.minute > minute)?.endedMs ?? Number.NaN;
  }

  private async goOn(untilMs: number): Promise<void> {
    const left = await this.time.goOn(world, untilMs, [...this.running.values()]);
    for (const [name, execution] of this.running) if (!left.includes(execution)) await this.ended(name, execution);
  }

  private async letIn(count: number): Promise<number[]> {
    if (count === 0) return [];
    const order = { count, seed: this.minute, among: { printedBy: 'TIXNGO;MOBILE' } };
    const { ticketIds } = await world.s360<{ ticketIds: number[] }>('gates/control', order);
    expect(ticketIds).toHaveLength(count);
    return ticketIds;
  }

  /** As a schedule: what still runs is not started once more. */
  private async start(name: Name): Promise<void> {
    if (!this.running.has(name)) this.running.set(name, await world.startFunction(name));
  }

  private async ended(name: Name, execution: WorkflowHandle): Promise<void> {
    this.running.delete(name);
    const { startTime, closeTime } = await execution.describe();
    this.runs[name].push({
      minute: this.minute,
      result: (await execution.result()) as RunResult,
      startedMs: startTime.getTime(),
      endedMs: closeTime?.getTime() ?? Number.NaN,
      stretches: await stretches(execution),
    });
    this.tooLarge.push(...overATenth(await historySizes(world.client, execution.workflowId)));
  }
}

describe('fifty thousand at the gates', () => {
  /**
   * Nothing is scaled: the limits, the windows of a minute and the pauses are those of production. What is left out of the ten minutes is the
   * time in which nobody has anything to do, at once in the server's clock, which the call budget follows, and in those of both sandboxes.
   */
  it('are controlled in TIXNGO within two ticks, within the limits, while injection and feedback go on', async () => {
    const time = await SkippedTime.start();
    const calls = new CallsInAMinute(() => time.nowMs());
    const reads = new Reads();
    world = await World.start({
      temporalAddress: time.temporalAddress,
      s360: {
        tickets: 88_000,
        checkAnswers: false,
        rateLimit: { callsPerMinute: callsPerMinute.s360 },
        around: reads.around(calls.around),
      },
      tixngo: {
        checkAnswers: false,
        rateLimit: { callsPerMinute: callsPerMinute.tixngo },
        around: calls.aroundTixngo,
      },
    });
    world.endWith(() => time.stop());
    // A heap of the size that a small container gives, so that what V8 has not bothered to collect does not count as growth.
    const { pid = 0 } = await world.workerProcess(
      {
        root,
        s360: { callsPerMinute: callsPerMinute.s360 },
        interface: { callsPerMinute: callsPerMinute.tixngo, ...calendar(-1, 5) },
        pushControlled: { batchSize: 500 },
      },
      { NODE_OPTIONS: '--max-old-space-size=256' },
      'test/support/workerOfTestServer.ts',
    );
    // The day before: all are injected, and the feedback has caught up.
    for (const name of everyFunction) {
      await time.end(world, await world.startFunction(name));
    }
    const injected = (await world.mobileTickets()).length;
    expect(injected).toBeGreaterThan(minutes * scansPerMinute);
    calls.forget();

    const day = new EventDay(time, pid, reads);
    for (let minute = 1; minute <= minutes; minute += 1) {
      await day.crowd();
      if (minute === missedMinute) {
        await day.play({ atFirst: ['retrieveTicketStatus'] }, [scansPerMinute, 0, 0]);
      } else if (minute === missedMinute + 1) {
        const late: Name[] = ['ticketsExternalPrinting'];
        await day.play({ atFirst: ['pushControlled', 'retrieveTicketStatus'], later: late }, [scansPerMinute, 0, 0]);
      } else {
        await day.play({ atFirst: everyFunction }, [2_000, 2_000, 1_000]);
      }
    }
    // Nobody comes any more, and they go on until they have caught up.
    for (let minute = 1; minute <= 3; minute += 1) await day.play({ atFirst: everyFunction }, [0, 0, 0]);

    const { pushControlled, ticketsExternalPrinting, retrieveTicketStatus } = day.runs;
    const shown = new Map((await world.mobileTickets()).map((ticket) => [ticket.ticketId, ticket as DatedTicket]));
    const controlledAtMs = (id: number): number => {
      const ticket = shown.get(String(id));
      return ticket?.status === 'CONTROLLED' ? Date.parse(ticket.statusChangedAt) : Number.POSITIVE_INFINITY;
    };
    const atOnce = day.scanned.map((ids, at) => ids.filter((id) => controlledAtMs(id) <= day.tickAfter(at)).length);
    const figures = (runs: readonly Ended[], of: (run: Ended) => string | number): string => runs.map(of).join(', ');
    console.log(
      [
        `${String(injected)} injected before; calls in the busiest minute: ${JSON.stringify(calls.most())}`,
        `controlled by tick: ${figures(pushControlled, ({ result }) => result.counts.sent)}`,
        `of each minute by its own tick: ${atOnce.join(', ')}`,
        `ticks last ${figures(pushControlled, (run) => ((run.endedMs - run.startedMs) / 1_000).toFixed(1))} s`,
        `pages by stretch: ${figures(pushControlled, (run) => run.stretches.map(({ pages }) => pages).join('+'))}`,
        `S-360 calls by tick: ${figures(pushControlled, ({ result }) => result.counts.s360Calls)}`,
        `TIXNGO calls by tick: ${figures(pushControlled, ({ result }) => result.counts.tixngoCalls)}`,
        `injected: ${figures(ticketsExternalPrinting, ({ result }) => result.counts.sent)}`,
        `entries stored: ${figures(retrieveTicketStatus, ({ result }) => result.counts.stored)}`,
        `memory by minute: ${day.memoryMiB.map((most) => most.toFixed(0)).join(', ')} MiB`,
      ].join('\n'),
    );

    // The tick of its own minute may have been at work already: the next one has taken every ticket of the minute.
    const late = day.scanned.map(
      (ids, at) => ids.filter((id) => !(controlledAtMs(id) <= day.tickAfter(at + 1))).length,
    );
    expect(late).toEqual(day.scanned.map(() => 0));
    expect(pushControlled.map(({ result }) => result.endState)).toEqual(pushControlled.map(() => 'OK'));
    expect(new Set(reads.rows)).toEqual(new Set([1_000]));
    // What has waited for two minutes is taken by one tick.
    const backlog = pushControlled.find(({ minute }) => minute > missedMinute);
    expect(backlog?.result.counts.sent).toBeGreaterThan(10_000);
    expect((await world.s360Counters()).rateLimited + (await world.tixngoCounters()).rateLimited).toBe(0);
    const { TIXNGO: ofTixngo = 0, ...ofS360 } = calls.most();
    expect(Math.max(...Object.values(ofS360))).toBeLessThanOrEqual(callsPerMinute.s360);
    expect(ofTixngo).toBeLessThanOrEqual(callsPerMinute.tixngo);
    day.tooLarge.push(...overATenth(await historySizes(world.client, `interface/${world.institution}`)));
    expect(day.tooLarge).toEqual([]);
    const [early, latest] = [day.memoryMiB.slice(0, 3), day.memoryMiB.slice(-3)];
    expect(Math.max(...latest)).toBeLessThanOrEqual(1.1 * Math.max(...early));

    // Both systems agree, and nothing was told twice.
    expect(await world.tixngoCounters()).toMatchObject({
      ticketsControlled: minutes * scansPerMinute,
      ticketsControlledAgain: 0,
    });
    const inTixngo = new Map([...shown].map(([id, { status }]) => [id, status]));
    const inS360 = (await world.s360Tickets()).filter(({ row }) => row['ticket_state'] === 'CONTROLLED');
    const scanned = day.scanned.flat().sort((a, b) => a - b);
    const ours = inS360.filter(({ row }) => inTixngo.has(String(row.ticket_id)));
    expect(ours.map(({ row }) => row.ticket_id)).toEqual(scanned);
    expect(ours.filter(({ flags }) => flags['TIXNGO_CONTROLLED'] === undefined)).toEqual([]);
    const controlled = [...inTixngo].filter(([, status]) => status === 'CONTROLLED');
    expect(controlled.map(([id]) => Number(id)).sort((a, b) => a - b)).toEqual(scanned);
    expect(day.sold.filter((id) => !inTixngo.has(String(id)))).toEqual([]);
    expect(await mobileStatuses()).toEqual(inTixngo);
  }, 900_000);
});

/** The status in TIXNGO, as S-360 has been told it. */
async function mobileStatuses(): Promise<Map<string, string>> {
  interface Entry {
    readonly ticketId: number;
    readonly current: { readonly status: string } | null;
  }
  const limit = 1_000;
  const all = new Map<string, string>();
  for (let after = 0; ;) {
    const path = `mobile-tickets?limit=${String(limit)}&afterTicketId=${String(after)}`;
    const { mobileTickets } = await world.s360<{ mobileTickets: Entry[] }>(path);
    for (const { ticketId, current } of mobileTickets) if (current !== null) all.set(String(ticketId), current.status);
    const last = mobileTickets.at(-1);
    if (last === undefined || mobileTickets.length < limit) return all;
    after = last.ticketId;
  }
}

describe('the calendar of events', () => {
  it('decides what a stretch of push controlled takes: ten reads of 1,000 while an event is on, the ordinary batch before and after', async () => {
    const reads = new Reads();
    world = await World.start({ s360: { tickets: 18_000, checkAnswers: false, around: reads.around(applyDirectly) } });
    const pushControlled = { batchSize: 10, eventDay: { batchSize: 10_000 } };
    const among = { shipmentModes: ['BLOCKCHAIN'] };
    const seen: object[] = [];
    for (const { event, scans } of [
      { event: calendar(1, 2), scans: 105 },
      { event: calendar(-2, -1), scans: 0 },
      { event: calendar(-1, 1), scans: 10_000 },
    ]) {
      const stop = await world.worker({ pushControlled, interface: event });
      await world.s360('gates/control', { count: scans, among });
      reads.rows.length = 0;
      const execution = await world.startFunction('pushControlled');
      expect(await execution.result()).toMatchObject({ endState: 'OK' });
      seen.push({ rows: [...new Set(reads.rows)], first: (await stretches(execution))[0] });
      await stop();
    }
    const ordinary = { rows: [10], first: { pages: 10, offered: 100 } };
    expect(seen).toEqual([ordinary, ordinary, { rows: [1_000], first: { pages: 10, offered: 10_000 } }]);
  });
});
