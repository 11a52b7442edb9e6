import type { InterfaceSettings } from '../config/schema.js';
import { partsOf } from '../domain/parts.js';
import type { HeldTicket } from '../domain/tixngoEffect.js';
import type { TixngoClient } from '../tixngo/client.js';

/** A ticket to look up: by its id, or among those of its event. */
export interface SoughtTicket {
  /** TIXNGO's ids, both. */
  readonly id: string;
  readonly eventId: string;
}

export const idsPerCall = 1_000;

/**
 * Looking up what TIXNGO holds is a port: by ids where TIXNGO grants it, else by the documented event report. A report is read once for
 * one look-up of its owner (a stretch or one look of a wait).
 */
export class TixngoLookup {
  private readonly reports = new Map<string, ReadonlyMap<string, HeldTicket>>();
  /** How often each event was forgotten: several calls may be under way at once, and an older report must not come back behind that. */
  private readonly forgotten = new Map<string, number>();

  constructor(
    private readonly tixngo: TixngoClient,
    private readonly settings: Pick<InterfaceSettings, 'lookup'>,
  ) {}

  /** @returns what TIXNGO holds, by TIXNGO's ticket id; tickets that it does not know are absent */
  async find(sought: readonly SoughtTicket[]): Promise<ReadonlyMap<string, HeldTicket>> {
    if (sought.length === 0) return new Map();
    switch (this.settings.lookup) {
      case 'ids':
        return this.findByIds(sought);
      case 'eventReport':
        return this.findByEvent(sought);
      case 'none':
        throw new TypeError('no look-up is configured');
    }
  }

  hasRead(eventId: string): boolean {
    return this.reports.has(eventId);
  }

  /** Something was written since: their next look-up asks again. */
  forget(sought: readonly SoughtTicket[]): void {
    for (const { eventId } of sought) {
      this.reports.delete(eventId);
      this.forgotten.set(eventId, this.timesForgotten(eventId) + 1);
    }
  }

  private async findByIds(sought: readonly SoughtTicket[]): Promise<ReadonlyMap<string, HeldTicket>> {
    const found = new Map<string, HeldTicket>();
    for (const part of partsOf(sought, idsPerCall)) {
      const ids = part.map(({ id }) => id);
      for (const held of await this.tixngo.lookupByIds(ids)) found.set(held.ticketId, held);
    }
    return found;
  }

  private async findByEvent(sought: readonly SoughtTicket[]): Promise<ReadonlyMap<string, HeldTicket>> {
    const found = new Map<string, HeldTicket>();
    for (const { id, eventId } of sought) {
      if (eventId === '') continue;
      const held = (await this.report(eventId)).get(id);
      if (held !== undefined) found.set(id, held);
    }
    return found;
  }

  private async report(eventId: string): Promise<ReadonlyMap<string, HeldTicket>> {
    const known = this.reports.get(eventId);
    if (known !== undefined) return known;
    const times = this.timesForgotten(eventId);
    const held = await this.tixngo.eventReport(eventId);
    const report = new Map(held.map((ticket) => [ticket.ticketId, ticket]));
    if (times === this.timesForgotten(eventId)) this.reports.set(eventId, report);
    return report;
  }

  private timesForgotten(eventId: string): number {
    return this.forgotten.get(eventId) ?? 0;
  }
}
