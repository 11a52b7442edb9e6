import { changeTicket } from './changeTicket.js';
import { checkFields } from './checkFields.js';
import { DELETION_RULE } from './deletionRules.js';
import type { Deletion, TicketRecord } from './ticketStore.js';
import { statusAfter } from './ticketTransitions.js';
import { refusal, ticketIdOf, type RefusedTicket } from './ticketRefusal.js';
import type { TixngoWorld } from './world.js';

/** One well formed ticket of a deletion. */
interface DeletionRequest {
  readonly ticketId: string;
  readonly deletionReason: string;
  /** Absent or null (v4): as it was, and invisible at first. */
  readonly showDeletedTicket?: boolean | null;
}

/** Whether TIXNGO takes a ticket of a deletion. */
export type DeletionJudgement =
  { readonly accepted: true; readonly request: DeletionRequest } | ({ readonly accepted: false } & RefusedTicket);

/** What became of one ticket of a deletion. */
export interface DeletionResult {
  /** Null when the ticket had no id that is a text. */
  readonly ticketId: string | null;
  readonly outcome: 'DELETION_PENDING' | 'ALREADY_DELETED' | 'NOT_FOUND' | 'REJECTED';
  readonly errorCode?: string;
  /** Names JSON paths, never values. */
  readonly message?: string;
}

/** Checks the fields of every ticket of a call; changes nothing. */
export function judgeDeletions(world: TixngoWorld, tickets: readonly unknown[]): DeletionJudgement[] {
  return tickets.map((ticket) => {
    const { issues, unknownPaths } = checkFields(DELETION_RULE, ticket);
    for (const path of unknownPaths) world.counters.unknownField(`(delete).${path}`);
    const [first, ...more] = issues;
    if (first === undefined) return { accepted: true, request: ticket as DeletionRequest };
    return { accepted: false, ticketId: ticketIdOf(ticket), issues: [first, ...more] };
  });
}

/**
 * Writes the accepted deletions, in their order, and says what became of each. A ticket that is on no phone, or on
 * phones that are online, is DELETED as soon as the call is over; its outcome is DELETION_PENDING all the same.
 */
export function applyDeletions(world: TixngoWorld, judgements: readonly DeletionJudgement[]): DeletionResult[] {
  const now = world.now();
  return judgements.map((judgement) => {
    if (!judgement.accepted) {
      world.counters.add('ticketsRejected');
      return refusal(judgement);
    }
    const { ticketId } = judgement.request;
    const ticket = world.tickets.get(ticketId);
    return ticket === undefined
      ? { ticketId, outcome: 'NOT_FOUND' }
      : { ticketId, outcome: deleteTicket(world, ticket, judgement.request, now) };
  });
}

/**
 * The last phone has dropped a ticket that waits for it: DELETION_PENDING becomes DELETED.
 *
 * @returns false when the ticket does not wait for that
 */
export function confirmDeletion(world: TixngoWorld, ticketId: string, at: string): boolean {
  const ticket = world.tickets.get(ticketId);
  if (ticket === undefined || ticket.deletion === null) return false;
  const status = statusAfter('CONFIRM_DELETION', ticket.status);
  if (status === null) return false;
  changeTicket(world, 'CONFIRM_DELETION', { ...ticket, status, deletion: { ...ticket.deletion, confirmedAt: at } }, at);
  world.counters.add('deletionsConfirmed');
  return true;
}

function deleteTicket(
  world: TixngoWorld,
  ticket: TicketRecord,
  request: DeletionRequest,
  now: string,
): DeletionResult['outcome'] {
  const { tickets, counters, settings, phones } = world;
  const { ticketId } = ticket;
  const status = statusAfter('DELETE', ticket.status);
  if (status === null) throw new Error(`Ticket ${ticketId} is in a state that refuses its deletion`);

  const before = ticket.deletion;
  const deletion: Deletion = {
    reason: request.deletionReason,
    visible: request.showDeletedTicket ?? before?.visible ?? false,
    requestedAt: before?.requestedAt ?? now,
    confirmedAt: before?.confirmedAt ?? null,
  };
  const isNews = before === null || !before.visible || before.reason !== deletion.reason;
  const told = settings.strictNotifications || (deletion.visible && isNews) ? 1 : 0;
  const changed = before?.reason !== deletion.reason || before.visible !== deletion.visible;
  const notifications = ticket.notifications + told;
  if (changed) changeTicket(world, 'DELETE', { ...ticket, status, deletion, notifications }, now);
  else tickets.save({ ...ticket, notifications });
  counters.add('ticketWrites');
  counters.add('ticketsDeletionRequested');
  counters.add('notifications', told);
  world.accepted('tickets.delete');
  if (phones.dropEverywhere(ticketId)) confirmDeletion(world, ticketId, now);
  return ticket.status === 'DELETED' ? 'ALREADY_DELETED' : 'DELETION_PENDING';
}
