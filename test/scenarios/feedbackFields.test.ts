import { afterEach, describe, expect, it } from 'vitest';

import { World } from '../support/world.js';

let world: World;

afterEach(async () => {
  expect(world.violations()).toEqual([]);
  await world.close();
});

interface StoredMobileTicket {
  readonly ticketId: number;
  readonly current: {
    readonly status: string;
    readonly holder: { readonly nationality: string | null } | null;
    readonly extraFields: readonly { readonly key: string; readonly value: string | null }[];
    readonly beaconName: string | null;
  } | null;
}

describe('what the app has asked for', () => {
  it('comes back: the nationality and the extra fields of an assignment, the beacon of an activation', async () => {
    world = await World.start({ s360: { tickets: 30 } });
    await world.worker();
    await world.run();
    await world.tixngo('phones/download', { all: true });
    const [assigned, activated, plain] = (await world.mobileTickets()).map(({ ticketId }) => ticketId);
    const extraFields = [{ key: 'shirtSize', value: 'L' }];
    await world.tixngo('spectators/assign', {
      ticketIds: [assigned],
      holder: { firstName: 'Noé', lastName: 'Rey', email: 'noe@example.org', nationality: 'PT' },
      extraFields,
    });
    await world.tixngo('spectators/activate', { ticketIds: [activated], method: 'BT' });
    expect(await world.runRetrieve()).toMatchObject({ endState: 'OK' });

    const { mobileTickets } = await world.s360<{ mobileTickets: StoredMobileTicket[] }>('mobile-tickets?limit=5000');
    const byId = new Map(mobileTickets.map(({ ticketId, current }) => [String(ticketId), current]));
    expect(byId.get(assigned ?? '')).toMatchObject({
      status: 'ASSIGNED',
      holder: { nationality: 'PT' },
      extraFields,
      beaconName: null,
    });
    expect(byId.get(activated ?? '')).toMatchObject({
      status: 'BT_ACTIVATED',
      extraFields: [],
      beaconName: expect.stringMatching(/^beacon-\d+$/) as string,
    });
    expect(byId.get(plain ?? '')).toMatchObject({ holder: null, extraFields: [], beaconName: null });
  });
});
