import { messageOf } from '../domain/messages.js';
import { outcomeOf, retryAfterMs, type CallResult, type Outcome } from '../domain/outcomes.js';
import type { MessageCode } from '../domain/messages.js';

/**
 * A call that did not succeed, already mapped to its one outcome. The message names system, operation, status and the sentence of the
 * code; never a URL's query, a header, or anything of the two bodies but an error key that looks like one.
 */
export class CallFailed extends Error {
  override readonly name = 'CallFailed';
  readonly outcome: Outcome;
  readonly code: MessageCode;
  /** How long the system asks to wait, if the outcome is `retryLater`. */
  readonly retryAfterMs: number | undefined;
  /** The system's own error key, if it has the form of one. */
  readonly errorKey: string | undefined;
  /** The JSON path that the system named. */
  readonly field: string | undefined;
  /** Nobody has said what became of the call: the system may be at work on it, and apply it yet. */
  readonly mayStillBeApplied: boolean;

  constructor(
    result: CallResult,
    details: {
      readonly retryAfter?: string | undefined;
      readonly field?: string | undefined;
      /** Name of the environment variable whose value the call carried, for when that is what was refused. */
      readonly keyVariable?: string;
    } = {},
  ) {
    const { outcome, code } = outcomeOf(result);
    const { sentence, action } = messageOf(code);
    const answered = result.status === undefined ? '' : ` answered ${String(result.status)}`;
    const key = result.errorKey === undefined ? '' : ` (${printableKey(result.errorKey)})`;
    const field = details.field === undefined ? '' : ` Field: ${details.field}.`;
    const variable =
      code !== 'ACCESS_REFUSED' || details.keyVariable === undefined ? '' : ` Variable: ${details.keyVariable}.`;
    super(`${result.system} ${result.operation}${answered}${key}: ${sentence}${field}${variable} ${action}`);
    this.outcome = outcome;
    this.code = code;
    this.errorKey = result.errorKey === undefined ? undefined : printableKey(result.errorKey);
    this.field = details.field;
    this.mayStillBeApplied =
      result.transport === 'timeout' ||
      (result.transport === 'connection' && !surelyOver.includes(result.errorKey ?? '')) ||
      [408, 502, 504].includes(result.status ?? 0);
    this.retryAfterMs = outcome === 'retryLater' ? retryAfterMs(details.retryAfter, Date.now()) : undefined;
  }
}

/** It never came so far, or was answered to the end. */
const surelyOver: readonly string[] = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'NOT_JSON'];

/** An error key comes from outside: only what has the form of one is repeated. */
export function printableKey(key: string): string {
  return /^[A-Za-z][\w.-]{0,79}$/.test(key) ? key : 'unreadable error key';
}
