import { afterEach, describe, expect, it } from 'vitest';

import type { S360SandboxOptions } from '../../sandbox/s360/sandbox.js';
import { sendable } from '../support/sendable.js';
import { World, type SandboxTicket, type WorldOptions } from '../support/world.js';

let world: World;

async function start(options: WorldOptions = {}): Promise<World> {
  world = await World.start(options);
  await world.worker();
  return world;
}

afterEach(async () => {
  expect(world.violations()).toEqual([]);
  await world.close();
});

describe('ticket injection', () => {
  it('creates one event for each of 7 events of 10,000 tickets, and writes nothing the second time', async () => {
    const s360: S360SandboxOptions = { tickets: 19_800, events: 7, checkAnswers: false };
    await start({
      s360,
      tixngo: { strictNotifications: true, checkAnswers: false },
      configuration: { function: { filters: { productFamily: ['SINGLE_ENTRY'] } } },
    });
    const first = await world.run();
    const after = await world.tixngoCounters();
    expect(first.counts.sent).toBeGreaterThanOrEqual(10_000);
    expect(after.eventsCreated).toBe(7);
    expect(after.ticketsInjected).toBe(first.counts.sent);
    expect(after.notifications).toBe(first.counts.sent);

    const second = await world.run();
    expect(second.counts.sent).toBe(0);
    expect(await world.tixngoCounters()).toMatchObject({
      ticketWrites: after.ticketWrites,
      notifications: after.notifications,
    });
  });

  it('marks a ticket PRINTED by the configured point of sales and processed', async () => {
    await start({ s360: { tickets: 200 } });
    await world.run();
    const mobile = new Set((await world.mobileTickets()).map(({ ticketId }) => ticketId));
    const tickets = await world.s360Tickets();
    expect(mobile.size).toBeGreaterThan(50);
    for (const { row, flags } of tickets) {
      const injected = mobile.has(String(row.ticket_id));
      expect(flags['TIXNGO_INJECTION'] !== undefined).toBe(injected);
      if (injected) expect(row).toMatchObject({ ticket_state: 'PRINTED', printed_by: 'TIXNGO;MOBILE' });
    }
  });

  it('meets a ticket again that changed while its page was under way: it is marked with the date of the answer in which it was read', async () => {
    let change: () => Promise<unknown> = () => Promise.resolve();
    await start({
      s360: { tickets: 60 },
      tixngo: {
        around: async ({ name }, apply) => {
          const answer = await apply();
          if (name === 'tickets.inject') await change();
          return answer;
        },
      },
    });
    const ticketId = sendable(await world.s360Tickets())[0]?.row.ticket_id ?? 0;
    change = () => {
      change = () => Promise.resolve();
      return world.changeTickets([{ ticketId, set: { price: 12_345 } }]);
    };
    expect((await world.run()).counts.processed).toBeGreaterThan(10);
    expect(await world.run()).toMatchObject({ counts: { found: 1, processed: 1, sent: 0 } });
    expect(await world.run()).toMatchObject({ counts: { found: 0, processed: 0, sent: 0 } });
  });

  it('sends the 5th ticket when it becomes eligible after the 5,000th was sent', async () => {
    await start({ s360: { tickets: 9_000, checkAnswers: false }, tixngo: { checkAnswers: false } });
    const fifth = sendable(await world.s360Tickets())[4];
    if (fifth === undefined) throw new Error('the sandbox has no fifth ticket');
    const ticketId = fifth.row.ticket_id;
    await world.changeTickets([{ ticketId, set: { holder_last_name: null } }]);
    const first = await world.run();
    expect(first.counts.sent).toBeGreaterThan(5_000);
    expect((await world.mobileTickets()).some((ticket) => ticket.ticketId === String(ticketId))).toBe(false);

    await world.changeTickets([{ ticketId, set: { holder_last_name: 'Completed' } }]);
    const second = await world.run();
    expect(second.counts.sent).toBe(1);
    expect((await world.mobileTickets()).some((ticket) => ticket.ticketId === String(ticketId))).toBe(true);
  });

  it('reaches the tickets behind 1,000 unsettled ones, whether parked, skipped or waiting for their holder', async () => {
    await start({ s360: { tickets: 2_400 }, configuration: { function: { batchSize: 200 } } });
    const front = sendable(await world.s360Tickets()).slice(0, 1_000);
    expect(front).toHaveLength(1_000);
    // A third each; parked ones in small numbers a page, so that they do not look systemic.
    const skipped = front.filter((_, i) => i % 12 < 4).map(({ row }) => `id:${String(row.ticket_id)}`);
    const waiting = front.filter((_, i) => i % 12 >= 4 && i % 12 !== 11);
    const parked = front.filter((_, i) => i % 12 === 11);
    await world.changeTickets([
      ...waiting.map(({ row }) => ({ ticketId: row.ticket_id, set: { holder_first_name: null } })),
      ...parked.map(({ row }) => ({ ticketId: row.ticket_id, set: { barcode: null } })),
    ]);
    const result = await world.run({ skipTickets: skipped.join(',') });
    const unsettled = new Set(front.map(({ row }) => String(row.ticket_id)));
    const sent = (await world.mobileTickets()).map(({ ticketId }) => ticketId);
    expect(sent.length).toBeGreaterThan(300);
    expect(sent.filter((ticketId) => unsettled.has(ticketId))).toEqual([]);
    expect(result.counts.skipped).toBe(skipped.length);
    expect(result.counts.waitingForHolder).toBeGreaterThanOrEqual(waiting.length);
    expect(result.counts.parked).toBeGreaterThanOrEqual(parked.length);

    const again = await world.run();
    expect(again.counts.sent).toBe(skipped.length);
  });

  it('takes a skip list of ticket ids and tax numbers, mixed, without counting them as errors', async () => {
    await start({ s360: { tickets: 60 } });
    const [one, two, ...others] = sendable(await world.s360Tickets());
    if (one === undefined || two === undefined) throw new Error('too few tickets');
    const result = await world.run({
      skipTickets: ` id:${String(one.row.ticket_id)} , ${String(two.row['tax_number'])}`,
    });
    expect(result).toMatchObject({ endState: 'OK', counts: { skipped: 2, sent: others.length } });
  });

  it('leaves tickets of incomplete holders for later, without a WARNING', async () => {
    await start({ s360: { tickets: 80 } });
    const [one] = sendable(await world.s360Tickets());
    if (one === undefined) throw new Error('too few tickets');
    await world.changeTickets([{ ticketId: one.row.ticket_id, set: { holder_first_name: '' } }]);
    const result = await world.run();
    expect(result.endState).toBe('OK');
    expect(result.counts.waitingForHolder).toBeGreaterThanOrEqual(1);
    expect(result.counts.parked).toBe(0);
  });

  it('keeps sending the others when one ticket is bad, parks it with its reason, and sends it when its record is corrected', async () => {
    await start({ s360: { tickets: 80 } });
    const tickets = sendable(await world.s360Tickets());
    const [bad] = tickets;
    if (bad === undefined) throw new Error('too few tickets');
    const ticketId = bad.row.ticket_id;
    await world.changeTickets([{ ticketId, set: { zip: null } }]);
    const first = await world.run();
    expect(first).toMatchObject({
      endState: 'WARNING',
      counts: { parked: 1, sent: tickets.length - 1 },
      parkedReasons: { 'FIELD_REQUIRED event.address.zip': 1 },
    });
    // Not due yet, still a reason to warn, and not sent.
    expect(await world.run()).toMatchObject({ endState: 'WARNING', counts: { parked: 1, sent: 0 } });
    // S-360 dates its records to the second.
    await world.s360('clock', { advanceSeconds: 2 });
    await world.changeTickets([{ ticketId, set: { zip: '3000' } }]);
    expect(await world.run()).toMatchObject({ endState: 'OK', counts: { parked: 0, sent: 1 } });
    const state = await world.interfaceState();
    expect(state.functions['FCDEMO/ticketsExternalPrinting']?.parked).toEqual({});
  });

  it('parks what only TIXNGO finds wrong, with the code and the field that TIXNGO gives', async () => {
    await start({
      s360: { tickets: 80 },
      configuration: { interface: { customParameters: { enforceMandatoryParameters: false } } },
    });
    const tickets = sendable(await world.s360Tickets());
    const [bad] = tickets;
    if (bad === undefined) throw new Error('too few tickets');
    await world.changeTickets([
      { ticketId: bad.row.ticket_id, set: { contact_email: 'not an address', holder_email: null } },
    ]);
    const result = await world.run();
    expect(result).toMatchObject({ endState: 'WARNING', counts: { parked: 1, sent: tickets.length - 1 } });
    expect(Object.keys(result.parkedReasons)).toEqual([
      expect.stringMatching(/^FIELD_INVALID spectatorDetails\.email/),
    ]);
    expect((await world.tixngoCounters()).ticketsRejected).toBe(1);
    const parked = (await world.s360Tickets()).find(({ row }) => row.ticket_id === bad.row.ticket_id);
    expect(parked).toMatchObject({ row: { ticket_state: 'NOT_PRINTED', printed_by: null } });
    expect(parked?.flags).toEqual({});
  });

  it('splits a call that TIXNGO refuses as a whole until the bad ticket is alone, and sends each other ticket once', async () => {
    await start({
      s360: { tickets: 120 },
      tixngo: { resultStyle: 'wholeBatch', strictNotifications: true },
      configuration: { interface: { customParameters: { enforceMandatoryParameters: false } } },
    });
    const tickets = sendable(await world.s360Tickets());
    const bad = tickets[Math.floor(tickets.length / 3)];
    if (bad === undefined) throw new Error('too few tickets');
    await world.changeTickets([{ ticketId: bad.row.ticket_id, set: { barcode: null } }]);
    const result = await world.run();
    expect(result).toMatchObject({ endState: 'WARNING', counts: { parked: 1, sent: tickets.length - 1 } });
    expect(await world.tixngoCounters()).toMatchObject({
      ticketWrites: tickets.length - 1,
      notifications: tickets.length - 1,
    });
  });

  it('takes an answer without a word per ticket as acceptance of all', async () => {
    await start({ s360: { tickets: 60 }, tixngo: { resultStyle: 'none' } });
    const tickets = sendable(await world.s360Tickets());
    expect(await world.run()).toMatchObject({
      endState: 'OK',
      counts: { sent: tickets.length, processed: tickets.length },
    });
    expect(await world.tixngoCounters()).toMatchObject({ ticketsInjected: tickets.length });
  });

  it.each(['perTicket', 'wholeBatch'] as const)(
    'stops as ERROR instead of parking thousands when most tickets are refused for one reason (%s)',
    async (resultStyle) => {
      await start({ s360: { tickets: 300 }, tixngo: { contingentMandatory: true, resultStyle } });
      const tickets = sendable(await world.s360Tickets());
      await world.changeTickets(
        tickets.map(({ row }) => ({ ticketId: row.ticket_id, set: { contingent_code: null } })),
      );
      await expect(world.run()).rejects.toMatchObject({
        cause: { type: 'SYSTEMIC_REFUSAL', message: expect.stringMatching(/purchaseDetails\.contingent/) as string },
      });
      const fn = (await world.interfaceState()).functions['FCDEMO/ticketsExternalPrinting'];
      expect(fn).toMatchObject({ holder: null, parked: {}, lastRun: { endState: 'ERROR' } });
      expect((await world.s360Counters()).printed).toBe(0);
    },
  );

  it('checks the mandatory contingent before the call when the configuration says that the organizer demands it', async () => {
    await start({
      s360: { tickets: 80 },
      tixngo: { contingentMandatory: true },
      configuration: { interface: { contingentMandatory: true } },
    });
    const tickets = sendable(await world.s360Tickets());
    await world.changeTickets(
      tickets.map(({ row }, i) => ({ ticketId: row.ticket_id, set: { contingent_code: i === 0 ? null : 'STG' } })),
    );
    const result = await world.run();
    expect(result).toMatchObject({
      counts: { sent: tickets.length - 1 },
      parkedReasons: { 'FIELD_REQUIRED purchaseDetails.contingent': 1 },
    });
    expect((await world.tixngoCounters()).ticketsRejected).toBe(0);
  });

  it('sends only one file when a file number is given, whatever the filters say', async () => {
    await start({
      s360: { tickets: 200 },
      configuration: { function: { filters: { productFamily: ['GOODS'] } } },
    });
    const tickets = sendable(await world.s360Tickets());
    const fileId = tickets[10]?.row['file_id'];
    const ofFile = tickets.filter(({ row }) => row['file_id'] === fileId);
    const result = await world.run({ fileNumber: String(fileId) });
    expect(result.counts.sent).toBe(ofFile.length);
    expect(ofFile.length).toBeGreaterThan(0);
  }, 60_000);

  it('ends a run after maxTicketsPerRun and leaves the rest to the next one, nothing twice and nothing lost', async () => {
    await start({
      s360: { tickets: 300 },
      tixngo: { strictNotifications: true },
      configuration: { function: { batchSize: 50 } },
    });
    const tickets = sendable(await world.s360Tickets());
    const first = await world.run({ maxTicketsPerRun: 70 });
    expect(first.counts.sent).toBe(70);
    expect(first.message).toMatch(/More tickets are waiting/);
    const second = await world.run();
    expect(second.counts.sent).toBe(tickets.length - 70);
    expect((await world.tixngoCounters()).notifications).toBe(tickets.length);
  });

  it('waits while S-360 is still preparing an export', async () => {
    await start({ s360: { tickets: 40, inProgressAnswers: 2 } });
    const tickets = sendable(await world.s360Tickets());
    expect((await world.run()).counts.sent).toBe(tickets.length);
  });

  it('marks a ticket that is cancelled while its page is under way as injected, so that push cancelled takes it from there', async () => {
    let cancel: (() => Promise<void>) | undefined;
    world = await World.start({
      s360: {
        tickets: 60,
        around: async ({ name }, apply) => {
          if (name === 'markPrinted.markPrinted') await cancel?.();
          return apply();
        },
      },
    });
    await world.worker();
    const tickets = sendable(await world.s360Tickets());
    const [victim] = tickets;
    if (victim === undefined) throw new Error('too few tickets');
    cancel = async () => {
      cancel = undefined;
      await world.changeTickets([{ ticketId: victim.row.ticket_id, set: { ticket_state: 'CANCELLED' } }]);
    };
    const result = await world.run();
    expect(result).toMatchObject({ endState: 'OK', counts: { cancelledMeanwhile: 1, sent: tickets.length } });
    const [after] = (await world.s360<{ tickets: SandboxTicket[] }>(`tickets?ids=${String(victim.row.ticket_id)}`))
      .tickets;
    expect(after?.row).toMatchObject({ ticket_state: 'CANCELLED', printed_by: null });
    expect(after?.flags['TIXNGO_INJECTION']).toBeDefined();
  });
});

