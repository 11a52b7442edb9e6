import { afterEach, describe, expect, it } from 'vitest';

import { privilegesOf, sellCards } from '../support/privileges.js';
import { World } from '../support/world.js';

let world: World;

afterEach(async () => {
  expect(world.violations()).toEqual([]);
  await world.close();
});

/** Cards of a product whose name is too long, and others. @returns the bad ones */
async function startWith(bad: number, good: number): Promise<number[]> {
  world = await World.start({ s360: { tickets: 1 } });
  await world.worker();
  const ids = await sellCards(world, { count: bad, kind: 'SEASON_TICKET_CARD', productCode: 'LONG' });
  await world.changeTickets(ids.map((ticketId) => ({ ticketId, set: { product_name: 'x'.repeat(2_000) } })));
  await sellCards(world, { count: good, kind: 'MEMBERSHIP_CARD', productCode: 'CLUB' });
  return ids;
}

async function parked(): Promise<string[]> {
  const { functions } = await world.interfaceState();
  return Object.keys(functions['FCDEMO/digitalPrivilegesInjection']?.parked ?? {});
}

describe('a product that cannot become a definition', () => {
  it('parks its cards, and the others go, also if it has twenty of forty', async () => {
    const bad = await startWith(20, 20);
    expect(await world.runFunction('digitalPrivilegesInjection')).toMatchObject({
      endState: 'WARNING',
      counts: { sent: 20, parked: 20 },
    });
    expect(await parked()).toEqual(bad.map(String));
  });

  it('stops the run as ERROR and parks nobody, if it has at least twenty cards and more than half of a page', async () => {
    await startWith(20, 19);
    await expect(world.runFunction('digitalPrivilegesInjection')).rejects.toMatchObject({
      cause: { type: 'SYSTEMIC_REFUSAL' },
    });
    expect(await parked()).toEqual([]);
    expect(await privilegesOf(world)).toEqual([]);
  });
});
