import type { WorkflowHandle } from '@temporalio/client';

import type { RunResult } from '../../src/domain/stretch.js';
import { privilegesOf, sellCards } from './privileges.js';
import { sendable } from './sendable.js';
import { until, type ConfigurationChange, type MobileTicket, type SandboxTicket, type World } from './world.js';

/** How the interface finds out what TIXNGO has, as an operator configures it. */
export const lookups = {
  'look-up by ids': { lookup: 'ids' },
  'look-up by the event report': { lookup: 'eventReport' },
  'no look-up, hold': { lookup: 'none', whenInDoubt: 'hold' },
  'no look-up, resend': { lookup: 'none', whenInDoubt: 'resend' },
} as const;

export type Lookup = keyof typeof lookups;

/** A function that writes to TIXNGO and marks in S-360, and how a test gives it something to do. */
export interface PushingFunction {
  readonly name: 'ticketsExternalPrinting' | 'pushCancelled' | 'pushControlled' | 'digitalPrivilegesInjection';
  /** Its write at TIXNGO. */
  readonly write: 'tickets.inject' | 'tickets.delete' | 'tickets.control' | 'privileges.inject';
  /** Its first mark at S-360. */
  readonly mark: 'markPrinted.markPrinted' | 'dataExportService.flagItems';
  /** Under which key S-360 marks its tickets processed. */
  readonly flag: 'TIXNGO_INJECTION' | 'TIXNGO_CANCELLED' | 'TIXNGO_CONTROLLED' | 'TIXNGO_PRIVILEGES';
  /** What the spectator of a ticket has been told when it is done, each write telling once. */
  readonly toldWhenDone: 1 | 2;
  /** A first, clean run of every function. @returns ids of tickets that the function can be given, in their order */
  prepare(world: World): Promise<number[]>;
  /** Gives the function these tickets to do. */
  offer(world: World, ticketIds: readonly number[]): Promise<unknown>;
  start(world: World): Promise<WorkflowHandle>;
  /** What TIXNGO has of its tickets or cards. @param ids only these */
  held(world: World, ids?: readonly string[]): Promise<HeldThing[]>;
  /** TIXNGO has it as the function wants it. */
  isDone(thing: HeldThing): boolean;
}

/** A ticket, or a card as a privilege, by its id as a ticket. */
export type HeldThing = Pick<MobileTicket, 'ticketId' | 'status' | 'notifications'>;

export const injection: PushingFunction = {
  name: 'ticketsExternalPrinting',
  write: 'tickets.inject',
  mark: 'markPrinted.markPrinted',
  flag: 'TIXNGO_INJECTION',
  toldWhenDone: 1,
  async prepare(world) {
    const all = (await world.s360Tickets()).filter(({ row }) => row['shipment_mode_type'] === 'BLOCKCHAIN');
    await world.changeTickets(
      all.map(({ row }) => ({ ticketId: row.ticket_id, set: { shipment_mode_type: 'POSTAL' } })),
    );
    await world.run();
    await world.runCancelled();
    return idsOf(sendable(all));
  },
  offer: (world, ticketIds) =>
    world.changeTickets(ticketIds.map((ticketId) => ({ ticketId, set: { shipment_mode_type: 'BLOCKCHAIN' } }))),
  start: (world) => world.start(),
  held: heldTickets,
  isDone: ({ status }) => status === 'INJECTED',
};

export const cancellation: PushingFunction = {
  name: 'pushCancelled',
  write: 'tickets.delete',
  mark: 'dataExportService.flagItems',
  flag: 'TIXNGO_CANCELLED',
  toldWhenDone: 2,
  async prepare(world) {
    const tickets = sendable(await world.s360Tickets());
    await world.run();
    // The data has cancelled tickets of its own.
    await world.runCancelled();
    return idsOf(tickets);
  },
  offer: (world, ticketIds) => world.s360('box-office/cancel', { ticketIds }),
  start: (world) => world.startCancelled(),
  held: heldTickets,
  isDone: ({ status }) => status === 'DELETED',
};

