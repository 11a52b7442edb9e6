import type { SpectatorPayload } from '../ticketPayload.js';
import type { TicketStatus } from '../ticketStatuses.js';
import type { Deletion } from '../ticketStore.js';
import type { ChangeAction } from '../ticketTransitions.js';
import type { TicketUse } from '../ticketUse.js';

/** One thing that happened to one ticket, and how the ticket was from then on. */
export interface Change extends TicketUse {
  readonly ticketId: string;
  readonly eventId: string;
  readonly action: ChangeAction;
  readonly status: TicketStatus;
  /** Null when TIXNGO did not have the ticket before. */
  readonly previousStatus: TicketStatus | null;
  /** ISO 8601 in UTC. */
  readonly statusChangedAt: string;
  readonly owner: SpectatorPayload;
  readonly previousOwner: SpectatorPayload | null;
  readonly initialOwnerEmail: string;
  readonly deletion: Deletion | null;
}

/** An entry that a test has put there, whatever it is; the document is not asked whether it may be. */
export interface RawEntry {
  readonly raw: object;
}

export type StreamEntry = Change | RawEntry;

/**
 * Everything that ever happened to a ticket, in the order in which it came. It only grows, so an entry is kept small: it
 * refers to the people and texts of the ticket instead of copying them, and lets go of the rest of an old payload.
 */
export class ChangeStream {
  readonly #entries: StreamEntry[] = [];

  get length(): number {
    return this.#entries.length;
  }

  append(entry: StreamEntry): void {
    this.#entries.push(entry);
  }

  /** @param position from 0 to {@link ChangeStream.length} - 1 */
  at(position: number): StreamEntry {
    const entry = this.#entries[position];
    if (entry === undefined) throw new RangeError(`The change stream has no entry ${position}`);
    return entry;
  }
}

/** True for what a test has put there. */
export function isRaw(entry: StreamEntry): entry is RawEntry {
  return 'raw' in entry;
}
