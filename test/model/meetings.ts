import fc from 'fast-check';

import type { FunctionName } from '../../src/domain/functions.js';
import { meeting, sale, waits, when, type Step } from './steps.js';

/** Calls between reading a ticket and having told of it: what another function sees of it meanwhile is not how it will be. */
const inHand = [
  'dataExportService.executeExport',
  'tickets.inject',
  'markPrinted.markPrinted',
  'dataExportService.flagItems',
];

/** Something is sold, and while injection has it in hand another function starts. */
export const meetingAtATicket: fc.Arbitrary<readonly Step[]> = fc
  .tuple(sale, fc.record({ at: fc.constantFrom(...inHand), when, what: meeting }), waits)
  .map(([sold, trouble, waiting]) => [
    sold,
    { do: 'tick', fn: 'ticketsExternalPrinting' satisfies FunctionName, waits: waiting, trouble },
  ]);
