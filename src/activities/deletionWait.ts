import { activityInfo, cancellationSignal, heartbeat, sleep } from '@temporalio/activity';
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';

import { resolveFunction, type Resolved } from '../config/resolve.js';
import {
  countAwaited,
  packIds,
  pauseBeforeNextLook,
  unpackIds,
  type AwaitedDeletions,
} from '../domain/awaitedDeletions.js';
import type { CallNeed } from '../domain/callReservations.js';
import type { DeletionWaitRequest, DeletionWaitResult } from '../domain/stretch.js';
import { deletionEffect, type HeldTicket } from '../domain/tixngoEffect.js';
import { isDeletion } from '../domain/tixngoStatus.js';
import { CallMeter } from '../http/callMeter.js';
import { organizationsOfOrganizer, requireOperations, tixngoService } from './callPlan.js';
import { readTimeoutMs, tixngoClient } from './clients.js';
import type { ActivityDependencies } from './dependencies.js';
import { stop, toFailure } from './failures.js';
import { caller, comeBackForCalls, permissionOf } from './functionRun.js';
import { inSlot } from './slots.js';
import { idsPerCall, TixngoLookup, type SoughtTicket } from './tixngoLookup.js';

const dayMs = 24 * 3_600_000;

/** Without the function's settings nobody knows its own: the longest that a configuration may say. */
const longestDeadlineDays = 365;
const defaultFirstPauseSeconds = 60;

/** A look is over after so long, its calls among it; a report of an event has at most so many pages of 10,000 tickets. */
const lookMs = 1.1 * readTimeoutMs;
const mostCallsOfAReport = 10;
const mostShown = 5;
const longLookMs = readTimeoutMs / 2;

/** What an attempt of the wait leaves for the next one. */
type WaitProgress = Pick<DeletionWaitResult, 'confirmed' | 'gone' | 'takenOver' | 'left'> & {
  /** Some had no turn at the last look: the next one comes soon. */
  readonly unseen: boolean;
};

/**
 * Looks once whether TIXNGO has confirmed the deletions of a wait. Not yet: it fails quietly (NOT_YET) and comes back after a pause. What a
 * person has to mend (a key, the configuration) ends nothing either: the run is told once, so that it shows it, and the wait goes on.
 */
export async function lookForDeletions(
  dependencies: ActivityDependencies,
  request: DeletionWaitRequest,
): Promise<DeletionWaitResult> {
  const info = activityInfo();
  let progress = (info.heartbeatDetails as WaitProgress | null | undefined) ?? {
    confirmed: 0,
    gone: 0,
    takenOver: 0,
    left: request.groups,
    unseen: false,
  };
  let resolved: Resolved<'pushCancelled'> | null = null;
  let failure: ApplicationFailure | null = null;
  try {
    const place = resolveFunction(dependencies.configuration, 'pushCancelled', request.input);
    resolved = place;
    const before = progress;
    progress = await inSlot(
      dependencies.slots,
      place,
      'look',
      () => looked(dependencies, place, before),
      spread(place.function.deletionFirstPauseSeconds * 1_000),
    );
  } catch (error) {
    const thrown = toFailure(error);
    // Cancelled: nothing failed, and nobody waits any more.
    if (!(thrown instanceof ApplicationFailure)) throw thrown;
    failure = thrown;
  }
  heartbeat(progress);

  const deadlineDays = resolved?.function.deletionDeadlineDays ?? longestDeadlineDays;
  // Server's times, both: they agree on a server that skips time, and on a worker whose clock is wrong.
  const leftMs = request.sinceMs + deadlineDays * dayMs - info.currentAttemptScheduledTimestampMs;
  const trouble = failure === null ? null : failure.nonRetryable === true ? failure.message : request.toldTrouble;
  // The last look is not missed because its calls were not free; but a day later it is too late.
  const hadItsTurn = !isOnlyWaiting(failure) && !progress.unseen;
  const ended = progress.left.length === 0 || (leftMs <= 0 && (hadItsTurn || leftMs <= -dayMs));
  if (ended) return { ...resultOf(progress), ended, trouble: failure?.message ?? null };
  if (trouble !== request.toldTrouble && request.mayTell) return { ...resultOf(progress), ended, trouble };

  const firstPauseMs = (resolved?.function.deletionFirstPauseSeconds ?? defaultFirstPauseSeconds) * 1_000;
  const pauseMs = pauseBeforeNextLook(progress.unseen ? 1 : info.attempt, leftMs, firstPauseMs);
  throw comeAgain(failure, progress, typeof failure?.nextRetryDelay === 'number' ? failure.nextRetryDelay : pauseMs);
}

