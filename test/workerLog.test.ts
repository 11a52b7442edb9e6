import { ApplicationFailure } from '@temporalio/common';
import { describe, expect, test } from 'vitest';

import { logLine } from '../src/workerLog.js';

const entry = { level: 'WARN', timestampNanos: 1_795_452_558_739_000_000n, message: 'Activity failed' } as const;

describe('Log of the worker', () => {
  test('a failure is its code and sentence, with the execution and the attempt, and no stack', () => {
    const error = ApplicationFailure.create({ type: 'CONNECTION_FAILED', message: 'The connection failed.' });
    expect(logLine({ ...entry, meta: { workflowId: 'w/1', attempt: 2, taskToken: 'x'.repeat(300), error } })).toBe(
      '2026-11-23T16:49:18.739Z WARN Activity failed workflowId=w/1 attempt=2\n  CONNECTION_FAILED: The connection failed.',
    );
  });

  test('a failure from the sandbox of a workflow is recognised too', () => {
    const foreign = Object.assign(new Error('The input does not fit.'), {
      name: 'ApplicationFailure',
      type: 'INPUT_INVALID',
    });
    expect(logLine({ ...entry, meta: { error: foreign } }).split('\n')[1]).toBe(
      '  INPUT_INVALID: The input does not fit.',
    );
  });

  test('an error that we did not expect keeps its place in the code', () => {
    expect(logLine({ ...entry, meta: { error: new TypeError('surprise') } })).toMatch(
      /\n {2}TypeError: surprise\n +at /,
    );
  });

  test('what the bundler says in many lines is one line', () => {
    expect(logLine({ ...entry, message: 'asset workflow-bundle.js\nmodules by path' })).toBe(
      '2026-11-23T16:49:18.739Z WARN asset workflow-bundle.js',
    );
  });
});
