import type { TicketStatus } from '../ticketStatuses.js';
import type { Transfer } from '../ticketUse.js';
import { isRaw, type Change, type ChangeStream } from './changeStream.js';

/** What became of a ticket, and whose it was from then on. */
export interface HistoryEntry {
  readonly status: TicketStatus;
  readonly statusChangedAt: string;
  readonly ownerEmail: string;
  readonly transfer: Transfer | null;
}

/**
 * The change stream ticket by ticket, as the diff tells it, but for what a test has put there. Where the changes of a
 * ticket stand is found out when somebody asks, so that who never asks holds nothing for it.
 */
export class TicketHistories {
  readonly #stream: ChangeStream;
  readonly #changes = new Map<string, Change[]>();
  #read = 0;

  constructor(stream: ChangeStream) {
    this.#stream = stream;
  }

  /** In the order in which it happened. */
  of(ticketId: string): readonly HistoryEntry[] {
    this.#readOn();
    return (this.#changes.get(ticketId) ?? []).map(({ status, statusChangedAt, owner, transfer }) => ({
      status,
      statusChangedAt,
      ownerEmail: owner.email,
      transfer,
    }));
  }

  #readOn(): void {
    for (; this.#read < this.#stream.length; this.#read += 1) {
      const entry = this.#stream.at(this.#read);
      if (isRaw(entry)) continue;
      const known = this.#changes.get(entry.ticketId);
      if (known === undefined) this.#changes.set(entry.ticketId, [entry]);
      else known.push(entry);
    }
  }
}
