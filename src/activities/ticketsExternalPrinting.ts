import { resolveFunction } from '../config/resolve.js';
import type { InjectionInput } from '../domain/injectionInput.js';
import type { StretchRequest, StretchResult } from '../domain/stretch.js';
import { requireOperations } from './callPlan.js';
import type { ActivityDependencies } from './dependencies.js';
import { runStretch, type FunctionPlan } from './functionRun.js';
import { injectedTickets } from './injectedTickets.js';
import { planOfInjection } from './injectionPlan.js';
import { mappingSettings } from './injectionSettings.js';
import { injectionPageCost } from './injectionStretch.js';

const functionName = 'ticketsExternalPrinting';

/** The activity of ticket injection: one stretch of pages. */
export function createInjectionActivities(dependencies: ActivityDependencies) {
  return {
    async ticketsExternalPrintingStretch(request: StretchRequest): Promise<StretchResult> {
      return runStretch(dependencies, request, () => injectionPlan(dependencies, request.input));
    },
  };
}

export async function injectionPlan(dependencies: ActivityDependencies, input: InjectionInput): Promise<FunctionPlan> {
  const resolved = resolveFunction(dependencies.configuration, functionName, input);
  requireOperations(resolved, {
    s360: ['authenticate', 'executeExport', 'flagItems', 'markPrinted'],
    tixngo: ['injectTickets'],
  });
  const mapping = mappingSettings(resolved);
  return planOfInjection(dependencies, resolved, input, {
    pageCost: injectionPageCost,
    things: 'tickets',
    injectedOf: (_, { tixngo }) => injectedTickets(tixngo, mapping, resolved.interface.contingentMandatory),
  });
}
