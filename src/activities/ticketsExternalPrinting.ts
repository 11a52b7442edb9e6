import { resolveFunction, type Resolved } from '../config/resolve.js';
import type { RunCounts } from '../domain/counts.js';
import type { InjectionInput } from '../domain/injectionInput.js';
import type { StretchRequest, StretchResult } from '../domain/stretch.js';
import { callNeeds, requireOperations } from './callPlan.js';
import type { ActivityDependencies } from './dependencies.js';
import { runStretch, type FunctionPlan } from './functionRun.js';
import { injectionSelection, mappingSettings } from './injectionSettings.js';
import { injectionPageCost, InjectionStretch } from './injectionStretch.js';

const functionName = 'ticketsExternalPrinting';

/** The activity of ticket injection: one stretch of pages. */
export function createInjectionActivities(dependencies: ActivityDependencies) {
  return {
    async ticketsExternalPrintingStretch(request: StretchRequest): Promise<StretchResult> {
      return runStretch(dependencies, request, () => injectionPlan(dependencies, request.input));
    },
  };
}

function injectionPlan(dependencies: ActivityDependencies, input: InjectionInput): FunctionPlan {
  const resolved = resolveFunction(dependencies.configuration, functionName, input);
  requireOperations(resolved, {
    s360: ['authenticate', 'executeExport', 'flagItems', 'markPrinted'],
    tixngo: ['injectTickets'],
  });
  const selection = injectionSelection(resolved, input);
  const mapping = mappingSettings(resolved);
  const doubt = fileDoubt(input, resolved);
  return {
    resolved,
    needs: callNeeds(resolved, injectionPageCost),
    doubt,
    // The end of one file is not the end of the queue: what is in doubt may be in another.
    wholeQueue: selection.fileNumber === undefined || doubt !== null,
    endMessage,
    noteAtTheEnd: ({ offered }) =>
      (input.fileNumber ?? null) !== null && offered === 0
        ? 'S-360 offers no ticket of this file: check the number; a file that was injected already is not offered again.'
        : '',
    stretch: ({ inDoubt, parked }, tools, position) =>
      new InjectionStretch({ ...tools, resolved, selection, mapping, inDoubt, parked }, position),
  };
}

/** The doubt of a run of one file is its own where the function's filters, which a file number sets aside, may not see the file. */
function fileDoubt(input: InjectionInput, resolved: Resolved<'ticketsExternalPrinting'>): string | null {
  const { fileNumber } = input;
  if (fileNumber === undefined || fileNumber === null || Object.keys(resolved.function.filters).length === 0)
    return null;
  return `${resolved.function.internalName}, file ${fileNumber}`;
}

function endMessage(counts: RunCounts): string {
  const parts = [`${String(counts.sent)} tickets sent.`];
  if (counts.found > 0) parts.push(`${String(counts.found)} found in TIXNGO and not sent again.`);
  if (counts.parked > 0)
    parts.push(`${String(counts.parked)} parked: they are tried again by themselves; correct them in S-360.`);
  if (counts.waitingForHolder > 0) parts.push(`${String(counts.waitingForHolder)} wait for their ticket holder.`);
  return parts.join(' ');
}
