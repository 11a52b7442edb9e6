import { describe, expect, it, vi } from 'vitest';

import { expectFeedbackAgreement } from '../support/feedbackAgreement.js';
import { retrieveUntilQuiet } from '../support/feedbackRuns.js';
import { parkedOf, startFeedbackScene, type FeedbackScene } from '../support/feedbackScene.js';
import { readStream, viewS360 } from '../support/feedbackView.js';
import type { World, WorldOptions } from '../support/world.js';

// Waiting for Temporal is most of what these tests do.
vi.setConfig({ maxConcurrency: 6, testTimeout: 240_000 });

async function play(options: WorldOptions, act: (scene: FeedbackScene) => Promise<void>): Promise<void> {
  const scene = await startFeedbackScene(options);
  try {
    await act(scene);
  } finally {
    await scene.world.close();
  }
}

/** An evening in the phones: tickets are passed on, accepted, refused, taken back, passed on again and given back. */
async function crowd(world: World, ids: readonly string[], seed: number): Promise<void> {
  await world.tixngo('spectators/act', { seed, downloads: 40, assignments: 8, transfers: 24 });
  await world.tixngo('spectators/act', { seed: seed + 1, accept: 14, refuse: 4, cancelTransfer: 3, transfers: 10 });
  await world.tixngo('spectators/act', { seed: seed + 2, accept: 6, activations: 8, assignments: 4 });
  // Several tickets for one person, however she is typed.
  const some = ids.slice(0, 4);
  await world.tixngo('spectators/transfer', {
    ticketIds: some,
    recipientEmails: some.map((_, at) => (at % 2 === 0 ? 'Maria@Guests.example' : ' maria@guests.example ').trim()),
  });
  await world.tixngo('spectators/accept', { ticketIds: some });
}

/** @returns the newest keys of the interface */
async function keysOf(world: World) {
  return (await world.interfaceState()).feedback?.['demo-organizer'];
}

const disorders: Readonly<Record<string, object>> = {
  'in its order': { repeatEvery: null, shuffleWithin: null },
  'with repeats and out of order': { repeatEvery: 3, shuffleWithin: 60 },
};

describe.concurrent.each([7, 50, 1_000])('a stream in pages of %i', (batchSize) => {
  const options: WorldOptions = { configuration: { s360: { contactsPerCall: 3 }, retrieve: { batchSize } } };

  it.each(Object.entries(disorders))('%s is stored once, and all of it', (name, diff) =>
    play(options, async ({ world, ids, before }) => {
      const outOfOrder = name !== 'in its order';
      await world.tixngo('settings', { diff });
      await crowd(world, ids, 11);
      await retrieveUntilQuiet(world);
      await expectFeedbackAgreement(world, before, { outOfOrder });
      // The disorder changes in mid-stream, and more happens.
      await world.tixngo('settings', { diff: { repeatEvery: 2, shuffleWithin: 5 } });
      await crowd(world, ids, 77);
      await retrieveUntilQuiet(world);
      await expectFeedbackAgreement(world, before, { outOfOrder: true });
      const { distributions, contacts } = await viewS360(world);
      expect(distributions.length).toBeGreaterThan(20);
      expect(contacts.filter(({ createdByInterface }) => createdByInterface).length).toBeGreaterThan(10);
    }),
  );

  it('and read once more from an empty key: nothing changes, and no contact is asked to change', () =>
    play(options, async ({ world, ids }) => {
      await crowd(world, ids, 5);
      await retrieveUntilQuiet(world);
      const stored = await viewS360(world);
      const keys = await keysOf(world);
      const counters = await world.s360Counters();
      const run = await world.runRetrieve({ paginationKey: '' });
      expect(run).toMatchObject({ endState: 'OK', counts: { stored: 0, distributions: 0, contactsCreated: 0 } });
      // A page that has to be read twice is counted twice.
      expect(run.counts.unchanged).toBeGreaterThanOrEqual((await readStream(world)).length);
      expect(await viewS360(world)).toEqual(stored);
      expect(await keysOf(world)).toEqual(keys);
      const after = (await world.s360Counters()).calls;
      for (const call of ['createCulturalContact', 'updateTemporaryContacts']) {
        const name = `contactInformationPublicService.${call}`;
        expect(after[name]).toBe(counters.calls[name]);
      }
      // S-360 tells which lines are there; that both phases have read the stream again shows in what they looked up.
      expect(after['distributions.record']).toBe(counters.calls['distributions.record']);
      expect(after['mobileTickets.read']).toBeGreaterThan((counters.calls['mobileTickets.read'] ?? 0) + 1);
      // And once more out of order and with repeats.
      await world.tixngo('settings', { diff: { repeatEvery: 2, shuffleWithin: 30 } });
      expect(await world.runRetrieve({ paginationKey: '' })).toMatchObject({ endState: 'OK', counts: { stored: 0 } });
      expect(await viewS360(world)).toEqual(stored);
    }));
});

