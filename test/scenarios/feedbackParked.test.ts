import { describe, expect, it, vi } from 'vitest';

import { expectFeedbackAgreement } from '../support/feedbackAgreement.js';
import {
  changeParked,
  letPausesPass,
  parkedOf,
  startFeedbackScene,
  type FeedbackScene,
} from '../support/feedbackScene.js';
import { viewS360 } from '../support/feedbackView.js';
import type { World } from '../support/world.js';

// Waiting for Temporal is most of what these tests do.
vi.setConfig({ maxConcurrency: 6, testTimeout: 120_000 });

const small = { retrieve: { batchSize: 10 } };

async function play(act: (scene: FeedbackScene) => Promise<void>, customParameters: object = {}): Promise<void> {
  const scene = await startFeedbackScene({ configuration: { ...small, interface: { customParameters } } });
  try {
    await act(scene);
  } finally {
    await scene.world.close();
  }
}

/** Ids in the middle of the stream. */
function inTheMiddle(ids: readonly string[], count = 1): string[] {
  const from = Math.floor(ids.length / 2);
  return ids.slice(from, from + count);
}

function numbers(ids: readonly string[]): number[] {
  return ids.map(Number);
}

async function transferAll(world: World, ticketIds: readonly string[]): Promise<string[]> {
  const recipientEmails = ticketIds.map((id) => `recipient.${id}@strangers.example`);
  await world.tixngo('phones/download', { ticketIds });
  await world.tixngo('spectators/transfer', { ticketIds, recipientEmails });
  await world.tixngo('spectators/accept', { ticketIds });
  return recipientEmails;
}

/** The next run tries again what was parked; it goes well, and S-360 lacks nothing. */
async function expectHealed({ world, before }: FeedbackScene): Promise<void> {
  expect(await world.runRetrieve()).toMatchObject({ endState: 'OK', counts: { parked: 0 } });
  expect(await parkedOf(world)).toEqual([]);
  await expectFeedbackAgreement(world, before);
}

