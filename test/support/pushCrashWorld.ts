import type { WorkflowHandle } from '@temporalio/client';
import { expect } from 'vitest';

import type { RunResult } from '../../src/domain/stretch.js';
import type { Strike } from './crashSite.js';
import { CrashWorld, temporalAddressFor, type CrashCase, type CrashWorldOptions } from './crashWorld.js';
import { PushCrashSite, pushPoints, type PushFunction, type PushPoint } from './pushCrashSite.js';
import { sendable } from './sendable.js';
import { World, type ConfigurationChange, type SandboxTicket } from './world.js';

type TicketFunction = Exclude<PushFunction, 'digital privileges'>;

/** What befalls some tickets of the page at that very moment. */
const meanwhiles = {
  cancelled: 'tickets of the page are cancelled at that moment',
  'cancelled and deleted': 'tickets of the page are cancelled and deleted in TIXNGO at that moment',
  controlled: 'tickets of the page are controlled at that moment',
} as const;

type Meanwhile = keyof typeof meanwhiles;

export interface PushCrash {
  readonly fn: TicketFunction;
  readonly point: PushPoint;
  readonly meanwhile: Meanwhile | null;
}

const batchSize = 18;
/** Three pages, each of three chunks or more. */
const usualConfiguration: ConfigurationChange = {
  interface: { customParameters: { ticketIterationSize: 5 } },
  function: { batchSize },
  pushCancelled: { batchSize },
  pushControlled: { batchSize },
};
/** Tickets that the box office has cancelled, or the gates have let in, before the run that is struck. */
const offeredBefore = 42;
const mostRounds = 8;

/**
 * A world in calm weather in which one run, of injection, push cancelled or push controlled, has three pages before it, each of three chunks or
 * more. Nothing is in doubt: what the run cannot know, it knows from what befalls it.
 */
export class PushCrashWorld extends CrashWorld {
  /** Of the tickets that are to end as DELETED. */
  private readonly cancelled = new Set<number>();
  /** Of those that a gate has let in. */
  private readonly controlled = new Set<number>();
  /** Cancelled or controlled while they were injected: they may have been stopped before TIXNGO had them. */
  private readonly stoppedMeanwhile = new Set<number>();
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
      // The data has cancelled and controlled tickets of its own.
      if (crash.fn === 'push controlled') await world.runFunction('pushControlled');
      const chosen = this.eligible.slice(0, offeredBefore);
      await (crash.fn === 'push controlled' ? this.control(chosen) : this.cancel(chosen));
      this.pages = inPages(chosen);
    }
    expect(this.pages.length).toBeGreaterThanOrEqual(3);
    this.site.arm(this.pages);
  }

  override start(): Promise<WorkflowHandle> {
    return this.world.startFunction(functionNames[this.crash.fn]);
  }

  /** If this crash comes with something: it befalls the first, a middle and the last ticket of the page that is struck. */
  override async meanwhile(): Promise<void> {
    const { fn, meanwhile } = this.crash;
    if (meanwhile === null) return;
    const page = (this.pages[1] ?? []).filter((id) => this.eligible.includes(id));
    const chosen = [page[0], page[Math.floor(page.length / 2)], page.at(-1)].filter((id) => id !== undefined);
    if (fn === 'injection') for (const id of chosen) this.stoppedMeanwhile.add(id);
    await (meanwhile === 'controlled' ? this.control(chosen) : this.cancel(chosen));
    if (meanwhile !== 'cancelled and deleted') return;
    expect(await this.world.runCancelled()).toMatchObject({ endState: 'OK', counts: { sent: chosen.length } });
  }

  /** Runs as a schedule starts them, all functions that have something to do in turns, until there is nothing left. */
  override async untilQuiet(): Promise<void> {
    const { fn, meanwhile } = this.crash;
    const names = [
      fn === 'push controlled' ? ('pushControlled' as const) : ('ticketsExternalPrinting' as const),
      meanwhile === 'controlled' ? ('pushControlled' as const) : ('pushCancelled' as const),
    ];
    for (let round = 1; round <= mostRounds; round += 1) {
      const results: RunResult[] = [];
      for (const name of names) results.push(await this.world.runFunction(name));
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
      const letIn = this.controlled.has(id);
      const neverSent = this.stoppedMeanwhile.has(id) && held === undefined;
      const printed = !gone && !letIn && row['printed_by'] === 'TIXNGO;MOBILE' ? ', PRINTED' : '';
      const flag = gone ? 'TIXNGO_CANCELLED' : letIn ? 'TIXNGO_CONTROLLED' : 'TIXNGO_INJECTION';
      const marks = flags[flag] === undefined ? '' : ', processed';
      is[id] = `${held?.status ?? 'none'}, told ${String(held?.notifications ?? 0)} times${printed}${marks}`;
      // Of its injection, of its control if there was one, of its end.
      const times = neverSent ? 0 : 1 + (letIn && (held?.controlledAt ?? null) !== null ? 1 : 0) + (gone ? 1 : 0);
      const status = neverSent ? 'none' : gone ? 'DELETED' : letIn ? 'CONTROLLED' : 'INJECTED';
      wanted[id] = `${status}, told ${String(times)} times${gone || letIn ? '' : ', PRINTED'}, processed`;
      told += times;
    }
    expect(is).toEqual(wanted);
    expect([...mobile.keys()].filter((id) => !this.eligible.includes(id))).toEqual([]);
    expect((await this.world.tixngoCounters()).notifications).toBe(told);
  }

  private async cancel(ticketIds: readonly number[]): Promise<void> {
    for (const id of ticketIds) this.cancelled.add(id);
    await this.world.s360('box-office/cancel', { ticketIds });
  }

  private async control(ticketIds: readonly number[]): Promise<void> {
    for (const id of ticketIds) this.controlled.add(id);
    expect(await this.world.s360('gates/control', { ticketIds })).toMatchObject({ controlled: ticketIds.length });
  }
}

