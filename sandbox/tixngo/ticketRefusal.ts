/** One reason to refuse a ticket; never contains a value of the ticket. */
export interface TicketIssue {
  readonly path: string;
  readonly code: string;
  readonly says: string;
}

/** A ticket that is not taken. */
export interface RefusedTicket {
  /** Null when the ticket had no id that is a text. */
  readonly ticketId: string | null;
  readonly issues: readonly [TicketIssue, ...TicketIssue[]];
}

/** The answer for one refused ticket of a call that is not refused as a whole. */
export interface Refusal {
  readonly ticketId: string | null;
  readonly outcome: 'REJECTED';
  readonly errorCode: string;
  /** Names JSON paths, never values. */
  readonly message: string;
}

/** Most problems of one ticket that its message names. */
const MAX_ISSUES_TOLD = 5;

export function refusal({ ticketId, issues }: RefusedTicket): Refusal {
  return { ticketId, outcome: 'REJECTED', errorCode: issues[0].code, message: messageOf('ticket', issues) };
}

/** Tells the first problems of one item of a batch. */
export function messageOf(item: string, issues: readonly TicketIssue[]): string {
  const told = issues.slice(0, MAX_ISSUES_TOLD).map(({ path, says }) => `${path || item} ${says}`);
  const untold = issues.length - told.length;
  return told.join('; ') + (untold > 0 ? `; and ${untold} more` : '');
}

/** The id of a ticket that may be anything. */
export function ticketIdOf(ticket: unknown): string | null {
  const id: unknown = typeof ticket === 'object' && ticket !== null ? Reflect.get(ticket, 'ticketId') : null;
  return typeof id === 'string' ? id : null;
}
