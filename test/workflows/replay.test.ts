import { readdirSync, readFileSync } from 'node:fs';

import { bundleWorkflowCode, DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';

import { workflowBundle } from '../support/world.js';
import { histories, historiesFolder, historyNames, recordHistories, textOf, type HistoryName } from './recordings.js';

const mostBytes = 300_000;

/** Recorded once, never anew. */
const beforePushCancelled = new URL('../histories-before-push-cancelled/', import.meta.url);

/** `npm run record:histories` writes the files anew; without it, they are replayed. */
if (process.env['RECORD_HISTORIES'] !== undefined) recordHistories();
else {
  const silent = new DefaultLogger('ERROR', () => undefined);
  Runtime.install({ logger: silent });

  describe('recorded histories', () => {
    const text = (name: HistoryName): string => readFileSync(new URL(`${name}.json`, historiesFolder), 'utf8');
    const read = (name: HistoryName): unknown => JSON.parse(text(name));

    it('are there for every kind of execution, and no other', () => {
      expect(readdirSync(historiesFolder).sort()).toEqual(historyNames.map((name) => `${name}.json`).sort());
    });

    it.each(historyNames)('%s replays on today’s code', async (name) => {
      await Worker.runReplayHistory({ workflowBundle: await workflowBundle() }, read(name), 'replayed');
    });

    // Executions that began under an earlier version go on under this one.
    it.each(readdirSync(beforePushCancelled))('%s of the version before push cancelled replays too', async (file) => {
      const history: unknown = JSON.parse(readFileSync(new URL(file, beforePushCancelled), 'utf8'));
      await Worker.runReplayHistory({ workflowBundle: await workflowBundle() }, history, 'replayed');
    });

    it.each(historyNames)('%s is what its name says', (name) => {
      expect(histories[name].test(textOf(read(name)))).toBe(true);
    });

    it.each(historyNames)('%s is small, and says nothing of a machine or a person', (name) => {
      expect(Buffer.byteLength(text(name))).toBeLessThan(mostBytes);
      const said = textOf(read(name));
      expect(said).not.toMatch(/"identity":"(?!(?:worker@recorded|history-service)")/);
      expect(said).not.toMatch(/@[a-z0-9-]+\.[a-z]/i);
      expect(said).not.toMatch(/(?:file:\/\/)?\/(?:home|root|Users|tmp|var|work|opt|mnt|srv)\//);
    });

    it('do not replay on an incompatible change, so that one cannot land unseen', async () => {
      const incompatible = await bundleWorkflowCode({
        workflowsPath: new URL('./incompatible/index.ts', import.meta.url).pathname,
        logger: silent,
      });
      const replay = (name: HistoryName): Promise<unknown> =>
        Worker.runReplayHistory({ workflowBundle: incompatible }, read(name), 'replayed');
      await expect(replay('injection-several-stretches')).rejects.toThrow(/Nondeterminism|determinism/i);
      await expect(replay('push-cancelled-waiting')).rejects.toThrow(/Nondeterminism|determinism/i);
      await expect(replay('push-controlled-several-stretches')).rejects.toThrow(/Nondeterminism|determinism/i);
    });
  });
}
