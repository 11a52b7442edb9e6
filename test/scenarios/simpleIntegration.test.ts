import { afterEach, describe, expect, it } from 'vitest';

import { sellCards } from '../support/privileges.js';
import { World } from '../support/world.js';

let world: World;

afterEach(async () => {
  expect(world.violations()).toEqual([]);
  await world.close();
});

describe('a simple integration', () => {
  it('has each function once and no custom parameters, and all of them work', async () => {
    world = await World.start({ s360: { tickets: 1 }, configuration: { interface: { customParameters: undefined } } });
    interface Example {
      institutions: [{ organizations: [{ interfaces: { functions: { function: string }[] }[] }] }];
    }
    const text = await world.configurationText();
    expect(text).not.toContain('customParameters');
    const { interfaces } = (JSON.parse(text) as Example).institutions[0].organizations[0];
    expect(interfaces).toHaveLength(1);
    const names = interfaces[0]?.functions.map((fn) => fn.function) ?? [];
    expect(new Set(names).size).toBe(5);
    expect(names).toHaveLength(5);

    await world.worker();
    const { ticketIds } = await world.s360<{ ticketIds: number[] }>('box-office/sell', { count: 3 });
    await sellCards(world, { count: 1, kind: 'MEMBERSHIP_CARD' });
    expect(await world.run()).toMatchObject({ endState: 'OK' });
    expect(await world.runFunction('digitalPrivilegesInjection')).toMatchObject({
      endState: 'OK',
      counts: { sent: 1 },
    });
    await world.s360('box-office/cancel', { ticketIds: ticketIds.slice(0, 1) });
    await world.s360('gates/control', { ticketIds: ticketIds.slice(1, 2) });
    expect(await world.runCancelled()).toMatchObject({ endState: 'OK' });
    expect(await world.runFunction('pushControlled')).toMatchObject({ endState: 'OK' });
    expect(await world.runRetrieve()).toMatchObject({ endState: 'OK', counts: { parked: 0 } });
    const statuses = new Map((await world.mobileTickets()).map(({ ticketId, status }) => [ticketId, status]));
    expect(ticketIds.map((id) => statuses.get(String(id)))).toEqual(['DELETED', 'CONTROLLED', 'INJECTED']);
  });
});
