import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { ScheduleOverlapPolicy } from '@temporalio/client';
import { describe, expect, it, vi } from 'vitest';

import { applyDirectly, type Around } from '../../sandbox/shared/operationSeam.js';
import type { FunctionName } from '../../src/domain/functions.js';
import type { RunResult } from '../../src/domain/stretch.js';
import { HeldWrite } from '../support/heldWrite.js';
import { ScheduleScene } from '../support/scheduleScene.js';
import { sendable } from '../support/sendable.js';
import { resetCounters, writesOf } from '../support/writeCounters.js';
import { until, World, type ConfigurationChange, type MobileTicket } from '../support/world.js';

// Waiting for Temporal is most of what these tests do.
vi.setConfig({ maxConcurrency: 6, testTimeout: 180_000 });

interface OverrideScene {
  readonly world: World;
  /** Puts a file where the workers look for it. */
  readonly upload: (name: string, text: string) => Promise<void>;
  readonly configuration: ConfigurationChange;
}

interface SceneOptions {
  readonly tickets?: number;
  readonly configuration?: ConfigurationChange;
  /** Around the calls to TIXNGO. */
  readonly around?: Around;
  readonly aroundS360?: Around;
}

async function inScene(
  act: (scene: OverrideScene) => Promise<void>,
  { tickets = 60, configuration = {}, around = applyDirectly, aroundS360 = applyDirectly }: SceneOptions = {},
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'interface-upload-'));
  const all: ConfigurationChange = {
    pushCancelled: { deletionFirstPauseSeconds: 1 },
    ...configuration,
    root: { uploadDirectory: folder, writeTimeoutSeconds: 3, ...configuration.root },
  };
  const world = await World.start({
    configuration: all,
    s360: { tickets, around: aroundS360 },
    tixngo: { strictNotifications: true, around },
  });
  try {
    await act({ world, configuration: all, upload: (name, text) => writeFile(join(folder, name), text) });
    expect(world.violations()).toEqual([]);
  } finally {
    await world.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The day at the institution. */
function today(): string {
  return new Date().toLocaleDateString('sv', { timeZone: 'Europe/Zurich' });
}

function forced(ticketIds: readonly (number | string)[], more: object = {}): object {
  return { forceTickets: ticketIds.map((id) => `id:${String(id)}`).join(','), overrideDay: today(), ...more };
}

/** An execution that is refused writes nothing. @returns the sentence that says why */
async function refused(world: World, name: FunctionName, input: object, code: string): Promise<string> {
  await resetCounters(world);
  const failure: unknown = await world.runFunction(name, input).then(
    () => null,
    (error: unknown) => error,
  );
  expect(failure).toMatchObject({ cause: { type: code } });
  expect(await writesOf(world)).toEqual({});
  return (failure as { cause: Error }).cause.message;
}

async function injectedIds(world: World): Promise<number[]> {
  await world.run();
  return (await world.mobileTickets()).map(({ ticketId }) => Number(ticketId));
}

/** TIXNGO tells at every accepted write here. */
function toldTwice(tickets: readonly MobileTicket[]): string[] {
  return tickets.filter(({ notifications }) => notifications > 1).map(({ ticketId }) => ticketId);
}

const alter = (world: World, ticketId: number | undefined, set: object) =>
  world.tixngo('tickets/alter', { ticketId: String(ticketId), set });

async function mobile(world: World, ticketId: number | undefined) {
  const found = (await world.mobileTickets()).find((ticket) => ticket.ticketId === String(ticketId));
  if (found === undefined) throw new Error('TIXNGO does not have the ticket');
  return found;
}

describe.concurrent('an override belongs to one run', () => {
  it('pasted twice, or of another day, it is refused with the sentence that says why; again names the execution that it repeats', () =>
    inScene(async ({ world }) => {
      await world.worker();
      const [one, two] = await injectedIds(world);
      await world.s360('gates/control', { ticketIds: [one, two] });
      const override = forced([one ?? 0]);
      const first = await world.startFunction('pushControlled', override);
      expect(await first.result()).toMatchObject({ endState: 'OK', counts: { sent: 1 } });
      const { runId } = await first.describe();

      const twice = await refused(world, 'pushControlled', override, 'OVERRIDE_USED');
      expect(twice).toContain(`by execution ${first.workflowId} (run ${runId})`);
      expect(twice).toContain(`If it is meant once more, set again: "${runId}".`);
      // The same tickets named otherwise are the same override; another function's is another one.
      await refused(world, 'pushControlled', { ...override, skipTickets: `id:${String(two)}` }, 'OVERRIDE_USED');
      expect(await world.runFunction('pushCancelled', override)).toMatchObject({
        endState: 'OK',
        counts: { notOffered: 1 },
      });

      const yesterday = new Date(Date.now() - 36 * 3_600_000).toISOString().slice(0, 10);
      const late = { ...forced([two ?? 0]), overrideDay: yesterday };
      expect(await refused(world, 'pushControlled', late, 'OVERRIDE_OF_ANOTHER_DAY')).toBe(
        `The override is meant for ${yesterday}, and today is ${today()} (Europe/Zurich). If it is still meant, set overrideDay to ${today()}.`,
      );

      const again = { ...override, again: runId };
      await refused(world, 'pushControlled', { ...override, again: crypto.randomUUID() }, 'OVERRIDE_USED');
      await alter(world, one, { status: 'DOWNLOADED' });
      expect(await world.runFunction('pushControlled', again)).toMatchObject({ endState: 'OK', counts: { sent: 1 } });
      expect((await mobile(world, one)).status).toBe('CONTROLLED');
      await refused(world, 'pushControlled', again, 'OVERRIDE_USED');
      // What nobody was to send is still to be sent by whoever comes next.
      expect(await world.runFunction('pushControlled')).toMatchObject({ counts: { sent: 1 } });
    }));

  it('left in a schedule it is refused at every start, and writes nothing', () =>
    inScene(
      async ({ world }) => {
        await world.worker();
        const [one] = await injectedIds(world);
        await world.s360('gates/control', { ticketIds: [one] });
        const scene = new ScheduleScene(world);
        await scene.apply();
        const handle = scene.handle('Push controlled');
        await handle.pause('only what the test starts');
        const input = { organization: 'FCDEMO', ...forced([one ?? 0]) };
        await handle.update((current) => ({ ...current, action: { ...current.action, args: [input] } }));
        await resetCounters(world);
        await handle.trigger(ScheduleOverlapPolicy.SKIP);
        await until(async () => (await handle.describe()).info.recentActions.length > 0);
        const [started] = (await handle.describe()).info.recentActions;
        await expect(
          world.client.workflow.getHandle(started?.action.workflow.workflowId ?? '').result(),
        ).rejects.toMatchObject({
          cause: {
            type: 'INPUT_INVALID',
            message: expect.stringMatching(
              /forceTickets and overrideDay are meant for one run, and this execution was started by a schedule, .* start one execution with them once by hand\.$/,
            ),
          },
        });
        expect(await writesOf(world)).toEqual({});
        // It has taken nothing: by hand it works.
        expect(await world.runFunction('pushControlled', input)).toMatchObject({ endState: 'OK', counts: { sent: 1 } });
      },
      { tickets: 20 },
    ));

  it('started while another execution is at work, it waits for its end and works then', () => {
    const held = new HeldWrite('tickets.inject');
    return inScene(
      async ({ world }) => {
        await world.worker();
        const tickets = sendable(await world.s360Tickets()).map(({ row }) => row.ticket_id);
        held.arm(1);
        const working = await world.start();
        await held.reached;
        const waiting = await world.startFunction('ticketsExternalPrinting', forced(tickets.slice(0, 2)));
        await until(async () => {
          const [activity] = (await waiting.describe()).raw.pendingActivities ?? [];
          return activity?.lastFailure?.applicationFailureInfo?.type === 'WAITING_FOR_TURN';
        });
        held.letGo();
        expect(await working.result()).toMatchObject({ counts: { sent: tickets.length } });
        expect(await waiting.result()).toMatchObject({ endState: 'OK', counts: { sent: 2 } });
      },
      { tickets: 30, around: held.around },
    );
  });

  it('terminated at work, it is used: pasted again it is refused, and with again it works', () => {
    const held = new HeldWrite('tickets.inject');
    return inScene(
      async ({ world }) => {
        await world.worker();
        const tickets = sendable(await world.s360Tickets()).map(({ row }) => row.ticket_id);
        const override = forced(tickets);
        held.arm(1);
        const first = await world.startFunction('ticketsExternalPrinting', override);
        await held.reached;
        await first.terminate('test');
        held.letGo();
        const { runId } = await first.describe();
        const sentence = await failureOf(world, override);
        expect(sentence).toContain(`set again: "${runId}"`);
        const result = await world.run({ ...override, again: runId });
        expect(result.counts.sent + result.counts.found).toBe(tickets.length);
        expect(await world.mobileTickets()).toHaveLength(tickets.length);
        expect(toldTwice(await world.mobileTickets())).toEqual([]);
      },
      { tickets: 30, around: held.around },
    );
  });
});

async function failureOf(world: World, input: object): Promise<string> {
  const failure: unknown = await world.run(input).then(
    () => null,
    (error: unknown) => error,
  );
  expect(failure).toMatchObject({ cause: { type: 'OVERRIDE_USED' } });
  return (failure as { cause: Error }).cause.message;
}

describe.concurrent('forced tickets', () => {
  it('are brought to what S-360 says, processed or not: injected ones as an update, the others only if TIXNGO shows something else', () =>
    inScene(async ({ world }) => {
      await world.worker();
      const { cards } = await world.s360<{ cards: { ticketId: number }[] }>('box-office/sell-cards', {
        count: 2,
        kind: 'MEMBERSHIP_CARD',
      });
      const notPrinted = sendable(await world.s360Tickets()).map(({ row }) => row.ticket_id);
      const [waiting = 0, gone = 0] = notPrinted;
      // One as always, one that is cancelled, one that nobody knows; all others are left alone.
      await world.s360('box-office/cancel', { ticketIds: [gone] });
      const some = await world.run(forced([waiting, gone, 1]));
      expect(some).toMatchObject({ endState: 'OK', counts: { sent: 1, notOffered: 2, processed: 1 } });
      expect(some.message).toContain(`2 of the named tickets are not offered by S-360 for this function`);
      expect(some.message).toContain(`id:1, id:${String(gone)}.`);
      expect(await world.mobileTickets()).toHaveLength(1);

      // PRINTED and processed: sent again as an update, and no other is.
      await world.run();
      const [moved, same] = notPrinted.slice(2);
      await alter(world, moved, { 'spectatorDetails.email': 'somebody.else@example.org' });
      expect(await world.run(forced([moved ?? 0, same ?? 0]))).toMatchObject({ counts: { sent: 2, offered: 2 } });
      expect((await mobile(world, moved)).owner.email).not.toBe('somebody.else@example.org');
      expect(toldTwice(await world.mobileTickets()).sort()).toEqual([moved, same].map(String).sort());

      // Cards.
      await world.runFunction('digitalPrivilegesInjection');
      const cardIds = cards.map(({ ticketId }) => ticketId);
      await world.s360('box-office/add-card-tickets', { ticketId: cardIds[0], count: 1 });
      expect(await world.runFunction('digitalPrivilegesInjection', forced(cardIds))).toMatchObject({
        endState: 'OK',
        counts: { sent: 2, notOffered: 0 },
      });

      // Push cancelled.
      const [back, asWanted] = notPrinted.slice(4);
      await world.s360('box-office/cancel', { ticketIds: [back, asWanted] });
      await world.runCancelled();
      await alter(world, back, { status: 'DOWNLOADED' });
      expect(await world.runFunction('pushCancelled', forced([back ?? 0, asWanted ?? 0]))).toMatchObject({
        counts: { sent: 1, found: 1 },
      });
      expect((await mobile(world, back)).status).toBe('DELETED');

      // Push controlled, by date: what was processed before it is not offered again.
      const [early, late] = notPrinted.slice(6);
      await world.s360('gates/control', { ticketIds: [early] });
      await world.runFunction('pushControlled');
      // S-360 marks with the date of the answer, to the second.
      await new Promise((resolve) => setTimeout(resolve, 1_100));
      const dateFrom = new Date().toISOString();
      await new Promise((resolve) => setTimeout(resolve, 1_100));
      await world.s360('gates/control', { ticketIds: [late] });
      await world.runFunction('pushControlled');
      for (const ticketId of [early, late]) await alter(world, ticketId, { status: 'DOWNLOADED' });
      const since = await world.runFunction('pushControlled', { dateFrom, overrideDay: today() });
      expect(since).toMatchObject({ endState: 'OK', counts: { offered: 1, sent: 1 } });
      expect([(await mobile(world, early)).status, (await mobile(world, late)).status]).toEqual([
        'DOWNLOADED',
        'CONTROLLED',
      ]);
      const tomorrow = new Date(Date.now() + 24 * 3_600_000).toISOString();
      await refused(world, 'pushControlled', { dateFrom: tomorrow, overrideDay: today() }, 'INPUT_INVALID');
      expect(await world.runFunction('pushControlled', forced([early ?? 0]))).toMatchObject({ counts: { sent: 1 } });
    }));

  it('come from a file of up to 20,000, which is refused as a whole for one bad line unless the operator says otherwise', () =>
    inScene(async ({ world, upload }) => {
      await world.worker();
      const ids = await injectedIds(world);
      const controlled = ids.slice(0, 5);
      await world.s360('gates/control', { ticketIds: controlled });
      const input = (fileToUpload: string, more: object = {}): object => ({
        fileToUpload,
        overrideDay: today(),
        ...more,
      });
      await upload('bad.csv', `ticket\nid:${String(ids[0])}\nid:nobody@example.org\n\nid:${String(ids[1])}\nid:\n`);
      const sentence = await refused(world, 'pushControlled', input('bad.csv'), 'TICKET_LIST_INVALID');
      expect(sentence).toContain('bad.csv: 2 lines are bad, and 2 tickets are good; lines 3, 6: expected ');
      expect(sentence).not.toContain('nobody');
      expect(await world.runFunction('pushControlled', input('bad.csv', { skipBadLines: true }))).toMatchObject({
        endState: 'OK',
        counts: { sent: 2, offered: 2 },
        message: expect.stringContaining('2 bad lines of the file were left out: lines 3, 6.'),
      });

      const strangers = Array.from({ length: 19_995 }, (_, index) => index + 1);
      await upload('many.csv', ['ticket_id', ...strangers, ...controlled].join('\r\n'));
      const many = await world.runFunction('pushControlled', input('many.csv'));
      expect(many).toMatchObject({ endState: 'OK', counts: { sent: 3, found: 2, offered: 5, notOffered: 19_995 } });
      expect(many.message).toContain('19995 of the named tickets are not offered');
      // The same list under another name, in another order, is the same override.
      await upload(
        'other.csv',
        ['ticket', ...[...controlled, ...strangers].map((id) => `id:${String(id)}`)].join('\n'),
      );
      await refused(world, 'pushControlled', input('other.csv'), 'OVERRIDE_USED');
      await upload('more.csv', ['ticket_id', ...strangers, ...ids.slice(0, 6)].join('\n'));
      await refused(world, 'pushControlled', input('more.csv'), 'TICKET_LIST_INVALID');
      await refused(world, 'pushControlled', input('none.csv'), 'FILE_NOT_FOUND');
    }));

  it('a list of 2,500 goes part by part over several stretches, and on where it was after a failed call and another worker', () => {
    /** How often S-360 was asked for each part, by its first ticket, and for what may be left of it. */
    const asked = new Map<string, number>();
    const askedOn = new Map<string, number>();
    let calls = 0;
    let atCall: (nth: number) => 'fails' | 'works' = () => 'works';
    const aroundS360: Around = async ({ name, context }, apply) => {
      if (name === 'dataExportService.executeExport') {
        const { parameters } = await context.req.json<{ parameters: { name: string; value: string }[] }>();
        const [first = ''] = parameters.find((parameter) => parameter.name === 'ticketIds')?.value.split(',') ?? [];
        const all = parameters.some(({ name: parameter }) => parameter === 'afterTicketId') ? askedOn : asked;
        all.set(first, (all.get(first) ?? 0) + 1);
      }
      return apply();
    };
    const around: Around = async ({ name, context }, apply) => {
      if (name !== 'tickets.inject') return apply();
      calls += 1;
      const answer = await apply();
      // It has been applied, and the answer is lost.
      return atCall(calls) === 'fails' ? context.json({ error: 'down' }, 500) : answer;
    };
    return inScene(
      async ({ world, upload }) => {
        const endWorker = await world.worker();
        const all = await world.s360Tickets();
        const listed = all.slice(0, 2_500).map(({ row }) => row.ticket_id);
        await upload('list.csv', ['ticket_id', ...listed].join('\n'));
        let [sayTwelve, sayTwenty] = [() => {}, () => {}];
        const twelve = new Promise<void>((resolve) => (sayTwelve = resolve));
        const twenty = new Promise<void>((resolve) => (sayTwenty = resolve));
        atCall = (nth) => {
          if (nth === 12) sayTwelve();
          if (nth === 20) sayTwenty();
          return nth === 12 ? 'fails' : 'works';
        };
        // The configured bound holds for the schedule's runs: nobody else takes the rest of a list.
        const handle = await world.start({ fileToUpload: 'list.csv', overrideDay: today() });
        await twelve;
        await twenty;
        await Promise.all([endWorker(), world.worker()]);
        const result = (await handle.result()) as RunResult;
        const sent = sendable(all.slice(0, 2_500));
        const held = await world.mobileTickets();
        expect(held).toHaveLength(sent.length);
        expect(toldTwice(held)).toEqual([]);
        expect(result.counts.sent + result.counts.found).toBeGreaterThanOrEqual(sent.length);
        expect([...asked.keys()]).toHaveLength(25);
        // The first stretch is over when the twelfth part is sent: none of its parts is asked for again.
        expect([...asked.values()].slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 1));
        expect(Math.max(...asked.values())).toBeLessThanOrEqual(3);
        // Not all that is named is offered: whether there is more is asked once.
        expect([...askedOn.values()].slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 1));
      },
      {
        tickets: 2_600,
        around,
        aroundS360,
        configuration: { function: { batchSize: 100, maxTicketsPerRun: 700 } },
      },
    );
  });

  it('a file that changes between two stretches ends the run with the sentence, and what was sent stays sent once', () => {
    let change: () => Promise<void> = () => Promise.resolve();
    let calls = 0;
    const around: Around = async ({ name }, apply) => {
      const answer = await apply();
      if (name === 'tickets.inject' && (calls += 1) === 3) await change();
      return answer;
    };
    return inScene(
      async ({ world, upload }) => {
        await world.worker();
        const ids = sendable(await world.s360Tickets()).map(({ row }) => row.ticket_id);
        await upload('list.csv', ['ticket_id', ...ids].join('\n'));
        change = () => upload('list.csv', ['ticket_id', ...ids.slice(1)].join('\n'));
        await expect(world.run({ fileToUpload: 'list.csv', overrideDay: today() })).rejects.toMatchObject({
          cause: {
            type: 'TICKET_LIST_INVALID',
            message: expect.stringContaining(
              'The list of tickets in the file has changed since the run began',
            ) as string,
          },
        });
        // One stretch: ten parts of two.
        expect(await world.mobileTickets()).toHaveLength(20);
        // The file as it is now is another override, which nobody has taken; what it names and was sent is sent as an update.
        const preview = await world.run({ fileToUpload: 'list.csv', overrideDay: today(), simulation: true });
        expect(preview.preview?.obstacles).toEqual([]);
        expect(await world.run()).toMatchObject({ endState: 'OK', counts: { sent: ids.length - 20 } });
        expect(toldTwice(await world.mobileTickets())).toEqual([]);
        const anew = await world.run({ fileToUpload: 'list.csv', overrideDay: today() });
        expect(anew).toMatchObject({ endState: 'OK', counts: { offered: ids.length - 1 } });
      },
      { around, configuration: { function: { batchSize: 2 } } },
    );
  });

  it('named by id and by tax number in one list have one turn, and nobody is told twice', () => {
    const aroundS360: Around = async ({ name }, apply) => {
      // While the first part is being marked, the second is under way.
      if (name === 'dataExportService.flagItems') await pause(500);
      return apply();
    };
    return inScene(
      async ({ world }) => {
        await world.worker();
        const rows = sendable(await world.s360Tickets()).map(({ row }) => row);
        const [one, other] = rows;
        const both = (row: (typeof rows)[number] | undefined): string =>
          `id:${String(row?.ticket_id)},${String(row?.['tax_number'])}`;
        const input = (row: (typeof rows)[number] | undefined) => ({
          forceTickets: both(row),
          overrideDay: today(),
        });
        await world.run();
        expect(await world.run(input(one))).toMatchObject({ counts: { offered: 1, sent: 1, notOffered: 0 } });
        expect((await mobile(world, one?.ticket_id)).notifications).toBe(2);
        await world.s360('gates/control', { ticketIds: [one?.ticket_id] });
        await world.s360('box-office/cancel', { ticketIds: [other?.ticket_id] });
        expect(await world.runFunction('pushControlled', input(one))).toMatchObject({
          counts: { offered: 1, sent: 1 },
        });
        expect(await world.runFunction('pushCancelled', input(other))).toMatchObject({
          counts: { offered: 1, sent: 1 },
        });
        expect((await mobile(world, one?.ticket_id)).notifications).toBe(3);
        expect((await mobile(world, other?.ticket_id)).notifications).toBe(2);
      },
      { tickets: 30, aroundS360 },
    );
  });

  it.each([
    ['short pages', { most: 4, copies: 1 }],
    ['every row twice, cut at the size of the page', { most: 10, copies: 2 }],
  ])('are all met where S-360 gives %s', (_, { most, copies }) => {
    const aroundS360: Around = async ({ name, context }, apply) => {
      const answer = await apply();
      if (name !== 'dataExportService.executeExport') return answer;
      const body = (await answer.json()) as { exportedElements?: object[] };
      const rows = (body.exportedElements ?? []).flatMap((row) => Array.from({ length: copies }, () => row));
      return context.json({ ...body, exportedElements: rows.slice(0, most) });
    };
    return inScene(
      async ({ world }) => {
        await world.worker();
        const ids = (await injectedIds(world)).slice(0, 10);
        await world.s360('gates/control', { ticketIds: ids });
        const result = await world.runFunction('pushControlled', forced([...ids, 1]));
        expect(result).toMatchObject({ endState: 'OK', counts: { offered: 10, sent: 10, notOffered: 1 } });
        expect(result.message).toContain('1 of the named tickets is not offered by S-360');
        expect(result.message).toContain(': id:1.');
      },
      { aroundS360, configuration: { pushControlled: { batchSize: 10 }, function: { batchSize: 10 } } },
    );
  });

  it('that S-360 cannot have are not offered; its own words about a value of the list are never repeated', () => {
    let refuses = false;
    const stranger = '98765432109876543';
    const aroundS360: Around = async ({ name, context }, apply) =>
      refuses && name === 'dataExportService.executeExport'
        ? context.json({
            requestId: 'r',
            statusCode: 'error.unknownParameterValue',
            statusDetail: `ticketIds=${stranger}`,
          })
        : apply();
    return inScene(
      async ({ world, upload }) => {
        await world.worker();
        const [one] = sendable(await world.s360Tickets());
        await upload('list.csv', `ticket_id\n${String(one?.row.ticket_id)}\n${stranger}\n`);
        const input = { fileToUpload: 'list.csv', overrideDay: today() };
        refuses = true;
        const failure: unknown = await world.run(input).catch((error: unknown) => error);
        expect(failure).toMatchObject({
          cause: {
            type: 'TICKET_LIST_INVALID',
            message: expect.stringMatching(/^S-360 refuses one of the ticket ids of the list\. Correct the file/),
          },
        });
        expect(JSON.stringify(failure)).not.toContain(stranger);
        refuses = false;
        const [taken] = Object.values((await world.interfaceState()).overrides ?? {});
        const again = taken?.execution.runId ?? '';
        expect(await world.run({ ...input, again })).toMatchObject({ counts: { sent: 1, notOffered: 1 } });
        await upload('list.csv', `ticket_id\n9999999999999999999\n`);
        await expect(world.run(input)).rejects.toMatchObject({ cause: { type: 'TICKET_LIST_INVALID' } });
      },
      { tickets: 30, aroundS360 },
    );
  });

  it('that TIXNGO refuses and that were processed before are told of, and not kept as if they were tried again', () => {
    let refuses = false;
    const around: Around = async ({ name, context }, apply) => {
      if (!refuses || name !== 'tickets.control') return apply();
      const { tickets } = await context.req.json<{ tickets: { ticketId: string }[] }>();
      const results = tickets.map(({ ticketId }) => ({ ticketId, outcome: 'REJECTED', errorCode: 'FIELD_INVALID' }));
      return context.json({ requestId: 'r', results });
    };
    return inScene(
      async ({ world }) => {
        await world.worker();
        const [done, fresh] = await injectedIds(world);
        await world.s360('gates/control', { ticketIds: [done] });
        await world.runFunction('pushControlled');
        await alter(world, done, { status: 'DOWNLOADED' });
        await world.s360('gates/control', { ticketIds: [fresh] });
        refuses = true;
        const result = await world.runFunction('pushControlled', forced([done ?? 0, fresh ?? 0]));
        expect(result).toMatchObject({ endState: 'WARNING', parkedReasons: { FIELD_INVALID: 2 } });
        expect(result.message).toContain(
          '2 parked: they are tried again by themselves, but not those that were processed before.',
        );
        const parked = Object.values((await world.interfaceState()).functions).flatMap((fn) => Object.keys(fn.parked));
        expect(parked).toEqual([String(fresh)]);
      },
      { around },
    );
  });

  it('over several stretches, all that S-360 does not offer is named, and a pause in the middle says how to go on', () => {
    const held = new HeldWrite('tickets.control');
    return inScene(
      async ({ world, upload }) => {
        await world.worker();
        const ids = (await injectedIds(world)).slice(0, 12);
        await world.s360('gates/control', { ticketIds: ids });
        const strangers = Array.from({ length: 8 }, (_, index) => index + 1);
        const handle = world.client.workflow.getHandle(`interface/${world.institution}`);

        // Ten of a stretch, one read each.
        await upload('list.csv', ['ticket_id', ...ids].join('\n'));
        held.arm(1);
        const stopped = await world.startFunction('pushControlled', {
          fileToUpload: 'list.csv',
          overrideDay: today(),
        });
        await held.reached;
        await handle.executeUpdate('pause', { args: [{ by: 'test', why: 'maintenance' }] });
        held.letGo();
        const paused = (await stopped.result()) as RunResult;
        const { runId } = await stopped.describe();
        expect(paused).toMatchObject({ endState: 'WARNING', counts: { sent: 10 } });
        expect(paused.message).toContain('maintenance');
        expect(paused.message).toContain(`start it once more with again: "${runId}"`);
        await handle.executeUpdate('resume', { args: [{}] });
        const input = { fileToUpload: 'list.csv', overrideDay: today(), again: runId };
        expect(await world.runFunction('pushControlled', input)).toMatchObject({
          endState: 'OK',
          counts: { sent: 2, found: 10 },
        });

        // Strangers take two.
        const named = await world.runFunction('pushControlled', forced([...strangers, ...ids]));
        expect(named).toMatchObject({ endState: 'OK', counts: { found: 12, notOffered: 8 } });
        expect(named.message).toContain('8 of the named tickets are not offered');
        expect(named.message).toContain(`: ${strangers.map((id) => `id:${String(id)}`).join(', ')}.`);
      },
      { around: held.around, configuration: { pushControlled: { batchSize: 1 } } },
    );
  });
});
