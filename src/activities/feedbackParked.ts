import { isParkedNow, lacksContact, type ParkedTicket } from '../domain/parking.js';
import type { StretchPhase } from '../domain/stretch.js';

/** Pages that are read again for parked tickets, at the beginning of a stretch and at its end. */
const mostPagesAgain = 5;

/** Parked tickets of one page of the stream that are to be tried again. */
export interface DuePage {
  readonly key: string | null;
  readonly ticketIds: ReadonlySet<string>;
}

/**
 * The parked tickets of a phase whose pause is over, by the page that has them.
 *
 * @param met tickets of which TIXNGO says something new, which went well: their pause is over too
 */
export function duePages(
  parked: readonly ParkedTicket[],
  phase: StretchPhase,
  nowMs: number,
  met: ReadonlySet<string> = new Set(),
): DuePage[] {
  const pages = new Map<string, Set<string>>();
  for (const ticket of parked) {
    if (phaseOf(ticket) !== phase || ticket.position === undefined) continue;
    if (!met.has(ticket.ticketId) && !isDue(ticket, nowMs)) continue;
    const page = pages.get(ticket.position);
    if (page !== undefined) page.add(ticket.ticketId);
    else if (pages.size < mostPagesAgain) pages.set(ticket.position, new Set([ticket.ticketId]));
  }
  return [...pages].map(([key, ticketIds]) => ({ key: key === '' ? null : key, ticketIds }));
}

/** What a run does not try by itself: still a reason to warn. */
export function notDue(parked: readonly ParkedTicket[], nowMs: number): ParkedTicket[] {
  const tried = new Set(
    (['status', 'contacts'] as const).flatMap((phase) =>
      duePages(parked, phase, nowMs).flatMap(({ key, ticketIds }) =>
        [...ticketIds].map((ticketId) => `${phase} ${key ?? ''} ${ticketId}`),
      ),
    ),
  );
  return parked.filter((ticket) => !tried.has(`${phaseOf(ticket)} ${ticket.position ?? '-'} ${ticket.ticketId}`));
}

export function phaseOf(ticket: Pick<ParkedTicket, 'code'>): StretchPhase {
  return lacksContact(ticket) ? 'contacts' : 'status';
}

function isDue(ticket: ParkedTicket, nowMs: number): boolean {
  return !isParkedNow(ticket, ticket.record, nowMs, false);
}
