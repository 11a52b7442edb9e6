/** The phone of a spectator, known by the e-mail of its wallet in lower case. */
export type Phone = string;

/** A phone that is offline, as a hook shows it. */
export interface OfflinePhone {
  readonly email: Phone;
  /** When it comes back by the sandbox's clock, ISO 8601 in UTC; null: when somebody says so. */
  readonly until: string | null;
  /** Tickets that it still holds and drops at its next sync. */
  readonly ticketsToDrop: number;
}

/** A phone that has come back. */
export interface Return {
  readonly phone: Phone;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** The phone that belongs to an e-mail. */
export function phoneOf(email: string): Phone {
  return email.trim().toLowerCase();
}

/**
 * Everybody's phones: which are offline, and which tickets are on which. A phone that is online syncs at once; one that
 * is offline neither downloads nor drops anything until it is back.
 *
 * Source: «TIXNGO, Understand TIXNGO ticket status»: a deleted ticket waits for the devices, possibly offline, that
 * still have it.
 */
export class Phones {
  /** When the phone comes back, in milliseconds; Infinity without a date. */
  readonly #offline = new Map<Phone, number>();
  /** Phones on which a ticket is; mostly one. */
  readonly #holders = new Map<string, readonly Phone[]>();
  /** What an offline phone drops when it is back. */
  readonly #toDrop = new Map<Phone, Set<string>>();
  /** No phone comes back before this, in milliseconds. */
  #nextReturn = Infinity;

  isOnline(phone: Phone): boolean {
    return !this.#offline.has(phone);
  }

  /** Phones on which the ticket is now. */
  holdersOf(ticketId: string): readonly Phone[] {
    return this.#holders.get(ticketId) ?? [];
  }

  /** The ticket is on this phone from now on; every other phone drops it, at once or when it is back. */
  moveTo(ticketId: string, phone: Phone): void {
    const others = this.#dropFrom(ticketId, (holder) => holder !== phone);
    this.#toDrop.get(phone)?.delete(ticketId);
    this.#holders.set(ticketId, [...others, phone]);
  }

  /**
   * Every phone drops the ticket, at once or when it is back.
   *
   * @returns true when no phone has it any more
   */
  dropEverywhere(ticketId: string): boolean {
    const left = this.#dropFrom(ticketId, () => true);
    if (left.length === 0) this.#holders.delete(ticketId);
    else this.#holders.set(ticketId, left);
    return left.length === 0;
  }

  /** @param until milliseconds since 1970; null: until {@link Phones.comeOnline} */
  goOffline(phone: Phone, until: number | null): void {
    this.#offline.set(phone, until ?? Infinity);
    this.#nextReturn = Math.min(this.#nextReturn, until ?? Infinity);
  }

  /**
   * The phone is back and syncs.
   *
   * @returns the tickets that are on no phone any more because of it
   */
  comeOnline(phone: Phone): string[] {
    if (!this.#offline.delete(phone)) return [];
    const toDrop = this.#toDrop.get(phone) ?? new Set();
    this.#toDrop.delete(phone);
    return [...toDrop].filter((ticketId) => {
      const left = this.holdersOf(ticketId).filter((holder) => holder !== phone);
      if (left.length === 0) this.#holders.delete(ticketId);
      else this.#holders.set(ticketId, left);
      return left.length === 0;
    });
  }

  /** Phones whose date has come, the earliest first; the caller lets each {@link Phones.comeOnline}. */
  due(now: number): Return[] {
    if (now < this.#nextReturn) return [];
    const due: Return[] = [];
    this.#nextReturn = Infinity;
    for (const [phone, at] of this.#offline) {
      if (at <= now) due.push({ phone, at });
      else this.#nextReturn = Math.min(this.#nextReturn, at);
    }
    return due.sort((a, b) => a.at - b.at);
  }

  /** All phones that are offline. */
  offline(): OfflinePhone[] {
    return Array.from(this.#offline, ([email, until]) => ({
      email,
      until: until === Infinity ? null : new Date(until).toISOString(),
      ticketsToDrop: this.#toDrop.get(email)?.size ?? 0,
    }));
  }

  /** Takes the ticket from the chosen phones that are online; the offline ones among them remember it. Returns who is left. */
  #dropFrom(ticketId: string, isChosen: (phone: Phone) => boolean): Phone[] {
    return this.holdersOf(ticketId).filter((phone) => {
      if (!isChosen(phone)) return false;
      if (this.isOnline(phone)) return false;
      const toDrop = this.#toDrop.get(phone);
      if (toDrop === undefined) this.#toDrop.set(phone, new Set([ticketId]));
      else toDrop.add(ticketId);
      return true;
    });
  }
}
