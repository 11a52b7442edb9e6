import { expect, it } from 'vitest';

import { holderTroubles } from '../../src/cli/holderTrouble.js';
import { until, World } from '../support/world.js';

it('the state names an execution that does not get on, with what its last attempt said, until it does', async () => {
  const world = await World.start({ s360: { tickets: 20 } });
  try {
    await world.worker();
    await world.s360('faults', {
      rules: [
        {
          operation: 'dataExportService.executeExport',
          fault: { kind: 'status', status: 503, retryAfter: 5 },
          first: 1,
        },
      ],
    });
    const handle = await world.start();
    const troubles = async (): Promise<string[]> => {
      const state = await world.interfaceState().catch(() => null);
      return holderTroubles(world.client, state);
    };
    await until(async () => (await troubles()).length > 0);
    const [line] = await troubles();
    expect(line).toMatch(
      /^FCDEMO ticketsExternalPrinting tries again \(attempt \d\): S-360 executeExport answered 503/,
    );
    await handle.result();
    expect(await troubles()).toEqual([]);
    expect(await holderTroubles(world.client, null)).toEqual([]);
  } finally {
    await world.close();
  }
});
