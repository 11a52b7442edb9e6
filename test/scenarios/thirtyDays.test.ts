import { TimeSkippingWorkflowClient } from '@temporalio/testing/lib/client.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { RunResult } from '../../src/domain/stretch.js';
import { startTimeSkippingServer, type TimeSkippingServer } from '../../src/temporal/testServer.js';
import { addOurSearchAttributes } from '../support/searchAttributesOfTestServer.js';
import { World } from '../support/world.js';

const dayMs = 24 * 3_600_000;

describe('thirty days of waiting, with production defaults, on a server that skips time', () => {
  let server: TimeSkippingServer;
  let world: World;

  beforeAll(async () => {
    server = await startTimeSkippingServer();
  });

  afterAll(async () => {
    await world.close();
    await server.stop();
  });

  it('confirms deletions as phones come online at their dates, and names the one that never does', async () => {
    const connection = await server.connect();
    await addOurSearchAttributes(connection);
    const virtualNow = async (): Promise<Date> => {
      const answer = await connection.testService?.getCurrentTime({});
      return new Date(Number(answer?.time?.seconds ?? 0) * 1_000);
    };
    world = await World.start({
      temporalAddress: server.address,
      s360: { tickets: 60 },
      // The default; the example configuration looks earlier.
      configuration: { pushCancelled: { deletionFirstPauseSeconds: 60 } },
      tixngo: {
        around: async ({ name }, apply) => {
          // The people live in the server's time.
          if (name === 'tickets.lookup') await world.tixngo('clock', { now: (await virtualNow()).toISOString() });
          return apply();
        },
      },
    });
    await world.worker();
    await world.run();
    await world.runCancelled();
    const owners = new Map((await world.mobileTickets()).map(({ ticketId, owner }) => [owner.email, ticketId]));
    const [early, late, never, ...others] = [...owners.values()];
    if (early === undefined || late === undefined || never === undefined) throw new Error('too few spectators');
    await world.tixngo('phones/download', { all: true });
    const start = await virtualNow();
    const day = (n: number): string => new Date(start.getTime() + n * dayMs).toISOString();
    await world.tixngo('phones/offline', { ticketIds: [early], until: day(2) });
    await world.tixngo('phones/offline', { ticketIds: [late], until: day(29) });
    await world.tixngo('phones/offline', { ticketIds: [never] });
    const cancelled = [early, late, never, ...others.slice(0, 3)];
    await world.s360('box-office/cancel', { ticketIds: cancelled.map(Number) });

    const client = new TimeSkippingWorkflowClient({ connection });
    const handle = await world.startCancelled();
    const result = (await client.getHandle(handle.workflowId).result()) as RunResult;
    expect(result).toMatchObject({ endState: 'WARNING', counts: { sent: cancelled.length }, notConfirmed: [never] });
    expect(result.message).toContain(never);
    const statuses = new Map((await world.mobileTickets()).map(({ ticketId, status }) => [ticketId, status]));
    expect(cancelled.filter((ticketId) => statuses.get(ticketId) === 'DELETED')).toHaveLength(cancelled.length - 1);
    expect(statuses.get(never)).toBe('DELETION_PENDING');
    // Waiting costs no history: one activity for the whole month.
    const { historyLength } = await handle.describe();
    expect(historyLength).toBeLessThan(40);
  });
});
