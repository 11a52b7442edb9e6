import type { WorkflowHandle } from '@temporalio/client';
import { expect } from 'vitest';

import type { RunResult } from '../../src/domain/stretch.js';
import type { Strike } from './crashSite.js';
import { CrashWorld, temporalAddressFor, type CrashCase, type CrashWorldOptions } from './crashWorld.js';
import { PushCrashSite, pushPoints, type PushFunction, type PushPoint } from './pushCrashSite.js';
import { sendable } from './sendable.js';
import { World, type ConfigurationChange, type SandboxTicket } from './world.js';

export interface PushCrash {
  readonly fn: PushFunction;
  readonly point: PushPoint;
  /** The box office cancels some tickets of the page at that very moment. */
  readonly cancelling: boolean;
}

const batchSize = 18;
/** Three pages, each of three chunks or more. */
const usualConfiguration: ConfigurationChange = {
  interface: { customParameters: { ticketIterationSize: 5 } },
  function: { batchSize },
  pushCancelled: { batchSize },
};
const cancelledBefore = 42;
const mostRounds = 8;

/**
 * A world in calm weather in which one run, of injection or of push cancelled, has three pages before it, each of three chunks or more. Nothing
 * is in doubt: what the run cannot know, it knows from what befalls it.
 */
export class PushCrashWorld extends CrashWorld {
  /** Of the tickets that are to end as DELETED. */
  private readonly cancelled = new Set<number>();
  /** Cancelled while they were injected: they may have been stopped before TIXNGO had them. */
  private readonly cancelledMeanwhile = new Set<number>();
  private pages: readonly (readonly number[])[] = [];
  private eligible: readonly number[] = [];

  private constructor(
    world: World,
    override readonly site: PushCrashSite,
    private readonly crash: PushCrash,
    temporalAddress: string,
  ) {
    super(world, site, temporalAddress, usualConfiguration);
  }

  static async start(
    crash: PushCrash,
    strike: (of: CrashWorld) => Strike,
    options: CrashWorldOptions = {},
  ): Promise<PushCrashWorld> {
    // Nothing is struck before the world is there and armed.
    const site: PushCrashSite = new PushCrashSite(crash.fn, crash.point, async (apply) => strike(started)(apply));
    const world = await World.start({
      ...options,
      s360: { tickets: 100, checkAnswers: false, around: site.around },
      tixngo: { checkAnswers: false, strictNotifications: true, around: site.around },
      configuration: { ...usualConfiguration, ...options.configuration },
    });
    const temporalAddress = await temporalAddressFor(world, site, options.proxied);
    const started: PushCrashWorld = new PushCrashWorld(world, site, crash, temporalAddress);
    return started;
  }

  /** Runs in calm weather first, so that nothing is in doubt; then the tickets come, and the next run of the function is the one that is struck. */
  override async prepare(): Promise<void> {
    const { world, crash } = this;
    const tickets = await world.s360Tickets();
    this.eligible = idsOf(sendable(tickets));
    const offered = idsOf(
      tickets.filter(
        ({ row }) =>
          row['shipment_mode_type'] === 'BLOCKCHAIN' &&
          row['ticket_state'] === 'NOT_PRINTED' &&
          row['ticket_model_blockchain'] === true &&
          !String(row['product_kind']).endsWith('_CARD'),
      ),
    );
    if (crash.fn === 'injection') {
      const ship = (mode: string): Promise<unknown> =>
        world.changeTickets(offered.map((ticketId) => ({ ticketId, set: { shipment_mode_type: mode } })));
      await ship('POSTAL');
      expect(await world.run()).toMatchObject({ endState: 'OK', counts: { offered: 0 } });
      await ship('BLOCKCHAIN');
      this.pages = inPages(offered);
    } else {
      await world.run();
      await world.runCancelled();
      const cancelled = this.eligible.slice(0, cancelledBefore);
      await this.cancel(cancelled);
      this.pages = inPages(cancelled);
    }
    expect(this.pages.length).toBeGreaterThanOrEqual(3);
    this.site.arm(this.pages);
  }

