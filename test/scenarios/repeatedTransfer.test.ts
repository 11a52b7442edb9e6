import { afterEach, describe, expect, it } from 'vitest';

import { World } from '../support/world.js';

interface Distributions {
  readonly distributions: readonly {
    readonly lines: readonly {
      readonly status: string;
      readonly oldContactNumber: string | null;
      readonly newContactNumber: string | null;
    }[];
  }[];
}

let world: World;

afterEach(async () => {
  await world.close();
});

describe('a transfer that TIXNGO tells twice', () => {
  it('comes from the cultural contact of before, also if S-360 does not know its sender', async () => {
    world = await World.start({ s360: { tickets: 120 } });
    await world.worker();
    await world.run();
    // Holders with an e-mail of their own: most of them are no contacts of S-360.
    const tickets = (await world.s360Tickets()).filter(
      ({ row }) =>
        row['ticket_state'] === 'PRINTED' &&
        row['holder_email'] !== null &&
        row['holder_email'] !== row['contact_email'],
    );
    const ours = new Set((await world.mobileTickets()).map(({ ticketId }) => ticketId));
    const moved = tickets.filter(({ row }) => ours.has(String(row['ticket_id'])));
    expect(moved.length).toBeGreaterThan(3);
    const ticketIds = moved.map(({ row }) => String(row['ticket_id']));
    await world.tixngo('phones/download', { all: true });
    await world.tixngo('spectators/transfer', { ticketIds });
    await world.tixngo('spectators/accept', { ticketIds });
    await world.tixngo('settings', { diff: { repeatEvery: 1 } });

    expect(await world.runRetrieve()).toMatchObject({ endState: 'OK', counts: { distributions: 2 * moved.length } });
    const { distributions } = await world.s360<Distributions>('distributions?limit=5000');
    expect(distributions).toHaveLength(moved.length);
    for (const { lines } of distributions) {
      const [pending, confirmed] = lines;
      expect(lines.map(({ status }) => status)).toEqual(['PENDING', 'CONFIRMED']);
      expect(confirmed).toMatchObject({
        oldContactNumber: pending?.oldContactNumber,
        newContactNumber: pending?.newContactNumber,
      });
      expect(pending?.oldContactNumber).not.toBe(pending?.newContactNumber);
    }
  });
});
