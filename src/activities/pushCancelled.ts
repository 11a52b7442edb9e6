import { resolveFunction } from '../config/resolve.js';
import type { RunCounts } from '../domain/counts.js';
import type { DeletionSettings } from '../domain/deletion.js';
import type { PushCancelledInput } from '../domain/pushCancelledInput.js';
import type { DeletionWaitRequest, DeletionWaitResult, StretchRequest, StretchResult } from '../domain/stretch.js';
import { callNeeds, requireOperations } from './callPlan.js';
import { CancellationStretch } from './cancellationStretch.js';
import { lookForDeletions } from './deletionWait.js';
import type { ActivityDependencies } from './dependencies.js';
import { toFailure } from './failures.js';
import { runStretch, type FunctionPlan } from './functionRun.js';
import { pushMessage, pushPageCost } from './pushStretch.js';
import { runOverride, type RunOverride } from './runOverride.js';
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

export async function cancellationPlan(
  dependencies: ActivityDependencies,
  input: PushCancelledInput,
): Promise<FunctionPlan> {
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
  // Some days more, so that none whose deadline passed meanwhile ends without its warning.
  const waitsSince = new Date(Date.now() - (fn.deletionDeadlineDays + 7) * dayMs).toISOString();
  const override = await runOverride(dependencies.configuration, resolved, input);
  return {
    resolved,
    needs: callNeeds(resolved, pushPageCost),
    firstNeeds: callNeeds(resolved, pushPageCost, true),
    doubt: null,
    wholeQueue: (override?.list ?? null) === null,
    override,
    // Nobody else takes what an operator asks of this one run.
    toTheEnd: override !== null,
    endMessage: (counts) => endMessage(counts, override, settings.lookup !== 'none'),
    stretch: (answer, tools, position) =>
      new CancellationStretch(
        {
          ...tools,
          resolved,
          shipmentModes: resolved.function.shipmentModes,
          deletion,
          skip,
          answer,
          override,
          waitsSince,
        },
        position,
      ),
  };
}

function endMessage(counts: RunCounts, override: RunOverride | null, canBeConfirmed: boolean): string {
  const unseen =
    !canBeConfirmed && counts.sent > 0
      ? ['Whether TIXNGO confirms them is not waited for: no look-up is configured.']
      : [];
  return [pushMessage(counts, 'deletions', override), ...unseen].join(' ');
}