const functionNames = {
  injection: 'ticketsExternalPrinting',
  'push cancelled': 'pushCancelled',
  'push controlled': 'pushControlled',
} as const;

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

/** Injection and push cancelled at every point, injection also with cancellations at that moment. */
export const pushCrashes: readonly CrashCase[] = [
  ...crashesOf('injection', null),
  ...crashesOf('injection', 'cancelled'),
  ...crashesOf('push cancelled', null),
];

/** Where a cancellation or a control at that moment makes the most difference, for crashes that take long. */
const mostDifferent = {
  'push controlled': ['the read', 'four chunks at once', 'the processed mark'],
  injection: ['the first chunk', 'PRINTED'],
} as const;

/** Push controlled at every point, also with cancellations at that moment, and injection with controls at that moment. */
export const controlCrashes: readonly CrashCase[] = [
  ...crashesOf('push controlled', null),
  ...crashesOf('push controlled', 'cancelled'),
  // At a write the other function would take longer than the write may.
  ...crashesOf('push controlled', 'cancelled and deleted', ['the read']),
  ...crashesOf(
    'injection',
    'controlled',
    pushPoints.injection.filter((point) => point !== 'the second chunk'),
  ),
];

/** The same for processes that die or stand still. */
export const controlDeaths: readonly CrashCase[] = [
  ...crashesOf('push controlled', null),
  ...crashesOf('push controlled', 'cancelled', mostDifferent['push controlled']),
  ...crashesOf('push controlled', 'cancelled and deleted', ['the read']),
  ...crashesOf('injection', 'controlled', mostDifferent.injection),
];

function crashesOf(
  fn: TicketFunction,
  meanwhile: Meanwhile | null,
  points: readonly PushPoint[] = pushPoints[fn],
): CrashCase[] {
  return points.map((point) => ({
    fn,
    point,
    meanwhile: meanwhile === null ? null : meanwhiles[meanwhile],
    start: (strike, options) => PushCrashWorld.start({ fn, point, meanwhile }, strike, options),
  }));
}