describe.concurrent('statuses that nobody expects', () => {
  it('unknown ones are kept by name, legacy and misspelt ones mean what the manual says', () =>
    play({}, async ({ world, ids, before }) => {
      const [first = '', second = '', third = '', fourth = '', fifth = ''] = ids;
      const owners = new Map((await world.mobileTickets()).map(({ ticketId, owner }) => [ticketId, owner.email]));
      const transfer = (id: string, recipientEmail: string) => ({
        transfer: {
          direction: 'FORWARD',
          senderEmail: owners.get(id),
          recipientEmail,
          initiatedAt: '2026-05-01T10:00:00.000Z',
        },
      });
      const append = (entry: object): Promise<unknown> => world.tixngo('diff/append', entry);
      await append({ ticketId: first, status: 'SWALLOWED_BY_A_WHALE' });
      await append({ ticketId: second, status: 'PENDING_TRANFER', ...transfer(second, 'second@strangers.example') });
      await append({ ticketId: third, status: 'PENDING', ...transfer(third, 'third@strangers.example') });
      await append({ ticketId: third, status: 'FAILURE', ...transfer(third, 'third@strangers.example') });
      await append({ ticketId: fourth, status: 'TRANSFER_PENDING', ...transfer(fourth, 'fourth@strangers.example') });
      await append({ ticketId: fifth, status: 'DEFAULT' });
      expect(await world.runRetrieve()).toMatchObject({
        endState: 'OK',
        counts: { stored: ids.length + 6, parked: 0, distributions: 4, contactsCreated: 3 },
      });
      const { tickets, distributions } = await viewS360(world);
      const kept = new Map(tickets.map(({ ticketId, current }) => [String(ticketId), current?.status]));
      expect([first, second, third, fourth, fifth].map((id) => kept.get(id))).toEqual([
        'SWALLOWED_BY_A_WHALE',
        'PENDING_TRANSFER',
        'FAILURE',
        'TRANSFER_PENDING',
        'DEFAULT',
      ]);
      expect(distributions.map(({ ticketId, lines }) => [String(ticketId), lines.map(({ status }) => status)])).toEqual(
        [
          [second, ['PENDING']],
          [third, ['PENDING', 'CANCELLED']],
          [fourth, ['PENDING']],
        ],
      );
      await expectFeedbackAgreement(world, before, { handWritten: new Set(ids.slice(0, 5).map(Number)) });
    }));
});

