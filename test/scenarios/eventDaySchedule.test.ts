import { msNumberToTs, tsToMs } from '@temporalio/common/lib/time.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { nextStarts } from '../../src/schedules/wantedSchedules.js';
import { changesOf, ScheduleScene } from '../support/scheduleScene.js';
import { World, type ConfigurationChange } from '../support/world.js';

const pushControlled = 'Push controlled';
const hour = 60 * 60_000;
const day = 24 * hour;

let world: World;
let scene: ScheduleScene;

beforeEach(async () => {
  world = await World.start({ s360: { tickets: 1 } });
  scene = new ScheduleScene(world);
});

afterEach(async () => {
  await world.close();
});

interface Event {
  readonly name: string;
  readonly from: string;
  readonly until: string;
}

const final: Event = { name: 'Final', from: '2037-05-01T16:00:00+02:00', until: '2037-05-01T22:30:00+02:00' };

/** An interface whose only schedule is that of push controlled. */
function withCalendar(eventCalendar: readonly Event[], own: object = {}): ConfigurationChange {
  const shipmentModes = ['BLOCKCHAIN'];
  const injecting = { launch: 'manual', shipmentModes, pointOfSales: 'TIXNGO;MOBILE' };
  const functions = [
    { function: 'ticketsExternalPrinting', internalName: 'Ticket injection', ...injecting },
    { function: 'pushCancelled', internalName: 'Push cancelled', launch: 'manual', shipmentModes },
    {
      function: 'pushControlled',
      internalName: pushControlled,
      launch: 'automatic',
      frequencyMinutes: 5,
      shipmentModes,
      ...own,
    },
    { function: 'retrieveTicketStatus', internalName: 'Retrieve ticket status', launch: 'manual' },
    { function: 'digitalPrivilegesInjection', internalName: 'Digital privileges', ...injecting },
  ];
  return { interface: { eventCalendar, functions } };
}

async function wanted(change: ConfigurationChange) {
  const [only, ...more] = (await scene.configured(change)).wanted;
  if (only === undefined || more.length > 0) throw new Error('expected one schedule');
  return only;
}

/** All starts of the schedule from a moment until before another, as the server says them. */
async function serverStarts(from: string, until: string): Promise<Date[]> {
  const [fromMs, untilMs] = [Date.parse(from), Date.parse(until)];
  const { startTime } = await world.client.workflowService.listScheduleMatchingTimes({
    namespace: world.client.options.namespace,
    scheduleId: scene.id(pushControlled),
    startTime: msNumberToTs(fromMs - 60_000),
    endTime: msNumberToTs(untilMs),
  });
  // Which of the two bounds counts is the server's own matter.
  return startTime
    .map((time) => new Date(tsToMs(time)))
    .filter((time) => fromMs <= time.getTime() && time.getTime() < untilMs);
}

/** The same, as hours and minutes, without the second that each function has of its own. */
async function serverMinutes(from: string, until: string): Promise<string[]> {
  return (await serverStarts(from, until)).map((time) => time.toISOString().slice(11, 16));
}

const aroundNow = (): Event => ({
  name: 'Now',
  from: new Date(Date.now() - hour).toISOString(),
  until: new Date(Date.now() + 2 * hour).toISOString(),
});

