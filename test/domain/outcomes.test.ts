import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { messageOf, messages, type MessageCode } from '../../src/domain/messages.js';
import { outcomeOf, outcomes, retryAfterMs, type CallResult, type Outcome } from '../../src/domain/outcomes.js';

const s360 = (result: Partial<CallResult>): CallResult => ({ system: 'S-360', operation: 'executeExport', ...result });
const tixngo = (result: Partial<CallResult>): CallResult => ({
  system: 'TIXNGO',
  operation: 'injectTickets',
  ...result,
});

const rows: readonly [string, CallResult, Outcome, MessageCode][] = [
  ['no answer in time', s360({ transport: 'timeout' }), 'retry', 'TIMED_OUT'],
  [
    'connection refused or reset',
    tixngo({ transport: 'connection', errorKey: 'ECONNRESET' }),
    'retry',
    'CONNECTION_FAILED',
  ],
  [
    'an answer that cannot be read',
    tixngo({ transport: 'connection', errorKey: 'NOT_JSON' }),
    'retry',
    'CONNECTION_FAILED',
  ],
  ['429', tixngo({ status: 429 }), 'retryLater', 'RATE_LIMITED'],
  ['429 of S-360', s360({ status: 429, errorKey: 'error.rateLimit' }), 'retryLater', 'RATE_LIMITED'],
  ['509 of S-360', s360({ status: 509, errorKey: 'error.rateLimit' }), 'retryLater', 'RATE_LIMITED'],
  ['a rate limit in a 200 envelope', s360({ status: 200, errorKey: 'error.rateLimit' }), 'retryLater', 'RATE_LIMITED'],
  ['503', tixngo({ status: 503 }), 'retryLater', 'SYSTEM_FAILED'],
  [
    'still in progress after all patience',
    s360({ status: 503, errorKey: 'in_progress' }),
    'retryLater',
    'SYSTEM_FAILED',
  ],
  ['408', tixngo({ status: 408 }), 'retry', 'TIMED_OUT'],
  ['500', s360({ status: 500 }), 'retry', 'SYSTEM_FAILED'],
  ['502', tixngo({ status: 502 }), 'retry', 'SYSTEM_FAILED'],
  ['504', tixngo({ status: 504 }), 'retry', 'SYSTEM_FAILED'],
  ['401', s360({ status: 401, errorKey: 'error.authentication' }), 'stopConfiguration', 'ACCESS_REFUSED'],
  [
    'an authentication error in a 200 envelope',
    s360({ status: 200, errorKey: 'error.authentication' }),
    'stopConfiguration',
    'ACCESS_REFUSED',
  ],
  ['403', tixngo({ status: 403 }), 'stopConfiguration', 'ACCESS_REFUSED'],
  ['404', tixngo({ status: 404 }), 'stopConfiguration', 'NOT_FOUND'],
  ['405', s360({ status: 405 }), 'stopConfiguration', 'NOT_FOUND'],
  ['409 of TIXNGO', tixngo({ status: 409 }), 'retryLater', 'SYSTEM_FAILED'],
  ['409 of S-360', s360({ status: 409 }), 'stopContract', 'REQUEST_REFUSED'],
  ['400 for a batch', tixngo({ status: 400, errorKey: 'VALIDATION_ERROR' }), 'splitPage', 'BATCH_REFUSED'],
  ['413 for a batch', tixngo({ status: 413 }), 'splitPage', 'BATCH_REFUSED'],
  ['422 for a batch', tixngo({ status: 422 }), 'splitPage', 'BATCH_REFUSED'],
  ['400 for a look-up', tixngo({ operation: 'lookupTickets', status: 400 }), 'stopContract', 'REQUEST_REFUSED'],
  ['400 of S-360', s360({ status: 400, errorKey: 'error.invalidRequest' }), 'stopContract', 'REQUEST_REFUSED'],
  [
    'unknown point of sales',
    s360({ status: 200, errorKey: 'error.unknownPointOfSales' }),
    'stopConfiguration',
    'POINT_OF_SALES_UNKNOWN',
  ],
  ['unknown filter', s360({ status: 200, errorKey: 'error.unknownParameter' }), 'stopConfiguration', 'FILTER_UNKNOWN'],
  [
    'unknown code of a filter',
    s360({ status: 200, errorKey: 'error.unknownParameterValue' }),
    'stopConfiguration',
    'FILTER_UNKNOWN',
  ],
  ['unknown export', s360({ status: 200, errorKey: 'error.unknownExport' }), 'stopConfiguration', 'EXPORT_UNKNOWN'],
  [
    'a refusal that is not known',
    s360({ status: 200, errorKey: 'error.unknownElement' }),
    'stopContract',
    'REQUEST_REFUSED',
  ],
  ['an answer that does not match its schema', s360({}), 'stopContract', 'CONTRACT_BROKEN'],
  ['a redirect', tixngo({ status: 302 }), 'stopContract', 'CONTRACT_BROKEN'],
  ['a status nobody expects', tixngo({ status: 418 }), 'stopContract', 'REQUEST_REFUSED'],
];

