import { setTimeout as pause } from 'node:timers/promises';

import type { ScheduleHandle } from '@temporalio/client';

import type { StartedExecution } from '../../src/cli/startFunction.js';
import type { FunctionName } from '../../src/domain/functions.js';
import { applySchedules } from '../../src/schedules/applySchedules.js';
import { CautiousScheduleClient } from '../../src/schedules/cautiousScheduleClient.js';
import { configuredSchedules } from '../../src/schedules/wantedSchedules.js';
import type { Configuration } from '../../src/config/schema.js';
import type { ConnectedClient } from '../../src/connectTemporal.js';

/** How long a schedule may take to start what it was told to. */
const patienceMs = 30_000;
const lookMs = 25;
/** The server gives an execution the second of its start as the end of its workflow id. */
const apartMs = 1_000;

/** The schedules of the configuration, as `schedules apply` makes them: each starts the executions of its function. */
export class DemoSchedules {
  private readonly nextTriggerMs = new Map<FunctionName, number>();

  private constructor(
    private readonly client: ConnectedClient['client'],
    private readonly handles: ReadonlyMap<FunctionName, ScheduleHandle>,
  ) {}

  /** They are paused, since a week that is played in a minute has its own times: only what is triggered starts. */
  static async apply(
    client: ConnectedClient['client'],
    configuration: Configuration,
    taskQueue: string,
  ): Promise<DemoSchedules> {
    const schedules = new CautiousScheduleClient(client);
    const plan = await applySchedules(schedules, configuredSchedules(configuration, taskQueue));
    const handles = new Map<FunctionName, ScheduleHandle>();
    for (const { id, wanted } of plan.schedules) {
      const handle = schedules.getHandle(id);
      await handle.pause('The demo plays a week: it triggers this schedule at the times of that week.');
      handles.set(wanted.function, handle);
    }
    return new DemoSchedules(client, handles);
  }

  idOf(name: FunctionName): string {
    return this.handleOf(name).scheduleId;
  }

  /** Lets a schedule start an execution now. */
  async trigger(name: FunctionName): Promise<StartedExecution> {
    const handle = this.handleOf(name);
    await pause((this.nextTriggerMs.get(name) ?? 0) - Date.now());
    const before = new Set((await startedBy(handle)).map(({ runId }) => runId));
    await handle.trigger();
    this.nextTriggerMs.set(name, Date.now() + apartMs);
    const untilMs = Date.now() + patienceMs;
    while (Date.now() < untilMs) {
      const started = (await startedBy(handle)).find(({ runId }) => !before.has(runId));
      if (started !== undefined) {
        return { handle: this.client.workflow.getHandle(started.workflowId, started.runId), ...started };
      }
      await pause(lookMs);
    }
    throw new Error(`The schedule ${handle.scheduleId} has started nothing within ${String(patienceMs / 1_000)} s.`);
  }

  async delete(): Promise<void> {
    await Promise.allSettled([...this.handles.values()].map((handle) => handle.delete()));
  }

  private handleOf(name: FunctionName): ScheduleHandle {
    const handle = this.handles.get(name);
    if (handle === undefined) throw new Error(`No schedule starts ${name}.`);
    return handle;
  }
}

async function startedBy(handle: ScheduleHandle): Promise<{ workflowId: string; runId: string }[]> {
  const { info } = await handle.describe();
  return info.recentActions.map(({ action: { workflow } }) => ({
    workflowId: workflow.workflowId,
    runId: workflow.firstExecutionRunId,
  }));
}
