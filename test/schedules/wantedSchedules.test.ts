import { describe, expect, test } from 'vitest';

import { configuredSchedules, nextStarts, type WantedSchedule } from '../../src/schedules/wantedSchedules.js';
import { changed, fullConfiguration, read, type Json } from '../config/configurationForTests.js';

const settings = 'institutions[0].organizations[0].interfaces[0]';

function schedulesOf(json: Json): ReturnType<typeof configuredSchedules> {
  return configuredSchedules(read(json), 'queue');
}

function injection(json: Json): WantedSchedule {
  const found = schedulesOf(json).wanted.find((wanted) => wanted.function === 'ticketsExternalPrinting');
  if (found === undefined) throw new Error('the configuration has no automatic injection');
  return found;
}

describe('Schedules that a configuration wants', () => {
  test('each automatic function has one, named by institution, organization and internal name', () => {
    expect(injection(fullConfiguration())).toMatchObject({
      id: 's360-tixngo/DEMO/FCDEMO/Ticket injection',
      everyMs: 300_000,
      startAt: new Date('2026-12-31T23:00:00Z'),
      endAt: new Date('2027-12-30T23:00:00Z'),
      taskQueue: 'queue',
    });
  });

  test('a manual function has none, and its id is known', () => {
    const { wanted, manualIds } = schedulesOf(changed(`${settings}.functions[0].launch`, 'manual'));
    expect(wanted.map(({ id }) => id)).not.toContain('s360-tixngo/DEMO/FCDEMO/Ticket injection');
    expect([...manualIds]).toEqual(['s360-tixngo/DEMO/FCDEMO/Ticket injection']);
  });

  test('no function moves when another one becomes manual', () => {
    const all = new Map(schedulesOf(fullConfiguration()).wanted.map(({ id, offsetMs }) => [id, offsetMs]));
    const fewer = schedulesOf(changed(`${settings}.functions[0].launch`, 'manual')).wanted;
    expect(fewer).toHaveLength(all.size - 1);
    for (const { id, offsetMs } of fewer) expect(offsetMs).toBe(all.get(id));
  });

  test('two institutions with organizations and functions of the same names start at different seconds', () => {
    const json = fullConfiguration();
    const second = structuredClone(json.institutions[0]);
    second.code = 'SECOND';
    second.organizations[0].interfaces[0].organizer = 'second-organizer';
    json.institutions.push(second);
    const { wanted } = schedulesOf(json);
    expect(wanted.length).toBeGreaterThanOrEqual(4);
    expect(new Set(wanted.map(({ offsetMs }) => offsetMs)).size).toBe(wanted.length);
  });

  test.each([
    [true, 'SKIP'],
    [false, 'BUFFER_ONE'],
  ])('stickToTheHour %s: %s, but push cancelled may always overlap', (stick, overlap) => {
    const { wanted } = schedulesOf(changed(`${settings}.customParameters.stickToTheHour`, stick));
    for (const schedule of wanted) {
      expect(schedule.overlap).toBe(schedule.function === 'pushCancelled' ? 'ALLOW_ALL' : overlap);
    }
  });
});

describe('The event days of a schedule', () => {
  const eventCalendar = [
    { name: 'Final', from: '2027-05-01T16:00:00+02:00', until: '2027-05-01T22:30:00+02:00' },
    { name: 'Past', from: '2020-05-01T16:00:00+02:00', until: '2020-05-01T22:30:00+02:00' },
  ];
  const withControlled = (own: Json = {}): Json => {
    const json = changed(`${settings}.eventCalendar`, eventCalendar);
    const { functions } = json.institutions[0].organizations[0].interfaces[0];
    const controlled = functions.find((fn: Json) => fn.function === 'pushControlled');
    Object.assign(controlled, { start: undefined, end: undefined }, own);
    return json;
  };
  const eventDays = (json: Json) =>
    Object.fromEntries(schedulesOf(json).wanted.map((wanted) => [wanted.function, wanted.eventDays]));

  test('are those of the calendar for push controlled, at its second, and of no other function', () => {
    const all = schedulesOf(withControlled()).wanted;
    const offsetMs = all.find((wanted) => wanted.function === 'pushControlled')?.offsetMs ?? Number.NaN;
    expect(eventDays(withControlled())).toMatchObject({
      ticketsExternalPrinting: [],
      pushCancelled: [],
      retrieveTicketStatus: [],
      pushControlled: [
        { name: 'Past' },
        {
          name: 'Final',
          everyMs: 60_000,
          firstStartMs: Date.parse('2027-05-01T14:00:00Z') + offsetMs,
          lastStartMs: Date.parse('2027-05-01T20:29:00Z') + offsetMs,
        },
      ],
    });
    expect(all.filter((wanted) => wanted.function === 'pushControlled')).toHaveLength(1);
  });

  test('are none where the event day has no other frequency, and a manual function has no schedule', () => {
    expect(eventDays(withControlled({ frequencyMinutes: 1 }))['pushControlled']).toEqual([]);
    expect(eventDays(withControlled({ eventDay: { frequencyMinutes: 5 } }))['pushControlled']).toEqual([]);
    expect(eventDays(withControlled({ launch: 'manual' }))['pushControlled']).toBeUndefined();
  });
});

describe('The next starts', () => {
  const wanted: WantedSchedule = { ...injection(fullConfiguration()), offsetMs: 7_000, startAt: null, endAt: null };
  const starts = (own: Partial<WantedSchedule>, after: string, most = 3) =>
    nextStarts({ ...wanted, ...own }, Date.parse(after), most).map((time) => time.toISOString().slice(0, 19));

  test('are multiples of the frequency, shifted by the seconds', () => {
    expect(starts({}, '2027-05-01T13:37:00Z')).toEqual([
      '2027-05-01T13:40:07',
      '2027-05-01T13:45:07',
      '2027-05-01T13:50:07',
    ]);
    expect(starts({}, '2027-05-01T13:40:06Z', 1)).toEqual(['2027-05-01T13:40:07']);
    expect(starts({}, '2027-05-01T13:40:07Z', 1)).toEqual(['2027-05-01T13:45:07']);
  });

  test('lie between start and end', () => {
    const startAt = new Date('2027-05-02T00:00:00Z');
    const endAt = new Date('2027-05-02T00:06:00Z');
    expect(starts({ startAt, endAt }, '2027-05-01T13:37:00Z')).toEqual(['2027-05-02T00:00:07', '2027-05-02T00:05:07']);
    expect(starts({ startAt, endAt }, '2027-05-02T00:07:00Z')).toEqual([]);
  });

  test('on an event day come every minute, and afterwards every five again', () => {
    const at = (time: string): number => Date.parse(`2027-05-01T${time}Z`);
    const day = { name: 'Final', everyMs: 60_000, firstStartMs: at('14:02:07'), lastStartMs: at('14:06:07') };
    const on = (own: Partial<WantedSchedule>, after: string) =>
      starts({ eventDays: [day], ...own }, `2027-05-01T${after}Z`, 9).map((time) => time.slice(11));
    const all = ['13:55:07', '14:00:07', '14:02:07', '14:03:07', '14:04:07', '14:05:07', '14:06:07', '14:10:07'];
    expect(on({}, '13:51:00')).toEqual([...all, '14:15:07']);
    expect(on({ startAt: new Date(at('14:03:07')) }, '13:51:00').slice(0, 2)).toEqual(['14:03:07', '14:04:07']);
    expect(on({ endAt: new Date(at('14:05:00')) }, '13:51:00')).toEqual(all.slice(0, 5));
  });
});
