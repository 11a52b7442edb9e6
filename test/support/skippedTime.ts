import type { Connection, WorkflowHandle } from '@temporalio/client';

import { startTimeSkippingServer } from '../../src/temporal/testServer.js';
import { addOurSearchAttributes } from './searchAttributesOfTestServer.js';
import type { World } from './world.js';

const pauseMs = 25;
/** The server does not say when a next attempt is due: the time until then is skipped in steps. */
const stepMs = 1_000;

/**
 * The time of a Temporal server that can skip it, and of both sandboxes, which live in it. While anybody works, a second is a second; only
 * what everybody would spend waiting is left out. So a minute is a minute for whoever keeps a limit, and for whoever watches over it.
 */
export class SkippedTime {
  /** How far the server's clock is ahead of the machine's. */
  private aheadMs = 0;

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

  nowMs(): number {
    return Date.now() + this.aheadMs;
  }

  /**
   * Goes on to a moment: waits for whoever works, and skips the time in which every execution has ended or waits for its next attempt.
   *
   * @returns the executions that have not ended by then
   */
  async goOn(world: World, untilMs: number, executions: readonly WorkflowHandle[]): Promise<WorkflowHandle[]> {
    for (;;) {
      const seen = await Promise.all(executions.map((execution) => look(execution)));
      const running = executions.filter((_, at) => seen[at] !== 'ended');
      const leftMs = untilMs - this.nowMs();
      if (leftMs <= 0) return running;
      if (seen.includes('works')) await new Promise((resolve) => setTimeout(resolve, pauseMs));
      else await this.skip(world, running.length === 0 ? leftMs : Math.min(leftMs, stepMs));
    }
  }

  /** Goes on until an execution has ended. */
  async end(world: World, execution: WorkflowHandle): Promise<void> {
    for (;;) {
      const seen = await look(execution);
      if (seen === 'ended') return;
      if (seen === 'works') await new Promise((resolve) => setTimeout(resolve, pauseMs));
      else await this.skip(world, stepMs);
    }
  }

  private async skip(world: World, ms: number): Promise<void> {
    const { testService } = this.connection;
    const duration = { seconds: Math.floor(ms / 1_000), nanos: Math.floor(ms % 1_000) * 1_000_000 };
    await testService?.unlockTimeSkippingWithSleep({ duration: duration as never });
    const { time } = (await testService?.getCurrentTime({})) ?? {};
    this.aheadMs = Math.round(milliseconds(time) - Date.now());
    const now = new Date(this.nowMs()).toISOString();
    await Promise.all([world.s360('clock', { now }), world.tixngo('clock', { now })]);
  }
}

/** Whether an execution has ended, works, or waits until its next attempt is due. */
async function look(execution: WorkflowHandle): Promise<'ended' | 'works' | 'waits'> {
  const { status, raw } = await execution.describe();
  if (status.name !== 'RUNNING') return 'ended';
  const pending = raw.pendingActivities ?? [];
  const waits = pending.every(
    ({ lastStartedTime, lastAttemptCompleteTime }) =>
      milliseconds(lastAttemptCompleteTime) > milliseconds(lastStartedTime),
  );
  return pending.length > 0 && waits ? 'waits' : 'works';
}

function milliseconds(time: { readonly seconds?: unknown; readonly nanos?: number | null } | null | undefined): number {
  return Number(time?.seconds ?? 0) * 1_000 + (time?.nanos ?? 0) / 1_000_000;
}
