import type { FaultOrder, FaultRule } from './faultRules.js';

/** Nobody waits longer for an answer that does not come; a caller with a shorter limit gives up before. */
const HOLD_MILLISECONDS = 5_000;

/** A few percent of all calls meet something. */
const WEATHER: readonly FaultRule[] = [
  { operation: '*', fault: { kind: 'latency', ms: 40 }, rate: 0.1 },
  { operation: '*', fault: { kind: 'refused' }, rate: 0.005 },
  { operation: '*', fault: { kind: 'reset' }, rate: 0.0025 },
  { operation: '*', fault: { kind: 'resetAfter' }, rate: 0.01 },
  { operation: '*', fault: { kind: 'timeoutBefore', ms: HOLD_MILLISECONDS }, rate: 0.001 },
  { operation: '*', fault: { kind: 'timeoutAfter', ms: HOLD_MILLISECONDS }, rate: 0.0015 },
  { operation: '*', fault: { kind: 'status', status: 500 }, rate: 0.0025 },
  { operation: '*', fault: { kind: 'status', status: 503, retryAfter: 1, body: 'html' }, rate: 0.0025 },
  { operation: '*', fault: { kind: 'malformed' }, rate: 0.0025 },
  { operation: '*', fault: { kind: 'truncated' }, rate: 0.0025 },
  { operation: '*', fault: { kind: 'partial' }, rate: 0.005 },
];

/**
 * The weather of a demo: a few percent of everything in both systems, and in each some faults that surely strike, above
 * all «applied, but the answer was lost».
 */
export const DEFAULT_FAULTS: { readonly s360: FaultOrder; readonly tixngo: FaultOrder } = {
  s360: {
    rules: [
      { operation: 'dataExportService.executeExport', fault: { kind: 'malformed' }, nth: 2 },
      { operation: 'markPrinted.markPrinted', fault: { kind: 'resetAfter' }, nth: 2 },
      { operation: 'dataExportService.flagItems', fault: { kind: 'status', status: 509 }, nth: 1 },
      { operation: 'dataExportService.flagItems', fault: { kind: 'truncated' }, nth: 3 },
      { operation: 'mobileTickets.store', fault: { kind: 'malformed' }, nth: 1 },
      { operation: 'contactInformationPublicService.createCulturalContact', fault: { kind: 'resetAfter' }, nth: 1 },
      { operation: '*', fault: { kind: 'status', status: 509 }, rate: 0.005 },
      ...WEATHER,
    ],
  },
  tixngo: {
    rules: [
      { operation: 'tickets.inject', fault: { kind: 'resetAfter' }, nth: 2 },
      {
        operation: 'tickets.inject',
        fault: { kind: 'status', status: 429, retryAfter: 1, retryAfterForm: 'date' },
        nth: 4,
      },
      { operation: 'tickets.inject', fault: { kind: 'partial' }, nth: 6 },
      { operation: 'tickets.delete', fault: { kind: 'resetAfter' }, nth: 1 },
      { operation: '*', fault: { kind: 'status', status: 429, retryAfter: 1 }, rate: 0.005 },
      ...WEATHER,
    ],
  },
};