  override start(): Promise<WorkflowHandle> {
    return this.crash.fn === 'injection' ? this.world.start() : this.world.startCancelled();
  }

  /** If this crash comes with cancellations: the box office cancels the first, a middle and the last ticket of the page that is struck. */
  override async meanwhile(): Promise<void> {
    if (!this.crash.cancelling) return;
    const page = (this.pages[1] ?? []).filter((id) => this.eligible.includes(id));
    const chosen = [page[0], page[Math.floor(page.length / 2)], page.at(-1)].filter((id) => id !== undefined);
    for (const id of chosen) this.cancelledMeanwhile.add(id);
    await this.cancel(chosen);
  }

  /** Runs as a schedule starts them, both functions in turns, until there is nothing left to do. */
  override async untilQuiet(): Promise<void> {
    for (let round = 1; round <= mostRounds; round += 1) {
      const results = [await this.world.run(), await this.world.runCancelled()];
      if (results.every(isQuiet)) return;
    }
    throw new Error(`there is still something to do after ${String(mostRounds)} rounds`);
  }

  /** Both systems agree about every ticket, and every person was told exactly once of a ticket and once of its end. */
  override async expectAgreement(): Promise<void> {
    const mobile = new Map((await this.world.mobileTickets()).map((ticket) => [Number(ticket.ticketId), ticket]));
    const rows = new Map((await this.world.s360Tickets()).map((ticket) => [ticket.row.ticket_id, ticket]));
    const is: Record<number, string> = {};
    const wanted: Record<number, string> = {};
    let told = 0;
    for (const id of this.eligible) {
      const held = mobile.get(id);
      const { row, flags } = rows.get(id) as SandboxTicket;
      const gone = this.cancelled.has(id);
      const neverSent = this.cancelledMeanwhile.has(id) && held === undefined;
      const printed = !gone && row['printed_by'] === 'TIXNGO;MOBILE' ? ', PRINTED' : '';
      const marks = flags[gone ? 'TIXNGO_CANCELLED' : 'TIXNGO_INJECTION'] === undefined ? '' : ', processed';
      is[id] = `${held?.status ?? 'none'}, told ${String(held?.notifications ?? 0)} times${printed}${marks}`;
      wanted[id] = neverSent
        ? 'none, told 0 times, processed'
        : gone
          ? 'DELETED, told 2 times, processed'
          : 'INJECTED, told 1 times, PRINTED, processed';
      told += neverSent ? 0 : gone ? 2 : 1;
    }
    expect(is).toEqual(wanted);
    expect([...mobile.keys()].filter((id) => !this.eligible.includes(id))).toEqual([]);
    expect((await this.world.tixngoCounters()).notifications).toBe(told);
  }

  private async cancel(ticketIds: readonly number[]): Promise<void> {
    for (const id of ticketIds) this.cancelled.add(id);
    await this.world.s360('box-office/cancel', { ticketIds });
  }
}

function inPages(ids: readonly number[]): number[][] {
  const pages: number[][] = [];
  for (let at = 0; at < ids.length; at += batchSize) pages.push(ids.slice(at, at + batchSize));
  return pages;
}

function idsOf(tickets: readonly { readonly row: { readonly ticket_id: number } }[]): number[] {
  return tickets.map(({ row }) => row.ticket_id).sort((left, right) => left - right);
}

function isQuiet({ endState, counts }: RunResult): boolean {
  const { sent, found, processed, waitingForInjection } = counts;
  return endState !== 'SKIPPED' && sent + found + processed + waitingForInjection === 0;
}

/** Every function at every point, and injection also with cancellations at that moment. */
export const pushCrashes: readonly CrashCase[] = [
  ...crashesOf('injection', false),
  ...crashesOf('injection', true),
  ...crashesOf('push cancelled', false),
];

function crashesOf(fn: PushFunction, cancelling: boolean): CrashCase[] {
  return pushPoints[fn].map((point) => ({
    fn,
    point,
    meanwhile: cancelling ? 'tickets of the page are cancelled at that moment' : null,
    start: (strike, options) => PushCrashWorld.start({ fn, point, cancelling }, strike, options),
  }));
}
