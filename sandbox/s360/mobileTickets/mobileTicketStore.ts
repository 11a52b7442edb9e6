import type { HistoryLine, MobileTicketEntry } from './mobileTicket.js';

interface MobileTicket {
  current: MobileTicketEntry;
  /** In order of time, the current one too. */
  readonly history: HistoryLine[];
}

export type StoreOutcome = 'STORED' | 'ADDED_TO_HISTORY' | 'UNCHANGED';

/** The mobile status of tickets, with its details, and how it came there; by index of ticket. */
export class MobileTicketStore {
  readonly #tickets = new Map<number, MobileTicket>();

  currentAt(index: number): MobileTicketEntry | null {
    return this.#tickets.get(index)?.current ?? null;
  }

  historyAt(index: number): readonly HistoryLine[] {
    return this.#tickets.get(index)?.history ?? [];
  }

  /**
   * Keeps an entry: as the current one when it is newer than all others, else in the history only. A status at a time
   * that is there already changes nothing.
   */
  store(index: number, entry: MobileTicketEntry): StoreOutcome {
    const line = {
      status: entry.status,
      statusChangedAt: entry.statusChangedAt,
      ownerEmail: entry.owner?.email ?? null,
    };
    const ticket = this.#tickets.get(index);
    if (ticket === undefined) {
      this.#tickets.set(index, { current: entry, history: [line] });
      return 'STORED';
    }
    const at = Date.parse(entry.statusChangedAt);
    const { history } = ticket;
    if (history.some((one) => one.status === entry.status && Date.parse(one.statusChangedAt) === at))
      return 'UNCHANGED';
    const isNewer = at > Date.parse(ticket.current.statusChangedAt);
    if (isNewer) ticket.current = entry;
    const later = history.findIndex((one) => Date.parse(one.statusChangedAt) > at);
    history.splice(later < 0 ? history.length : later, 0, line);
    return isNewer ? 'STORED' : 'ADDED_TO_HISTORY';
  }
}
