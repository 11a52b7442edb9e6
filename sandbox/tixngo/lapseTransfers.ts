import { changeTicket } from './changeTicket.js';
import { statusAfter } from './ticketTransitions.js';
import type { TixngoWorld } from './world.js';

/**
 * Transfers that have been pending for too long by the sandbox's clock end, as of the moment at which they lapsed: the
 * ticket is back with its sender. To be called before anything is read.
 *
 * Source: an early edition of «4.2 Cultural contact creation & distribution» (one hour); the current one names no time.
 */
export function lapseDueTransfers(world: TixngoWorld, millis: number): void {
  const { transferLapsesAfterMinutes } = world.settings;
  if (transferLapsesAfterMinutes === null) return;
  for (const { ticketId, at } of world.pendingTransfers.olderThan(transferLapsesAfterMinutes * 60_000, millis)) {
    const ticket = world.tickets.get(ticketId);
    const status = ticket && statusAfter('LAPSE_TRANSFER', ticket.status);
    if (!ticket || !status) continue;
    changeTicket(world, 'LAPSE_TRANSFER', { ...ticket, status }, new Date(at).toISOString());
    world.counters.add('transfersLapsed');
  }
}