describe.concurrent('one ticket that S-360 refuses stops no other', () => {
  it('is parked with the reason, tried again after its pause, and unparked', () =>
    play(async (scene) => {
      const { world, ids, before } = scene;
      await transferAll(world, ids);
      const bad = inTheMiddle(ids);
      await world.s360('mobile-tickets/refuse', { ticketIds: numbers(bad), errorCode: 'error.ticketLocked' });
      expect(await world.runRetrieve()).toMatchObject({ endState: 'WARNING' });
      await expectFeedbackAgreement(world, before, { except: new Set(numbers(bad)) });
      for (const parked of await parkedOf(world)) {
        expect(parked).toMatchObject({
          ticketId: bad[0],
          code: 'MOBILE_TICKET_REFUSED',
          field: 'error.ticketLocked',
          by: 'Retrieve ticket status',
        });
      }
      expect(await parkedOf(world)).not.toEqual([]);
      await world.s360('mobile-tickets/accept', { ticketIds: numbers(bad) });
      const waiting = await viewS360(world);
      expect(await world.runRetrieve()).toMatchObject({ endState: 'WARNING', counts: { parked: 1, offered: 0 } });
      expect(await viewS360(world)).toEqual(waiting);
      await letPausesPass(world);
      await expectHealed(scene);
    }));

  it('is tried again as soon as TIXNGO says something new of it, and then lacks nothing of what was refused', () =>
    play(async (scene) => {
      const { world, ids } = scene;
      const bad = inTheMiddle(ids);
      await world.s360('mobile-tickets/refuse', { ticketIds: numbers(bad), errorCode: 'error.ticketLocked' });
      await transferAll(world, ids);
      await world.runRetrieve();
      await world.tixngo('spectators/assign', { ticketIds: bad });
      expect(await world.runRetrieve()).toMatchObject({ endState: 'WARNING', counts: { parked: 1 } });
      expect((await parkedOf(world)).length).toBeGreaterThan(1);
      await world.s360('mobile-tickets/accept', { ticketIds: numbers(bad) });
      await world.tixngo('spectators/activate', { ticketIds: bad, method: 'ONLINE' });
      await world.runRetrieve();
      await expectHealed(scene);
    }));

  it('is tried again after its pause, refused again, and stays parked', () =>
    play(async ({ world, ids }) => {
      const bad = inTheMiddle(ids);
      await world.s360('mobile-tickets/refuse', { ticketIds: numbers(bad), errorCode: 'error.ticketLocked' });
      await world.runRetrieve();
      expect(await parkedOf(world)).toMatchObject([{ ticketId: bad[0], tries: 1 }]);
      await letPausesPass(world);
      expect(await world.runRetrieve()).toMatchObject({ endState: 'WARNING', counts: { parked: 1 } });
      expect(await parkedOf(world)).toMatchObject([{ ticketId: bad[0], tries: 2 }]);
    }));

  it('stays parked without harm when TIXNGO has forgotten the page that has it, until TIXNGO says something new of it', () =>
    play(async ({ world, ids, before }) => {
      const bad = inTheMiddle(ids);
      await world.s360('mobile-tickets/refuse', { ticketIds: numbers(bad), errorCode: 'error.ticketLocked' });
      await world.runRetrieve();
      await world.s360('mobile-tickets/accept', { ticketIds: numbers(bad) });
      await changeParked(world, (parked) => ({ ...parked, sinceMs: 0, position: 'forgotten' }));
      for (let runs = 0; runs < 2; runs += 1) {
        expect(await world.runRetrieve()).toMatchObject({ endState: 'WARNING', counts: { parked: 1 } });
        expect(await parkedOf(world)).toMatchObject([{ ticketId: bad[0], code: 'MOBILE_TICKET_REFUSED' }]);
      }
      await world.tixngo('phones/download', { ticketIds: ids });
      await world.runRetrieve();
      expect(await world.runRetrieve()).toMatchObject({ endState: 'OK', counts: { parked: 0 } });
      expect(await parkedOf(world)).toEqual([]);
      // What only the forgotten page has said is there after a run from an empty key.
      expect(await world.runRetrieve({ paginationKey: '' })).toMatchObject({ endState: 'OK', counts: { stored: 1 } });
      await expectFeedbackAgreement(world, before);
    }));

  it('is left alone with the skip list, and nothing is parked', () =>
    play(async ({ world, ids, before }) => {
      const bad = inTheMiddle(ids);
      await world.s360('mobile-tickets/refuse', { ticketIds: numbers(bad), errorCode: 'error.ticketLocked' });
      const run = await world.runRetrieve({ skipTickets: `id:${String(bad[0])}` });
      expect(run).toMatchObject({ endState: 'OK', counts: { skipped: 1, parked: 0 } });
      await expectFeedbackAgreement(world, before, { except: new Set(numbers(bad)) });
    }));
});

