import type { InterfaceSettings } from '../config/schema.js';
import type { HeldTicket } from '../domain/tixngoEffect.js';
import type { TixngoClient } from '../tixngo/client.js';

/** A ticket to look up: by its id, or among those of its event. */
export interface SoughtTicket {
  readonly ticketId: string;
  readonly eventId: string;
}

const idsPerCall = 1_000;

/**
 * Looking up what TIXNGO holds is a port: by ids where TIXNGO grants it, else by the documented event report. A report is read once for
 * one look-up of its owner (a stretch or one look of a wait).
 */
export class TixngoLookup {
  private readonly reports = new Map<string, ReadonlyMap<string, HeldTicket>>();

  constructor(
    private readonly tixngo: TixngoClient,
    private readonly settings: Pick<InterfaceSettings, 'lookup'>,
  ) {}

  /** @returns what TIXNGO holds, by TIXNGO's ticket id; tickets that it does not know are absent */
  async find(sought: readonly SoughtTicket[]): Promise<ReadonlyMap<string, HeldTicket>> {
    if (this.settings.lookup === 'eventReport') return this.findByEvent(sought);
    const found = new Map<string, HeldTicket>();
    for (let at = 0; at < sought.length; at += idsPerCall) {
      const ids = sought.slice(at, at + idsPerCall).map(({ ticketId }) => ticketId);
      for (const held of await this.tixngo.lookupByIds(ids)) found.set(held.ticketId, held);
    }
    return found;
  }

  private async findByEvent(sought: readonly SoughtTicket[]): Promise<ReadonlyMap<string, HeldTicket>> {
    const found = new Map<string, HeldTicket>();
    for (const { ticketId, eventId } of sought) {
      let report = this.reports.get(eventId);
      if (report === undefined) {
        const held = await this.tixngo.eventReport(eventId);
        report = new Map(held.map((ticket) => [ticket.ticketId, ticket]));
        this.reports.set(eventId, report);
      }
      const held = report.get(ticketId);
      if (held !== undefined) found.set(ticketId, held);
    }
    return found;
  }
}
