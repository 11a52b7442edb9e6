import { describe, expect, it, vi } from 'vitest';

import type { Around } from '../../sandbox/shared/operationSeam.js';
import type { PushControlledInput } from '../../src/domain/pushControlledInput.js';
import type { RunResult } from '../../src/domain/stretch.js';
import { HeldWrite } from '../support/heldWrite.js';
import { privilegesOf, sellCards } from '../support/privileges.js';
import { until, World, type WorldOptions } from '../support/world.js';

vi.setConfig({ maxConcurrency: 6 });

/** Every write tells the spectator. A world of its own for each test, so that they run beside each other. */
async function inWorld(options: WorldOptions, test: (world: World) => Promise<void>): Promise<void> {
  const world = await World.start({
    ...options,
    s360: { tickets: 80, ...options.s360 },
    tixngo: { strictNotifications: true, ...options.tixngo },
  });
  try {
    await test(world);
    expect(world.violations()).toEqual([]);
  } finally {
    await world.close();
  }
}

/** @returns ids of tickets that S-360 knows as injected and nobody has controlled, in their order; the counters begin at zero */
async function injected(world: World): Promise<number[]> {
  await world.run();
  // The data has cancelled and controlled tickets of its own.
  await world.runCancelled();
  await push(world);
  await world.tixngo('counters/reset', {});
  await world.s360('counters/reset', {});
  return (await world.s360Tickets())
    .filter(({ row }) => row['printed_by'] === 'TIXNGO;MOBILE')
    .map(({ row }) => row.ticket_id);
}

function push(world: World, input?: PushControlledInput): Promise<RunResult> {
  return world.runFunction('pushControlled', input);
}

function control(world: World, ticketIds: readonly (number | undefined)[]): Promise<unknown> {
  return world.s360('gates/control', { ticketIds });
}

/** What TIXNGO has of each, and under which keys S-360 has marked it processed: `CONTROLLED told 2, INJECTION CONTROLLED`. */
async function ends(world: World, ticketIds: readonly (number | undefined)[]): Promise<string[]> {
  const mobile = new Map((await world.mobileTickets()).map((ticket) => [ticket.ticketId, ticket]));
  const sold = new Map((await world.s360Tickets()).map(({ row, flags }) => [row.ticket_id, flags]));
  return ticketIds.map((id = 0) => {
    const held = mobile.get(String(id));
    const marks = Object.keys(sold.get(id) ?? {})
      .map((key) => key.replace('TIXNGO_', ''))
      .sort();
    return `${held?.status ?? 'none'} told ${String(held?.notifications ?? 0)}, ${marks.join(' ')}`;
  });
}

const done = 'CONTROLLED told 2, CONTROLLED INJECTION';
const untouched = 'INJECTED told 1, INJECTION';

/** TIXNGO refuses the controls of these tickets: alone where it answers for each, else the whole call. */
function refusing(bad: ReadonlySet<number>, wholeCall = false): Around {
  return async ({ name, context }, apply) => {
    if (name !== 'tickets.control') return apply();
    const { tickets } = await context.req.json<{ tickets: { ticketId: string }[] }>();
    const isBad = ({ ticketId }: { readonly ticketId: string }): boolean => bad.has(Number(ticketId));
    if (!tickets.some(isBad)) return apply();
    if (wholeCall) return context.json({ code: 'VALIDATION_ERROR', message: 'not as expected' }, 400);
    const answer = (await (await apply()).json()) as { results: { ticketId: string }[] };
    const results = answer.results.map((result) =>
      isBad(result) ? { ticketId: result.ticketId, outcome: 'REJECTED', errorCode: 'FIELD_INVALID' } : result,
    );
    return context.json({ ...answer, results });
  };
}

