import { changeTicket } from './changeTicket.js';
import { CONTROL_RULE } from './controlRules.js';
import { heldUnder, isPrivilege } from './held.js';
import { judgeRequests, type RequestJudgement } from './judgeRequests.js';
import { usePrivilege } from './privileges/usePrivilege.js';
import { refusal } from './ticketRefusal.js';
import type { TicketRecord } from './ticketStore.js';
import { statusAfter } from './ticketTransitions.js';
import type { TixngoWorld } from './world.js';

/** One well formed ticket, or privilege, of a control. */
interface ControlRequest {
  readonly ticketId: string;
  /** When the gate let its holder in, as it came. */
  readonly controlledAt: string;
}

/** Whether TIXNGO takes a ticket of a control. */
export type ControlJudgement = RequestJudgement<ControlRequest>;

/** What became of one ticket of a control. */
export interface ControlResult {
  /** Null when the ticket had no id that is a text. */
  readonly ticketId: string | null;
  /** DELETED: it is, or waits for it, and stays as it is. */
  readonly outcome: 'CONTROLLED' | 'ALREADY_CONTROLLED' | 'NOT_FOUND' | 'DELETED' | 'REJECTED';
  readonly errorCode?: string;
  /** Names JSON paths, never values. */
  readonly message?: string;
}

/** Checks the fields of every ticket of a call; changes nothing. */
export function judgeControls(world: TixngoWorld, tickets: readonly unknown[]): ControlJudgement[] {
  return judgeRequests(world, CONTROL_RULE, 'control', tickets);
}

/** Writes the accepted controls, in their order, and says what became of each. */
export function applyControls(world: TixngoWorld, judgements: readonly ControlJudgement[]): ControlResult[] {
  const now = world.now();
  return judgements.map((judgement) => {
    if (judgement.accepted)
      return { ticketId: judgement.request.ticketId, outcome: control(world, judgement.request, now) };
    world.counters.add('ticketsRejected');
    return refusal(judgement);
  });
}

/** The first control is the one that counts: a later one tells TIXNGO nothing new, whatever its date. */
function control(world: TixngoWorld, { ticketId, controlledAt }: ControlRequest, at: string): ControlResult['outcome'] {
  const held = heldUnder(world, ticketId);
  if (held === undefined) return 'NOT_FOUND';
  const told = world.settings.strictNotifications ? 1 : 0;
  const how = { controlledAt, told, at };
  const isNews = isPrivilege(held) ? usePrivilege(world, held, how) : controlTicket(world, held, how);
  if (isNews === null) return 'DELETED';
  world.counters.add('ticketWrites');
  world.counters.add(isNews ? 'ticketsControlled' : 'ticketsControlledAgain');
  world.counters.add('notifications', told);
  world.accepted('tickets.control');
  return isNews ? 'CONTROLLED' : 'ALREADY_CONTROLLED';
}

/** @returns false when that is no news; null when the ticket is deleted or waits for it, and stays so */
function controlTicket(
  world: TixngoWorld,
  ticket: TicketRecord,
  { controlledAt, told, at }: { readonly controlledAt: string; readonly told: number; readonly at: string },
): boolean | null {
  const status = statusAfter('CONTROL', ticket.status);
  if (status === null) return null;
  const isNews = ticket.status !== status;
  const notifications = ticket.notifications + told;
  if (isNews) changeTicket(world, 'CONTROL', { ...ticket, status, controlledAt, notifications }, at);
  else world.tickets.save({ ...ticket, notifications });
  return isNews;
}
