import { expect, it } from 'vitest';

import { parseConfiguration } from '../../src/config/load.js';
import { createInterfaceWorker } from '../../src/createWorker.js';
import type { RunResult } from '../../src/domain/stretch.js';
import { expectFeedbackAgreement } from '../support/feedbackAgreement.js';
import { startFeedbackScene } from '../support/feedbackScene.js';
import { until, workflowBundle, type World } from '../support/world.js';

/** A worker with a configuration of its own, in which another organization reads the same TIXNGO organizer. @returns its task queue */
async function workerOfAnotherOrganization(world: World, organization: string): Promise<string> {
  const taskQueue = `${world.taskQueue}-other`;
  const configuration = (await world.configurationText()).replaceAll('"FCDEMO"', JSON.stringify(organization));
  const { worker, run } = await createInterfaceWorker({
    target: {
      connectionOptions: { address: world.environment['TEMPORAL_ADDRESS'] ?? '' },
      namespace: world.environment['TEMPORAL_NAMESPACE'] ?? '',
    },
    configuration: parseConfiguration(configuration, 'test', world.environment),
    environment: world.environment,
    taskQueue,
    workflowBundle: await workflowBundle(),
  });
  const running = run();
  world.endWith(async () => {
    worker.shutdown();
    await running;
  });
  return taskQueue;
}

it("two organizations that read one TIXNGO organizer's diff take turns, and go on where the other one has ended", async () => {
  const { world, ids, before } = await startFeedbackScene();
  try {
    const taskQueue = await workerOfAnotherOrganization(world, 'FCOTHER');
    const startOther = () =>
      world.client.workflow.start('retrieveTicketStatus', { taskQueue, workflowId: world.nextId() });
    await world.tixngo('diff/occupy', {});
    const first = await world.startRetrieve();
    await until(async () => ((await first.describe()).raw.pendingActivities?.[0]?.attempt ?? 0) > 1, 100);
    const skipped = (await (await startOther()).result()) as RunResult;
    expect(skipped).toMatchObject({ organization: 'FCOTHER', endState: 'SKIPPED' });
    expect(skipped.message).toContain(`Already running: execution ${first.workflowId}`);
    await world.tixngo('diff/release', {});
    expect(await first.result()).toMatchObject({ endState: 'OK', counts: { stored: ids.length } });
    // The key is the organizer's, whichever organization has moved it.
    const other = (await (await startOther()).result()) as RunResult;
    expect(other).toMatchObject({ organization: 'FCOTHER', endState: 'OK', counts: { offered: 0 } });
    await expectFeedbackAgreement(world, before);
  } finally {
    await world.close();
  }
});
