import type { RunCounts } from '../domain/counts.js';
import type { InjectionInput } from '../domain/injectionInput.js';
import { callNeeds, type PageCost } from './callPlan.js';
import type { ActivityDependencies } from './dependencies.js';
import type { FunctionPlan, GoAnswer, StretchTools } from './functionRun.js';
import type { ForSpectator, Injected } from './injected.js';
import { injectionSelection } from './injectionSettings.js';
import { InjectionStretch, type ResolvedInjection } from './injectionStretch.js';
import { parkedMessage } from './parkedTickets.js';
import { runOverride, type RunOverride } from './runOverride.js';

/** What the injection of tickets and that of cards have not in common. */
export interface InjectionPlan<Thing> {
  readonly pageCost: PageCost;
  readonly injectedOf: (answer: GoAnswer, tools: StretchTools) => Injected<Thing>;
  /** What is injected, for a person. */
  readonly things: string;
}

/** How a run of one of the two injections works; both walk S-360's queue of what is not printed. */
export async function planOfInjection<Thing extends ForSpectator>(
  dependencies: ActivityDependencies,
  resolved: ResolvedInjection,
  input: InjectionInput,
  { pageCost, injectedOf, things }: InjectionPlan<Thing>,
): Promise<FunctionPlan> {
  const override = await runOverride(dependencies.configuration, resolved, input);
  const isListed = (override?.list ?? null) !== null;
  const selection = injectionSelection(resolved, input, override);
  const doubt = isListed ? null : fileDoubt(input, resolved);
  return {
    resolved,
    needs: callNeeds(resolved, pageCost),
    firstNeeds: callNeeds(resolved, pageCost, true),
    doubt,
    // The end of one file is not the end of the queue: what is in doubt may be in another.
    wholeQueue: (selection.fileNumber === undefined || doubt !== null) && !isListed,
    override,
    // Nobody else takes what an operator asks of this one run.
    toTheEnd: override !== null,
    endMessage: (counts) => endMessage(counts, things, override),
    noteAtTheEnd: (counts) => {
      return (input.fileNumber ?? null) !== null && counts.offered === 0
        ? `S-360 offers no ${things} of this file: check the number; a file that was injected already is not offered again.`
        : '';
    },
    stretch: (answer, tools, position) => {
      const { inDoubt, parked } = answer;
      const injected = injectedOf(answer, tools);
      return new InjectionStretch(
        { ...tools, resolved, selection, injected, inDoubt, parked, override },
        position,
        pageCost,
      );
    },
  };
}

/** The doubt of a run of one file is its own where the function's filters, which a file number sets aside, may not see the file. */
function fileDoubt(input: InjectionInput, resolved: ResolvedInjection): string | null {
  const { fileNumber } = input;
  if (fileNumber === undefined || fileNumber === null || Object.keys(resolved.function.filters).length === 0)
    return null;
  return `${resolved.function.internalName}, file ${fileNumber}`;
}

function endMessage(counts: RunCounts, things: string, override: RunOverride | null): string {
  const parts = [`${String(counts.sent)} ${things} sent.`];
  if (counts.definitions > 0) parts.push(`${String(counts.definitions)} privilege definitions written.`);
  if (counts.found > 0) parts.push(`${String(counts.found)} found in TIXNGO and not sent again.`);
  if (counts.parked > 0) parts.push(`${parkedMessage(counts, override)} Correct them in S-360.`);
  if (counts.waitingForHolder > 0) parts.push(`${String(counts.waitingForHolder)} wait for their ticket holder.`);
  return parts.join(' ');
}
