import type { SpectatorPayload, TicketPayload } from './ticketPayload.js';
import { IdPages } from './idPages.js';
import type { TicketStatus } from './ticketStatuses.js';
import type { TicketUse } from './ticketUse.js';

/** Why and since when a ticket is being deleted. Times are ISO 8601 in UTC. */
export interface Deletion {
  readonly reason: string;
  /** Whether the spectator still sees it in the app's deleted tickets. */
  readonly visible: boolean;
  readonly requestedAt: string;
  /** When no phone held it any more; null while DELETION_PENDING. */
  readonly confirmedAt: string | null;
}

/** One ticket as TIXNGO holds it. */
export interface TicketRecord extends TicketUse {
  readonly ticketId: string;
  readonly status: TicketStatus;
  /** As injected last; never changed in place. */
  readonly payload: TicketPayload;
  /** Whose wallet the ticket belongs to now. */
  readonly owner: SpectatorPayload;
  /** Of the spectator for whom it was injected. */
  readonly initialOwnerEmail: string;
  /** When the gate let its holder in, as it came; null when none has. A deletion leaves it. */
  readonly controlledAt: string | null;
  readonly deletion: Deletion | null;
  /** Messages sent to people about this ticket. */
  readonly notifications: number;
  /** Last change of anything above but the notifications; ISO 8601 in UTC. */
  readonly updatedAt: string;
  /** When its last entry in the change stream says that this happened; ISO 8601 in UTC. Later at every entry. */
  readonly statusChangedAt: string;
}

/**
 * All tickets, by id and by event. Records are replaced, never changed in place. What happens to a ticket goes through
 * `changeTicket`, which saves it here; a repeat that changes nothing is saved directly.
 */
export class TicketStore {
  readonly #byId = new Map<string, TicketRecord>();
  readonly #idsByEvent = new Map<string, Set<string>>();
  readonly #pages = new IdPages(() => this.#byId.keys());

  get size(): number {
    return this.#byId.size;
  }

  get(ticketId: string): TicketRecord | undefined {
    return this.#byId.get(ticketId);
  }

  all(): IterableIterator<TicketRecord> {
    return this.#byId.values();
  }

  /** Adds a ticket or replaces the record with its id. */
  save(ticket: TicketRecord): void {
    const previous = this.#byId.get(ticket.ticketId);
    this.#byId.set(ticket.ticketId, ticket);
    if (previous === undefined) this.#pages.grown();
    const eventId = ticket.payload.event.id;
    if (previous?.payload.event.id === eventId) return;
    if (previous !== undefined) this.#idsByEvent.get(previous.payload.event.id)?.delete(ticket.ticketId);
    const ids = this.#idsByEvent.get(eventId);
    if (ids === undefined) this.#idsByEvent.set(eventId, new Set([ticket.ticketId]));
    else ids.add(ticket.ticketId);
  }

  /** Tickets of an event, in the order in which they came to it. */
  ofEvent(eventId: string): TicketRecord[] {
    return Array.from(this.#idsByEvent.get(eventId) ?? [], (id) => this.#byId.get(id) as TicketRecord);
  }

  countOfEvent(eventId: string): number {
    return this.#idsByEvent.get(eventId)?.size ?? 0;
  }

  /** Up to `limit` tickets after an id, in the order of ticket ids. */
  pageAfter(ticketId: string | null, limit: number): TicketRecord[] {
    return this.#pages.after(ticketId, limit).map((id) => this.#byId.get(id) as TicketRecord);
  }
}