describe('a configuration that does not fit stops the run before its first ticket', () => {
  it.each([
    [
      'an unknown point of sales',
      { function: { pointOfSales: 'TIXNGO;NOWHERE' } },
      {},
      'POINT_OF_SALES_UNKNOWN',
      /pointOfSales/,
    ],
    ['a season that does not exist', { function: { filters: { season: ['S1999'] } } }, {}, 'FILTER_UNKNOWN', /season/],
    [
      'an unknown export',
      { s360: { exportKeys: { ticketsExternalPrinting: 'NO_SUCH' } } },
      {},
      'EXPORT_UNKNOWN',
      /exportKeys/,
    ],
    [
      'an operation without a path',
      { s360: { operations: {} } },
      {},
      'OPERATION_NOT_CONFIGURED',
      /s360\.operations\.markPrinted/,
    ],
    ['a wrong S-360 secret', {}, { S360_SECRET: 'wrong' }, 'ACCESS_REFUSED', /S-360 authenticate answered 401/],
    ['a wrong TIXNGO key', {}, { TIXNGO_API_KEY: 'wrong' }, 'ACCESS_REFUSED', /TIXNGO lookupTickets answered 403/],
    ['a wrong TIXNGO address', { interface: { url: 'TIXNGO_URL_WRONG' } }, {}, 'NOT_FOUND', /TIXNGO/],
  ])('%s', async (_, change, environment, type, message) => {
    world = await World.start({ s360: { tickets: 40 } });
    const fits = JSON.parse(
      JSON.stringify(change).replace('TIXNGO_URL_WRONG', world.tixngoUrl.replace('v3', 'v9')),
    ) as typeof change;
    await world.worker(fits, environment);
    await expect(world.run()).rejects.toMatchObject({
      cause: { type, message: expect.stringMatching(message) as string },
    });
    expect(await world.tixngoCounters()).toMatchObject({ ticketWrites: 0 });
    expect((await world.interfaceState()).functions['FCDEMO/ticketsExternalPrinting']?.holder ?? null).toBeNull();
  });
});
