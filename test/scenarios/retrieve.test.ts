import { afterEach, describe, expect, it } from 'vitest';

import { tixngoStatuses } from '../../src/domain/tixngoStatus.js';
import { World, type WorldOptions } from '../support/world.js';

/** A ticket's mobile side as S-360 keeps it. */
interface StoredMobileTicket {
  readonly ticketId: number;
  readonly current: {
    readonly status: string;
    readonly statusChangedAt: string;
    readonly owner: { readonly email: string } | null;
    readonly holder: { readonly lastName: string } | null;
    readonly activation: { readonly method: string } | null;
    readonly extraFields: readonly { readonly key: string }[];
  } | null;
  readonly history: readonly { readonly status: string }[];
}

let world: World;

/** Tickets in both systems, and a worker. @returns TIXNGO's ids of all that were injected */
async function injected(options: WorldOptions = {}): Promise<string[]> {
  world = await World.start({ ...options, s360: { tickets: 120, ...options.s360 } });
  await world.worker();
  expect(await world.run()).toMatchObject({ endState: 'OK' });
  return (await world.mobileTickets()).map(({ ticketId }) => ticketId);
}

async function stored(): Promise<StoredMobileTicket[]> {
  const { mobileTickets } = await world.s360<{ mobileTickets: StoredMobileTicket[] }>('mobile-tickets?limit=5000');
  return mobileTickets.filter(({ current }) => current !== null);
}

function statusesOf(tickets: readonly StoredMobileTicket[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { current } of tickets) counts[current?.status ?? ''] = (counts[current?.status ?? ''] ?? 0) + 1;
  return counts;
}

afterEach(async () => {
  expect(world.violations()).toEqual([]);
  await world.close();
});

