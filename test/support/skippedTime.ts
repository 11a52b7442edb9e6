import type { Connection, WorkflowHandle } from '@temporalio/client';
import { temporal } from '@temporalio/proto';

import { startTimeSkippingServer } from '../../src/temporal/testServer.js';
import { addOurSearchAttributes } from './searchAttributesOfTestServer.js';
import type { World } from './world.js';

const pauseMs = 25;

/**
 * The time of a server that can skip it, and of both sandboxes, which live in it. While anybody works, a second is a second: only what
 * everybody would spend waiting is left out. So every limit holds as it is written, for all three.
 */
export class SkippedTime {
  private constructor(
    readonly temporalAddress: string,
    private readonly connection: Connection,
    readonly stop: () => Promise<void>,
  ) {}

  static async start(): Promise<SkippedTime> {
    const server = await startTimeSkippingServer();
    const connection = await server.connect();
    await addOurSearchAttributes(connection);
    return new SkippedTime(server.address, connection, async () => {
      await connection.close();
      await server.stop();
    });
  }

  async nowMs(): Promise<number> {
    const { time } = await this.testService.getCurrentTime({});
    return Number(time?.seconds ?? 0) * 1_000 + (time?.nanos ?? 0) / 1_000_000;
  }

  /** Sets the sandboxes' clocks by the server's. */
  async tell(world: World): Promise<void> {
    const now = new Date(await this.nowMs()).toISOString();
    await Promise.all([world.s360('clock', { now }), world.tixngo('clock', { now })]);
  }

  /**
   * Goes on to a moment: waits for whoever works, and leaves out the time in which all executions have ended or wait for their turn.
   *
   * @returns those that have not ended then
   */
  async goOn(world: World, untilMs: number, executions: readonly WorkflowHandle[]): Promise<WorkflowHandle[]> {
    for (;;) {
      const seen = await Promise.all(executions.map((execution) => look(execution)));
      const running = executions.filter((_, at) => seen[at] !== 'ended');
      const nowMs = await this.nowMs();
      if (nowMs >= untilMs) return running;
      const turns = seen.map((next) => (next === 'ended' ? untilMs : next === 'works' ? nowMs : next));
      const nextMs = Math.min(untilMs, ...turns);
      if (nextMs > nowMs) await this.skip(world, nextMs - nowMs);
      else await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }

  private async skip(world: World, ms: number): Promise<void> {
    const duration = { seconds: Math.floor(ms / 1_000), nanos: Math.floor((ms % 1_000) * 1_000_000) };
    await this.testService.unlockTimeSkippingWithSleep({ duration: duration as never });
    await this.tell(world);
  }

  private get testService(): temporal.api.testservice.v1.TestService {
    return this.connection.testService;
  }
}

/** When an execution that waits has its turn. */
async function look(execution: WorkflowHandle): Promise<'ended' | 'works' | number> {
  const { status, raw } = await execution.describe();
  if (status.name !== 'RUNNING') return 'ended';
  const pending = raw.pendingActivities ?? [];
  console.log(JSON.stringify(pending));
  return 'works';
}
