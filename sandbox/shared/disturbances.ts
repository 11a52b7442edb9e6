import type { HttpBindings } from '@hono/node-server';
import { Hono, type Context } from 'hono';
import { readJson } from './body.js';
import type { FaultySystem } from './faultEffects.js';
import { FaultPlan } from './faultPlan.js';
import { readFaultOrder, type FaultOrder } from './faultRules.js';
import type { Around } from './operationSeam.js';
import { readSignalOrder, type SignalPlan } from './signalPlan.js';

export interface DisturbanceOptions {
  readonly system: FaultySystem;
  /** Of what the fault plan draws, unless an order has one. */
  readonly seed: number;
  /** The rules at the start. */
  readonly faults: FaultOrder | undefined;
  readonly signals: SignalPlan;
  /** What stands closest to the operation. */
  readonly around: Around;
}

/** Everything that can befall a vendor-like call. */
export interface Disturbances {
  /** To be put at the operation seam. */
  readonly around: Around;
  /**
   * The hooks, to be mounted under the sandbox's: `GET`, `POST` and `DELETE` of `/faults` (`{rules, seed?}`) and of
   * `/signals` (`{signals}`). POST replaces what was there. Every answer shows each rule and how often it fired.
   */
  readonly routes: Hono;
}

/**
 * Puts the fault plan and the signals around the operations. From the outside in: signals that are sent when a call
 * arrives, faults, signals that are sent when it has been applied.
 *
 * @throws Error that says what is wrong with the rules at the start
 */
export function createDisturbances({ system, seed, faults, signals, around }: DisturbanceOptions): Disturbances {
  const plan = new FaultPlan(system, seed);
  if (faults !== undefined) {
    const order = readFaultOrder(faults, system.operations);
    if (typeof order === 'string') throw new Error(`The fault plan cannot be used. ${order}`);
    plan.set(order);
  }
  return {
    around: async (call, apply) => {
      if (!signals.isIdle) await signals.arrived(call);
      return plan.around(call, async () => {
        const firedBefore = signals.fired;
        const answer = await around(call, apply);
        if (!signals.isIdle) await signals.applied(call, answer, firedBefore);
        return answer;
      });
    },
    routes: routes(plan, signals, system.operations),
  };
}

function routes(plan: FaultPlan, signals: SignalPlan, operations: readonly string[]): Hono {
  return new Hono()
    .get('/faults', (c) => c.json(plan.shown()))
    .delete('/faults', (c) => {
      plan.clear();
      return c.json(plan.shown());
    })
    .post('/faults', async (c) => {
      const body = await readJson(c);
      const order = body.ok ? readFaultOrder(body.value, operations) : body.problem;
      if (typeof order === 'string') return c.json({ message: order }, 400);
      plan.set(order);
      return c.json(plan.shown());
    })
    .get('/signals', (c) => c.json(signals.shown()))
    .delete('/signals', (c) => {
      signals.clear();
      return c.json(signals.shown());
    })
    .post('/signals', async (c) => {
      if (!isFromThisMachine(c)) return c.json({ message: 'signals are ordered from this machine only' }, 403);
      const body = await readJson(c);
      const order = body.ok ? readSignalOrder(body.value, operations) : body.problem;
      if (typeof order === 'string') return c.json({ message: order }, 400);
      signals.set(order);
      return c.json(signals.shown());
    });
}

/** A sandbox that listens for the whole network must not let it end processes here. */
function isFromThisMachine(c: Context): boolean {
  const address = (c.env as Partial<HttpBindings>).incoming?.socket.remoteAddress ?? '';
  return address === '::1' || /^(::ffff:)?127\./.test(address);
}
