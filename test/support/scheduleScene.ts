import {
  ScheduleNotFoundError,
  WorkflowNotFoundError,
  type ScheduleDescription,
  type ScheduleHandle,
} from '@temporalio/client';

import { runScheduleCommand, type ScheduleCommand } from '../../src/cli/scheduleCommands.js';
import { parseConfiguration } from '../../src/config/load.js';
import type { Configuration } from '../../src/config/schema.js';
import { applySchedules } from '../../src/schedules/applySchedules.js';
import { CautiousScheduleClient } from '../../src/schedules/cautiousScheduleClient.js';
import { planSchedules, type SchedulePlan } from '../../src/schedules/schedulePlan.js';
import { configuredSchedules, scheduleId, type ConfiguredSchedules } from '../../src/schedules/wantedSchedules.js';
import type { ConfigurationChange, World } from './world.js';

/** Internal names of the example configuration. */
export const injection = 'Ticket injection';
export const pushCancelled = 'Push cancelled';
export const retrieve = 'Retrieve ticket status';

/** The schedules of a world, on the server that it shares with others. */
export class ScheduleScene {
  readonly client: CautiousScheduleClient;

  constructor(private readonly world: World) {
    this.client = new CautiousScheduleClient(world.client);
    world.endWith(() => this.deleteAll());
  }

  id(internalName: string): string {
    return scheduleId(this.world.institution, 'FCDEMO', internalName);
  }

  handle(internalName: string): ScheduleHandle {
    return this.client.getHandle(this.id(internalName));
  }

  describe(internalName: string): Promise<ScheduleDescription> {
    return this.handle(internalName).describe();
  }

  async exists(id: string): Promise<boolean> {
    try {
      await this.client.getHandle(id).describe();
      return true;
    } catch (error) {
      if (error instanceof ScheduleNotFoundError) return false;
      throw error;
    }
  }

  async configuration(change?: ConfigurationChange): Promise<Configuration> {
    return parseConfiguration(await this.world.configurationText(change), 'test', this.world.environment);
  }

  async configured(change?: ConfigurationChange): Promise<ConfiguredSchedules> {
    return configuredSchedules(await this.configuration(change), this.world.taskQueue);
  }

  async plan(change?: ConfigurationChange): Promise<SchedulePlan> {
    return planSchedules(this.client, await this.configured(change));
  }

  /** @returns what was to do */
  async apply(change?: ConfigurationChange): Promise<SchedulePlan> {
    return applySchedules(this.client, await this.configured(change));
  }

  /** What the command prints. */
  async said(command: ScheduleCommand, change?: ConfigurationChange): Promise<string> {
    const configuration = await this.configuration(change);
    return (await runScheduleCommand(command, this.world.client, configuration, this.world.taskQueue)).text;
  }

  /** Every schedule that is named after this world, whoever has made it, and what it has started. */
  private async deleteAll(): Promise<void> {
    const isGone = (error: unknown): void => {
      if (!(error instanceof ScheduleNotFoundError || error instanceof WorkflowNotFoundError)) throw error;
    };
    for await (const { scheduleId: id, info } of this.client.list()) {
      if (!id.includes(this.world.institution)) continue;
      await this.client.getHandle(id).delete().catch(isGone);
      for (const { action } of info.recentActions) {
        await this.world.client.workflow.getHandle(action.workflow.workflowId).terminate('test ended').catch(isGone);
      }
    }
  }
}

/** What a plan has to do, by id. */
export function changesOf({ schedules, surplus }: SchedulePlan): Record<string, string> {
  return Object.fromEntries([
    ...schedules.map(({ id, change }) => [id, change] as const),
    ...surplus.map(({ id }) => [id, 'delete'] as const),
  ]);
}
