import { afterEach, describe, expect, it } from 'vitest';

import type { RunResult } from '../../src/domain/stretch.js';
import { World, type ConfigurationChange } from '../support/world.js';

let world: World;

afterEach(async () => {
  expect(world.violations()).toEqual([]);
  await world.close();
});

function push(internalName?: string): Promise<RunResult> {
  return world.runFunction('pushControlled', internalName === undefined ? undefined : { internalName });
}

function control(ticketIds: readonly (number | undefined)[]): Promise<unknown> {
  return world.s360('gates/control', { ticketIds });
}

/** @returns the tickets that TIXNGO has; nothing is left to push */
async function startInjected(change?: ConfigurationChange): Promise<number[]> {
  world = await World.start({ s360: { tickets: 60 }, tixngo: { strictNotifications: true } });
  await world.worker(change);
  await world.run();
  // The data has controlled tickets of its own.
  await push();
  await world.tixngo('counters/reset', {});
  return (await world.mobileTickets()).map(({ ticketId }) => Number(ticketId));
}

describe('what push controlled takes', () => {
  it('leaves out what another push controlled function of the organization has processed', async () => {
    world = await World.start({ s360: { tickets: 60 }, tixngo: { strictNotifications: true } });
    interface Example {
      institutions: {
        organizations: { interfaces: { functions: { function: string; internalName: string }[] }[] }[];
      }[];
    }
    const { institutions } = JSON.parse(await world.configurationText()) as Example;
    const functions = institutions[0]?.organizations[0]?.interfaces[0]?.functions ?? [];
    const first = functions.find((fn) => fn.function === 'pushControlled');
    if (first === undefined) throw new Error('the example has no push controlled');
    const second = { ...first, internalName: 'Push controlled at the north gates' };
    functions.push(second);
    await world.worker({ root: { institutions } });
    await world.run();
    for (const { internalName } of [first, second]) await push(internalName);
    await world.tixngo('counters/reset', {});
    const [one, two] = (await world.mobileTickets()).map(({ ticketId }) => Number(ticketId));

    await control([one]);
    expect((await push(first.internalName)).counts.sent).toBe(1);
    expect((await push(second.internalName)).counts.offered).toBe(0);
    await control([two]);
    expect((await push(second.internalName)).counts.sent).toBe(1);
    expect((await push(first.internalName)).counts.offered).toBe(0);
    expect(await world.tixngoCounters()).toMatchObject({ ticketWrites: 2, notifications: 2 });
  });

  it('splits a batch into calls of ticketIterationSize', async () => {
    const ticketIds = (await startInjected({ interface: { customParameters: { ticketIterationSize: 3 } } })).slice(
      0,
      7,
    );
    await control(ticketIds);
    expect((await push()).counts.sent).toBe(7);
    const { calls, notifications } = await world.tixngoCounters();
    expect(calls['tickets.control']).toBe(3);
    expect(notifications).toBe(7);
  });
});

describe('a ticket that push controlled has told TIXNGO of', () => {
  it('is transferred no more', async () => {
    const [one, other] = await startInjected();
    await world.tixngo('phones/download', { all: true });
    await control([one]);
    await push();
    const ticketIds = [String(one), String(other)];
    expect(await world.tixngo('spectators/transfer', { ticketIds })).toMatchObject({ done: 1, refused: 1 });
    const statuses = new Map((await world.mobileTickets()).map(({ ticketId, status }) => [ticketId, status]));
    expect(ticketIds.map((id) => statuses.get(id))).toEqual(['CONTROLLED', 'PENDING_TRANSFER']);
  });
});
