import { expect, it } from 'vitest';

import { World } from '../support/world.js';

it('more changed privilege definitions than TIXNGO allows calls a minute are all written', async () => {
  const world = await World.start({ s360: { tickets: 1 } });
  try {
    const endFirst = await world.worker();
    const { cards } = await world.s360<{ cards: { ticketId: number }[] }>('box-office/sell-cards', {
      count: 50,
      kind: 'MEMBERSHIP_CARD',
    });
    const products = (name: string): Promise<unknown> =>
      world.changeTickets(
        cards.map(({ ticketId }, i) => ({
          ticketId,
          set: { product_code: `P${String(i)}`, product_name: `${name} ${String(i)}` },
        })),
      );
    await products('Old');
    await world.runFunction('digitalPrivilegesInjection');
    await endFirst();
    await world.s360('clock', { advanceSeconds: 2 });
    await products('New');
    // The calls are used up in the middle of them.
    await world.worker({ interface: { callsPerMinute: 30 } });
    const result = await world.runFunction('digitalPrivilegesInjection');
    expect(result).toMatchObject({ endState: 'OK', counts: { sent: 0, definitions: 50 } });
    const { definitions } = await world.tixngo<{ definitions: { name: string }[] }>('privilege-definitions');
    expect(definitions.map(({ name }) => name).sort()).toEqual(cards.map((_, i) => `New ${String(i)}`).sort());
    expect((await world.tixngoCounters()).rateLimited).toBe(0);
    expect(world.violations()).toEqual([]);
  } finally {
    await world.close();
  }
}, 300_000);
