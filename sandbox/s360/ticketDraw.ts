import { Random } from '../shared/random.js';
import type { TicketState } from './ticketRow.js';
import type { TicketStore } from './ticketStore.js';

/** So many tickets, drawn from those that match. */
export interface TicketDraw {
  readonly count: number;
  /** The same seed draws the same tickets from the same ones; default 1. */
  readonly seed?: number;
  readonly among?: Among;
}

/** From which tickets to draw; all that is given must hold. */
export interface Among {
  /** Default: NOT_PRINTED and PRINTED. */
  readonly states?: readonly TicketState[];
  readonly shipmentModes?: readonly string[];
  /** `salesChannelCode;posCode` */
  readonly printedBy?: string;
  readonly organization?: string;
  readonly performanceId?: number;
}

/** Draws tickets, no cards, and gives them in ascending order; all of them when there are not so many. */
export function drawTickets(store: TicketStore, { count, seed = 1, among = {} }: TicketDraw): number[] {
  const matching: number[] = [];
  for (let index = 0; index < store.count; index += 1) if (matches(store, index, among)) matching.push(index);
  const random = new Random(seed);
  const drawn = Math.min(count, matching.length);
  for (let place = 0; place < drawn; place += 1) {
    const other = place + random.below(matching.length - place);
    [matching[place], matching[other]] = [matching[other] as number, matching[place] as number];
  }
  return matching.slice(0, drawn).sort((a, b) => a - b);
}

function matches(store: TicketStore, index: number, among: Among): boolean {
  const { states = ['NOT_PRINTED', 'PRINTED'], shipmentModes, printedBy, organization, performanceId } = among;
  if (!states.includes(store.stateAt(index)) || store.isCardAt(index)) return false;
  if (printedBy !== undefined && store.printedByAt(index) !== printedBy) return false;
  if (organization !== undefined && store.valueAt(index, 'organization_code') !== organization) return false;
  if (performanceId !== undefined && store.valueAt(index, 'performance_id') !== performanceId) return false;
  return shipmentModes?.includes(String(store.valueAt(index, 'shipment_mode_type'))) !== false;
}
