import { afterEach, describe, expect, it } from 'vitest';

import { World } from '../support/world.js';

let world: World;

afterEach(async () => {
  expect(world.violations()).toEqual([]);
  await world.close();
});

/** What S-360 shows of a ticket, what TIXNGO shows of it, and what S-360 has been told of that: `PRINTED, INJECTED, none`. */
async function shown(ticketId: number): Promise<string> {
  const sold = (await world.s360Tickets()).find(({ row }) => row.ticket_id === ticketId);
  const mobile = (await world.mobileTickets()).find((ticket) => ticket.ticketId === String(ticketId));
  const { mobileTickets } = await world.s360<{
    mobileTickets: { ticketId: number; current: { status: string } | null }[];
  }>(`mobile-tickets?ids=${String(ticketId)}`);
  const told = mobileTickets[0]?.current?.status;
  return [sold?.row['ticket_state'], mobile?.status ?? 'none', told ?? 'none'].join(', ');
}

async function startWithOne(): Promise<number> {
  world = await World.start({ s360: { tickets: 1 } });
  await world.worker();
  const { ticketIds } = await world.s360<{ ticketIds: [number] }>('box-office/sell', { count: 1 });
  return ticketIds[0];
}

describe('S-360’s status of a ticket beside TIXNGO’s', () => {
  it('Not printed is nothing, Printed is INJECTED and whatever the spectator makes of it, Controlled is CONTROLLED after the feedback and *_ACTIVATED before', async () => {
    const ticketId = await startWithOne();
    const ticketIds = [String(ticketId)];
    expect(await shown(ticketId)).toBe('NOT_PRINTED, none, none');
    await world.run();
    await world.runRetrieve();
    expect(await shown(ticketId)).toBe('PRINTED, INJECTED, INJECTED');

    for (const [act, body, status] of [
      ['phones/download', {}, 'DOWNLOADED'],
      ['spectators/assign', {}, 'ASSIGNED'],
      ['spectators/transfer', {}, 'PENDING_TRANSFER'],
      ['spectators/refuse', {}, 'FAILURE_TRANSFER'],
      ['spectators/transfer', {}, 'PENDING_TRANSFER'],
      ['spectators/accept', {}, 'TRANSFERRED'],
      ['spectators/activate', { method: 'OFFLINE' }, 'OFFLINE_ACTIVATED'],
    ] as const) {
      await world.tixngo(act, { ticketIds, ...body });
      await world.runRetrieve();
      expect(await shown(ticketId)).toBe(`PRINTED, ${status}, ${status}`);
    }

    await world.s360('gates/control', { ticketIds: [ticketId] });
    expect(await shown(ticketId)).toBe('CONTROLLED, OFFLINE_ACTIVATED, OFFLINE_ACTIVATED');
    await world.runFunction('pushControlled');
    expect(await shown(ticketId)).toBe('CONTROLLED, CONTROLLED, OFFLINE_ACTIVATED');
    await world.runRetrieve();
    expect(await shown(ticketId)).toBe('CONTROLLED, CONTROLLED, CONTROLLED');
  });

  it('Cancelled is DELETION_PENDING and then DELETED, and nothing if it was never sent', async () => {
    const ticketId = await startWithOne();
    await world.run();
    await world.tixngo('phones/download', { all: true });
    await world.tixngo('phones/offline', { ticketIds: [String(ticketId)] });
    await world.s360('box-office/cancel', { ticketIds: [ticketId] });
    const { ticketIds: sold } = await world.s360<{ ticketIds: [number] }>('box-office/sell', { count: 1 });
    await world.s360('box-office/cancel', { ticketIds: sold });
    // It waits for the phone, also while others read.
    const pushing = await world.startCancelled();
    while ((await shown(ticketId)) !== 'CANCELLED, DELETION_PENDING, DELETION_PENDING') await world.runRetrieve();
    await world.tixngo('phones/online', { all: true });
    expect(await pushing.result()).toMatchObject({ endState: 'OK' });
    await world.runRetrieve();
    expect(await shown(ticketId)).toBe('CANCELLED, DELETED, DELETED');
    expect(await shown(sold[0])).toBe('CANCELLED, none, none');
  });
});
