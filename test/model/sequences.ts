import fc from 'fast-check';

import { danger } from './dangers.js';
import { meetingAtATicket } from './meetings.js';
import { sale, step, tickOf, type Step } from './steps.js';

/** The fewest steps of a sequence; only a failing one is made shorter. */
export const fewestSteps = 36;

/** So many of them do something, on average: some find nothing to choose from, or are refused. */
export const fewestEffectiveSteps = 30;

/** A sale and an injection, so that there is something to talk about, and then anything in any order; one dangerous fault is sure to come. */
export const sequences: fc.Arbitrary<readonly Step[]> = fc
  .tuple(
    sale,
    tickOf('ticketsExternalPrinting'),
    fc.array(
      fc.oneof(
        { weight: 50, arbitrary: step.map((one): readonly Step[] => [one]) },
        { weight: 1, arbitrary: meetingAtATicket },
      ),
      { minLength: fewestSteps - 2, maxLength: fewestSteps + 6, size: 'max' },
    ),
    fc.nat(fewestSteps - 2),
    danger,
  )
  .map(([sold, injected, scenes, at, dangerous]) => [
    sold,
    injected,
    ...scenes.slice(0, at).flat(),
    ...dangerous,
    ...scenes.slice(at).flat(),
  ]);