describe('an event day', () => {
  it('switches push controlled to every minute by itself, and back to every five', async () => {
    await scene.apply(withCalendar([final]));
    expect(await serverMinutes('2037-05-01T13:50:00Z', '2037-05-01T14:04:00Z')).toEqual([
      ...['13:50', '13:55'],
      ...['14:00', '14:01', '14:02', '14:03'],
    ]);
    expect(await serverMinutes('2037-05-01T20:27:00Z', '2037-05-01T20:41:00Z')).toEqual([
      ...['20:27', '20:28', '20:29'],
      ...['20:30', '20:35', '20:40'],
    ]);
    const { offsetMs } = await wanted(withCalendar([final]));
    const all = await serverStarts('2037-05-01T14:00:00Z', '2037-05-01T20:30:00Z');
    expect(all).toHaveLength(390);
    expect(new Set(all.map((time) => time.getTime() % 60_000))).toEqual(new Set([offsetMs]));
  });

  it('is on at once when its event is on already: the next starts are every minute', async () => {
    const change = withCalendar([aroundNow()], { frequencyMinutes: 1_440 });
    await scene.apply(change);
    const { nextActionTimes } = (await scene.describe(pushControlled)).info;
    const [first] = nextActionTimes;
    if (first === undefined) throw new Error('the server knows no next start');
    expect(nextActionTimes.length).toBeGreaterThan(5);
    const minutes = nextActionTimes.map((time, index) => (time.getTime() - first.getTime()) / 60_000 - index);
    expect(new Set(minutes)).toEqual(new Set([0]));
    const foretold = nextStarts(await wanted(change), first.getTime() - 1, nextActionTimes.length);
    expect(foretold).toEqual(nextActionTimes);
  });

  it('has the starts that are foretold: over midnight, a month’s end, changes of the clock, every five minutes, within start and end', async () => {
    const events: Event[] = [
      { name: 'Clocks on', from: '2037-03-29T01:30:00+01:00', until: '2037-03-29T03:30:00+02:00' },
      final,
      { name: 'Overlapping', from: '2037-05-01T21:00:00+02:00', until: '2037-05-02T02:10:00+02:00' },
      { name: 'Month', from: '2037-05-31T21:10:00Z', until: '2037-06-01T01:15:00Z' },
      { name: 'Clocks back', from: '2037-10-25T02:30:00+02:00', until: '2037-10-25T02:30:00+01:00' },
      { name: 'New Year', from: '2037-12-31T22:00:00-05:00', until: '2038-01-01T02:00:00-05:00' },
    ];
    const ways = [
      { frequencyMinutes: 10, eventDay: { frequencyMinutes: 5 } },
      { frequencyMinutes: 7, start: '2037-05-01T18:00:00Z', end: '2037-12-31T23:59:30-05:00' },
    ];
    for (const own of ways) {
      const change = withCalendar(events, own);
      await scene.apply(change);
      const schedule = await wanted(change);
      for (const { from, until } of events) {
        const [begin, end] = [Date.parse(from) - hour, Date.parse(until) + hour];
        const told = await serverStarts(new Date(begin).toISOString(), new Date(end).toISOString());
        const foretold = nextStarts(schedule, begin - 1, 1_000).filter((time) => time.getTime() < end);
        expect(told).toEqual(foretold);
      }
    }
    const [first] = await serverStarts('2037-05-01T10:00:00Z', '2037-05-01T20:00:00Z');
    expect(first?.toISOString().slice(0, 16)).toBe('2037-05-01T18:00');
    expect(await serverStarts('2038-01-01T05:00:00Z', '2038-01-02T00:00:00Z')).toEqual([]);
  });

  it('a year of sixty events, or a thousand in eight years: the server takes them, and there is nothing to change afterwards', async () => {
    const events = (count: number): Event[] =>
      Array.from({ length: count }, (_, index) => {
        const from = Date.parse('2037-01-03T13:45:00Z') + index * (count > 60 ? 3 : 6) * day;
        const until = from + 400 * 60_000;
        return {
          name: `Match ${String(index + 1)}`,
          from: new Date(from).toISOString(),
          until: new Date(until).toISOString(),
        };
      });
    for (const count of [60, 1_000]) {
      const change = withCalendar(events(count));
      await scene.apply(change);
      expect((await scene.plan(change)).schedules).toMatchObject([{ change: 'none', differences: [] }]);
      for (const { from, until } of [events(count)[0]!, events(count)[count - 1]!])
        expect(await serverStarts(from, until)).toHaveLength(400);
    }
  });

  it('plan shows each event in words, a change of the calendar as one line an event, and an operator’s pause stays', async () => {
    const id = scene.id(pushControlled);
    const created = await scene.said('plan', withCalendar([final]));
    expect(created).toContain(
      '    event day 2037-05-01T14:00Z: every 1 min, the last at 2037-05-01T20:29Z (Final)\n    overlap: SKIP\n',
    );
    await scene.apply(withCalendar([final]));
    const before = await scene.describe(pushControlled);
    expect(changesOf(await scene.apply(withCalendar([final])))).toEqual({ [id]: 'none' });
    expect((await scene.describe(pushControlled)).raw).toMatchObject({ conflictToken: before.raw.conflictToken });
    const line = /\n= .*Push controlled: as configured; next starts .*\n {4}event day 2037-05-01T14:00Z: every 1 min/;
    expect(`\n${await scene.said('plan', withCalendar([final]))}`).toMatch(line);
    await scene.handle(pushControlled).pause('the gates are closed');

    const later = { ...final, name: 'Final, a day later', from: '2037-05-02T14:00:00Z', until: '2037-05-02T20:30:00Z' };
    const friendly = { name: 'Friendly', from: '2037-07-01T14:00:00Z', until: '2037-07-02T00:00:00Z' };
    const change = withCalendar([later, friendly]);
    expect(await scene.said('plan', change)).toContain(
      [
        `~ ${id}: to be changed`,
        '    event day 2037-05-02T14:00Z: none → every 1 min, the last at 2037-05-02T20:29Z (Final, a day later)',
        '    event day 2037-07-01T14:00Z: none → every 1 min, the last at 2037-07-01T23:59Z (Friendly)',
        '    event day 2037-05-01T14:00Z: every 1 min, the last at 2037-05-01T20:29Z (…) → none',
        '    ! An event that is on, or still to come, would be taken out: is this the right configuration?',
        '    paused: the gates are closed; no start until somebody resumes it',
      ].join('\n'),
    );
    await scene.apply(change);
    expect(await serverMinutes('2037-05-01T14:00:00Z', '2037-05-01T14:11:00Z')).toEqual(['14:00', '14:05', '14:10']);
    expect(await serverMinutes('2037-05-02T14:00:00Z', '2037-05-02T14:02:00Z')).toEqual(['14:00', '14:01']);
    expect((await scene.describe(pushControlled)).state).toMatchObject({ paused: true, note: 'the gates are closed' });
    expect((await scene.describe(pushControlled)).info.createdAt).toEqual(before.info.createdAt);

    await scene.apply(withCalendar([]));
    expect((await scene.describe(pushControlled)).spec).toMatchObject({
      calendars: [],
      intervals: [{ every: 300_000 }],
    });
  });

  it('calendars and excluded times that somebody has typed in are shown and taken away, the event days stay', async () => {
    await scene.apply(withCalendar([final]));
    const before = (await scene.describe(pushControlled)).spec.calendars ?? [];
    expect(before).toHaveLength(2);
    await scene.handle(pushControlled).update((current) => ({
      ...current,
      spec: {
        ...current.spec,
        calendars: [...before, { hour: 3, comment: 'canary@example.org' }],
        skip: [{ hour: { start: 14, end: 15 }, minute: '*', second: '*' }],
      },
    }));
    const said = await scene.said('plan', withCalendar([final]));
    expect(said).toContain('to be changed\n    others: calendars, excluded times → none\n    next starts');
    expect(said).not.toContain('canary');
    await scene.apply(withCalendar([final]));
    expect((await scene.describe(pushControlled)).spec).toMatchObject({ calendars: before, skip: [] });
  });

  it('events that have been over for more than a day are left out, and are no difference where the server still has them', async () => {
    const ago = (name: string, endedMs: number): Event => ({
      name,
      from: new Date(Date.now() - endedMs - 2 * hour).toISOString(),
      until: new Date(Date.now() - endedMs).toISOString(),
    });
    const [yesterday, old] = [ago('Yesterday', 12 * hour), ago('Old', 3 * day)];
    await scene.apply(withCalendar([old, yesterday, final]));
    const { calendars = [] } = (await scene.describe(pushControlled)).spec;
    expect([...new Set(calendars.map(({ comment }) => comment))]).toEqual(['Yesterday', 'Final']);

    await scene.handle(pushControlled).update((current) => ({
      ...current,
      spec: { ...current.spec, calendars: [{ ...calendars[0]!, year: 2020 }, ...calendars] },
    }));
    expect((await scene.plan(withCalendar([yesterday, final]))).schedules).toMatchObject([{ change: 'none' }]);
    await scene.apply(withCalendar([final, yesterday], { frequencyMinutes: 10 }));
    expect((await scene.describe(pushControlled)).spec.calendars).toHaveLength(calendars.length);
  });
});