describe.concurrent('one recipient whom S-360 refuses stops no other', () => {
  it('keeps the statuses of the ticket, is parked, and gets contact and lines when S-360 takes the contact', () =>
    play(async (scene) => {
      const { world, ids } = scene;
      const bad = inTheMiddle(ids);
      const emails = [`recipient.${String(bad[0])}@strangers.example`];
      await world.s360('contacts/refuse', { emails, errorCode: 'error.emailBlocked' });
      await transferAll(world, ids);
      expect(await world.runRetrieve()).toMatchObject({ endState: 'WARNING', counts: { parked: 1 } });
      const kept = (await viewS360(world)).tickets.find(({ ticketId }) => ticketId === Number(bad[0]));
      expect(kept?.current?.status).toBe('TRANSFERRED');
      expect(await parkedOf(world)).toMatchObject(
        (await parkedOf(world)).map(() => ({
          ticketId: bad[0],
          code: 'CONTACT_REFUSED',
          field: 'error.emailBlocked',
        })),
      );
      await world.s360('contacts/accept', { emails });
      await letPausesPass(world);
      await expectHealed(scene);
    }));

  it('is not forgotten when a status of the ticket is stored', () =>
    play(async (scene) => {
      const { world, ids } = scene;
      const bad = inTheMiddle(ids);
      const emails = [`recipient.${String(bad[0])}@strangers.example`];
      await world.s360('contacts/refuse', { emails, errorCode: 'error.emailBlocked' });
      await transferAll(world, ids);
      await world.runRetrieve();
      await world.tixngo('spectators/assign', { ticketIds: bad });
      expect(await world.runRetrieve()).toMatchObject({ endState: 'WARNING', counts: { parked: 1, stored: 1 } });
      await world.s360('contacts/accept', { emails });
      await letPausesPass(world);
      await expectHealed(scene);
    }));

  it('is named later, when S-360 has refused only its details', () =>
    play(async (scene) => {
      const { world, ids } = scene;
      const bad = inTheMiddle(ids);
      const emails = [`recipient.${String(bad[0])}@strangers.example`];
      await world.tixngo('phones/download', { ticketIds: ids });
      await world.tixngo('spectators/transfer', { ticketIds: bad, recipientEmails: emails });
      expect(await world.runRetrieve()).toMatchObject({ endState: 'OK', counts: { contactsCreated: 1 } });
      await world.s360('contacts/refuse', { emails, errorCode: 'error.emailBlocked' });
      await world.tixngo('spectators/accept', { ticketIds: bad });
      expect(await world.runRetrieve()).toMatchObject({ endState: 'WARNING', counts: { parked: 1, distributions: 1 } });
      await world.s360('contacts/accept', { emails });
      await letPausesPass(world);
      await expectHealed(scene);
    }));
});

describe.concurrent('a refused line of the distribution history', () => {
  it('stops no other, and is recorded after its pause', () =>
    play(async (scene) => {
      const { world, ids, before } = scene;
      const bad = inTheMiddle(ids, 2);
      await world.s360('distributions/refuse', { ticketIds: numbers(bad), errorCode: 'error.locked' });
      await transferAll(world, ids);
      expect(await world.runRetrieve()).toMatchObject({ endState: 'WARNING', counts: { parked: 2 } });
      await expectFeedbackAgreement(world, before, { except: new Set(numbers(bad)) });
      await world.s360('distributions/accept', { ticketIds: numbers(bad) });
      await letPausesPass(world);
      await expectHealed(scene);
    }));

  it('is recorded as soon as the ticket is transferred on', () =>
    play(async (scene) => {
      const { world, ids } = scene;
      const bad = inTheMiddle(ids);
      await world.s360('distributions/refuse', { ticketIds: numbers(bad), errorCode: 'error.locked' });
      await transferAll(world, bad);
      await world.runRetrieve();
      await world.s360('distributions/accept', { ticketIds: numbers(bad) });
      await world.tixngo('spectators/transfer', { ticketIds: bad, recipientEmails: ['next@strangers.example'] });
      await world.runRetrieve();
      await expectHealed(scene);
    }));

  it('and a refused status of the same ticket are both made good', () =>
    play(async (scene) => {
      const { world, ids } = scene;
      const bad = inTheMiddle(ids);
      await world.s360('distributions/refuse', { ticketIds: numbers(bad), errorCode: 'error.locked' });
      await world.s360('mobile-tickets/refuse', { ticketIds: numbers(bad), errorCode: 'error.ticketLocked' });
      await transferAll(world, bad);
      expect(await world.runRetrieve()).toMatchObject({ endState: 'WARNING' });
      expect(new Set((await parkedOf(world)).map(({ code }) => code))).toEqual(
        new Set(['MOBILE_TICKET_REFUSED', 'DISTRIBUTION_REFUSED']),
      );
      await world.s360('distributions/accept', { ticketIds: numbers(bad) });
      await world.s360('mobile-tickets/accept', { ticketIds: numbers(bad) });
      await letPausesPass(world);
      await expectHealed(scene);
    }));
});

