import { ApplicationFailure, ApplicationFailureCategory, CancelledFailure } from '@temporalio/common';
import { describe, expect, test } from 'vitest';

import { comeBackIn, stop, toFailure } from '../../src/activities/failures.js';
import { ConfigurationError } from '../../src/config/load.js';
import { InputError } from '../../src/config/resolve.js';
import { CallFailed } from '../../src/http/callFailed.js';
import { callJson, createHttp } from '../../src/http/jsonCall.js';

const failed = (status: number, retryAfter?: string): CallFailed =>
  new CallFailed({ system: 'TIXNGO', operation: 'injectTickets', status, errorKey: 'SOME_KEY' }, { retryAfter });

describe('What an activity throws', () => {
  test.each([
    ['a passing error is tried again', failed(500), 'SYSTEM_FAILED', false, undefined],
    ['a rate limit is tried again when the system allows', failed(429, '42'), 'RATE_LIMITED', false, 42_000],
    ['without Retry-After, after half a minute', failed(429), 'RATE_LIMITED', false, 30_000],
    ['a refused key ends the run', failed(403), 'ACCESS_REFUSED', true, undefined],
    ['a batch refusal that was not split is tried again', failed(400), 'BATCH_REFUSED', false, undefined],
    [
      'a broken contract ends the run',
      new CallFailed({ system: 'S-360', operation: 'x' }),
      'CONTRACT_BROKEN',
      true,
      undefined,
    ],
    ['an input that fits nothing ends the run', new InputError('Choose one of: …'), 'INPUT_INVALID', true, undefined],
    [
      'a configuration that does not fit ends the run',
      new ConfigurationError('no'),
      'CONFIGURATION_INVALID',
      true,
      undefined,
    ],
  ] as const)('%s', (_what, error, type, nonRetryable, nextRetryDelay) => {
    const failure = toFailure(error) as ApplicationFailure;
    expect(failure).toBeInstanceOf(ApplicationFailure);
    expect([failure.type, failure.nonRetryable, failure.message]).toEqual([type, nonRetryable, error.message]);
    expect(failure.nextRetryDelay).toBe(nextRetryDelay);
    // The first error is not carried along: its stack and properties may hold more than its message.
    expect(failure.cause).toBeUndefined();
  });

  test('failures of Temporal’s own pass as they are', () => {
    for (const error of [stop('NOT_FOUND', 'x'), comeBackIn(5, 'SETTLING'), new CancelledFailure('x')])
      expect(toFailure(error)).toBe(error);
  });

  test('a call that ends because its activity is cancelled is a cancellation, no failure', async () => {
    const ends = new AbortController();
    ends.abort();
    const error: unknown = await callJson(createHttp(), {
      system: 'TIXNGO',
      operation: 'injectTickets',
      method: 'POST',
      url: 'http://127.0.0.1:9/?key=CANARY',
      signal: ends.signal,
      timeoutMs: 1_000,
    }).catch((thrown: unknown) => thrown);
    const failure = toFailure(error);
    expect(failure).toBeInstanceOf(CancelledFailure);
    expect(JSON.stringify([failure.message, failure])).not.toContain('CANARY');
  });

  test.each([
    [
      'an error with data in its message',
      new TypeError('CANARY zoe@example.org is not a function'),
      /^Unexpected TypeError at /,
    ],
    ['a thrown text', 'CANARY', /^Unexpected string at an unknown place$/],
    ['nothing', undefined, /^Unexpected undefined at an unknown place$/],
    ['an object', { email: 'CANARY' }, /^Unexpected object at an unknown place$/],
  ])('%s: only its name and the place are kept', (_what, error, message) => {
    const failure = toFailure(error) as ApplicationFailure;
    expect([failure.type, failure.nonRetryable]).toEqual(['UNEXPECTED', false]);
    expect(failure.message).toMatch(message);
    expect(JSON.stringify([failure.message, failure.stack, failure.details])).not.toContain('CANARY');
  });

  test('coming back later is no failure to anybody who watches, and says when', () => {
    const failure = comeBackIn(12_345, 'WAITING_FOR_CALLS');
    expect([failure.type, failure.category, failure.nextRetryDelay, failure.nonRetryable]).toEqual([
      'WAITING_FOR_CALLS',
      ApplicationFailureCategory.BENIGN,
      12_345,
      false,
    ]);
    expect(failure.message).toBe('The calls allowed per minute are used up. (13 s)');
  });
});
