import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';

export type ApiErrorCode =
  | 'VALIDATION_ERROR'
  | 'API_KEY_MISSING'
  | 'API_KEY_WRONG'
  | 'INVALID_PAGINATION_KEY'
  | 'NOT_FOUND'
  | 'CONFLICT'
  | 'DIFF_IN_USE'
  | 'TOO_MANY_ITEMS'
  | 'RATE_LIMITED'
  | 'INTERNAL_ERROR'
  | 'CONTRACT_VIOLATION';

/** Where something is wrong and what; never with a value. */
export interface ErrorDetail {
  readonly path: string;
  readonly issue: string;
}

/** The body of every refusal. The manual publishes no error body: this is the project's proposal. */
export interface ErrorBody {
  readonly code: ApiErrorCode;
  readonly message: string;
  readonly details?: readonly ErrorDetail[];
}

/** A refusal of a whole call; thrown by operations and hooks, and answered by {@link answerError}. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: ContentfulStatusCode;
  readonly body: ErrorBody;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: ContentfulStatusCode,
    code: ApiErrorCode,
    message: string,
    more: { details?: readonly ErrorDetail[]; headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message);
    this.status = status;
    this.body = { code, message, ...(more.details ? { details: more.details } : {}) };
    this.headers = more.headers ?? {};
  }
}

const CODE_OF_STATUS: Readonly<Record<number, ApiErrorCode>> = {
  400: 'VALIDATION_ERROR',
  401: 'API_KEY_MISSING',
  403: 'API_KEY_WRONG',
  404: 'NOT_FOUND',
  409: 'CONFLICT',
  413: 'TOO_MANY_ITEMS',
  429: 'RATE_LIMITED',
};

/** The body of a refusal that the fault plan asks for. */
export function errorBodyOf(status: number): ErrorBody {
  return { code: CODE_OF_STATUS[status] ?? 'INTERNAL_ERROR', message: `The fault plan answers ${status}` };
}

/** Turns anything thrown into an answer; an unforeseen error is an INTERNAL_ERROR with its text. */
export function answerError(error: unknown, c: Context): Response {
  if (error instanceof ApiError) return c.json(error.body, error.status, error.headers);
  const message = error instanceof Error ? `${error.name}: ${error.message}` : 'Unforeseen error';
  return c.json({ code: 'INTERNAL_ERROR', message } satisfies ErrorBody, 500);
}