describe.concurrent('an entry that does not have the agreed shape', () => {
  const broken = { status: 42, statusChangedAt: 'yesterday' };

  it('parks its ticket with the place, stops no other, and is settled by the next entry that can be read', () =>
    play(async (scene) => {
      const { world, ids, before } = scene;
      const bad = inTheMiddle(ids);
      await world.tixngo('phones/download', { ticketIds: ids.slice(0, 20) });
      await world.tixngo('diff/append?exact=true', { ticketId: bad[0], ...broken });
      await world.tixngo('phones/download', { ticketIds: ids.slice(20) });
      expect(await world.runRetrieve()).toMatchObject({ endState: 'WARNING', counts: { parked: 1 } });
      expect(await parkedOf(world)).toMatchObject([{ ticketId: bad[0], code: 'ENTRY_UNREADABLE', field: 'status' }]);
      await letPausesPass(world);
      expect(await world.runRetrieve()).toMatchObject({ endState: 'WARNING', counts: { parked: 1 } });
      expect(await parkedOf(world)).toMatchObject([{ ticketId: bad[0], tries: 2 }]);
      await world.tixngo('spectators/assign', { ticketIds: bad });
      await world.runRetrieve();
      expect(await world.runRetrieve()).toMatchObject({ endState: 'OK', counts: { parked: 0 } });
      expect(await parkedOf(world)).toEqual([]);
      await expectFeedbackAgreement(world, before);
    }));

  it('of a ticket that nobody knows, or without a ticket id, is counted and never parked', () =>
    play(async ({ world, ids }) => {
      await world.tixngo('diff/append?exact=true', { ticketId: '99999999999999', ...broken });
      await world.tixngo('diff/append?exact=true', { ticketId: 'CSV-1', ...broken });
      await world.tixngo('diff/append?exact=true', {
        ticketId: 'CSV-2',
        status: 'DOWNLOADED',
        statusChangedAt: '2026-05-01T10:00:00.000Z',
      });
      expect(await world.runRetrieve()).toMatchObject({
        endState: 'OK',
        counts: { stored: ids.length, unknownTickets: 3, parked: 0 },
      });
      expect(await parkedOf(world)).toEqual([]);
    }));
});

describe.concurrent('what cannot be stored stops the run', () => {
  it('at the first such ticket, if doContinueInCaseOfSyncError is false; the key stays before its page', () =>
    play(
      async (scene) => {
        const { world, ids } = scene;
        const bad = inTheMiddle(ids);
        await world.s360('mobile-tickets/refuse', { ticketIds: numbers(bad), errorCode: 'error.ticketLocked' });
        await transferAll(world, ids);
        const handle = await world.startRetrieve();
        await expect(handle.result()).rejects.toMatchObject({ cause: { type: 'SYNC_ERROR' } });
        const key = (await world.interfaceState()).feedback?.['demo-organizer']?.statusKey;
        expect(key).toBeTruthy();
        const again = await world.startRetrieve();
        await expect(again.result()).rejects.toMatchObject({ cause: { type: 'SYNC_ERROR' } });
        expect((await world.interfaceState()).feedback?.['demo-organizer']?.statusKey).toBe(key);
        expect(await parkedOf(world)).toEqual([]);
        await world.s360('mobile-tickets/accept', { ticketIds: numbers(bad) });
        await expectHealed(scene);
      },
      { doContinueInCaseOfSyncError: false },
    ));

  it('when most of a page is refused; nothing of the page is parked, and it is stored when the cause is gone', async () => {
    const scene = await startFeedbackScene({ configuration: { retrieve: { batchSize: 30 } } });
    const { world, ids } = scene;
    try {
      await transferAll(world, ids);
      // The second page: the end of the injection, and downloads.
      await world.s360('mobile-tickets/refuse', { ticketIds: numbers(ids.slice(30)), errorCode: 'error.closed' });
      await world.s360('mobile-tickets/refuse', { ticketIds: numbers(ids.slice(0, 25)), errorCode: 'error.closed' });
      const handle = await world.startRetrieve();
      await expect(handle.result()).rejects.toMatchObject({ cause: { type: 'SYSTEMIC_REFUSAL' } });
      expect((await world.interfaceState()).feedback?.['demo-organizer']?.statusKey ?? null).toBeNull();
      expect(await parkedOf(world)).toEqual([]);
      await world.s360('mobile-tickets/accept', { ticketIds: numbers(ids) });
      await expectHealed(scene);
    } finally {
      await world.close();
    }
  });
});
