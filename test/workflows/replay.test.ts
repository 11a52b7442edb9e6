import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';

import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { bundleWorkflowCode, DefaultLogger, Worker } from '@temporalio/worker';
import { afterEach, describe, expect, it } from 'vitest';

import { until, workflowBundle, World, type WorldOptions } from '../support/world.js';

const folder = new URL('../histories/', import.meta.url);

/** `npm run record:histories` writes the files anew; without it, they are replayed. */
const recording = process.env['RECORD_HISTORIES'] !== undefined;

let world: World;

async function start(options: WorldOptions = {}): Promise<void> {
  world = await World.start({ s360: { tickets: 150 }, ...options });
  await world.worker();
}

async function record(name: string, workflowId: string): Promise<void> {
  const history = await world.client.workflow.getHandle(workflowId).fetchHistory();
  mkdirSync(folder, { recursive: true });
  // Addresses and ids of this machine's run mean nothing to a reader: the file is proof, not a document.
  const text = historyToJSON(history)
    .replace(/"\d+@[^"]+"/g, '"worker@recorded"')
    .replaceAll(process.cwd(), '/project');
  writeFileSync(new URL(`${name}.json`, folder), text);
}

async function recordRun(name: string, input?: object): Promise<void> {
  const handle = await world.start(input);
  await handle.result().catch(() => undefined);
  await record(name, handle.workflowId);
}

if (recording) {
  describe('recording', () => {
    afterEach(() => world.close());

    it('a run of several stretches, one that is skipped, and the interface with its pause', async () => {
      await start({ configuration: { function: { batchSize: 5 } } });
      await recordRun('injection-several-stretches');
      await recordRun('injection-nothing-to-do');
      const control = world.client.workflow.getHandle(`interface/${world.institution}`);
      await control.executeUpdate('pause', { args: [{ by: 'test', why: 'recording' }] });
      await recordRun('injection-skipped-paused');
      await control.executeUpdate('resume');
      await record('interface', `interface/${world.institution}`);
    });

    it('a run that fails: input, configuration, contract', async () => {
      await start({ configuration: { function: { pointOfSales: 'TIXNGO;NOWHERE' } } });
      await recordRun('injection-failed-configuration');
      await recordRun('injection-failed-input', { organisation: 'FCDEMO' });
    });

    it('a run with parked tickets, retried after a failure of S-360', async () => {
      let failures = 2;
      await start({
        s360: {
          tickets: 600,
          around: async ({ name, context }, apply) =>
            name === 'dataExportService.executeExport' && failures-- > 0 ? context.json({}, 502) : apply(),
        },
      });
      await recordRun('injection-warning-retried');
    });

    it('a run that is cancelled while it works', async () => {
      await start({
        tixngo: {
          around: async ({ name }, apply) => {
            if (name === 'tickets.inject') await new Promise((resolve) => setTimeout(resolve, 500));
            return apply();
          },
        },
        configuration: { interface: { customParameters: { ticketIterationSize: 5 } } },
      });
      const handle = await world.start();
      await until(async () => (await world.tixngoCounters()).ticketWrites > 0);
      await handle.cancel();
      await handle.result().catch(() => undefined);
      await record('injection-cancelled', handle.workflowId);
    });
  });
} else {
  describe('recorded histories', () => {
    const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
    const read = (file: string): unknown => JSON.parse(readFileSync(new URL(file, folder), 'utf8'));

    it('are there for every kind of end', () => {
      expect(files.length).toBeGreaterThanOrEqual(8);
    });

    it.each(files)('%s replays on today’s code', async (file) => {
      await Worker.runReplayHistory({ workflowBundle: await workflowBundle() }, read(file), 'replayed');
    });

    it('do not replay on an incompatible change, so that one cannot land unseen', async () => {
      const incompatible = await bundleWorkflowCode({
        workflowsPath: new URL('./incompatible/index.ts', import.meta.url).pathname,
        logger: new DefaultLogger('ERROR', () => undefined),
      });
      await expect(
        Worker.runReplayHistory({ workflowBundle: incompatible }, read('injection-several-stretches.json'), 'replayed'),
      ).rejects.toThrow(/Nondeterminism|determinism/i);
    });
  });
}