describe.concurrent('push controlled', () => {
  it('tells TIXNGO what the gates have let in, marks it processed, pushes nothing twice, and leaves S-360 as it is', () =>
    inWorld({}, async (world) => {
      await world.worker();
      const [one, two, three] = await injected(world);
      await control(world, [one, two]);
      expect(await push(world)).toMatchObject({ endState: 'OK', counts: { sent: 2, processed: 2 } });
      expect(await ends(world, [one, two, three])).toEqual([done, done, untouched]);
      const states = (await world.s360Tickets()).filter(({ row }) => [one, two].includes(row.ticket_id));
      expect(states.map(({ row }) => row['ticket_state'])).toEqual(['CONTROLLED', 'CONTROLLED']);
      expect(await push(world)).toMatchObject({ counts: { sent: 0, offered: 0 } });
      expect((await world.tixngoCounters()).ticketWrites).toBe(2);
    }));

  it('previews without a write in either system, and says what would become of which ticket', () =>
    inWorld({}, async (world) => {
      await world.worker();
      const [one, two] = await injected(world);
      await control(world, [one, two]);
      expect(await push(world, { simulation: true, skipTickets: `id:${String(two)}` })).toMatchObject({
        endState: 'OK',
        counts: { sent: 1, skipped: 1 },
        preview: {
          people: 0,
          tickets: [
            { what: 'skipped', count: 1, ticketIds: [String(two)] },
            { what: 'sent', count: 1, ticketIds: [String(one)] },
          ],
        },
      });
      expect((await world.tixngoCounters()).ticketWrites).toBe(0);
      expect(await world.s360Counters()).toMatchObject({ flagged: 0, printed: 0 });
    }));

  it('takes an operator’s list once', () =>
    inWorld({}, async (world) => {
      await world.worker();
      const [one, two] = await injected(world);
      await control(world, [one, two]);
      await push(world);
      await world.tixngo('tickets/alter', { ticketId: String(one), set: { status: 'DOWNLOADED' } });
      const overrideDay = new Date().toLocaleDateString('sv', { timeZone: 'Europe/Zurich' });
      const forceTickets = `id:${String(one)},id:${String(two)},TN-NOBODY`;
      const result = await push(world, { forceTickets, overrideDay });
      expect(result).toMatchObject({ endState: 'OK', counts: { sent: 1, found: 1, notOffered: 1 } });
      expect(result.message).toContain('TN-NOBODY');
    }));

  it('leaves tickets of another shipment mode and those on the skip list, and takes these once they are off it', () =>
    inWorld({}, async (world) => {
      await world.worker();
      const [one = 0, two = 0, three = 0] = await injected(world);
      await world.changeTickets([{ ticketId: three, set: { shipment_mode_type: 'POSTAL' } }]);
      await control(world, [one, two, three]);
      const skipping = await push(world, { skipTickets: `id:${String(two)}` });
      expect(skipping).toMatchObject({ endState: 'OK', counts: { offered: 2, sent: 1, skipped: 1 } });
      expect(await ends(world, [one, two, three])).toEqual([done, untouched, untouched]);
      expect(await push(world)).toMatchObject({ counts: { offered: 1, sent: 1 } });
      expect(await ends(world, [two, three])).toEqual([done, untouched]);
    }));

  it('settles what was never in TIXNGO without a write, and what an organizer has deleted there', () =>
    inWorld({}, async (world) => {
      await world.worker();
      const [deleted] = await injected(world);
      const { ticketIds } = await world.s360<{ ticketIds: number[] }>('box-office/sell', { count: 2 });
      await world.tixngo('tickets/alter', { ticketId: String(deleted), set: { status: 'DELETED' } });
      await control(world, [deleted, ...ticketIds]);
      const result = await push(world);
      expect(result).toMatchObject({
        endState: 'OK',
        counts: { sent: 0, neverInTixngo: 2, deletedInTixngo: 1, processed: 3 },
      });
      expect(result.message).toContain('1 are deleted in TIXNGO and stay so. 2 never were in TIXNGO.');
      expect(await ends(world, [deleted, ...ticketIds])).toEqual([
        'DELETED told 1, CONTROLLED INJECTION',
        'none told 0, CONTROLLED',
        'none told 0, CONTROLLED',
      ]);
      expect((await world.tixngoCounters()).ticketWrites).toBe(0);
      expect(await push(world)).toMatchObject({ counts: { offered: 0 } });
    }));

  it('looks up what TIXNGO has and S-360 was never told of', () => {
    let refuse = false;
    const around: Around = async ({ name, context }, apply) =>
      refuse && name === 'dataExportService.flagItems'
        ? context.json({ requestId: null, statusCode: 'error.authentication', statusDetail: null }, 401)
        : apply();
    return inWorld({ s360: { around } }, async (world) => {
      await world.worker();
      await injected(world);
      const { ticketIds } = await world.s360<{ ticketIds: number[] }>('box-office/sell', { count: 2 });
      refuse = true;
      await expect(world.run()).rejects.toMatchObject({
        cause: {
          type: 'ACCESS_REFUSED',
          message: expect.stringMatching(/S-360.*refused our key or secret.*restart the worker/s) as string,
        },
      });
      refuse = false;
      await control(world, ticketIds);
      await world.tixngo('counters/reset', {});
      expect(await push(world)).toMatchObject({ endState: 'OK', counts: { sent: 2, processed: 2 } });
      expect((await world.tixngoCounters()).calls['tickets.lookup']).toBe(1);
      expect(await ends(world, ticketIds)).toEqual(['CONTROLLED told 2, CONTROLLED', 'CONTROLLED told 2, CONTROLLED']);
    });
  });

  it('controls a ticket that was let in while injection sent it: both mark it, and S-360 never shows it as PRINTED', () => {
    const held = new HeldWrite('tickets.inject');
    return inWorld({ tixngo: { around: held.around } }, async (world) => {
      // Longer than the write is held.
      await world.worker({ root: { writeTimeoutSeconds: 20 } });
      await injected(world);
      const { ticketIds } = await world.s360<{ ticketIds: number[] }>('box-office/sell', { count: 2 });
      held.arm(1);
      const injecting = await world.start();
      await held.reached;
      await control(world, ticketIds);
      // TIXNGO has them already: whoever looks finds them.
      expect(await push(world)).toMatchObject({ counts: { sent: 2, processed: 2 } });
      held.letGo();
      expect(await injecting.result()).toMatchObject({ endState: 'OK', counts: { sent: 2, processed: 2, parked: 0 } });
      expect(await ends(world, ticketIds)).toEqual([done, done]);
      const rows = (await world.s360Tickets()).filter(({ row }) => ticketIds.includes(row.ticket_id));
      expect(rows.map(({ row }) => row['ticket_state'])).toEqual(['CONTROLLED', 'CONTROLLED']);
    });
  });

  it('leaves a ticket for the next run that injection has read and not sent yet', () => {
    let hold: Promise<void> | null = null;
    let came: () => void = () => undefined;
    const around: Around = async ({ name }, apply) => {
      if (name === 'tickets.inject' && hold !== null) {
        came();
        await hold;
      }
      return apply();
    };
    return inWorld({ tixngo: { around } }, async (world) => {
      await world.worker({ root: { writeTimeoutSeconds: 20 } });
      await injected(world);
      const { ticketIds } = await world.s360<{ ticketIds: number[] }>('box-office/sell', { count: 2 });
      let letGo: () => void = () => undefined;
      hold = new Promise((resolve) => (letGo = resolve));
      const reached = new Promise<void>((resolve) => (came = resolve));
      const injecting = await world.start();
      await reached;
      await control(world, ticketIds);
      const early = await push(world);
      expect(early).toMatchObject({ endState: 'OK', counts: { sent: 0, waitingForInjection: 2, processed: 0 } });
      expect(early.message).toContain('2 wait for the next run: injection may still be sending them.');
      letGo();
      expect(await injecting.result()).toMatchObject({ endState: 'OK', counts: { sent: 2, processed: 2, parked: 0 } });
      expect(await push(world)).toMatchObject({ counts: { sent: 2, processed: 2 } });
      expect(await ends(world, ticketIds)).toEqual([done, done]);
    });
  });

  it.each(['before', 'after'])('never undoes a cancellation that reaches TIXNGO %s the control', (when) =>
    inWorld({}, async (world) => {
      await world.worker();
      const [one] = await injected(world);
      await control(world, [one]);
      if (when === 'after') await push(world);
      await world.s360('box-office/cancel', { ticketIds: [one] });
      // The gate’s record is older than the cancellation: S-360 does not offer it any more.
      expect(await world.runCancelled()).toMatchObject({ endState: 'OK', counts: { sent: 1 } });
      expect(await push(world)).toMatchObject({ endState: 'OK', counts: { sent: 0 } });
      expect(await control(world, [one])).toMatchObject({ refused: [{ ticketId: one, why: 'CANCELLED' }] });
      expect(await ends(world, [one])).toEqual([
        when === 'after' ? 'DELETED told 3, CANCELLED CONTROLLED INJECTION' : 'DELETED told 2, CANCELLED INJECTION',
      ]);
    }),
  );

  it('writes nothing when the record of a processed ticket changes, such as its price', () =>
    inWorld({}, async (world) => {
      await world.worker();
      const [one] = await injected(world);
      await control(world, [one]);
      await push(world);
      await world.s360('box-office/change-price', { ticketIds: [one], price: 1 });
      expect(await push(world)).toMatchObject({ endState: 'OK', counts: { offered: 1, found: 1, sent: 0 } });
      expect(await ends(world, [one])).toEqual([done]);
      expect(await push(world)).toMatchObject({ counts: { offered: 0 } });
    }));

  it.each(['of this one only', 'of the whole call'])(
    'parks a ticket whose control TIXNGO refuses by a word %s, lets the others through, and settles it when its record has changed',
    (word) => {
      const bad = new Set<number>();
      return inWorld({ tixngo: { around: refusing(bad, word !== 'of this one only') } }, async (world) => {
        await world.worker();
        const ids = (await injected(world)).slice(0, 9);
        const [, , refused = 0] = ids;
        // Where TIXNGO answers for each, the sandbox has applied it all the same: it is found later.
        bad.add(refused);
        await control(world, ids);
        const result = await push(world);
        expect(result).toMatchObject({ endState: 'WARNING', counts: { sent: 8, processed: 8, parked: 1 } });
        const { functions } = await world.interfaceState();
        expect(Object.keys(functions['FCDEMO/pushControlled']?.parked ?? {})).toEqual([String(refused)]);
        bad.clear();
        // Not due yet.
        expect(await push(world)).toMatchObject({
          endState: 'WARNING',
          counts: { offered: 1, sent: 0, parked: 1 },
        });
        await world.s360('box-office/change-price', { ticketIds: [refused], price: 1 });
        expect(await push(world)).toMatchObject({ endState: 'OK', counts: { offered: 1, processed: 1, parked: 0 } });
        expect(await ends(world, ids)).toEqual(ids.map(() => done));
      });
    },
  );

  it('ends as ERROR, with the sentence for the operator, when TIXNGO refuses most of a page, and parks nobody', () => {
    const bad = new Set<number>();
    return inWorld({ tixngo: { around: refusing(bad, true) } }, async (world) => {
      await world.worker();
      const ids = (await injected(world)).slice(0, 30);
      expect(ids).toHaveLength(30);
      for (const id of ids) bad.add(id);
      await control(world, ids);
      await expect(push(world)).rejects.toMatchObject({
        cause: { type: 'SYSTEMIC_REFUSAL', message: expect.stringMatching(/refused.*nothing was parked/s) as string },
      });
      expect((await world.interfaceState()).functions['FCDEMO/pushControlled']?.parked).toEqual({});
      bad.clear();
      expect(await push(world)).toMatchObject({ endState: 'OK', counts: { sent: 30, processed: 30 } });
      expect(await ends(world, ids)).toEqual(ids.map(() => done));
    });
  });

  it('makes a controlled card a privilege that is USED', () =>
    inWorld({}, async (world) => {
      await world.worker();
      await injected(world);
      const [card, other] = await sellCards(world, { count: 2, kind: 'SEASON_TICKET_CARD' });
      await world.runFunction('digitalPrivilegesInjection');
      await control(world, [card]);
      expect(await push(world)).toMatchObject({ endState: 'OK', counts: { sent: 1, processed: 1 } });
      const held = new Map((await privilegesOf(world)).map((one) => [one.privilegeId, one]));
      expect(held.get(String(card))).toMatchObject({ status: 'USED', notifications: 2 });
      expect(held.get(String(other))).toMatchObject({ status: 'ACTIVE', notifications: 1 });
      expect(await push(world)).toMatchObject({ counts: { offered: 0 } });
    }));

  it('stops within a stretch when it is paused, says so, and goes on after the resume', () => {
    const held = new HeldWrite('tickets.control');
    const configuration = {
      interface: { customParameters: { ticketIterationSize: 1 } },
      pushControlled: { batchSize: 2 },
    };
    return inWorld({ tixngo: { around: held.around }, configuration }, async (world) => {
      await world.worker({ ...configuration, root: { writeTimeoutSeconds: 20 } });
      const ids = (await injected(world)).slice(0, 24);
      expect(ids).toHaveLength(24);
      await control(world, ids);
      held.arm(3);
      const running = await world.startFunction('pushControlled');
      await held.reached;
      const itsInterface = world.client.workflow.getHandle(`interface/${world.institution}`);
      const scope = { organization: 'FCDEMO', function: 'pushControlled' };
      await itsInterface.executeUpdate('pause', { args: [{ ...scope, by: 'on call', why: 'gates are closed' }] });
      held.letGo();
      const interrupted = (await running.result()) as RunResult;
      // Ten pages of two are a stretch; the next one is not permitted.
      expect(interrupted.counts).toMatchObject({ sent: 20, processed: 20 });
      expect(interrupted.message).toMatch(/on call.*gates are closed/);
      expect(await push(world)).toMatchObject({ endState: 'SKIPPED', counts: { sent: 0 } });
      await itsInterface.executeUpdate('resume', { args: [scope] });
      expect(await push(world)).toMatchObject({ endState: 'OK', counts: { sent: 4, processed: 4 } });
      expect(await ends(world, ids)).toEqual(ids.map(() => done));
    });
  });
});

