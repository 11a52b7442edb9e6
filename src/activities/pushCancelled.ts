import { resolveFunction } from '../config/resolve.js';
import type { RunCounts } from '../domain/counts.js';
import type { DeletionSettings } from '../domain/deletion.js';
import type { RunInput } from '../domain/runInput.js';
import type { DeletionWaitRequest, DeletionWaitResult, StretchRequest, StretchResult } from '../domain/stretch.js';
import { callNeeds, requireOperations } from './callPlan.js';
import { cancellationPageCost, CancellationStretch } from './cancellationStretch.js';
import { lookForDeletions } from './deletionWait.js';
import type { ActivityDependencies } from './dependencies.js';
import { toFailure } from './failures.js';
import { runStretch, type FunctionPlan } from './functionRun.js';
import { skipTickets } from './skipTickets.js';

const functionName = 'pushCancelled';
const dayMs = 24 * 3_600_000;

/** The activities of push cancelled: one stretch of pages, and the wait until TIXNGO confirms. */
export function createPushCancelledActivities(dependencies: ActivityDependencies) {
  return {
    async pushCancelledStretch(request: StretchRequest): Promise<StretchResult> {
      return runStretch(dependencies, request, () => cancellationPlan(dependencies, request.input));
    },

    /**
     * Looks whether TIXNGO has confirmed the deletions of one wait. Not yet: it fails quietly (NOT_YET) and comes back after a pause, at no
     * cost of history; what is confirmed is remembered in its heartbeat. At the deadline it looks a last time and says what is left.
     */
    async waitForDeletion(request: DeletionWaitRequest): Promise<DeletionWaitResult> {
      try {
        return await lookForDeletions(dependencies, request);
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
  const skip = skipTickets(fn.skipTickets, input.skipTickets);
  const hasInjection = settings.functions.some((other) => other.function === 'ticketsExternalPrinting');
  // Some days more, so that none whose deadline passed meanwhile ends without its warning.
  const processedSince = new Date(Date.now() - (fn.deletionDeadlineDays + 7) * dayMs).toISOString();
  return {
    resolved,
    needs: callNeeds(resolved, cancellationPageCost),
    doubt: null,
    wholeQueue: true,
    endMessage: (counts) => endMessage(counts, settings.lookup !== 'none'),
    noteAtTheEnd: () => '',
    stretch: (answer, tools, position) =>
      new CancellationStretch({ ...tools, resolved, deletion, skip, answer, hasInjection, processedSince }, position),
  };
}

function endMessage(counts: RunCounts, canBeConfirmed: boolean): string {
  const parts = [`${String(counts.sent)} deletions pushed.`];
  if (counts.found > 0) parts.push(`${String(counts.found)} were in TIXNGO as wanted already.`);
  if (counts.neverInTixngo > 0) parts.push(`${String(counts.neverInTixngo)} never were in TIXNGO.`);
  if (counts.waitingForInjection > 0) {
    parts.push(`${String(counts.waitingForInjection)} wait for the next run: injection may still be sending them.`);
  }
  if (counts.parked > 0) parts.push(`${String(counts.parked)} parked: they are tried again by themselves.`);
  if (!canBeConfirmed && counts.sent > 0) {
    parts.push('Whether TIXNGO confirms them is not waited for: no look-up is configured.');
  }
  return parts.join(' ');
}
