import { afterEach, describe, expect, it } from 'vitest';

import type { RunResult } from '../../src/domain/stretch.js';
import { mostMemoryMiB } from '../support/processMemory.js';
import { World } from '../support/world.js';

let world: World;

afterEach(async () => {
  await world.close();
});

async function inject(tickets: number): Promise<{ result: RunResult; events: number; memoryMiB: number }> {
  world = await World.start({
    s360: { tickets, checkAnswers: false },
    tixngo: { checkAnswers: false, strictNotifications: true },
    configuration: { root: { writeTimeoutSeconds: 30 } },
  });
  // A heap of the size that a small container gives, so that what V8 has not bothered to collect does not count as growth.
  const worker = await world.workerProcess(undefined, { NODE_OPTIONS: '--max-old-space-size=256' });
  const handle = await world.start();
  const result = (await handle.result()) as RunResult;
  const lengths = await Promise.all(
    [handle, world.client.workflow.getHandle(`interface/${world.institution}`)].map(
      async (execution) => (await execution.describe()).historyLength,
    ),
  );
  return { result, events: lengths.reduce((sum, n) => sum + n, 0), memoryMiB: mostMemoryMiB(worker.pid ?? 0) };
}

describe('a hundred thousand tickets at once', () => {
  it('cost at most 3 history events per 1,000 tickets, and a worker at most 1.2 times the memory of 10,000', async () => {
    const small = await inject(17_200);
    await world.close();
    const large = await inject(168_000);
    console.log(
      `10,000: ${String(small.result.counts.sent)} sent, ${String(small.events)} events, ${small.memoryMiB.toFixed(0)} MiB; ` +
        `100,000: ${String(large.result.counts.sent)} sent, ${String(large.events)} events, ${large.memoryMiB.toFixed(0)} MiB`,
    );
    expect(small.result.counts.sent).toBeGreaterThanOrEqual(10_000);
    expect(large.result.counts.sent).toBeGreaterThanOrEqual(100_000);
    expect((await world.tixngoCounters()).notifications).toBe(large.result.counts.sent);
    expect(large.events).toBeLessThanOrEqual((3 * large.result.counts.sent) / 1_000);
    expect(large.memoryMiB).toBeLessThanOrEqual(1.2 * small.memoryMiB);
  }, 900_000);
});
