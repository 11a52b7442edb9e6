import { expect, it } from 'vitest';

import type { FunctionName } from '../../src/domain/functions.js';
import { World } from '../support/world.js';

it('a run of a few tickets is one stretch within S-360’s limit: it does not wait for calls that nobody uses', async () => {
  const limit = { callsPerMinute: 60 };
  const world = await World.start({
    s360: { tickets: 20, rateLimit: limit },
    configuration: { s360: limit },
  });
  try {
    await world.worker();
    const stretchesOf = async (name: FunctionName): Promise<number> => {
      const handle = await world.startFunction(name);
      expect(await handle.result()).toMatchObject({ endState: 'OK' });
      const { events } = await handle.fetchHistory();
      return (events ?? []).filter(({ activityTaskScheduledEventAttributes: scheduled }) =>
        (scheduled?.activityType?.name ?? '').endsWith('Stretch'),
      ).length;
    };
    await world.run();
    const [one] = (await world.mobileTickets()).map(({ ticketId }) => Number(ticketId));
    await world.s360('box-office/sell-cards', { count: 2, kind: 'MEMBERSHIP_CARD' });
    expect(await stretchesOf('digitalPrivilegesInjection')).toBe(1);
    await world.s360('gates/control', { ticketIds: [one] });
    expect(await stretchesOf('pushControlled')).toBe(1);
    expect((await world.s360Counters()).rateLimited).toBe(0);
  } finally {
    await world.close();
  }
});