describe('Outcomes of a call', () => {
  test.each(rows)('%s', (_what, result, outcome, code) => {
    expect(outcomeOf(result)).toEqual({ outcome, code });
  });

  test('every outcome has a row', () => {
    expect(new Set(rows.map(([, , outcome]) => outcome))).toEqual(new Set(outcomes));
  });

  test('what S-360 and TIXNGO call an error is never the other’s', () => {
    // TIXNGO may use any word as a code; S-360's keys mean nothing there.
    expect(outcomeOf(tixngo({ operation: 'lookupTickets', status: 400, errorKey: 'error.rateLimit' })).outcome).toBe(
      'stopContract',
    );
    expect(outcomeOf(s360({ operation: 'injectTickets', status: 400 })).outcome).toBe('stopContract');
  });

  test('whatever comes back has exactly one outcome, a code of the catalogue, and is never taken for passing unless it is', () => {
    const result = fc.record(
      {
        system: fc.constantFrom('S-360' as const, 'TIXNGO' as const),
        operation: fc.constantFrom('executeExport', 'injectTickets', 'flagItems', 'lookupTickets'),
        status: fc.integer({ min: 100, max: 999 }),
        errorKey: fc.oneof(fc.string(), fc.constantFrom('error.rateLimit', 'error.x', 'VALIDATION_ERROR')),
        transport: fc.constantFrom('timeout' as const, 'connection' as const),
      },
      { requiredKeys: ['system', 'operation'] },
    );
    fc.assert(
      fc.property(result, (given) => {
        const { outcome, code } = outcomeOf(given);
        expect(outcomes).toContain(outcome);
        expect(messages).toHaveProperty(code);
        if (given.transport !== undefined || (given.status ?? 0) >= 500) expect(outcome).toMatch(/^retry/);
        if (given.transport === undefined && (given.status === 401 || given.status === 403))
          expect(outcome).toBe('stopConfiguration');
        if (outcome === 'splitPage') expect([given.system, given.operation]).toEqual(['TIXNGO', 'injectTickets']);
      }),
    );
  });
});

describe('Retry-After', () => {
  const nowMs = Date.parse('2027-06-01T12:00:00Z');
  test.each([
    ['7', 7_000],
    [' 120 ', 120_000],
    ['0', 1_000],
    ['900', 900_000],
    ['901', 900_000],
    ['99999999999', 900_000],
    ['Tue, 01 Jun 2027 12:00:30 GMT', 30_000],
    ['Tue, 01 Jun 2027 11:00:00 GMT', 1_000],
    ['Wed, 02 Jun 2027 12:00:00 GMT', 900_000],
    ['soon', 30_000],
    ['', 30_000],
    [undefined, 30_000],
  ])('%s is a pause of %d ms', (header, expected) => {
    expect(retryAfterMs(header, nowMs)).toBe(expected);
  });
});

describe('Message catalogue', () => {
  test.each(Object.entries(messages))('%s has a sentence and what to do', (code, { sentence, action }) => {
    expect(code).toMatch(/^[A-Z][A-Z0-9_]+$/);
    for (const text of [sentence, action]) expect(text).toMatch(/^[A-Z].{10,}\.$/s);
    expect(messageOf(code)).toEqual({ sentence, action });
  });

  test('no two codes say the same', () => {
    const sentences = Object.values(messages).map(({ sentence }) => sentence);
    expect(new Set(sentences).size).toBe(sentences.length);
  });

  test.each(['SOLD_OUT', '', 'constructor', '__proto__'])(
    'a code of TIXNGO’s own that we do not know: "%s"',
    (code) => {
      expect(messageOf(code)).toEqual(messages.TICKET_REFUSED);
    },
  );
});