describe('retrieve ticket status', () => {
  it('stores what happens in the phones and its history, and the second run reads and stores nothing', async () => {
    const ids = await injected();
    await world.tixngo('phones/download', { all: true });
    await world.tixngo('spectators/assign', { ticketIds: ids.slice(0, 5) });
    await world.tixngo('spectators/activate', { ticketIds: ids.slice(5, 8), method: 'BT' });

    const run = await world.runRetrieve();
    expect(run).toMatchObject({ endState: 'OK', counts: { stored: 2 * ids.length + 8, unchanged: 0, parked: 0 } });
    const tickets = await stored();
    expect(statusesOf(tickets)).toEqual({ DOWNLOADED: ids.length - 8, ASSIGNED: 5, BT_ACTIVATED: 3 });
    for (const { current, history } of tickets) {
      expect(history.map(({ status }) => status).slice(0, 2)).toEqual(['INJECTED', 'DOWNLOADED']);
      expect(current?.owner?.email).toContain('@');
      if (current?.status === 'ASSIGNED') expect(current.holder?.lastName).toBeTruthy();
      if (current?.status === 'BT_ACTIVATED') expect(current.activation?.method).toBeTruthy();
    }
    expect(tickets.some(({ current }) => (current?.extraFields.length ?? 0) > 0)).toBe(true);

    const calls = await world.s360Counters();
    expect(await world.runRetrieve()).toMatchObject({
      endState: 'OK',
      counts: { offered: 0, stored: 0, s360Calls: 0 },
    });
    expect(await world.s360Counters()).toEqual(calls);
  });

  it('leaves S-360’s ticket status, its processed marks and its records as they are, and writes nothing to TIXNGO', async () => {
    const ids = await injected();
    await world.tixngo('phones/download', { all: true });
    await world.tixngo('spectators/activate', { ticketIds: ids.slice(0, 3), method: 'ONLINE' });
    const [before, { ticketWrites, notifications }] = [await world.s360Tickets(), await world.tixngoCounters()];
    await world.runRetrieve();
    expect(await world.s360Tickets()).toEqual(before);
    expect(await world.tixngoCounters()).toMatchObject({ ticketWrites, notifications });
  });

  it('stores each of the 19 statuses by its name, and an unknown, a legacy and a misspelt one', async () => {
    const ids = await injected();
    const others = ['ON_THE_MOON', 'RECEIVED', 'TRANSFER_PENDING', 'PENDING_TRANFER'];
    const statuses = [...tixngoStatuses, ...others];
    for (const [index, status] of statuses.entries()) {
      await world.tixngo('diff/append', { ticketId: ids[index], status });
    }
    expect(await world.runRetrieve()).toMatchObject({ endState: 'OK', counts: { parked: 0 } });
    const byId = new Map((await stored()).map((ticket) => [String(ticket.ticketId), ticket.current?.status]));
    for (const [index, status] of statuses.entries()) {
      expect(byId.get(ids[index] ?? '')).toBe(status === 'PENDING_TRANFER' ? 'PENDING_TRANSFER' : status);
    }
  });

  it('leaves out the skip lists of the configuration and of the input, by tax number and by id, without a WARNING', async () => {
    world = await World.start({ s360: { tickets: 60 } });
    const [first, second] = await world.s360Tickets();
    await world.worker({ retrieve: { skipTickets: String(first?.row['tax_number']) } });
    await world.run();
    const mobile = new Set((await world.mobileTickets()).map(({ ticketId }) => ticketId));
    const skipped = [first, second].filter((ticket) => mobile.has(String(ticket?.row.ticket_id)));
    expect(skipped).not.toEqual([]);
    const run = await world.runRetrieve({ skipTickets: `id:${String(second?.row.ticket_id)}` });
    expect(run).toMatchObject({ endState: 'OK', counts: { skipped: skipped.length } });
    const kept = new Set((await stored()).map(({ ticketId }) => ticketId));
    for (const ticket of skipped) expect(kept.has(ticket?.row.ticket_id ?? 0)).toBe(false);
    expect(kept.size).toBe(mobile.size - skipped.length);
  });

  it('finds tickets by their tax number where TIXNGO has that as ticket id', async () => {
    await injected({ configuration: { interface: { ticketIdentifier: 'taxNumber' } } });
    await world.tixngo('phones/download', { all: true });
    const run = await world.runRetrieve();
    expect(run).toMatchObject({ endState: 'OK', counts: { unknownTickets: 0 } });
    expect(statusesOf(await stored())).toEqual({ DOWNLOADED: run.counts.stored / 2 });
  });

  it('goes on where the last run ended when one ends early, page by page', async () => {
    const ids = await injected({ configuration: { retrieve: { batchSize: 20 } } });
    const first = await world.runRetrieve({ maxTicketsPerRun: 40 });
    expect(first).toMatchObject({ endState: 'OK' });
    expect(first.message).toContain('More tickets are waiting');
    expect(first.counts.offered).toBeLessThan(ids.length);
    const second = await world.runRetrieve();
    expect(first.counts.stored + second.counts.stored).toBe(ids.length);
    expect(second.counts.unchanged).toBe(0);
    expect(await stored()).toHaveLength(ids.length);
  });

  it('stops before the first entry when an operation is not configured, and names it', async () => {
    await injected({ configuration: { s360: { operations: { markPrinted: '/sandbox/s360/mark-printed' } } } });
    const handle = await world.startRetrieve();
    await expect(handle.result()).rejects.toMatchObject({
      cause: {
        type: 'OPERATION_NOT_CONFIGURED',
        message: expect.stringContaining('s360.operations.readMobileTickets'),
      },
    });
    expect((await world.tixngoCounters()).calls['tickets.diff'] ?? 0).toBe(0);
  });

  it('stops when TIXNGO does not know the pagination key, says how to go on, and goes on so', async () => {
    const ids = await injected();
    const handle = await world.startRetrieve({ paginationKey: 'none-of-yours' });
    await expect(handle.result()).rejects.toMatchObject({
      cause: { type: 'PAGINATION_KEY_REFUSED', message: expect.stringContaining('with an empty paginationKey') },
    });
    expect(await world.runRetrieve({ paginationKey: '' })).toMatchObject({ counts: { stored: ids.length } });
    // The key that it has led to is the interface's own now.
    expect(await world.runRetrieve()).toMatchObject({ counts: { offered: 0 } });
  });

  it('waits while somebody else reads the diff of the organizer, and then goes on', async () => {
    const ids = await injected();
    await world.tixngo('diff/occupy', {});
    const handle = await world.startRetrieve();
    for (let seen = ''; !seen.includes('Somebody else reads the diff');) {
      const { raw } = await handle.describe();
      seen = raw.pendingActivities?.[0]?.lastFailure?.message ?? '';
    }
    await world.tixngo('diff/release', {});
    expect(await handle.result()).toMatchObject({ endState: 'OK', counts: { stored: ids.length } });
  });
});
