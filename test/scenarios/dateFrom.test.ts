import { setTimeout as pause } from 'node:timers/promises';

import { afterEach, describe, expect, it } from 'vitest';

import { today } from '../support/today.js';
import { resetCounters, writesOf } from '../support/writeCounters.js';
import { World, type MobileTicket } from '../support/world.js';

let world: World;

afterEach(async () => {
  expect(world.violations()).toEqual([]);
  await world.close();
});

async function mobile(ticketId: number | undefined): Promise<MobileTicket> {
  const found = (await world.mobileTickets()).find((ticket) => ticket.ticketId === String(ticketId));
  if (found === undefined) throw new Error('TIXNGO does not have the ticket');
  return found;
}

/** A moment between what was marked before and what is marked later: S-360 knows seconds only. */
async function momentBetween(): Promise<string> {
  await pause(1_100);
  const moment = new Date().toISOString();
  await pause(1_100);
  return moment;
}

/** Somebody has brought the ticket back in TIXNGO. */
async function bringBack(ticketId: number | undefined): Promise<void> {
  await world.tixngo('tickets/alter', { ticketId: String(ticketId), set: { status: 'DOWNLOADED' } });
}

describe('Date from of push cancelled', () => {
  it('offers again what was processed since, and only that, and writes it where TIXNGO shows something else; its preview writes nothing', async () => {
    world = await World.start({ s360: { tickets: 60 }, tixngo: { strictNotifications: true } });
    await world.worker();
    await world.run();
    // The data has cancelled tickets of its own.
    await world.runCancelled();
    const [early, back, asWanted, valid] = (await world.mobileTickets()).map(({ ticketId }) => Number(ticketId));
    await world.s360('box-office/cancel', { ticketIds: [early] });
    expect((await world.runCancelled()).counts.sent).toBe(1);
    const dateFrom = await momentBetween();
    await world.s360('box-office/cancel', { ticketIds: [back, asWanted] });
    expect((await world.runCancelled()).counts.sent).toBe(2);
    for (const ticketId of [early, back]) await bringBack(ticketId);
    // Nothing is offered again by itself.
    expect((await world.runCancelled()).counts.offered).toBe(0);
    const told = await Promise.all([early, back, asWanted, valid].map(async (id) => (await mobile(id)).notifications));

    const input = { dateFrom, overrideDay: today() };
    await resetCounters(world);
    expect(await world.runFunction('pushCancelled', { ...input, simulation: true })).toMatchObject({
      endState: 'OK',
      counts: { offered: 2, sent: 1, found: 1 },
      preview: {
        tickets: [
          { what: 'found', count: 1, ticketIds: [String(asWanted)] },
          { what: 'sent', count: 1, ticketIds: [String(back)] },
        ],
      },
    });
    expect(await writesOf(world)).toEqual({});
    expect((await mobile(back)).status).toBe('DOWNLOADED');

    expect(await world.runFunction('pushCancelled', input)).toMatchObject({
      endState: 'OK',
      counts: { offered: 2, sent: 1, found: 1, processed: 2 },
    });
    expect((await world.tixngoCounters()).ticketWrites).toBe(1);
    const after = await Promise.all([early, back, asWanted, valid].map(mobile));
    expect(after.map(({ status }) => status)).toEqual(['DOWNLOADED', 'DELETED', 'DELETED', 'INJECTED']);
    expect(after.map(({ notifications }, index) => notifications - (told[index] ?? 0))).toEqual([0, 1, 0, 0]);
    // It belonged to that one run.
    expect((await world.runCancelled()).counts.offered).toBe(0);
  });
});
