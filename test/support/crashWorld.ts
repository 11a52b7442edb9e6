import type { WorkflowHandle } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import type { WorkflowBundleOption } from '@temporalio/worker';

import type { CrashSite, Strike } from './crashSite.js';
import { TemporalProxy } from './temporalProxy.js';
import { until, type ConfigurationChange, type World, type WorldOptions } from './world.js';

export interface CrashWorldOptions extends Omit<WorldOptions, 's360' | 'tixngo'> {
  /** Workers reach Temporal through the proxy of the crash site, whatever is struck. */
  readonly proxied?: boolean;
}

/** One function at one point, with all that belongs to it. */
export interface CrashCase {
  readonly fn: string;
  readonly point: string;
  /** Such as «tickets of the page are cancelled at that moment»; null if nothing else happens. */
  readonly meanwhile: string | null;
  start(strike: (of: CrashWorld) => Strike, options?: CrashWorldOptions): Promise<CrashWorld>;
}

/** @param what befalls it, such as «its answer is lost» */
export function nameAt({ fn, point, meanwhile }: CrashCase, what: string | null): string {
  return `${fn}, ${point}: ${[meanwhile, what].filter((part) => part !== null).join(', and ')}`;
}

/** @param what befalls it once its effect is there, such as «the worker is killed» */
export function nameAfter(crash: CrashCase, what: string): string {
  return nameAt({ ...crash, point: `after ${crash.point}` }, what);
}

const { TIMEOUT_TYPE_HEARTBEAT } = temporal.api.enums.v1.TimeoutType;

/** A world in calm weather in which one run is to be struck at one point. What the run cannot know, it knows from what befalls it. */
export abstract class CrashWorld {
  protected constructor(
    readonly world: World,
    readonly site: CrashSite,
    /** Where workers that the crash is to befall find Temporal. */
    readonly temporalAddress: string,
    private readonly usualConfiguration: ConfigurationChange,
  ) {}

  /** The next run of the function is the one that is struck. */
  abstract prepare(): Promise<void>;
  abstract start(): Promise<WorkflowHandle>;
  /** Runs as a schedule starts them until there is nothing left to do. */
  abstract untilQuiet(): Promise<void>;
  /** Nothing is lost and nothing is there twice. */
  abstract expectAgreement(): Promise<void>;

  /** What happens at the moment of the crash, if it comes with something. */
  meanwhile(): Promise<void> {
    return Promise.resolve();
  }

  /** Until the server has given up on the attempt, because of its silence. */
  async untilHeartbeatMissed(handle: WorkflowHandle): Promise<void> {
    await until(async () => {
      const [activity] = (await handle.describe()).raw.pendingActivities ?? [];
      return activity?.lastFailure?.timeoutFailureInfo?.timeoutType === TIMEOUT_TYPE_HEARTBEAT;
    }, 300);
  }

  /** Temporal would find out in ten seconds that the worker which has these workflows in its memory does not answer: tell it at once. */
  async forgetWorker(handle: WorkflowHandle): Promise<void> {
    const { client, institution } = this.world;
    for (const workflowId of [handle.workflowId, `interface/${institution}`]) {
      await client.workflowService.resetStickyTaskQueue({
        namespace: client.options.namespace,
        execution: { workflowId },
      });
    }
  }

  /** A worker in this process that the crash is to befall. */
  async worker(): Promise<void> {
    await this.world.worker(undefined, {}, { temporalAddress: this.temporalAddress });
  }

  /** A worker in this process, on a connection of its own, that takes over; its time limit of a write says how long it waits before. */
  async replacement(workflowBundle: WorkflowBundleOption, writeTimeoutSeconds: number): Promise<void> {
    await this.world.worker({ ...this.usualConfiguration, root: { writeTimeoutSeconds } }, {}, { workflowBundle });
  }
}

/** Where workers that the crash is to befall find Temporal: at a proxy if anything is to befall that connection. */
export async function temporalAddressFor(world: World, site: CrashSite, proxied = false): Promise<string> {
  const address = world.environment['TEMPORAL_ADDRESS'] ?? '';
  if (site.update === null && !proxied) return address;
  const proxy = await TemporalProxy.start(address, site.aroundTemporal);
  world.endWith(() => proxy.close());
  return proxy.address;
}

/** How many attempts the stretches of a run have taken at most. */
export async function mostAttempts(handle: WorkflowHandle): Promise<number> {
  const { events } = await handle.fetchHistory();
  return Math.max(...(events ?? []).map((event) => event.activityTaskStartedEventAttributes?.attempt ?? 0));
}
