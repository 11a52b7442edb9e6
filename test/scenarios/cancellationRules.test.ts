import { afterEach, describe, expect, it } from 'vitest';

import { World, type MobileTicket } from '../support/world.js';

let world: World;

afterEach(async () => {
  expect(world.violations()).toEqual([]);
  await world.close();
});

/** @returns the tickets that TIXNGO has now; nothing is left to push */
async function injectAll(): Promise<number[]> {
  await world.run();
  // The data has cancelled tickets of its own.
  await world.runCancelled();
  await world.tixngo('counters/reset', {});
  return (await world.mobileTickets()).map(({ ticketId }) => Number(ticketId));
}

async function startInjected(interfaceSettings: object = {}): Promise<number[]> {
  world = await World.start({
    s360: { tickets: 60 },
    tixngo: { strictNotifications: true },
    configuration: { interface: interfaceSettings },
  });
  await world.worker();
  return injectAll();
}

async function mobile(ticketId: number | undefined): Promise<MobileTicket | undefined> {
  return (await world.mobileTickets()).find((ticket) => ticket.ticketId === String(ticketId));
}

describe('what push cancelled takes', () => {
  it('deletes a ticket that the box office has reprinted, and injection sends the new one', async () => {
    const [old] = await startInjected();
    const { reprinted } = await world.s360<{ reprinted: { newTicketId: number }[] }>('box-office/reprint', {
      ticketIds: [old],
    });
    expect(await world.runCancelled()).toMatchObject({ endState: 'OK', counts: { sent: 1, processed: 1 } });
    expect(await mobile(old)).toMatchObject({ status: 'DELETED', deletion: { reason: 'REPRINTED' } });
    expect((await world.run()).counts.sent).toBe(1);
    expect(await mobile(reprinted[0]?.newTicketId)).toMatchObject({ status: 'INJECTED', notifications: 1 });
  });

  it('deletes a ticket that is posted on resale, one that is invalidated, and those of a batch cancellation', async () => {
    const [resold, invalid, ...others] = await startInjected();
    const batch = others.slice(0, 10);
    await world.s360('box-office/invalidate', { ticketIds: [resold], cause: 'RESALE_PENDING' });
    await world.s360('box-office/invalidate', { ticketIds: [invalid] });
    await world.s360('box-office/cancel', { ticketIds: batch, cause: 'EVENT_CANCELLED' });
    expect(await world.runCancelled()).toMatchObject({ endState: 'OK', counts: { sent: 12, processed: 12 } });
    expect(await mobile(resold)).toMatchObject({ status: 'DELETED', deletion: { reason: 'RESALE_PENDING' } });
    expect(await mobile(invalid)).toMatchObject({ status: 'DELETED', deletion: { reason: 'INVALIDATED' } });
    for (const ticketId of batch) {
      expect(await mobile(ticketId)).toMatchObject({ status: 'DELETED', deletion: { reason: 'EVENT_CANCELLED' } });
    }
    expect((await world.tixngoCounters()).notifications).toBe(12);
  });

  it('leaves out what another push cancelled function of the organization has processed', async () => {
    world = await World.start({ s360: { tickets: 60 }, tixngo: { strictNotifications: true } });
    interface Example {
      institutions: { organizations: { interfaces: { functions: { internalName: string }[] }[] }[] }[];
    }
    const { institutions } = JSON.parse(await world.configurationText()) as Example;
    const functions = institutions[0]?.organizations[0]?.interfaces[0]?.functions ?? [];
    const [, first] = functions;
    if (first === undefined) throw new Error('the example has no push cancelled');
    const second = { ...first, internalName: 'Push cancelled at night' };
    functions.push(second);
    await world.worker({ root: { institutions } });
    await world.run();
    // The first run of each looks for deletions that nobody waits for, among what is processed too.
    await world.runCancelled({ internalName: first.internalName });
    await world.runCancelled({ internalName: second.internalName });
    await world.tixngo('counters/reset', {});
    const [one, two] = await world.mobileTickets();

    await world.s360('box-office/cancel', { ticketIds: [Number(one?.ticketId)] });
    expect((await world.runCancelled({ internalName: first.internalName })).counts.sent).toBe(1);
    expect((await world.runCancelled({ internalName: second.internalName })).counts.offered).toBe(0);
    await world.s360('box-office/cancel', { ticketIds: [Number(two?.ticketId)] });
    expect((await world.runCancelled({ internalName: second.internalName })).counts.sent).toBe(1);
    expect((await world.runCancelled({ internalName: first.internalName })).counts.offered).toBe(0);
    expect(await world.tixngoCounters()).toMatchObject({ ticketWrites: 2, notifications: 2 });
  });

  it('splits a batch into calls of ticketIterationSize', async () => {
    const ticketIds = (await startInjected({ customParameters: { ticketIterationSize: 3 } })).slice(0, 7);
    await world.s360('box-office/cancel', { ticketIds });
    expect((await world.runCancelled()).counts.sent).toBe(7);
    const { calls, notifications } = await world.tixngoCounters();
    expect(calls['tickets.delete']).toBe(3);
    expect(notifications).toBe(7);
  });

  it('shows a WARNING at every run while TIXNGO refuses a ticket, until somebody skips it', async () => {
    const [bad, good] = await startInjected();
    // No reason of TIXNGO is so long.
    await world.s360('box-office/invalidate', { ticketIds: [bad], cause: 'X'.repeat(200) });
    await world.s360('box-office/cancel', { ticketIds: [good] });
    expect(await world.runCancelled()).toMatchObject({ endState: 'WARNING', counts: { sent: 1, parked: 1 } });
    expect(await world.runCancelled()).toMatchObject({ endState: 'WARNING', counts: { sent: 0, parked: 1 } });
    expect(await world.runCancelled({ skipTickets: `id:${String(bad)}` })).toMatchObject({
      endState: 'OK',
      counts: { sent: 0, parked: 0, skipped: 1 },
    });
    expect(await mobile(bad)).toMatchObject({ status: 'INJECTED', notifications: 1 });
    expect(await mobile(good)).toMatchObject({ status: 'DELETED', notifications: 2 });
  });
});
