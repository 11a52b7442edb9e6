import { afterEach, describe, expect, it } from 'vitest';

import type { RunResult } from '../../src/domain/stretch.js';
import { until, World, type SandboxTicket, type WorldOptions } from '../support/world.js';

let world: World;

afterEach(async () => {
  expect(world.violations()).toEqual([]);
  await world.close();
});

async function startInjected(options: WorldOptions = {}): Promise<SandboxTicket[]> {
  world = await World.start({
    s360: { tickets: 150 },
    ...options,
    tixngo: { strictNotifications: true, ...options.tixngo },
  });
  await world.worker();
  await world.run();
  // The data has cards and cancelled tickets of its own.
  await world.runFunction('digitalPrivilegesInjection');
  await world.runCancelled();
  await world.tixngo('counters/reset', {});
  return (await world.s360Tickets()).filter(({ row }) => row['printed_by'] === 'TIXNGO;MOBILE');
}

function ids(tickets: readonly SandboxTicket[]): number[] {
  return tickets.map(({ row }) => row.ticket_id);
}

async function mobile(ticketId: number) {
  const found = (await world.mobileTickets()).find((ticket) => ticket.ticketId === String(ticketId));
  if (found === undefined) throw new Error('TIXNGO does not have the ticket');
  return found;
}

