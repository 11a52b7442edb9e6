import { controlEffect, wantedControl, type WantedControl } from '../domain/control.js';
import type { S360Ticket } from '../domain/ticket.js';
import type { HeldTicket } from '../domain/tixngoEffect.js';
import type { ExportPage } from '../s360/client.js';
import type { ControlOutcome, TicketControl } from '../tixngo/client.js';
import { PushStretch, type PushCandidate, type PushTools } from './pushStretch.js';

type Candidate = PushCandidate<WantedControl>;

/**
 * One stretch of push controlled: CONTROLLED tickets become CONTROLLED in TIXNGO, several calls at once. One that TIXNGO deletes or has deleted
 * stays as it is and counts as settled: a cancellation wins. A controlled card is a digital privilege that is used.
 * Source: S-360 manual, «3. Push Controlled Tickets».
 */
export class ControlStretch extends PushStretch<'pushControlled', WantedControl, TicketControl, ControlOutcome> {
  protected readonly operation = 'controlTickets';
  protected readonly callsAtOnce: number;

  constructor(tools: PushTools<'pushControlled'>, from: string | null) {
    super(tools, from);
    this.callsAtOnce = tools.resolved.function.callsAtOnce;
  }

  protected isInState(state: string): boolean {
    return state === 'CONTROLLED';
  }

  protected wantedOf(source: S360Ticket, { exportDate }: ExportPage): WantedControl {
    return wantedControl(source, exportDate);
  }

  protected effectOf(_candidate: Candidate, held: HeldTicket): 'done' | 'over' | 'differs' {
    return controlEffect(held);
  }

  protected wireOf({ id, wanted }: Candidate): TicketControl {
    return { ticketId: id, controlledAt: wanted.controlledAt };
  }

  protected send(part: readonly TicketControl[]): Promise<ControlOutcome[]> {
    return this.tools.tixngo.controlTickets(part);
  }

  protected accept({ source }: Candidate, kind: string, settled: Set<string>): boolean {
    if (kind === 'notFound') return false;
    settled.add(source.ticketId);
    this.leave(kind === 'deleted' ? 'deletedInTixngo' : 'sent', source);
    return true;
  }
}
