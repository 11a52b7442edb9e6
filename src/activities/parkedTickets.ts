import type { RunCounts } from '../domain/counts.js';
import type { ParkedTicket, ParkingReason } from '../domain/parking.js';

/** Parked with one of these, TIXNGO may have what was sent: it is looked up before it is sent again, also in calm weather. */
const mayBeThereCodes: readonly string[] = ['PRINTED_REFUSED', 'IN_DOUBT', 'TICKET_REFUSED'];

/** A ticket that TIXNGO may have is remembered for a season, also while S-360 does not offer it. */
const keptWhenVanishedMs = 180 * 24 * 3_600_000;

/** @param override where an operator has brought back what was processed, nobody else tries it again */
export function parkedMessage({ parked }: Pick<RunCounts, 'parked'>, override: object | null): string {
  const but = override === null ? '' : ', but not those that were processed before';
  return `${String(parked)} parked: they are tried again by themselves${but}.`;
}

/** The parked tickets of one stretch: what was known before, and what the stretch finds out. */
export class ParkedTickets {
  readonly now: ParkingReason[] = [];
  /** Parked before and not due again: still a reason to warn. */
  readonly still: ParkingReason[] = [];
  /** Parked before, and settled or not offered any more. */
  readonly unparked: string[] = [];

  private readonly known: ReadonlyMap<string, ParkedTicket>;
  private readonly seen = new Set<string>();

  constructor(
    parked: readonly ParkedTicket[],
    private readonly counts: RunCounts,
    private readonly told: (reason: ParkingReason) => void = () => undefined,
  ) {
    this.known = new Map(parked.map((ticket) => [ticket.ticketId, ticket]));
  }

  /** S-360 offers a ticket. @returns as what it is parked */
  meet(ticketId: string): ParkedTicket | undefined {
    const parked = this.known.get(ticketId);
    if (parked !== undefined) this.seen.add(ticketId);
    return parked;
  }

  /** TIXNGO may have what was sent of it: it was parked for a reason that does not say. */
  mayBeThere(ticketId: string): boolean {
    return mayBeThereCodes.includes(this.known.get(ticketId)?.code ?? '');
  }

  has(ticketId: string): boolean {
    return this.known.has(ticketId);
  }

  leave(parked: ParkingReason): void {
    this.still.push(parked);
    this.counts.parked += 1;
    this.told(parked);
  }

  /** It was left parked, and a look-up has found it since. */
  notAfterAll(ticketId: string): void {
    const at = this.still.findIndex((parked) => parked.ticketId === ticketId);
    if (at < 0) return;
    this.still.splice(at, 1);
    this.counts.parked -= 1;
  }

  park(reasons: readonly ParkingReason[]): void {
    this.now.push(...reasons);
    this.counts.parked += reasons.length;
    for (const reason of reasons) this.told(reason);
  }

  settle(ticketIds: readonly string[]): void {
    for (const ticketId of ticketIds) if (this.known.has(ticketId)) this.unparked.push(ticketId);
  }

  /**
   * A parked ticket that S-360 does not offer any more, where this stretch has looked, is nobody's problem now.
   *
   * @param by the internal name of the function: another one's filters show other tickets
   */
  unparkVanished(by: string, hasPassed: (ticketId: string) => boolean): void {
    for (const parked of this.known.values()) {
      const { ticketId, code, sinceMs } = parked;
      if (parked.by !== by || this.seen.has(ticketId)) continue;
      // TIXNGO may have it: should S-360 offer it again, it must be looked up before it is sent.
      if (mayBeThereCodes.includes(code) && Date.now() - sinceMs < keptWhenVanishedMs) continue;
      if (hasPassed(ticketId)) this.unparked.push(ticketId);
    }
  }
}
