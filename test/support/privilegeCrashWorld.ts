import type { WorkflowHandle } from '@temporalio/client';
import { expect } from 'vitest';

import type { RunResult } from '../../src/domain/stretch.js';
import type { Strike } from './crashSite.js';
import { CrashWorld, temporalAddressFor, type CrashCase, type CrashWorldOptions } from './crashWorld.js';
import { PushCrashSite, pushPoints, type PushPoint } from './pushCrashSite.js';
import { privilegesOf, sellCards } from './privileges.js';
import { World, type ConfigurationChange, type SandboxTicket } from './world.js';

export interface PrivilegeCrash {
  readonly point: PushPoint;
  /** The box office cancels some cards of the page at that very moment. */
  readonly cancelling: boolean;
}

const batchSize = 18;
/** Pages of four chunks each. */
const usualConfiguration: ConfigurationChange = {
  interface: { customParameters: { ticketIterationSize: 5 } },
  privileges: { batchSize },
  pushCancelled: { batchSize },
};
/** What is sold for each page: a product of its own, and to the cards of the second one belongs a ticket. */
const sales = [
  { kind: 'MEMBERSHIP_CARD', productCode: 'MEMBER-FIRST' },
  { kind: 'SEASON_TICKET_CARD', productCode: 'SEASON-SECOND', tickets: 1 },
  { kind: 'SEASON_TICKET_CARD', productCode: 'SEASON-THIRD' },
] as const;
const mostRounds = 8;

/** A world in calm weather in which one run of digital privileges injection has three pages of cards before it, each with a definition of its own. */
export class PrivilegeCrashWorld extends CrashWorld {
  private pages: readonly (readonly number[])[] = [];
  private readonly cancelled = new Set<number>();

  private constructor(
    world: World,
    override readonly site: PushCrashSite,
    private readonly crash: PrivilegeCrash,
    temporalAddress: string,
  ) {
    super(world, site, temporalAddress, usualConfiguration);
  }

  static async start(
    crash: PrivilegeCrash,
    strike: (of: CrashWorld) => Strike,
    options: CrashWorldOptions = {},
  ): Promise<PrivilegeCrashWorld> {
    // Nothing is struck before the world is there and armed.
    const site: PushCrashSite = new PushCrashSite('digital privileges', crash.point, async (apply) =>
      strike(started)(apply),
    );
    const world = await World.start({
      ...options,
      // One ticket that the data has of its own, and the cards that are sold.
      s360: { tickets: 1, checkAnswers: false, around: site.around },
      tixngo: { checkAnswers: false, strictNotifications: true, around: site.around },
      configuration: { ...usualConfiguration, ...options.configuration },
    });
    const temporalAddress = await temporalAddressFor(world, site, options.proxied);
    const started: PrivilegeCrashWorld = new PrivilegeCrashWorld(world, site, crash, temporalAddress);
    return started;
  }

  override async prepare(): Promise<void> {
    const { world } = this;
    expect(await world.runFunction('digitalPrivilegesInjection')).toMatchObject({ endState: 'OK' });
    expect(await privilegesOf(world)).toEqual([]);
    const pages: number[][] = [];
    for (const sale of sales) pages.push(await sellCards(world, { count: batchSize, ...sale }));
    this.pages = pages;
    this.site.arm(pages);
  }

  override start(): Promise<WorkflowHandle> {
    return this.world.startFunction('digitalPrivilegesInjection');
  }

  /** If this crash comes with cancellations: the first, a middle and the last card of the page that is struck. */
  override async meanwhile(): Promise<void> {
    if (!this.crash.cancelling) return;
    const page = this.pages[1] ?? [];
    const chosen = [page[0], page[Math.floor(page.length / 2)], page.at(-1)].filter((id) => id !== undefined);
    for (const id of chosen) this.cancelled.add(id);
    await this.world.s360('box-office/cancel', { ticketIds: chosen });
  }

  override async untilQuiet(): Promise<void> {
    for (let round = 1; round <= mostRounds; round += 1) {
      const results: RunResult[] = [await this.world.runFunction('digitalPrivilegesInjection')];
      if (this.crash.cancelling) results.push(await this.world.runCancelled());
      const isQuiet = results.every(({ endState, counts }) => {
        const { sent, found, processed, waitingForInjection, definitions } = counts;
        return endState !== 'SKIPPED' && sent + found + processed + waitingForInjection + definitions === 0;
      });
      if (isQuiet) return;
    }
    throw new Error(`there is still something to do after ${String(mostRounds)} rounds`);
  }

  /** Every card is a privilege with its tickets, every person was told exactly once of it and once of its end, and each product has its definition. */
  override async expectAgreement(): Promise<void> {
    const { world, cancelled } = this;
    const privileges = new Map((await privilegesOf(world)).map((one) => [Number(one.privilegeId), one]));
    const rows = new Map((await world.s360Tickets()).map((ticket) => [ticket.row.ticket_id, ticket]));
    const cards = this.pages.flat();
    const is: Record<number, string> = {};
    const wanted: Record<number, string> = {};
    let told = 0;
    for (const id of cards) {
      const held = privileges.get(id);
      const { row, flags } = rows.get(id) as SandboxTicket;
      const gone = cancelled.has(id);
      const neverSent = gone && held === undefined;
      const printed = !gone && row['printed_by'] === 'TIXNGO;MOBILE' ? ', PRINTED' : '';
      const marks = flags[gone ? 'TIXNGO_CANCELLED' : 'TIXNGO_PRIVILEGES'] === undefined ? '' : ', processed';
      const what = `${held?.definitionId ?? 'none'} with ${String(held?.ticketIds ?? '')}`;
      is[id] = `${held?.status ?? 'none'}, ${what}, told ${String(held?.notifications ?? 0)} times${printed}${marks}`;
      const times = neverSent ? 0 : gone ? 2 : 1;
      wanted[id] = neverSent
        ? 'none, none with , told 0 times, processed'
        : `${gone ? 'DELETED' : 'ACTIVE'}, ${String(row['product_code'])} with ${(row['linked_ticket_ids'] as string | null) ?? ''}, ` +
          `told ${String(times)} times${gone ? '' : ', PRINTED'}, processed`;
      told += times;
    }
    expect(is).toEqual(wanted);
    expect([...privileges.keys()].filter((id) => !cards.includes(id))).toEqual([]);
    expect(await world.tixngoCounters()).toMatchObject({
      notifications: told,
      definitionsCreated: sales.length,
      definitionsUpdated: 0,
    });
  }
}

/** Digital privileges injection at every point. */
export const privilegeCrashes: readonly CrashCase[] = pushPoints['digital privileges'].map((point) =>
  caseAt(point, false),
);

/** The same where a cancellation makes a difference, with cancellations of cards at that moment. */
export const cancelledPrivilegeCrashes: readonly CrashCase[] = (
  ['the read', 'the first chunk', 'PRINTED', 'the processed mark'] as const
).map((point) => caseAt(point, true));

function caseAt(point: PushPoint, cancelling: boolean): CrashCase {
  return {
    fn: 'digital privileges injection',
    point,
    meanwhile: cancelling ? 'cards of the page are cancelled at that moment' : null,
    start: (strike, options) => PrivilegeCrashWorld.start({ point, cancelling }, strike, options),
  };
}
