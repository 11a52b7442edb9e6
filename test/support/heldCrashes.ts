import type { WorkflowHandle } from '@temporalio/client';

import type { CrashPoint } from './crashSite.js';
import { crashPoints, type CrashedFunction } from './crashSite.js';
import { CrashWorld, type Crash } from './crashWorld.js';

/** Every function at every point, and injection also with cancellations at that moment. */
export const allCrashes: readonly Crash[] = [
  ...crashesOf('injection', false),
  ...crashesOf('injection', true),
  ...crashesOf('push cancelled', false),
];

function crashesOf(fn: CrashedFunction, cancelling: boolean): Crash[] {
  return crashPoints[fn].map((point: CrashPoint) => ({ fn, point, cancelling }));
}

/** @param what befalls it, such as «the worker is killed» */
export function nameOf({ fn, point, cancelling }: Crash, what: string): string {
  const meanwhile = cancelling ? 'tickets of the page are cancelled at that moment, and ' : '';
  return `${fn}, after ${point}: ${meanwhile}${what}`;
}

/** A run that stands at its point: the effect is there, and its answer is held. */
export interface HeldRun {
  readonly crashed: CrashWorld;
  readonly handle: WorkflowHandle;
}

/** Many worlds that are to be struck at once, by one blow, each with its run at another point. */
export class HeldCrashes {
  private readonly held = new Map<Crash, HeldRun | Error>();
  private readonly released: Promise<void>;
  /** Lets the answers go. */
  readonly release: () => void;

  private constructor(
    readonly worlds: ReadonlyMap<Crash, CrashWorld>,
    released: Promise<void>,
    release: () => void,
  ) {
    this.released = released;
    this.release = release;
  }

  /**
   * @param options.writeTimeoutSeconds of the workers that are struck; longer than all the runs take to come to their points, where they wait
   * for each other
   */
  static async start(options: {
    readonly writeTimeoutSeconds: number;
    readonly temporalAddress?: string;
    readonly proxied?: boolean;
  }): Promise<HeldCrashes> {
    const { writeTimeoutSeconds, ...others } = options;
    const worlds = new Map<Crash, CrashWorld>();
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const all = new HeldCrashes(worlds, released, release);
    await Promise.all(
      allCrashes.map(async (crash) => {
        const crashed = await CrashWorld.start(
          crash,
          (of) => async (apply) => {
            await apply();
            await of.cancelMeanwhile();
            of.site.arrive();
            await all.released;
            return 'answered';
          },
          { ...others, configuration: { root: { writeTimeoutSeconds } } },
        );
        worlds.set(crash, crashed);
      }),
    );
    return all;
  }

  /** Prepares every world with the workers it has by now, and starts its run. @returns when each stands at its point */
  async bringToTheirPoints(): Promise<void> {
    await Promise.all([...this.worlds.values()].map((crashed) => crashed.prepare()));
    await Promise.all(
      [...this.worlds].map(async ([crash, crashed]) => {
        const handle = await crashed.start();
        const early = handle.result().then(
          () => new Error('the run ended before it came to its point'),
          (error: unknown) => new Error('the run failed before it came to its point', { cause: error }),
        );
        this.held.set(crash, (await Promise.race([crashed.site.arrived, early])) ?? { crashed, handle });
      }),
    );
  }

  runs(): HeldRun[] {
    return [...this.held.values()].filter((run): run is HeldRun => !(run instanceof Error));
  }

  /** @throws if that run has not come to its point */
  run(crash: Crash): HeldRun {
    const run = this.held.get(crash) ?? new Error('the run never began');
    if (run instanceof Error) throw run;
    return run;
  }

  async close(): Promise<void> {
    await Promise.all([...this.worlds.values()].map(({ world }) => world.close()));
  }
}