describe.concurrent("an operator's key", () => {
  it('from the middle holds for one run, which stores nothing again', () =>
    play({ configuration: { retrieve: { batchSize: 20 } } }, async ({ world, ids }) => {
      await crowd(world, ids, 5);
      await retrieveUntilQuiet(world);
      const stored = await viewS360(world);
      const keys = await keysOf(world);
      const all = await readStream(world);
      const middle = await keyAfter(world, 30);
      const run = await world.runRetrieve({ paginationKey: middle });
      expect(run).toMatchObject({ endState: 'OK', counts: { stored: 0 } });
      expect(run.counts.offered).toBeGreaterThanOrEqual(all.length - 30);
      expect(run.counts.offered).toBeLessThan(all.length);
      expect(await viewS360(world)).toEqual(stored);
      expect(await keysOf(world)).toEqual(keys);
      expect(await world.runRetrieve()).toMatchObject({ counts: { offered: 0 } });
    }));

  it('of a run that fails leaves the kept key as it was', () =>
    play(
      {
        configuration: {
          retrieve: { batchSize: 20 },
          interface: { customParameters: { doContinueInCaseOfSyncError: false } },
        },
      },
      async ({ world, ids, before }) => {
        await crowd(world, ids, 5);
        await retrieveUntilQuiet(world);
        const keys = await keysOf(world);
        const none = await world.startRetrieve({ paginationKey: 'none-of-yours' });
        await expect(none.result()).rejects.toMatchObject({ cause: { type: 'PAGINATION_KEY_REFUSED' } });
        expect(await keysOf(world)).toEqual(keys);
        // It fails in the middle: the first 30 entries have gone well.
        const refused = [Number((await readStream(world))[30]?.ticketId)];
        await world.s360('mobile-tickets/refuse', { ticketIds: refused, errorCode: 'error.ticketLocked' });
        const failing = await world.startRetrieve({ paginationKey: '' });
        await expect(failing.result()).rejects.toMatchObject({ cause: { type: 'SYNC_ERROR' } });
        expect(await keysOf(world)).toEqual(keys);
        await world.s360('mobile-tickets/accept', { ticketIds: refused });
        expect(await world.runRetrieve()).toMatchObject({ endState: 'OK', counts: { offered: 0 } });
        await expectFeedbackAgreement(world, before);
      },
    ));
});

describe.concurrent('readers of one TIXNGO organizer', () => {
  it("wait while somebody else reads the organizer's diff, and go on when it is released", () =>
    play({}, async ({ world, ids, before }) => {
      await world.tixngo('diff/occupy', {});
      const handle = await world.startRetrieve();
      await vi.waitUntil(
        async () => {
          const [activity] = (await handle.describe()).raw.pendingActivities ?? [];
          return activity?.lastFailure?.applicationFailureInfo?.type === 'DIFF_IN_USE';
        },
        { timeout: 60_000, interval: 100 },
      );
      expect((await viewS360(world)).tickets.filter(({ current }) => current !== null)).toEqual([]);
      await world.tixngo('diff/release', {});
      expect(await handle.result()).toMatchObject({ endState: 'OK', counts: { stored: ids.length } });
      await expectFeedbackAgreement(world, before);
    }));

  it('do not work at the same time: the second one ends SKIPPED and says who is at work', () =>
    play({}, async ({ world, ids, before }) => {
      await world.tixngo('diff/occupy', {});
      const first = await world.startRetrieve();
      await vi.waitUntil(async () => ((await first.describe()).raw.pendingActivities?.[0]?.attempt ?? 0) > 1, {
        timeout: 60_000,
        interval: 100,
      });
      const second = await world.runRetrieve();
      expect(second).toMatchObject({ endState: 'SKIPPED', counts: { offered: 0 } });
      expect(second.message).toContain('Already running');
      expect(second.message).toContain(first.workflowId);
      await world.tixngo('diff/release', {});
      expect(await first.result()).toMatchObject({ endState: 'OK', counts: { stored: ids.length } });
      await expectFeedbackAgreement(world, before);
    }));
});

/** The key behind so many entries of the stream. */
async function keyAfter(world: World, entries: number): Promise<string> {
  const response = await fetch(`${world.tixngoUrl}/diff?limit=${String(entries)}`, {
    headers: { 'x-api-key': 'sandbox-api-key' },
  });
  return ((await response.json()) as { readonly pagination: { readonly nextPageKey: string } }).pagination.nextPageKey;
}

it('parks nothing in calm weather', () =>
  play({}, async ({ world, ids }) => {
    await crowd(world, ids, 3);
    await retrieveUntilQuiet(world);
    expect(await parkedOf(world)).toEqual([]);
  }));
