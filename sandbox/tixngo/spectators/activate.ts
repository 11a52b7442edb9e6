import { hash32 } from '../../shared/random.js';
import { changeTicket } from '../changeTicket.js';
import { statusAfter, type TicketAction } from '../ticketTransitions.js';
import type { TicketRecord } from '../ticketStore.js';
import type { ActivationMethod } from '../ticketUse.js';
import type { TixngoWorld } from '../world.js';
import { isOnline, type Act } from './act.js';
import { numberOf } from './people.js';

/** What each method of activation does to a ticket. */
export const ACTIVATIONS: Readonly<Record<ActivationMethod, TicketAction>> = {
  ONLINE: 'ACTIVATE_ONLINE',
  OFFLINE: 'ACTIVATE_OFFLINE',
  MANUAL: 'ACTIVATE_MANUALLY',
  BT: 'ACTIVATE_BY_BEACON',
};

const BEACONS = 40;

/** The ticket is activated on the owner's phone: its QR code can be shown. */
export function activate(world: TixngoWorld, method: ActivationMethod): Act {
  return (ticket) => {
    const status = statusAfter(ACTIVATIONS[method], ticket.status);
    if (status === null) return 'refused';
    if (!isOnline(world, ticket.owner.email)) return 'offline';
    const now = world.now();
    const beaconName = method === 'BT' ? beaconOf(world, ticket) : null;
    const activation = { method, activatedAt: now };
    changeTicket(world, ACTIVATIONS[method], { ...ticket, status, activation, beaconName }, now);
    world.counters.add('ticketsActivated');
    return 'done';
  };
}

/** The beacon that the injection names, or one of the site's. */
function beaconOf(world: TixngoWorld, { payload, ticketId }: TicketRecord): string {
  const named = payload.activationParameters['instanceId'];
  return typeof named === 'string' ? named : `beacon-${1 + (hash32(world.seed, numberOf(ticketId), 10) % BEACONS)}`;
}
