import { groupAwaited, type AwaitedDeletion, type AwaitedDeletions } from '../domain/awaitedDeletions.js';
import { isDeletedAsWanted, wantedDeletion, type DeletionSettings } from '../domain/deletion.js';
import type { S360Ticket } from '../domain/ticket.js';
import type { HeldTicket, WantedDeletion } from '../domain/tixngoEffect.js';
import { isDeletion } from '../domain/tixngoStatus.js';
import type { DeletionOutcome, TicketDeletion } from '../tixngo/client.js';
import { PushStretch, type PushCandidate, type PushTools } from './pushStretch.js';

const dayMs = 24 * 3_600_000;

export interface CancellationTools extends PushTools<'pushCancelled'> {
  readonly deletion: DeletionSettings;
  /** RFC 3339; only used to find waits again that nobody may be waiting for. */
  readonly waitsSince: string;
}

type Candidate = PushCandidate<WantedDeletion>;

/**
 * One stretch of push cancelled: CANCELLED and INVALIDATED tickets are deleted in TIXNGO, and what it has not confirmed is to be waited for. A
 * row that is offered again is written only if TIXNGO holds another reason.
 * Source: S-360 manual, «2. Push Cancelled and Invalidated Tickets».
 */
export class CancellationStretch extends PushStretch<'pushCancelled', WantedDeletion, TicketDeletion, DeletionOutcome> {
  protected readonly operation = 'deleteTickets';
  protected readonly callsAtOnce = 1;
  private readonly pending: AwaitedDeletion[] = [];

  constructor(
    private readonly cancellation: CancellationTools,
    from: string | null,
  ) {
    super(cancellation, from);
  }

  /** Deletions that TIXNGO has accepted and not confirmed. Without a look-up nobody could ever see them confirmed. */
  awaited(): AwaitedDeletions[] {
    return groupAwaited(this.pending);
  }

  /** A run or an attempt that ended before its end, or a state that was lost, leaves deletions that nobody waits for. */
  protected override processedSince(): string | null {
    const { answer, resolved, waitsSince } = this.cancellation;
    const findsWaits = answer.rebuildsWaits && resolved.interface.lookup !== 'none';
    const asked = super.processedSince();
    if (!findsWaits) return asked;
    return asked !== null && Date.parse(asked) < Date.parse(waitsSince) ? asked : waitsSince;
  }

  protected isInState(state: string): boolean {
    return state === 'CANCELLED' || state === 'INVALIDATED';
  }

  protected wantedOf(source: S360Ticket): WantedDeletion {
    return wantedDeletion(source, this.cancellation.deletion);
  }

  /** Of a record that has not changed since its push, whatever deletion TIXNGO shows: nothing is news about it. */
  protected effectOf({ wanted, processedBefore, unchanged }: Candidate, held: HeldTicket): 'done' | 'differs' {
    if (unchanged) return isDeletion(held.status) ? 'done' : 'differs';
    const onlyReasonIsNews = processedBefore && this.cancellation.override === null;
    return isDeletedAsWanted(held, wanted, onlyReasonIsNews) ? 'done' : 'differs';
  }

  protected wireOf({ id, wanted }: Candidate): TicketDeletion {
    return { ticketId: id, deletionReason: wanted.reason, showDeletedTicket: wanted.visible };
  }

  protected send(part: readonly TicketDeletion[]): Promise<DeletionOutcome[]> {
    return this.cancellation.tixngo.deleteTickets(part);
  }

  protected accept(candidate: Candidate, kind: string, settled: Set<string>): boolean {
    if (kind === 'notFound') return false;
    settled.add(candidate.source.ticketId);
    this.leave('sent', candidate.source, candidate.wanted.visible ? this.spectatorOf(candidate.source) : null);
    if (kind === 'pending') this.await(candidate, candidate.wanted);
    return true;
  }

  protected override found(candidate: Candidate, { status, deletion }: HeldTicket): void {
    if (status !== 'DELETION_PENDING') return;
    const { wanted, processedAtMs } = candidate;
    const shown = { reason: deletion?.reason ?? wanted.reason, visible: deletion?.visible ?? wanted.visible };
    // Its deadline counts from when it was pushed, to the day.
    this.await(candidate, {
      ...shown,
      ...(processedAtMs === null ? {} : { sinceMs: Math.floor(processedAtMs / dayMs) * dayMs }),
    });
  }

  private await(candidate: Candidate, deletion: WantedDeletion & Pick<AwaitedDeletion, 'sinceMs'>): void {
    if (!this.canBeAsked(candidate.source)) return;
    const { id, eventId } = candidate;
    const { lookup } = this.cancellation.resolved.interface;
    this.pending.push({ ...deletion, id, eventId: lookup === 'eventReport' ? eventId : null });
  }
}
