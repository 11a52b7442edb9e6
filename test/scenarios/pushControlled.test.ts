import { afterEach, describe, expect, it } from 'vitest';

import { World, type SandboxTicket, type WorldOptions } from '../support/world.js';

let world: World;

afterEach(async () => {
  expect(world.violations()).toEqual([]);
  await world.close();
});

/** Injected tickets, of which nobody has been controlled; the counters begin at zero. */
async function startInjected(options: WorldOptions = {}): Promise<number[]> {
  world = await World.start({
    s360: { tickets: 150 },
    ...options,
    tixngo: { strictNotifications: true, ...options.tixngo },
  });
  await world.worker();
  await world.run();
  // The data has cancelled and controlled tickets of its own.
  await world.runCancelled();
  await world.runFunction('pushControlled');
  await world.tixngo('counters/reset', {});
  return injectedOf(await world.s360Tickets());
}

function injectedOf(tickets: readonly SandboxTicket[]): number[] {
  return tickets.filter(({ row }) => row['printed_by'] === 'TIXNGO;MOBILE').map(({ row }) => row.ticket_id);
}

async function statusOf(ticketId: number | undefined): Promise<string> {
  const found = (await world.mobileTickets()).find((ticket) => ticket.ticketId === String(ticketId));
  if (found === undefined) throw new Error('TIXNGO does not have the ticket');
  return found.status;
}

describe('push controlled', () => {
  it('tells TIXNGO what the gates have let in, marks it processed, pushes nothing twice, and leaves S-360 as it is', async () => {
    const [one, two, three] = await startInjected();
    await world.s360('gates/control', { ticketIds: [one, two] });
    const result = await world.runFunction('pushControlled');
    expect(result).toMatchObject({ endState: 'OK', counts: { sent: 2, processed: 2 } });
    expect([await statusOf(one), await statusOf(two), await statusOf(three)]).toEqual([
      'CONTROLLED',
      'CONTROLLED',
      'INJECTED',
    ]);
    const states = (await world.s360Tickets()).filter(({ row }) => [one, two].includes(row.ticket_id));
    expect(states.map(({ row }) => row['ticket_state'])).toEqual(['CONTROLLED', 'CONTROLLED']);
    expect(await world.runFunction('pushControlled')).toMatchObject({ counts: { sent: 0, offered: 0 } });
    expect((await world.tixngoCounters()).ticketWrites).toBe(2);
  });

  it('previews without a write in either system, and says what would become of which ticket', async () => {
    const [one, two] = await startInjected();
    await world.s360('gates/control', { ticketIds: [one, two] });
    await world.s360('counters/reset', {});
    const result = await world.runFunction('pushControlled', { simulation: true, skipTickets: `id:${String(two)}` });
    expect(result).toMatchObject({
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
  });

  it('takes an operator’s list once', async () => {
    const [one, two] = await startInjected();
    await world.s360('gates/control', { ticketIds: [one, two] });
    await world.runFunction('pushControlled');
    await world.tixngo('tickets/alter', { ticketId: String(one), set: { status: 'DOWNLOADED' } });
    const overrideDay = new Date().toLocaleDateString('sv', { timeZone: 'Europe/Zurich' });
    const result = await world.runFunction('pushControlled', {
      forceTickets: `id:${String(one)},id:${String(two)},TN-NOBODY`,
      overrideDay,
    });
    expect(result).toMatchObject({ endState: 'OK', counts: { sent: 1, found: 1, notOffered: 1 } });
    expect(result.message).toContain('TN-NOBODY');
  });
});
