import type { WorkflowHandle } from '@temporalio/client';

import type { CrashCase, CrashWorld } from './crashWorld.js';

/** A run that stands at its point: the effect is there, and its answer is held. */
export interface HeldRun {
  readonly crashed: CrashWorld;
  readonly handle: WorkflowHandle;
}

/** Many worlds that are to be struck at once, by one blow, each with its run at another point. */
export class HeldCrashes {
  private readonly held = new Map<CrashCase, HeldRun | Error>();
  private readonly released: Promise<void>;
  /** Lets the answers go. */
  readonly release: () => void;

  private constructor(
    readonly worlds: ReadonlyMap<CrashCase, CrashWorld>,
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
  static async start(
    crashes: readonly CrashCase[],
    options: {
      readonly writeTimeoutSeconds: number;
      readonly temporalAddress?: string;
      readonly proxied?: boolean;
    },
  ): Promise<HeldCrashes> {
    const { writeTimeoutSeconds, ...others } = options;
    const worlds = new Map<CrashCase, CrashWorld>();
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const all = new HeldCrashes(worlds, released, release);
    await Promise.all(
      crashes.map(async (crash) => {
        const crashed = await crash.start(
          (of) => async (apply) => {
            await apply();
            await of.meanwhile();
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
  run(crash: CrashCase): HeldRun {
    const run = this.held.get(crash) ?? new Error('the run never began');
    if (run instanceof Error) throw run;
    return run;
  }

  async close(): Promise<void> {
    await Promise.all([...this.worlds.values()].map(({ world }) => world.close()));
  }
}