describe('push cancelled', () => {
  it('deletes what S-360 has cancelled or invalidated, marks it processed, and pushes nothing twice', async () => {
    const [one, two, ...others] = ids(await startInjected());
    await world.s360('box-office/cancel', { ticketIds: [one] });
    await world.s360('box-office/invalidate', { ticketIds: [two], cause: 'RESALE_PENDING' });
    const result = await world.runCancelled();
    expect(result).toMatchObject({ endState: 'OK', counts: { sent: 2, processed: 2 } });
    expect(await mobile(one as number)).toMatchObject({ status: 'DELETED', deletion: { visible: false } });
    expect(await mobile(two as number)).toMatchObject({ status: 'DELETED', deletion: { reason: 'RESALE_PENDING' } });
    expect((await mobile(others[0] as number)).status).toBe('INJECTED');
    expect(await world.runCancelled()).toMatchObject({ counts: { sent: 0, offered: 0 } });
    expect((await world.tixngoCounters()).ticketWrites).toBe(2);
  });

  it('waits until the phone that holds the ticket has synced, while a newer run pushes new cancellations', async () => {
    await startInjected();
    const [first1, ...others] = await world.mobileTickets();
    const [one, two] = [first1, others.find(({ owner }) => owner.email !== first1?.owner.email)].map((ticket) =>
      Number(ticket?.ticketId),
    );
    await world.tixngo('phones/download', { all: true });
    await world.tixngo('phones/offline', { ticketIds: [String(one)] });
    await world.s360('box-office/cancel', { ticketIds: [one] });
    const first = await world.startCancelled();
    await until(async () => (await mobile(one as number)).status === 'DELETION_PENDING');
    await until(
      async () => (await world.interfaceState()).functions['FCDEMO/pushCancelled']?.lastRun?.counts.sent === 1,
    );
    expect((await first.describe()).status.name).toBe('RUNNING');

    await world.s360('box-office/cancel', { ticketIds: [two] });
    const second = await world.runCancelled();
    expect(second).toMatchObject({ endState: 'OK', counts: { sent: 1 } });
    expect((await mobile(two as number)).status).toBe('DELETED');
    expect((await first.describe()).status.name).toBe('RUNNING');
    await world.tixngo('phones/online', { all: true });
    expect((await mobile(one as number)).status).toBe('DELETED');
    const result = (await first.result()) as RunResult;
    expect(result.message).toMatch(/confirmed 1 deletions/);
  }, 180_000);

  it('settles a ticket that never was in TIXNGO without a write', async () => {
    await startInjected();
    const never = (await world.s360Tickets()).filter(
      ({ row, flags }) =>
        row['shipment_mode_type'] === 'BLOCKCHAIN' &&
        flags['TIXNGO_INJECTION'] === undefined &&
        flags['TIXNGO_PRIVILEGES'] === undefined,
    );
    await world.s360('box-office/cancel', { ticketIds: ids(never) });
    const result = await world.runCancelled();
    expect(result).toMatchObject({ endState: 'OK', counts: { sent: 0, neverInTixngo: never.length } });
    expect((await world.tixngoCounters()).ticketWrites).toBe(0);
    expect(await world.runCancelled()).toMatchObject({ counts: { offered: 0 } });
  });

  it('pushes again when the invalidation reason has changed, and for nothing else', async () => {
    const [one] = ids(await startInjected());
    await world.s360('box-office/invalidate', { ticketIds: [one], cause: 'RESALE_PENDING' });
    await world.runCancelled();
    await world.tixngo('counters/reset', {});
    await world.s360('box-office/change-price', { ticketIds: [one], price: 1 });
    expect(await world.runCancelled()).toMatchObject({ counts: { offered: 1, sent: 0, processed: 1 } });
    expect((await world.tixngoCounters()).ticketWrites).toBe(0);
    await world.s360('box-office/change-reason', { ticketIds: [one], cause: 'RESOLD' });
    expect(await world.runCancelled()).toMatchObject({ counts: { offered: 1, sent: 1, processed: 1 } });
    expect((await mobile(one as number)).deletion).toMatchObject({ reason: 'RESOLD' });
    expect((await world.tixngoCounters()).ticketWrites).toBe(1);
  });

  it('takes only tickets of the configured shipment modes, and leaves out the skip list', async () => {
    const tickets = await startInjected();
    const [one, two] = ids(tickets);
    const all = await world.s360Tickets();
    const printAtHome = all.filter(({ row }) => row['shipment_mode_type'] === 'PRINT_AT_HOME').slice(0, 3);
    await world.s360('box-office/cancel', { ticketIds: [one, two, ...ids(printAtHome)] });
    expect(await world.runCancelled({ skipTickets: `id:${String(two)}` })).toMatchObject({
      endState: 'OK',
      counts: { sent: 1, skipped: 1, neverInTixngo: 0 },
    });
    expect((await mobile(two as number)).status).toBe('INJECTED');
  });

  it.each([
    [
      'a reason of the override list',
      { interface: { customParameters: { overrideVisibilityFlagForInvalidationReasons: ['RESOLD'] } } },
      true,
    ],
    ['Notify spectator', { pushCancelled: { notifySpectator: true } }, true],
    ['the default value of the flag', { interface: { customParameters: { visibilityFlagDefaultValue: true } } }, true],
    ['none of the three', {}, false],
  ])('shows the deleted ticket by %s', async (_, configuration, visible) => {
    const [one] = ids(await startInjected({ configuration }));
    await world.s360('box-office/invalidate', { ticketIds: [one], cause: 'RESOLD' });
    await world.runCancelled();
    expect((await mobile(one as number)).deletion).toMatchObject({ reason: 'RESOLD', visible });
  });

  it('maps S-360’s causes to TIXNGO’s deletion reasons as configured', async () => {
    const [one] = ids(
      await startInjected({ configuration: { pushCancelled: { deletionReasons: { REPRINT: 'REPRINTED' } } } }),
    );
    await world.s360('box-office/invalidate', { ticketIds: [one], cause: 'REPRINT' });
    await world.runCancelled();
    expect((await mobile(one as number)).deletion).toMatchObject({ reason: 'REPRINTED' });
  });

  it('leaves an unknown ticket for the next run while injection could still be sending it', async () => {
    world = await World.start({ s360: { tickets: 150 }, configuration: { function: { launch: 'manual' } } });
    await world.worker();
    const offered = (await world.s360Tickets()).filter(({ row }) => row['shipment_mode_type'] === 'BLOCKCHAIN');
    await world.s360('box-office/cancel', { ticketIds: [offered[0]?.row.ticket_id] });
    // Injection has never run here: nobody knows what was sent before.
    const { counts } = await world.runCancelled();
    expect(counts).toMatchObject({ neverInTixngo: 0, processed: 0 });
    expect(counts.waitingForInjection).toBeGreaterThanOrEqual(1);
    await world.run();
    expect(await world.runCancelled()).toMatchObject({
      counts: { waitingForInjection: 0, neverInTixngo: counts.waitingForInjection },
    });
  });
});