describe.concurrent('push controlled, where its last run ended with an ERROR', () => {
  const byLookup = {
    'the event report shows what was done': { lookup: 'eventReport' },
    'a person decides': { lookup: 'none', whenInDoubt: 'hold' },
    'everything is sent once more': { lookup: 'none', whenInDoubt: 'resend' },
  } as const;

  it.each(Object.keys(byLookup) as (keyof typeof byLookup)[])('%s', (what) => {
    let refuse = false;
    const around: Around = async ({ name, context }, apply) =>
      refuse && name === 'dataExportService.flagItems'
        ? context.json({ requestId: null, statusCode: 'error.authentication', statusDetail: null }, 401)
        : apply();
    return inWorld({ s360: { around } }, async (world) => {
      const end = await world.worker();
      const ids = (await injected(world)).slice(0, 3);
      await end();
      await world.worker({ interface: byLookup[what] });
      await control(world, ids);
      refuse = true;
      await expect(push(world)).rejects.toMatchObject({
        cause: {
          type: 'ACCESS_REFUSED',
          message: expect.stringMatching(/S-360.*refused our key or secret.*restart the worker/s) as string,
        },
      });
      refuse = false;
      const result = await push(world);
      const again = what === 'everything is sent once more';
      if (what === 'a person decides') {
        expect(result).toMatchObject({ endState: 'WARNING', counts: { sent: 0, found: 0, parked: 3, processed: 0 } });
        return;
      }
      expect(result).toMatchObject({ counts: { sent: again ? 3 : 0, found: again ? 0 : 3, processed: 3 } });
      const told = `CONTROLLED told ${again ? '3' : '2'}, CONTROLLED INJECTION`;
      expect(await ends(world, ids)).toEqual(ids.map(() => told));
    });
  });
});