/** It has not looked: its calls, or a slot, were not free. */
function isOnlyWaiting(failure: ApplicationFailure | null): boolean {
  return ['WAITING_FOR_CALLS', 'WAITING_FOR_SLOT'].includes(failure?.type ?? '');
}

/** Many that found no slot at once do not all come back at once. */
function spread(pauseMs: number): number {
  return pauseMs * (0.5 + Math.random());
}

function resultOf({ confirmed, gone, takenOver, left }: WaitProgress) {
  return { confirmed, gone, takenOver, left };
}

/** TIXNGO's ids of the first few, so that a person can find them. */
function someIds(groups: readonly AwaitedDeletions[]): string {
  const ids = groups.slice(0, mostShown).flatMap(({ packedIds }) => unpackIds(packedIds).slice(0, mostShown));
  return `${ids.slice(0, mostShown).join(', ')}${countAwaited(groups) > mostShown ? ' …' : ''}`;
}

function comeAgain(failure: ApplicationFailure | null, { left }: WaitProgress, pauseMs: number): Error {
  const waiting = `Still DELETION_PENDING: ${String(countAwaited(left))} (${someIds(left)})`;
  return failure === null
    ? ApplicationFailure.create({
        type: 'NOT_YET',
        message: `${waiting}. Nothing to do: the phones that hold them have not synced yet, and it looks again by itself.`,
        category: ApplicationFailureCategory.BENIGN,
        nextRetryDelay: pauseMs,
      })
    : ApplicationFailure.create({
        type: failure.type ?? 'RUN_FAILED',
        message: `${failure.message} ${waiting}, for all that is known.`,
        nextRetryDelay: pauseMs,
        ...(failure.category ? { category: failure.category } : {}),
      });
}

/** One look, under the limit that all workers share; none if another execution has taken the wait over. */
async function looked(
  dependencies: ActivityDependencies,
  resolved: Resolved<'pushCancelled'>,
  before: WaitProgress,
): Promise<WaitProgress> {
  const permission = permissionOf(dependencies, resolved);
  const { execution, writer } = caller();
  const key = { organization: resolved.organization.code, function: 'pushCancelled' } as const;
  const { goesOn, newerWaits } = await permission.askWait(key, {
    ...execution,
    internalName: resolved.function.internalName,
  });
  if (!goesOn) return { ...before, takenOver: before.takenOver + countAwaited(before.left), left: [] };
  checkLookup(resolved, before.left);
  const needs = waitNeeds(resolved, before.left);
  if (needs.length === 0) {
    const noLimit = new CallMeter('wait', {}, Number.POSITIVE_INFINITY);
    return lookUp(dependencies, resolved, before, newerWaits, noLimit);
  }
  const request = { execution, writer, organization: resolved.organization.code, reservationMs: lookMs };
  const askedAtMs = Date.now();
  const answer = await permission.reserveCalls({ ...request, needs });
  if (answer.kind === 'waitingForCalls') throw comeBackForCalls(answer.waitMs);
  await sleep(answer.startInMs);
  const meter = new CallMeter(answer.reservation, answer.calls, askedAtMs + answer.startInMs + lookMs);
  try {
    return await lookUp(dependencies, resolved, before, newerWaits, meter);
  } finally {
    // Best effort: untold, the reservation ends by itself.
    await permission.reserveCalls({ ...request, needs: [], used: meter.used() }).catch(() => undefined);
  }
}

