import { resolveFunction, type Resolved } from '../config/resolve.js';
import { eventDayBatchSize } from '../domain/eventCalendar.js';
import type { PushControlledInput } from '../domain/pushControlledInput.js';
import type { StretchRequest, StretchResult } from '../domain/stretch.js';
import { callNeeds, requireOperations } from './callPlan.js';
import { ControlStretch } from './controlStretch.js';
import type { ActivityDependencies } from './dependencies.js';
import { runStretch, type FunctionPlan } from './functionRun.js';
import { pushMessage, pushPageCost } from './pushStretch.js';
import { runOverride } from './runOverride.js';
import { skipTickets } from './skipTickets.js';

const functionName = 'pushControlled';

/** The activity of push controlled: one stretch of pages, which is one batch. */
export function createPushControlledActivities(dependencies: ActivityDependencies) {
  return {
    async pushControlledStretch(request: StretchRequest): Promise<StretchResult> {
      return runStretch(dependencies, request, () => controlPlan(dependencies, request.input));
    },
  };
}

export async function controlPlan(
  dependencies: ActivityDependencies,
  input: PushControlledInput,
): Promise<FunctionPlan> {
  const resolved = asOfNow(resolveFunction(dependencies.configuration, functionName, input));
  requireOperations(resolved, {
    s360: ['authenticate', 'executeExport', 'flagItems', 'getFlaggingStatus'],
    tixngo: ['controlTickets'],
  });
  const skip = skipTickets(resolved.function.skipTickets, input.skipTickets);
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
    endMessage: (counts) => pushMessage(counts, 'controls', override),
    stretch: (answer, tools, position) =>
      new ControlStretch(
        { ...tools, resolved, shipmentModes: resolved.function.shipmentModes, skip, answer, override },
        position,
      ),
  };
}

/** While an event of the calendar is on, the batch is that of an event day. */
function asOfNow(resolved: Resolved<'pushControlled'>): Resolved<'pushControlled'> {
  const { function: fn, interface: settings } = resolved;
  return { ...resolved, function: { ...fn, batchSize: eventDayBatchSize(fn, settings.eventCalendar, Date.now()) } };
}
