import { PENDING_STATUSES } from './ticketStatuses.js';
import type { TicketRecord } from './ticketStore.js';

/** A transfer that nobody has settled in time. */
export interface LapsedTransfer {
  readonly ticketId: string;
  /** When it lapsed, in milliseconds since 1970. */
  readonly at: number;
}

/** The transfers that wait for their recipient, and since when. */
export class PendingTransfers {
  /** Milliseconds since 1970 by ticket id. */
  readonly #startedAt = new Map<string, number>();
  /** No transfer has started before this. */
  #earliest = Infinity;

  /** To be told of every change of a ticket. */
  follow({ ticketId, status, transfer }: TicketRecord): void {
    if (transfer === null || !PENDING_STATUSES.includes(status)) {
      this.#startedAt.delete(ticketId);
      return;
    }
    const startedAt = Date.parse(transfer.initiatedAt);
    this.#startedAt.set(ticketId, startedAt);
    this.#earliest = Math.min(this.#earliest, startedAt);
  }

  /** Transfers that are as old as that, or older, the earliest first; the caller settles each. */
  olderThan(milliseconds: number, now: number): LapsedTransfer[] {
    if (this.#earliest + milliseconds > now) return [];
    const lapsed: LapsedTransfer[] = [];
    this.#earliest = Infinity;
    for (const [ticketId, startedAt] of this.#startedAt) {
      if (startedAt + milliseconds <= now) lapsed.push({ ticketId, at: startedAt + milliseconds });
      else this.#earliest = Math.min(this.#earliest, startedAt);
    }
    return lapsed.sort((a, b) => a.at - b.at);
  }
}
