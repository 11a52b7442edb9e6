import { afterEach, describe, expect, it } from 'vitest';

import { World } from '../support/world.js';

let world: World;

afterEach(async () => {
  expect(world.violations()).toEqual([]);
  await world.close();
});

interface HeldEvent {
  readonly eventId: string;
  readonly event: { readonly name: string; readonly address: { readonly site: string } };
}

describe('an event that has changed in S-360', () => {
  it('is brought up to date by the next ticket that is injected into it; no ticket is sent again for it', async () => {
    world = await World.start({ s360: { tickets: 1 } });
    await world.worker();
    const { ticketIds } = await world.s360<{ ticketIds: [number] }>('box-office/sell', { count: 1 });
    await world.run();
    const first = (await world.s360Tickets()).find(({ row }) => row.ticket_id === ticketIds[0]);
    const performanceId = Number(first?.row['performance_id']);
    const event = async (): Promise<HeldEvent['event'] | undefined> => {
      const { events } = await world.tixngo<{ events: HeldEvent[] }>('events');
      return events.find(({ eventId }) => eventId === String(performanceId))?.event;
    };
    expect(await event()).toMatchObject({ name: first?.row['performance_name'] });

    const { ticketIds: next } = await world.s360<{ ticketIds: [number] }>('box-office/sell', {
      count: 1,
      performanceId,
    });
    const set = { performance_name: 'The postponed final', site: 'The other stadium' };
    await world.changeTickets([ticketIds[0], next[0]].map((ticketId) => ({ ticketId, set })));
    await world.tixngo('counters/reset', {});
    await world.run();
    expect(await event()).toMatchObject({ name: 'The postponed final', address: { site: 'The other stadium' } });
    expect(await world.tixngoCounters()).toMatchObject({ ticketWrites: 1, ticketsInjected: 1 });
  });
});
