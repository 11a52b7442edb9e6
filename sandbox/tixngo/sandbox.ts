import { z } from 'zod';
import { createClock } from '../shared/clock.js';
import type { FaultOrder } from '../shared/faultRules.js';
import { applyDirectly, type Around } from '../shared/operationSeam.js';
import { serve, type ListenOptions } from '../shared/serve.js';
import { SignalPlan } from '../shared/signalPlan.js';
import { createTixngoApp, HOOKS_PATH } from './app.js';
import { ORGANIZER_PATH } from './operation.js';
import { DEFAULT_SETTINGS, settingsSchema, type TixngoSettings } from './settings.js';
import { createWorld } from './world.js';

type GivenSettings = { readonly [Name in keyof TixngoSettings]?: TixngoSettings[Name] | undefined };

/** How to start; every organizer setting can be given and is changed later at `POST {controlUrl}/settings`. */
export interface TixngoSandboxOptions extends ListenOptions, GivenSettings {
  /** Seed of everything that is drawn (request ids); the same seed gives the same run. Default 1. */
  readonly seed?: number | undefined;
  /** False lets answers pass without the check against openapi.json, for load. Default true. */
  readonly checkAnswers?: boolean | undefined;
  /** The fault plan at the start; `POST {controlUrl}/faults` changes it. Default: calm weather. */
  readonly faults?: FaultOrder | undefined;
  /** What stands around every vendor-like call, inside the fault plan. Default: nothing. */
  readonly around?: Around | undefined;
}

/** A running TIXNGO sandbox. */
export interface TixngoSandbox {
  /** The URL to configure in the interface: `http://127.0.0.1:PORT/v3/organizer/tickets`. */
  readonly url: string;
  /** Base of the test hooks: `http://127.0.0.1:PORT/sandbox/tixngo`. */
  readonly controlUrl: string;
  close(): Promise<void>;
  /** Answers that broke openapi.json so far; must stay empty. */
  violations(): string[];
}

/**
 * Starts a TIXNGO organizer API of one organizer, empty, on a free port unless one is given.
 *
 * @throws Error that names every setting that is not allowed, what is wrong with the fault plan, or why the port cannot be opened
 */
export async function startTixngoSandbox(options: TixngoSandboxOptions = {}): Promise<TixngoSandbox> {
  const { port, host, seed = 1, checkAnswers = true, around = applyDirectly, faults, ...given } = options;
  const settings = settingsSchema.safeParse({ ...DEFAULT_SETTINGS, ...withoutUndefined(given) });
  if (!settings.success) throw new Error(`TIXNGO sandbox settings:\n${z.prettifyError(settings.error)}`);
  const clock = createClock();
  const signals = new SignalPlan();
  const accepted = (operation: string): void => {
    signals.accepted(operation);
  };
  const world = createWorld({ settings: settings.data, seed, now: () => clock.now(), accepted });
  const { app, violations } = createTixngoApp(world, { clock, checkAnswers, around, faults, seed, signals });
  const server = await serve(app, { port, host });
  return {
    url: `${server.url}${ORGANIZER_PATH}/tickets`,
    controlUrl: `${server.url}${HOOKS_PATH}`,
    close: () => server.close(),
    violations,
  };
}

function withoutUndefined(values: object): object {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