describe('push controlled on an event day', () => {
  it('takes 10,000 in one batch: ten reads of 1,000, a hundred calls, several of them under way at once', () => {
    let underWay = 0;
    let most = 0;
    let reads = 0;
    const aroundTixngo: Around = async ({ name }, apply) => {
      if (name !== 'tickets.control') return apply();
      underWay += 1;
      most = Math.max(most, underWay);
      // The answers of the first calls wait until four are there.
      if (most < 4) await until(() => most >= 4);
      const answer = await apply();
      underWay -= 1;
      return answer;
    };
    const aroundS360: Around = async ({ name, context }, apply) => {
      if (name === 'dataExportService.executeExport') {
        const { exportKey } = await context.req.json<{ exportKey: string }>();
        if (exportKey === 'TIXNGO_CONTROLLED') reads += 1;
      }
      return apply();
    };
    return inWorld(
      {
        s360: { tickets: 1, checkAnswers: false, around: aroundS360 },
        tixngo: { checkAnswers: false, around: aroundTixngo },
      },
      async (world) => {
        await world.worker();
        const { ticketIds } = await world.s360<{ ticketIds: number[] }>('box-office/sell', { count: 10_000 });
        await injected(world);
        await control(world, ticketIds);
        reads = 0;
        const run = await world.startFunction('pushControlled');
        expect(await run.result()).toMatchObject({ endState: 'OK', counts: { sent: 10_000, processed: 10_000 } });
        // Ten of 1,000, and the empty one that is the end.
        expect(reads).toBe(11);
        const { calls } = await world.tixngoCounters();
        expect(calls['tickets.control']).toBe(100);
        expect(calls['tickets.lookup'] ?? 0).toBe(0);
        expect(most).toBe(4);
      },
    );
  });
});