export const control: PushingFunction = {
  name: 'pushControlled',
  write: 'tickets.control',
  mark: 'dataExportService.flagItems',
  flag: 'TIXNGO_CONTROLLED',
  toldWhenDone: 2,
  async prepare(world) {
    const tickets = sendable(await world.s360Tickets());
    await world.run();
    // The data has controlled tickets of its own.
    await world.runFunction('pushControlled');
    return idsOf(tickets);
  },
  offer: (world, ticketIds) => world.s360('gates/control', { ticketIds }),
  start: (world) => world.startFunction('pushControlled'),
  held: heldTickets,
  isDone: ({ status }) => status === 'CONTROLLED',
};

export const privileges: PushingFunction = {
  name: 'digitalPrivilegesInjection',
  write: 'privileges.inject',
  mark: 'markPrinted.markPrinted',
  flag: 'TIXNGO_PRIVILEGES',
  toldWhenDone: 1,
  async prepare(world) {
    const ticketIds = await sellCards(world, { count: cardsSold, kind: 'SEASON_TICKET_CARD' });
    await ship(world, ticketIds, 'POSTAL');
    // The data has cards of its own.
    await world.runFunction('digitalPrivilegesInjection');
    return ticketIds;
  },
  offer: (world, ticketIds) => ship(world, ticketIds, 'BLOCKCHAIN'),
  start: (world) => world.startFunction('digitalPrivilegesInjection'),
  async held(world) {
    return (await privilegesOf(world)).map((privilege) => ({ ...privilege, ticketId: privilege.privilegeId }));
  },
  isDone: ({ status }) => status === 'ACTIVE',
};

export const pushingFunctions = [injection, cancellation];

/** More than three stretches, as of tickets. */
const cardsSold = 66;

function ship(world: World, ticketIds: readonly number[], shipmentMode: 'POSTAL' | 'BLOCKCHAIN'): Promise<unknown> {
  return world.changeTickets(ticketIds.map((ticketId) => ({ ticketId, set: { shipment_mode_type: shipmentMode } })));
}

async function heldTickets(world: World, ids?: readonly string[]): Promise<HeldThing[]> {
  if (ids === undefined) return world.mobileTickets();
  return (await world.tixngo<{ tickets: MobileTicket[] }>(`tickets?ids=${ids.join(',')}`)).tickets;
}

/** Small pages and smaller calls, so that a few tickets make several stretches: a stretch is ten pages. */
/** @param losable Temporal's database will be lost, as in production nobody can exclude */
export function smallPages(
  lookup: Lookup,
  losable: boolean,
  writeTimeoutSeconds = longerThanHeldSeconds,
): ConfigurationChange {
  return {
    interface: { ...lookups[lookup], customParameters: { ticketIterationSize: 1 } },
    function: { batchSize: pageSize },
    pushCancelled: { batchSize: pageSize, deletionFirstPauseSeconds: 1 },
    pushControlled: { batchSize: pageSize },
    privileges: { batchSize: pageSize },
    root: { writeTimeoutSeconds, pauseWhenStateIsNew: losable },
  };
}

/** Longer than a test holds a write back, and than a busy machine takes for one. */
const longerThanHeldSeconds = 8;

const pageSize = 2;
export const stretchSize = 10 * pageSize;

/** Starts executions one after another, as a schedule does, until one finds nothing to write, to look up or to mark. */
export async function runUntilQuiet(world: World, fn: PushingFunction): Promise<RunResult[]> {
  const results: RunResult[] = [];
  await until(async () => {
    const result = (await (await fn.start(world)).result()) as RunResult;
    results.push(result);
    const { sent, found, processed } = result.counts;
    return result.endState !== 'SKIPPED' && sent + found + processed === 0;
  });
  return results;
}

/** Marked processed by S-360 for this function. */
export async function markedIds(world: World, fn: PushingFunction, among: readonly number[]): Promise<number[]> {
  const wanted = new Set(among);
  const tickets = await world.s360Tickets();
  return idsOf(tickets.filter(({ row, flags }) => wanted.has(row.ticket_id) && flags[fn.flag] !== undefined));
}

/** Done in TIXNGO for this function, whether S-360 knows it or not. */
export async function doneIds(world: World, fn: PushingFunction, among: readonly number[]): Promise<number[]> {
  const wanted = new Set(among);
  const things = await fn.held(world);
  return things
    .filter((thing) => wanted.has(Number(thing.ticketId)) && fn.isDone(thing))
    .map(({ ticketId }) => Number(ticketId));
}

function idsOf(tickets: readonly SandboxTicket[]): number[] {
  return tickets.map(({ row }) => row.ticket_id);
}
