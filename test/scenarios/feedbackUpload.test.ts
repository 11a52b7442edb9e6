import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it, vi } from 'vitest';

import type { Around } from '../../sandbox/shared/operationSeam.js';
import { expectFeedbackAgreement } from '../support/feedbackAgreement.js';
import { letPausesPass, parkedOf, startFeedbackScene, type FeedbackScene } from '../support/feedbackScene.js';
import { readStream, viewS360 } from '../support/feedbackView.js';

// Waiting for Temporal is most of what these tests do.
vi.setConfig({ maxConcurrency: 6, testTimeout: 120_000 });

interface UploadScene extends FeedbackScene {
  readonly upload: (name: string, content: unknown) => Promise<void>;
}

async function play(
  act: (scene: UploadScene) => Promise<void>,
  { around, batchSize = 1_000 }: { readonly around?: Around; readonly batchSize?: number } = {},
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'interface-upload-'));
  const scene = await startFeedbackScene({
    configuration: { root: { uploadDirectory: folder }, retrieve: { batchSize } },
    ...(around === undefined ? {} : { s360: { around } }),
  });
  try {
    await act({
      ...scene,
      upload: (name, content) =>
        writeFile(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content)),
    });
  } finally {
    await scene.world.close();
    await rm(folder, { recursive: true, force: true });
  }
}

describe.concurrent('a file to upload', () => {
  it('is taken as if TIXNGO had returned it, contacts and lines too, and moves no key', () =>
    play(
      async ({ world, ids, before, upload }) => {
        await world.tixngo('phones/download', { ticketIds: ids });
        await world.tixngo('spectators/transfer', { ticketIds: ids.slice(0, 9) });
        await world.tixngo('spectators/accept', { ticketIds: ids.slice(0, 6) });
        await upload('feedback.json', { result: await readStream(world) });
        const run = await world.runRetrieve({ fileToUpload: 'feedback.json' });
        expect(run).toMatchObject({ endState: 'OK', counts: { stored: 2 * ids.length + 15, distributions: 15 } });
        await expectFeedbackAgreement(world, before);
        expect((await world.interfaceState()).feedback ?? {}).toEqual({});
        // The same again, as a list: everything is there already.
        const stored = await viewS360(world);
        await upload('list.json', await readStream(world));
        expect(await world.runRetrieve({ fileToUpload: 'list.json' })).toMatchObject({ counts: { stored: 0 } });
        // The stream itself is still to be read from its beginning, and brings nothing new.
        expect(await world.runRetrieve()).toMatchObject({ endState: 'OK', counts: { stored: 0 } });
        expect(await viewS360(world)).toEqual(stored);
      },
      { batchSize: 25 },
    ));

  it('with a wrong entry stores nothing, and says where it is wrong', () =>
    play(async ({ world, before, upload }) => {
      const entries: object[] = await readStream(world);
      await upload('bad.json', { result: entries.with(3, { ...entries[3], status: 42 }) });
      const handle = await world.startRetrieve({ fileToUpload: 'bad.json' });
      await expect(handle.result()).rejects.toMatchObject({
        cause: { type: 'FILE_INVALID', message: expect.stringContaining('bad.json: result[3].status') as string },
      });
      await upload('text.json', 'ticket;status');
      const second = await world.startRetrieve({ fileToUpload: 'text.json' });
      await expect(second.result()).rejects.toMatchObject({
        cause: { type: 'FILE_INVALID', message: expect.stringContaining('text.json is no JSON') as string },
      });
      expect(await viewS360(world)).toEqual(before);
    }));

  it('that is not there ends the run with its name; the next one works', () =>
    play(async ({ world, ids }) => {
      const handle = await world.startRetrieve({ fileToUpload: 'nowhere.json' });
      await expect(handle.result()).rejects.toMatchObject({
        cause: { type: 'FILE_NOT_FOUND', message: expect.stringContaining('nowhere.json') as string },
      });
      expect(await world.runRetrieve()).toMatchObject({ endState: 'OK', counts: { stored: ids.length } });
    }));

  it('outside the upload directory is refused before anything is read', () =>
    play(async ({ world }) => {
      const handle = await world.startRetrieve({ fileToUpload: '../secrets.json' });
      await expect(handle.result()).rejects.toMatchObject({ cause: { type: 'INPUT_INVALID' } });
    }));

  it('that changes while it is read ends the run', async () => {
    let reached: () => void = () => undefined;
    let letGo: () => void = () => undefined;
    const atTheFirstStore = new Promise<void>((resolve) => (reached = resolve));
    const held = new Promise<void>((resolve) => (letGo = resolve));
    const around: Around = async ({ name }, apply) => {
      if (name === 'mobileTickets.store') {
        reached();
        await held;
      }
      return apply();
    };
    await play(
      async ({ world, upload }) => {
        const entries = await readStream(world);
        // More pages than one stretch has.
        expect(entries.length).toBeGreaterThan(40);
        await upload('feedback.json', { result: entries });
        const handle = await world.startRetrieve({ fileToUpload: 'feedback.json' });
        await atTheFirstStore;
        await upload('feedback.json', { result: entries.slice(1) });
        letGo();
        await expect(handle.result()).rejects.toMatchObject({
          cause: {
            type: 'FILE_INVALID',
            message: expect.stringContaining('has changed since the run began') as string,
          },
        });
      },
      { around, batchSize: 2 },
    );
  });

  it('with a ticket that S-360 refuses: the others are stored, and later runs are not disturbed by it', () =>
    play(
      async ({ world, ids, before, upload }) => {
        const bad = [Number(ids[15])];
        await world.s360('mobile-tickets/refuse', { ticketIds: bad, errorCode: 'error.ticketLocked' });
        await upload('feedback.json', { result: await readStream(world) });
        const run = await world.runRetrieve({ fileToUpload: 'feedback.json' });
        expect(run).toMatchObject({ endState: 'WARNING', counts: { stored: ids.length - 1, parked: 1 } });
        expect(run.message).toContain('1 tickets of the file are refused: upload it again when the cause is gone.');
        expect(await parkedOf(world)).toEqual([]);
        await world.s360('mobile-tickets/accept', { ticketIds: bad });
        await letPausesPass(world);
        expect(await world.runRetrieve()).toMatchObject({ endState: 'OK', counts: { stored: 1, parked: 0 } });
        await expectFeedbackAgreement(world, before);
      },
      { batchSize: 10 },
    ));
});
