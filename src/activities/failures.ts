import { ApplicationFailure, ApplicationFailureCategory, CancelledFailure } from '@temporalio/common';

import { ConfigurationError } from '../config/load.js';
import { InputError } from '../config/resolve.js';
import { messageOf, type MessageCode } from '../domain/messages.js';
import { CallFailed } from '../http/callFailed.js';

/** Ends the run: trying again cannot help before somebody has done something. */
export function stop(code: MessageCode, sentence: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(sentence, code);
}

/** Comes back by itself, no failure: the slot is free meanwhile. */
export function comeBackIn(waitMs: number, code: MessageCode): ApplicationFailure {
  const { sentence } = messageOf(code);
  return ApplicationFailure.create({
    type: code,
    message: `${sentence} (${String(Math.ceil(waitMs / 1_000))} s)`,
    category: ApplicationFailureCategory.BENIGN,
    nextRetryDelay: waitMs,
  });
}

/**
 * What an activity throws, as Temporal needs it. Errors that we did not write ourselves may quote data in their messages, so only their
 * name and the place are kept.
 */
export function toFailure(error: unknown): Error {
  if (error instanceof ApplicationFailure || error instanceof CancelledFailure) return error;
  // A call that ended with its activity: the activity was cancelled, nothing failed.
  if (error instanceof Error && error.name === 'AbortError') return new CancelledFailure('The call was cancelled.');
  if (error instanceof CallFailed) {
    switch (error.outcome) {
      case 'retry':
      case 'splitPage':
        return ApplicationFailure.create({ type: error.code, message: error.message });
      case 'retryLater':
        return ApplicationFailure.create({
          type: error.code,
          message: error.message,
          ...(error.retryAfterMs === undefined ? {} : { nextRetryDelay: error.retryAfterMs }),
        });
      case 'stopConfiguration':
      case 'stopContract':
        return stop(error.code, error.message);
    }
  }
  if (error instanceof InputError || error instanceof ConfigurationError) return stop(error.code, error.message);
  const name = error instanceof Error ? error.name : typeof error;
  const place =
    error instanceof Error ? (/\n\s+at (.*)/.exec(error.stack ?? '')?.[1] ?? 'an unknown place') : 'an unknown place';
  return ApplicationFailure.create({
    type: 'UNEXPECTED',
    message: `Unexpected ${name} at ${place.replace(/\(?file:.*\//, '(')}`,
  });
}

/** What was thrown before the call went out has written nothing; a call that was aborted with its activity may have. */
export function mayStillBeApplied(error: unknown): boolean {
  if (error instanceof CallFailed) return error.mayStillBeApplied;
  return !(error instanceof ApplicationFailure);
}
