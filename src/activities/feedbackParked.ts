import { isParkedNow, type ParkedTicket, type ParkingReason } from '../domain/parking.js';
import type { StretchPhase } from '../domain/stretch.js';
import type { ParkedTickets } from './parkedTickets.js';

/** What only the contacts phase can try again. */
const contactCodes: readonly string[] = ['CONTACT_REFUSED', 'DISTRIBUTION_REFUSED'];

/** Pages that are read again for parked tickets in one stretch. */
const mostPagesAgain = 5;

/** Parked tickets of one page of the stream that are to be tried again. */
export interface DuePage {
  readonly key: string | null;
  readonly ticketIds: ReadonlySet<string>;
}

/** The parked tickets of a phase whose pause is over, by the page that has them. */
export function duePages(parked: readonly ParkedTicket[], phase: StretchPhase, nowMs: number): DuePage[] {
  const pages = new Map<string, Set<string>>();
  for (const ticket of parked) {
    if (phaseOf(ticket) !== phase || !isDue(ticket, nowMs) || ticket.position === undefined) continue;
    const page = pages.get(ticket.position);
    if (page !== undefined) page.add(ticket.ticketId);
    else if (pages.size < mostPagesAgain) pages.set(ticket.position, new Set([ticket.ticketId]));
  }
  return [...pages].map(([key, ticketIds]) => ({ key: key === '' ? null : key, ticketIds }));
}

/** They are not tried in this run: still a reason to warn. */
export function leaveOthers(parked: readonly ParkedTicket[], tickets: ParkedTickets, nowMs: number): void {
  const tried = new Set(
    (['status', 'contacts'] as const).flatMap((phase) =>
      duePages(parked, phase, nowMs).flatMap(({ ticketIds }) => [...ticketIds]),
    ),
  );
  for (const ticket of parked) if (!tried.has(ticket.ticketId)) tickets.leave(ticket);
}

function phaseOf({ code }: ParkingReason): StretchPhase {
  return contactCodes.includes(code) ? 'contacts' : 'status';
}

function isDue(ticket: ParkedTicket, nowMs: number): boolean {
  return !isParkedNow(ticket, ticket.record, nowMs, false);
}
