/** What people did with one ticket or card, and what S-360 must say of it. */
export interface TrueTicket {
  readonly id: number;
  readonly isCard: boolean;
  /** PRINTED is the interface's word: it is seen, not done by people. */
  state: 'NOT_PRINTED' | 'PRINTED' | 'CONTROLLED' | 'CANCELLED' | 'INVALIDATED';
  /** Why it is cancelled or invalidated. */
  cause: string;
  /** How often the box office gave it another reason; every one of them may be told once. */
  causesGiven: number;
  /** How often the tickets of a card changed; every time its owner may be told. */
  linksChanged: number;
  hasHolder: boolean;
  wasScanned: boolean;
  /** Of a card: somebody has used it in the app. */
  wasUsedInApp: boolean;
}

/** All that people know, without any rule of the interface. */
export class Truth {
  readonly tickets = new Map<number, TrueTicket>();
  phonesOffline = false;

  sold(ids: readonly number[], isCard = false): void {
    for (const id of ids) {
      this.tickets.set(id, {
        id,
        isCard,
        state: 'NOT_PRINTED',
        cause: 'NOT_CANCELLED',
        causesGiven: 0,
        linksChanged: 0,
        hasHolder: true,
        wasScanned: false,
        wasUsedInApp: false,
      });
    }
  }

  gone(id: number, state: 'CANCELLED' | 'INVALIDATED', cause: string): void {
    const ticket = this.of(id);
    ticket.causesGiven += ticket.cause === cause ? 0 : 1;
    Object.assign(ticket, { state, cause });
  }

  of(id: number): TrueTicket {
    const ticket = this.tickets.get(id);
    if (ticket === undefined) throw new Error(`nobody sold ticket ${String(id)}`);
    return ticket;
  }

  where(condition: (ticket: TrueTicket) => boolean): TrueTicket[] {
    return [...this.tickets.values()].filter(condition).sort((left, right) => left.id - right.id);
  }
}

export function isGone({ state }: Pick<TrueTicket, 'state'>): boolean {
  return state === 'CANCELLED' || state === 'INVALIDATED';
}
