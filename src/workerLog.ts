import { inspect } from 'node:util';

import type { ApplicationFailure } from '@temporalio/common';
import { DefaultLogger, type LogEntry } from '@temporalio/worker';

/** What the worker writes to standard error: one line an entry, for a person; with `LOG_LEVEL=debug` all that Temporal's SDK says. */
export function workerLogger(environment: NodeJS.ProcessEnv): DefaultLogger {
  if (environment['LOG_LEVEL'] === 'debug') return new DefaultLogger('DEBUG');
  return new DefaultLogger('INFO', (entry) => {
    process.stderr.write(`${logLine(entry)}\n`);
  });
}

/** Of what belongs to an entry, the facts that an operator looks for, in this order. */
const shownFacts = ['state', 'workflowType', 'workflowId', 'runId', 'workflowRunId', 'attempt'] as const;

export function logLine({ level, timestampNanos, message, meta }: Omit<LogEntry, 'label'>): string {
  const time = new Date(Number(timestampNanos / 1_000_000n)).toISOString();
  const facts = shownFacts.flatMap((name) => {
    const value: unknown = meta?.[name];
    return typeof value === 'string' || typeof value === 'number' ? [`${name}=${String(value)}`] : [];
  });
  const error: unknown = meta?.['error'];
  // What the bundler says has many lines, of which only the first is for people.
  const head = [time, level, message.split('\n')[0] ?? '', ...facts].join(' ');
  return error === undefined ? head : `${head}\n  ${errorText(error)}`;
}

/** A failure of ours says all in its code and sentence; anything else is a surprise, and the place matters. */
function errorText(error: unknown): string {
  // By its name: a workflow's failure comes from another realm, where the class is another one.
  if (error instanceof Error && error.name === 'ApplicationFailure') {
    const { type } = error as ApplicationFailure;
    return `${type ?? 'no code'}: ${error.message}`;
  }
  return inspect(error).replaceAll('\n', '\n  ');
}
