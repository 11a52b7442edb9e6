import type { MessageCode } from './messages.js';

/**
 * The one place where an HTTP answer (or none) becomes an outcome, for both systems. `got` never retries; Temporal does, and this
 * table decides whether, when, or never. First matching row wins.
 */
export const outcomes = ['retry', 'retryLater', 'splitPage', 'stopConfiguration', 'stopContract'] as const;
export type Outcome = (typeof outcomes)[number];

export type SystemName = 'S-360' | 'TIXNGO';

/** What came back: an HTTP status, an `error.…` key in a 200 envelope of S-360, or no answer at all. */
export interface CallResult {
  readonly system: SystemName;
  /** Name of the operation, as in the operation map of the configuration. */
  readonly operation: string;
  readonly status?: number | undefined;
  /** S-360's statusCode or TIXNGO's error code. */
  readonly errorKey?: string | undefined;
  readonly transport?: 'timeout' | 'connection' | undefined;
}

interface Rule {
  readonly system?: SystemName;
  readonly operation?: string;
  readonly matches: (result: CallResult) => boolean;
  readonly outcome: Outcome;
  readonly code: MessageCode;
}

const status =
  (...statuses: number[]) =>
  (result: CallResult): boolean =>
    result.status !== undefined && statuses.includes(result.status);
const errorKey =
  (pattern: RegExp) =>
  (result: CallResult): boolean =>
    result.errorKey !== undefined && pattern.test(result.errorKey);

const rules: readonly Rule[] = [
  { matches: (r) => r.transport === 'timeout', outcome: 'retry', code: 'TIMED_OUT' },
  { matches: (r) => r.transport === 'connection', outcome: 'retry', code: 'CONNECTION_FAILED' },
  // 509 is what S-360 answers over 60 calls a minute; 429 is announced.
  { matches: status(429, 509), outcome: 'retryLater', code: 'RATE_LIMITED' },
  { matches: status(503), outcome: 'retryLater', code: 'SYSTEM_FAILED' },
  { matches: status(408), outcome: 'retry', code: 'TIMED_OUT' },
  { matches: (r) => (r.status ?? 0) >= 500, outcome: 'retry', code: 'SYSTEM_FAILED' },
  // The S-360 client has already tried once with a fresh token.
  { matches: status(401, 403), outcome: 'stopConfiguration', code: 'ACCESS_REFUSED' },
  { matches: status(404, 405), outcome: 'stopConfiguration', code: 'NOT_FOUND' },
  // 409: somebody else reads the diff stream right now.
  { system: 'TIXNGO', operation: 'ticketDiff', matches: status(409), outcome: 'retryLater', code: 'DIFF_IN_USE' },
  { system: 'TIXNGO', matches: status(409), outcome: 'retryLater', code: 'SYSTEM_FAILED' },
  {
    system: 'TIXNGO',
    operation: 'ticketDiff',
    matches: status(400, 410, 422),
    outcome: 'stopConfiguration',
    code: 'PAGINATION_KEY_REFUSED',
  },
  ...['injectTickets', 'deleteTickets', 'controlTickets', 'writePrivilegeDefinition', 'injectPrivileges'].map(
    (operation): Rule => ({
      system: 'TIXNGO',
      operation,
      matches: status(400, 413, 422),
      outcome: 'splitPage',
      code: 'BATCH_REFUSED',
    }),
  ),
  ...[
    'readMobileTickets',
    'storeMobileTickets',
    'recordDistributions',
    'searchContactsByEmail',
    'createCulturalContact',
    'updateTemporaryContacts',
  ].flatMap((operation): Rule[] => [
    { system: 'S-360', operation, matches: status(400, 413, 422), outcome: 'splitPage', code: 'BATCH_REFUSED' },
    {
      system: 'S-360',
      operation,
      matches: errorKey(/^error\.invalidRequest$/),
      outcome: 'splitPage',
      code: 'BATCH_REFUSED',
    },
  ]),
  { system: 'S-360', matches: errorKey(/^error\.rateLimit/), outcome: 'retryLater', code: 'RATE_LIMITED' },
  {
    system: 'S-360',
    matches: errorKey(/^error\.unknownPointOfSales$/),
    outcome: 'stopConfiguration',
    code: 'POINT_OF_SALES_UNKNOWN',
  },
  {
    system: 'S-360',
    matches: errorKey(/^error\.unknownParameter(Value)?$/),
    outcome: 'stopConfiguration',
    code: 'FILTER_UNKNOWN',
  },
  {
    system: 'S-360',
    matches: errorKey(/^error\.unknownExport$/),
    outcome: 'stopConfiguration',
    code: 'EXPORT_UNKNOWN',
  },
  {
    system: 'S-360',
    matches: errorKey(/^error\.authentication/),
    outcome: 'stopConfiguration',
    code: 'ACCESS_REFUSED',
  },
  {
    matches: (r) => (r.status === undefined || r.status < 400) && r.errorKey === undefined,
    outcome: 'stopContract',
    code: 'CONTRACT_BROKEN',
  },
  { matches: () => true, outcome: 'stopContract', code: 'REQUEST_REFUSED' },
];

/** Exactly one outcome for every result that is not a success; the last row takes whatever no other row knows. */
export function outcomeOf(result: CallResult): { readonly outcome: Outcome; readonly code: MessageCode } {
  for (const rule of rules) {
    if (rule.system !== undefined && rule.system !== result.system) continue;
    if (rule.operation !== undefined && rule.operation !== result.operation) continue;
    if (rule.matches(result)) return { outcome: rule.outcome, code: rule.code };
  }
  return { outcome: 'stopContract', code: 'REQUEST_REFUSED' };
}

const shortestDelayMs = 1_000;
const longestDelayMs = 15 * 60_000;
const defaultDelayMs = 30_000;

/**
 * `Retry-After` in seconds or as an HTTP date, kept between a second and 15 minutes; half a minute if there is none.
 *
 * @param nowMs the clock that an HTTP date is compared with
 */
export function retryAfterMs(header: string | undefined, nowMs: number): number {
  if (header === undefined) return defaultDelayMs;
  const text = header.trim();
  const delayMs = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - nowMs;
  if (Number.isNaN(delayMs)) return defaultDelayMs;
  return Math.min(Math.max(delayMs, shortestDelayMs), longestDelayMs);
}
