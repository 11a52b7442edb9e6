import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { TimeSkippingWorkflowClient } from '@temporalio/testing';
import { NativeConnection, Worker } from '@temporalio/worker';
import { expect, test } from 'vitest';
import { startTimeSkippingServer } from '../../src/temporal/testServer.js';
import type { dayTimer } from './dayTimer.js';
import { isRunning } from './runStarter.js';

test('the time-skipping server skips a timer of a day and is gone after stop', async () => {
  const server = await startTimeSkippingServer();
  const connection = await server.connect();
  const native = await NativeConnection.connect({ address: server.address });
  const workflowsPath = join(import.meta.dirname, 'dayTimer.ts');
  const worker = await Worker.create({ connection: native, taskQueue: 'days', workflowsPath });
  const client = new TimeSkippingWorkflowClient({ connection });
  const options = { taskQueue: 'days', workflowId: randomUUID() };
  expect(await worker.runUntil(() => client.execute<typeof dayTimer>('dayTimer', options))).toBe('a day later');
  const handle = client.getHandle(options.workflowId);
  const { startTime, closeTime } = await handle.describe();
  expect((closeTime?.getTime() ?? 0) - startTime.getTime()).toBeGreaterThanOrEqual(86_400_000);
  await native.close();
  await connection.close();
  await server.stop();
  expect(isRunning(server.pid)).toBe(false);
});