function waitNeeds(resolved: Resolved<'pushCancelled'>, groups: readonly AwaitedDeletions[]): CallNeed[] {
  const { callsPerMinute, lookup } = resolved.interface;
  if (callsPerMinute === null) return [];
  const events = new Set(groups.map(({ eventId }) => eventId)).size;
  const wanted = lookup === 'ids' ? Math.ceil(countAwaited(groups) / idsPerCall) : events * mostCallsOfAReport;
  const minimum = Math.min(wanted, mostCallsOfAReport);
  const tenants = organizationsOfOrganizer(resolved);
  return [{ service: tixngoService(resolved), wanted, minimum, limitPerMinute: callsPerMinute, tenants }];
}

/** Looks up as much as the reserved calls allow; what had no turn comes first the next time. */
async function lookUp(
  dependencies: ActivityDependencies,
  resolved: Resolved<'pushCancelled'>,
  before: WaitProgress,
  newerWaits: boolean,
  meter: CallMeter,
): Promise<WaitProgress> {
  const lookup = new TixngoLookup(tixngoClient(dependencies, resolved, meter), resolved.interface);
  const found = new Map<string, HeldTicket>();
  const waiting = byEvent(before.left);
  const seen: AwaitedDeletions[] = [];
  const startedMs = Date.now();
  for (let groups = waiting.shift(); groups !== undefined; groups = waiting.shift()) {
    try {
      for (const [id, held] of await lookup.find(soughtOf(groups))) found.set(id, held);
    } catch (error) {
      // What was seen before stays seen, and this one comes first the next time.
      if (seen.length === 0 || cancellationSignal().aborted) throw error;
      waiting.unshift(groups);
      break;
    }
    seen.push(...groups);
    const wereMany = meter.left(tixngoService(resolved)) < mostCallsOfAReport || Date.now() - startedMs > longLookMs;
    if (wereMany) break;
  }
  const after = withHeld({ ...before, left: seen }, found, newerWaits);
  return { ...after, left: [...waiting.flat(), ...after.left], unseen: waiting.length > 0 };
}

/** Groups of one event together: they share its report. Without events, all at once. */
function byEvent(groups: readonly AwaitedDeletions[]): AwaitedDeletions[][] {
  const events = [...new Set(groups.map(({ eventId }) => eventId))];
  return events.map((event) => groups.filter(({ eventId }) => eventId === event));
}

function soughtOf(groups: readonly AwaitedDeletions[]): SoughtTicket[] {
  return groups.flatMap(({ eventId, packedIds }) => unpackIds(packedIds).map((id) => ({ id, eventId: eventId ?? '' })));
}

function checkLookup(resolved: Resolved<'pushCancelled'>, groups: readonly AwaitedDeletions[]): void {
  const { lookup } = resolved.interface;
  requireOperations(resolved, { s360: [], tixngo: [] });
  if (lookup === 'none') {
    throw stop(
      'OPERATION_NOT_CONFIGURED',
      'Whether TIXNGO has confirmed deletions cannot be seen: no look-up is configured any more. Set lookup to what it was when they were pushed.',
    );
  }
  if (lookup === 'eventReport' && groups.some(({ eventId }) => eventId === null)) {
    throw stop(
      'CONFIGURATION_INVALID',
      'Whether TIXNGO has confirmed deletions cannot be seen: they were pushed while lookup was "ids", and their events are not known. Set it back until they are confirmed.',
    );
  }
}

function withHeld(before: WaitProgress, found: ReadonlyMap<string, HeldTicket>, newerWaits: boolean): WaitProgress {
  let { confirmed, gone, takenOver } = before;
  const left = before.left.flatMap((group) => {
    const ids = unpackIds(group.packedIds).filter((id) => {
      const held = found.get(id);
      if (held === undefined) gone += 1;
      else if (held.status === 'DELETED') confirmed += 1;
      // Only a deletion can be another one: a ticket that is not deleted at all is still waited for, and named at the deadline.
      else if (newerWaits && isDeletion(held.status) && deletionEffect(held, group) === 'differs') takenOver += 1;
      else return true;
      return false;
    });
    return ids.length === 0 ? [] : [{ ...group, packedIds: packIds(ids) }];
  });
  return { confirmed, gone, takenOver, left, unseen: false };
}
