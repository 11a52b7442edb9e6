import { changeTicket } from './changeTicket.js';
import { DELETION_RULE } from './deletionRules.js';
import { heldUnder, isPrivilege, type Held } from './held.js';
import { judgeRequests, type RequestJudgement } from './judgeRequests.js';
import { privilegeStatusAfter } from './privileges/privilegeStatuses.js';
import type { TixngoSettings } from './settings.js';
import { refusal } from './ticketRefusal.js';
import type { Deletion } from './ticketStore.js';
import { statusAfter } from './ticketTransitions.js';
import type { TixngoWorld } from './world.js';

/** One well formed ticket, or privilege, of a deletion. */
interface DeletionRequest {
  readonly ticketId: string;
  readonly deletionReason: string;
  /** Absent or null (v4): as it was, and invisible at first. */
  readonly showDeletedTicket?: boolean | null;
}

/** Whether TIXNGO takes a ticket of a deletion. */
export type DeletionJudgement = RequestJudgement<DeletionRequest>;

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
  return judgeRequests(world, DELETION_RULE, 'delete', tickets);
}

/**
 * Writes the accepted deletions, in their order, and says what became of each. A ticket or privilege that is on no phone,
 * or on phones that are online, is DELETED as soon as the call is over; its outcome is DELETION_PENDING all the same.
 */
export function applyDeletions(world: TixngoWorld, judgements: readonly DeletionJudgement[]): DeletionResult[] {
  const now = world.now();
  return judgements.map((judgement) => {
    if (!judgement.accepted) {
      world.counters.add('ticketsRejected');
      return refusal(judgement);
    }
    const { ticketId } = judgement.request;
    const held = heldUnder(world, ticketId);
    if (held === undefined) return { ticketId, outcome: 'NOT_FOUND' };
    requestDeletion(world, held, judgement.request, now);
    if (world.phones.dropEverywhere(ticketId)) confirmDeletion(world, ticketId, now);
    return { ticketId, outcome: held.status === 'DELETED' ? 'ALREADY_DELETED' : 'DELETION_PENDING' };
  });
}

/**
 * The last phone has dropped a ticket or privilege that waits for it: DELETION_PENDING becomes DELETED.
 *
 * @returns false when it does not wait for that
 */
export function confirmDeletion(world: TixngoWorld, id: string, at: string): boolean {
  const held = heldUnder(world, id);
  if (held === undefined || held.deletion === null) return false;
  const deletion: Deletion = { ...held.deletion, confirmedAt: at };
  if (isPrivilege(held)) {
    const status = privilegeStatusAfter('CONFIRM_DELETION', held.status);
    if (status === null) return false;
    world.privileges.save({ ...held, status, deletion, updatedAt: at });
  } else {
    const status = statusAfter('CONFIRM_DELETION', held.status);
    if (status === null) return false;
    changeTicket(world, 'CONFIRM_DELETION', { ...held, status, deletion }, at);
  }
  world.counters.add('deletionsConfirmed');
  return true;
}

function requestDeletion(world: TixngoWorld, held: Held, request: DeletionRequest, now: string): void {
  const { counters } = world;
  const { deletion, changed, told } = deletionAfter(world.settings, held.deletion, request, now);
  const notifications = held.notifications + told;
  if (isPrivilege(held)) {
    const status = possible(privilegeStatusAfter('DELETE', held.status), request);
    world.privileges.save({ ...held, status, deletion, notifications, updatedAt: changed ? now : held.updatedAt });
  } else {
    const status = possible(statusAfter('DELETE', held.status), request);
    if (changed) changeTicket(world, 'DELETE', { ...held, status, deletion, notifications }, now);
    else world.tickets.save({ ...held, notifications });
  }
  counters.add('ticketWrites');
  counters.add('ticketsDeletionRequested');
  counters.add('notifications', told);
  world.accepted('tickets.delete');
}

/** How a deletion is after a request, whether that changes anything, and how many messages it makes. */
function deletionAfter(
  settings: TixngoSettings,
  before: Deletion | null,
  request: DeletionRequest,
  now: string,
): { readonly deletion: Deletion; readonly changed: boolean; readonly told: number } {
  const deletion: Deletion = {
    reason: request.deletionReason,
    visible: request.showDeletedTicket ?? before?.visible ?? false,
    requestedAt: before?.requestedAt ?? now,
    confirmedAt: before?.confirmedAt ?? null,
  };
  const isNews = before === null || !before.visible || before.reason !== deletion.reason;
  const told = settings.strictNotifications || (deletion.visible && isNews) ? 1 : 0;
  const changed = before?.reason !== deletion.reason || before.visible !== deletion.visible;
  return { deletion, changed, told };
}

function possible<Status>(status: Status | null, { ticketId }: DeletionRequest): Status {
  if (status === null) throw new Error(`${ticketId} is in a state that refuses its deletion`);
  return status;
}
