import { resolveFunction, type Resolved } from '../config/resolve.js';
import type { DigitalPrivilegesInput } from '../domain/digitalPrivilegesInput.js';
import type { StretchRequest, StretchResult } from '../domain/stretch.js';
import { requireOperations, type PageCost } from './callPlan.js';
import type { ActivityDependencies } from './dependencies.js';
import { runStretch, type FunctionPlan } from './functionRun.js';
import { injectedPrivileges } from './injectedPrivileges.js';
import { planOfInjection } from './injectionPlan.js';
import { privilegeSettings } from './injectionSettings.js';
import { PrivilegeDefinitions } from './privilegeDefinitions.js';

const functionName = 'digitalPrivilegesInjection';

/** A read, a look at flags where nothing can be looked up, and a flag; the mark PRINTED; some definitions. */
const pageCost: PageCost = { dataExport: 3, markPrinted: 1, definitions: 10 };

/** The activity of digital privileges injection: one stretch of pages. */
export function createDigitalPrivilegesActivities(dependencies: ActivityDependencies) {
  return {
    async digitalPrivilegesInjectionStretch(request: StretchRequest): Promise<StretchResult> {
      return runStretch(dependencies, request, () => privilegesPlan(dependencies, request.input));
    },
  };
}

export async function privilegesPlan(
  dependencies: ActivityDependencies,
  input: DigitalPrivilegesInput,
): Promise<FunctionPlan> {
  const resolved = asLookedUp(resolveFunction(dependencies.configuration, functionName, input));
  requireOperations(resolved, {
    s360: [
      'authenticate',
      'executeExport',
      'flagItems',
      'markPrinted',
      ...(resolved.interface.lookup === 'none' ? (['getFlaggingStatus'] as const) : []),
    ],
    tixngo: ['writePrivilegeDefinition', 'injectPrivileges'],
  });
  const { organizer, customParameters } = resolved.interface;
  const settings = {
    ...privilegeSettings(resolved),
    organizer,
    isChecked: customParameters.enforceMandatoryParameters,
  };
  const plan = await planOfInjection(dependencies, resolved, input, {
    pageCost,
    things: 'cards',
    injectedOf: (answer, { tixngoPrivileges }) => {
      const definitions = new PrivilegeDefinitions(tixngoPrivileges, settings, answer.definitions ?? {});
      return injectedPrivileges(tixngoPrivileges, settings, definitions);
    },
  });
  return { ...plan, definitionsOf: organizer };
}

/** The event report shows no privileges: without a look-up by ids there is none. */
function asLookedUp(resolved: Resolved<typeof functionName>): Resolved<typeof functionName> {
  const { lookup } = resolved.interface;
  return { ...resolved, interface: { ...resolved.interface, lookup: lookup === 'ids' ? 'ids' : 'none' } };
}
