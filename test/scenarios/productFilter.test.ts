import { afterEach, describe, expect, it } from 'vitest';

import { privilegesOf, sellCards } from '../support/privileges.js';
import { World } from '../support/world.js';

let world: World;

afterEach(async () => {
  expect(world.violations()).toEqual([]);
  await world.close();
});

describe('a function whose ticket filter names products', () => {
  it('injects a service or an open pass, which have no performance to be filtered by', async () => {
    world = await World.start({ s360: { tickets: 300 } });
    const undated = (await world.s360Tickets()).filter(({ row }) => row['performance_id'] === null);
    const chosen = undated.find(({ row }) => row['product_kind'] === 'OPEN_PASS')?.row['product_code'];
    await world.worker({ function: { filters: { product: chosen } } });
    await world.run();
    expect(await productsInTixngo()).toEqual([chosen]);
  });

  it('injects the cards of those products only as digital privileges', async () => {
    world = await World.start({ s360: { tickets: 1 } });
    const chosen = await sellCards(world, { count: 3, kind: 'MEMBERSHIP_CARD', productCode: 'CLUB' });
    await sellCards(world, { count: 2, kind: 'MEMBERSHIP_CARD', productCode: 'FRIENDS' });
    await world.worker({ privileges: { filters: { product: 'CLUB' } } });
    expect(await world.runFunction('digitalPrivilegesInjection')).toMatchObject({
      endState: 'OK',
      counts: { sent: 3, definitions: 1 },
    });
    const held = await privilegesOf(world);
    expect(held.map(({ privilegeId }) => privilegeId)).toEqual(chosen.map(String));
    expect(new Set(held.map(({ definitionId }) => definitionId))).toEqual(new Set(['CLUB']));
  });
});

/** The products of all tickets that TIXNGO has, each once. */
async function productsInTixngo(): Promise<unknown[]> {
  const mobile = new Set((await world.mobileTickets()).map(({ ticketId }) => ticketId));
  const sold = (await world.s360Tickets()).filter(({ row }) => mobile.has(String(row.ticket_id)));
  return [...new Set(sold.map(({ row }) => row['product_code']))];
}
