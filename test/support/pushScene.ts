import { expect } from 'vitest';

import { applyDirectly, type Around } from '../../sandbox/shared/operationSeam.js';
import { HeldWrite } from './heldWrite.js';
import {
  doneIds,
  lookups,
  markedIds,
  runUntilQuiet,
  smallPages,
  type Lookup,
  type PushingFunction,
} from './pushingFunctions.js';
import { World, type SandboxTicket } from './world.js';

export interface SceneOptions {
  /** Another Temporal server than the shared one. */
  readonly temporalAddress?: string;
  /** What else stands around TIXNGO's calls. */
  readonly around?: Around;
  readonly writeTimeoutSeconds?: number | undefined;
}

/**
 * A function in calm weather, with a known set of tickets, a write that can be held back, and marks that S-360 can be made to refuse.
 * TIXNGO grants only the look-up that is configured, and tells spectators at every write.
 */
export class PushScene {
  readonly held: HeldWrite;
  /** S-360 answers the first mark of a page with 401 while it is on. */
  refuseMarks = false;
  /** Tickets that TIXNGO had as wanted and S-360 had marked already when they were written again: no mode allows that. */
  readonly needless: string[] = [];
  private apiKey = 'sandbox-api-key';
  private endWorker: () => Promise<void> = () => Promise.resolve();

  private constructor(
    readonly world: World,
    readonly fn: PushingFunction,
    readonly lookup: Lookup,
    held: HeldWrite,
    private readonly losable: boolean,
    private readonly writeTimeoutSeconds: number | undefined,
  ) {
    this.held = held;
  }

  static async play(
    fn: PushingFunction,
    lookup: Lookup,
    act: (scene: PushScene, ticketIds: readonly number[]) => Promise<void>,
    { temporalAddress, around = applyDirectly, writeTimeoutSeconds }: SceneOptions = {},
  ): Promise<void> {
    const held = new HeldWrite(fn.write);
    let scene: PushScene | undefined;
    const aroundTixngo: Around = async (call, apply) => {
      if (call.name === fn.write && held.isLetGo) await scene?.noteRepeats(await call.context.req.json<WriteBody>());
      return held.around(call, () => around(call, apply));
    };
    const aroundS360: Around = async ({ name, context }, apply) =>
      scene?.refuseMarks === true && name === fn.mark
        ? context.json({ requestId: null, statusCode: 'error.authentication', statusDetail: null }, 401)
        : apply();
    const world = await World.start({
      s360: { tickets: 145, checkAnswers: false, around: aroundS360 },
      tixngo: { checkAnswers: false, strictNotifications: true, around: aroundTixngo },
      ...(temporalAddress === undefined ? {} : { temporalAddress }),
    });
    try {
      const endWorker = await world.worker();
      const ticketIds = await fn.prepare(world);
      await endWorker();
      scene = new PushScene(world, fn, lookup, held, temporalAddress !== undefined, writeTimeoutSeconds);
      await scene.work(lookup);
      await act(scene, ticketIds);
    } finally {
      held.letGo();
      await world.close();
    }
  }

  /** From now on the worker is one with this look-up, and TIXNGO grants no other. */
  async work(lookup: Lookup, apiKey = this.apiKey): Promise<void> {
    this.apiKey = apiKey;
    await this.endWorker();
    await this.world.tixngo('settings', { lookup: lookups[lookup].lookup === 'ids' });
    const change = smallPages(lookup, this.losable, this.writeTimeoutSeconds);
    this.endWorker = await this.world.worker(change, { TIXNGO_API_KEY: apiKey });
  }

