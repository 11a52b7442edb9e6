import { activityInfo, cancellationSignal, heartbeat } from '@temporalio/activity';
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';

import { resolveFunction, type Resolved } from '../config/resolve.js';
import { packIds, pauseBeforeNextLook, unpackIds } from '../domain/awaitedDeletions.js';
import type { RunCounts } from '../domain/counts.js';
import type { DeletionSettings } from '../domain/deletion.js';
import type { RunInput } from '../domain/runInput.js';
import { parseTicketList, type TicketList } from '../domain/skipList.js';
import type { DeletionWaitRequest, DeletionWaitResult, StretchRequest, StretchResult } from '../domain/stretch.js';
import { deletionEffect } from '../domain/tixngoEffect.js';
import { CallMeter } from '../http/callMeter.js';
import { TixngoClient } from '../tixngo/client.js';
import { callNeeds, requireOperations } from './callPlan.js';
import { cancellationPageCost, CancellationStretch } from './cancellationStretch.js';
import type { ActivityDependencies } from './dependencies.js';
import { toFailure } from './failures.js';
import { readTimeoutMs, runStretch, secretOf, type FunctionPlan } from './functionRun.js';
import { TixngoLookup } from './tixngoLookup.js';

const functionName = 'pushCancelled';
const dayMs = 24 * 3_600_000;

/** The activities of push cancelled: one stretch of pages, and the wait until TIXNGO confirms. */
export function createPushCancelledActivities(dependencies: ActivityDependencies) {
  return {
    async pushCancelledStretch(request: StretchRequest): Promise<StretchResult> {
      return runStretch(dependencies, request, () => cancellationPlan(dependencies, request.input));
    },

    /**
     * Looks whether TIXNGO has confirmed the deletions of one group. Not yet: it fails quietly (NOT_YET) and comes back after a pause, at no
     * cost of history; what is confirmed is remembered in its heartbeat. At the deadline it looks a last time and says what is left.
     */
    async waitForDeletion(request: DeletionWaitRequest): Promise<DeletionWaitResult> {
      try {
        return await lookOnce(dependencies, request);
      } catch (error) {
        throw toFailure(error);
      }
    },
  };
}

function cancellationPlan(dependencies: ActivityDependencies, input: RunInput): FunctionPlan {
  const resolved = resolveFunction(dependencies.configuration, functionName, input);
  requireOperations(resolved, {
    s360: ['authenticate', 'executeExport', 'flagItems', 'getFlaggingStatus'],
    tixngo: ['deleteTickets'],
  });
  const { interface: settings, function: fn } = resolved;
  const deletion: DeletionSettings = {
    visibleReasons: settings.customParameters.overrideVisibilityFlagForInvalidationReasons,
    visibleByDefault: settings.customParameters.visibilityFlagDefaultValue,
    notifySpectator: fn.notifySpectator,
    deletionReasons: fn.deletionReasons,
  };
  const lists = [fn.skipTickets, input.skipTickets ?? ''].map(readList);
  const skip: TicketList = {
    ticketIds: new Set(lists.flatMap((list) => [...list.ticketIds])),
    taxNumbers: new Set(lists.flatMap((list) => [...list.taxNumbers])),
  };
  const hasInjection = settings.functions.some((other) => other.function === 'ticketsExternalPrinting');
  const changedSince = new Date(Date.now() - fn.deletionDeadlineDays * dayMs).toISOString();
  return {
    resolved,
    needs: callNeeds(resolved, cancellationPageCost),
    doubt: null,
    wholeQueue: true,
    endMessage,
    noteAtTheEnd: () => '',
    stretch: (answer, tools, position) =>
      new CancellationStretch({ ...tools, resolved, deletion, skip, answer, hasInjection, changedSince }, position),
  };
}

async function lookOnce(dependencies: ActivityDependencies, request: DeletionWaitRequest): Promise<DeletionWaitResult> {
  const resolved: Resolved<'pushCancelled'> = resolveFunction(dependencies.configuration, functionName, request.input);
  const info = activityInfo();
  const { attempt, scheduledTimestampMs, currentAttemptScheduledTimestampMs } = info;
  const before = (info.heartbeatDetails as WaitProgress | undefined) ?? {
    deleted: 0,
    takenOver: 0,
    packedIds: request.group.packedIds,
  };
  const waiting = unpackIds(before.packedIds);
  const lookup = new TixngoLookup(
    new TixngoClient({
      http: dependencies.http,
      settings: resolved.interface,
      apiKey: secretOf(dependencies, resolved.interface.apiKeyVariable),
      meter: new CallMeter('wait', {}, Number.POSITIVE_INFINITY),
      signal: cancellationSignal(),
      readTimeoutMs,
      writeTimeoutMs: readTimeoutMs,
      unknownFields: dependencies.unknownFields,
    }),
    resolved.interface,
  );
  const eventId = request.group.eventId ?? '';
  const found = await lookup.find(waiting.map((ticketId) => ({ ticketId, eventId })));
  let { deleted, takenOver } = before;
  const left = waiting.filter((ticketId) => {
    const held = found.get(ticketId);
    if (held === undefined || held.status === 'DELETED') {
      deleted += 1;
      return false;
    }
    if (deletionEffect(held, request.group) === 'differs') {
      takenOver += 1;
      return false;
    }
    return true;
  });
  // Server's times, both: they agree on a server that skips time, and on a worker whose clock is wrong.
  const leftMs =
    scheduledTimestampMs + resolved.function.deletionDeadlineDays * dayMs - currentAttemptScheduledTimestampMs;
  if (left.length === 0 || leftMs <= 0) return { deleted, takenOver, left };
  heartbeat({ deleted, takenOver, packedIds: packIds(left) } satisfies WaitProgress);
  throw ApplicationFailure.create({
    type: 'NOT_YET',
    message: `${String(left.length)} of ${String(waiting.length)} tickets are still DELETION_PENDING: a phone that holds them has not synced.`,
    category: ApplicationFailureCategory.BENIGN,
    nextRetryDelay: pauseBeforeNextLook(attempt, leftMs),
  });
}

/** What an attempt of the wait leaves for the next one. */
interface WaitProgress {
  readonly deleted: number;
  readonly takenOver: number;
  readonly packedIds: string;
}

function readList(text: string): TicketList {
  const list = parseTicketList(text);
  // Both texts were checked before: one by the configuration, one by the workflow.
  if ('badEntry' in list) throw new TypeError('a ticket list was not checked');
  return list;
}

function endMessage(counts: RunCounts): string {
  const parts = [`${String(counts.sent)} deletions pushed.`];
  if (counts.found > 0) parts.push(`${String(counts.found)} were in TIXNGO as wanted already.`);
  if (counts.neverInTixngo > 0) parts.push(`${String(counts.neverInTixngo)} never were in TIXNGO.`);
  if (counts.waitingForInjection > 0) {
    parts.push(`${String(counts.waitingForInjection)} wait for the next run: injection may still be sending them.`);
  }
  if (counts.parked > 0) parts.push(`${String(counts.parked)} parked: they are tried again by themselves.`);
  return parts.join(' ');
}
