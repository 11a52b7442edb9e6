import fc from 'fast-check';

import { meeting, sale, waits, type Step } from './steps.js';

/** Moments between reading a ticket and having told of it: what another function sees of it meanwhile is not how it will be. */
const inHand = fc.oneof(
  { weight: 4, arbitrary: moment('dataExportService.executeExport', 'after') },
  { weight: 3, arbitrary: moment('tickets.inject', 'before') },
  { weight: 1, arbitrary: moment('tickets.inject', 'after') },
  { weight: 1, arbitrary: moment('markPrinted.markPrinted', 'before') },
  { weight: 1, arbitrary: moment('dataExportService.flagItems', 'before') },
);

/** Something is sold, and while injection has it in hand another function starts. */
export const meetingAtATicket: fc.Arbitrary<readonly Step[]> = fc
  .tuple(sale, inHand, meeting, waits)
  .map(([sold, { at, when }, what, waiting]) => [
    sold,
    { do: 'tick', fn: 'ticketsExternalPrinting', waits: waiting, trouble: { at, when, what } },
  ]);

function moment(at: string, when: 'before' | 'after') {
  return fc.constant({ at, when });
}
