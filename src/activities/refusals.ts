import { ApplicationFailure } from '@temporalio/common';

import { messageOf } from '../domain/messages.js';
import { systemicReason, type ParkingReason } from '../domain/parking.js';
import type { S360Ticket } from '../domain/ticket.js';
import { stop } from './failures.js';

/** Why one ticket of S-360's is parked. */
export function reasonOf(source: S360Ticket, code: string, field?: string): ParkingReason {
  return { ticketId: source.ticketId, code, field, record: source.updatedAt };
}

/** Stops the run: what was refused is no matter of single tickets. */
export function systemic(reason: string): ApplicationFailure {
  const { sentence, action } = messageOf('SYSTEMIC_REFUSAL');
  return stop('SYSTEMIC_REFUSAL', `${sentence} Reason: ${reason}. ${action}`);
}

export function isSystemic(error: unknown): boolean {
  return error instanceof ApplicationFailure && error.type === 'SYSTEMIC_REFUSAL';
}

/** @throws ApplicationFailure SYSTEMIC_REFUSAL when most of a page was refused for one reason */
export function stopIfSystemic(parked: readonly ParkingReason[], pageSize: number): void {
  // Tickets in doubt are held one by one: that is what `whenInDoubt: hold` asks for.
  const reason = systemicReason(
    parked.filter(({ code }) => code !== 'IN_DOUBT'),
    pageSize,
  );
  if (reason !== null) throw systemic(reason);
}