  /** Starts an execution, and waits until its nth write has been applied and waits for its answer. */
  async startToWrite(nth: number, offered: readonly number[]) {
    const before = (await doneIds(this.world, this.fn, offered)).length;
    this.held.arm(nth);
    const handle = await this.fn.start(this.world);
    const ended = await Promise.race([
      this.held.reached,
      handle.result().then(
        () => 'it ended well',
        (error: unknown) => String(error),
      ),
    ]);
    expect(ended, 'it should have come to its write').toBeUndefined();
    const done = await doneIds(this.world, this.fn, offered);
    const marked = new Set(await markedIds(this.world, this.fn, offered));
    expect(done).toHaveLength(before + nth);
    expect(done.length).toBeLessThan(offered.length);
    expect(done.some((ticketId) => !marked.has(ticketId))).toBe(true);
    return handle;
  }

  /**
   * Runs to the end as the look-up allows, and asserts what the interface promises: nothing lost, nothing twice. With `hold`, a person
   * decides about what is in doubt, here by configuring a look-up.
   */
  async expectSettled(offered: readonly number[], decided: Lookup = 'look-up by ids'): Promise<void> {
    await runUntilQuiet(this.world, this.fn);
    if (this.lookup === 'no look-up, hold') {
      await this.expectHeld(offered);
      await this.work(decided);
      await runUntilQuiet(this.world, this.fn);
    }
    const repeatsAllowed = this.lookup === 'no look-up, resend' || decided === 'no look-up, resend';
    const told = await this.toldTooOften(offered);
    if (!repeatsAllowed) expect(told).toEqual([]);
    expect(this.needless).toEqual([]);
    expect(told.filter(({ times }) => times > 1)).toEqual([]);
    expect(await doneIds(this.world, this.fn, offered)).toHaveLength(offered.length);
    expect(await markedIds(this.world, this.fn, offered)).toHaveLength(offered.length);
    expect(await this.parkedIds()).toEqual([]);
  }

  /** What is in doubt is listed for a person and left alone; everything is either marked or listed. */
  private async expectHeld(offered: readonly number[]): Promise<void> {
    expect(await this.toldTooOften(offered)).toEqual([]);
    const marked = new Set(await markedIds(this.world, this.fn, offered));
    const parked = new Set(await this.parkedIds());
    expect(offered.filter((id) => !marked.has(id) && !parked.has(id))).toEqual([]);
    expect([...parked].filter((id) => marked.has(id))).toEqual([]);
    expect(parked.size).toBeGreaterThan(0);
  }

  private async parkedIds(): Promise<number[]> {
    const { functions } = await this.world.interfaceState();
    return Object.keys(functions[`FCDEMO/${this.fn.name}`]?.parked ?? {}).map(Number);
  }

  private async toldTooOften(offered: readonly number[]): Promise<{ ticketId: string; times: number }[]> {
    const wanted = new Set(offered);
    return (await this.fn.held(this.world))
      .filter(({ ticketId }) => wanted.has(Number(ticketId)))
      .map((ticket) => ({
        ticketId: ticket.ticketId,
        times: ticket.notifications - (this.fn.isDone(ticket) ? this.fn.toldWhenDone : this.fn.toldWhenDone - 1),
      }))
      .filter(({ times }) => times !== 0);
  }

  private async noteRepeats({ tickets = [], privileges = [] }: WriteBody): Promise<void> {
    const ids = [...tickets.map(({ ticketId }) => ticketId), ...privileges.map(({ privilegeId }) => privilegeId)];
    const held = (await this.fn.held(this.world, ids)).filter(({ ticketId }) => ids.includes(ticketId));
    const { tickets: sold } = await this.world.s360<{ tickets: SandboxTicket[] }>(`tickets?ids=${ids.join(',')}`);
    const marked = sold
      .filter(({ flags }) => flags[this.fn.flag] !== undefined)
      .map(({ row }) => String(row.ticket_id));
    this.needless.push(
      ...held.filter((ticket) => this.fn.isDone(ticket) && marked.includes(ticket.ticketId)).map((t) => t.ticketId),
    );
  }
}

interface WriteBody {
  readonly tickets?: readonly { readonly ticketId: string }[];
  readonly privileges?: readonly { readonly privilegeId: string }[];
}
