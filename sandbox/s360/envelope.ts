import { randomUUID } from 'node:crypto';

/**
 * The envelope of every answer (S-360 manual, Web services: conventions). `statusCode` is `success`, `in_progress` or an
 * error key that begins with `error.`; an error of the business comes with HTTP 200.
 */
export interface Envelope {
  readonly requestId: string | null;
  readonly statusCode: string;
  readonly statusDetail: string | null;
}

/** What an operation found: an envelope with its data, still without the request's id. */
export type Outcome = Omit<Envelope, 'requestId'> & { readonly requestId?: string } & Readonly<Record<string, unknown>>;

export function success(data: Readonly<Record<string, unknown>>): Outcome {
  return { statusCode: 'success', statusDetail: null, ...data };
}

/** An error of the business, such as `error.unknownParameter`; the detail says which one. */
export function failure(key: `error.${string}`, detail: string | null = null): Outcome {
  return { statusCode: key, statusDetail: detail };
}

/** An envelope without data, for answers that no operation gave (HTTP 400, 401, 404, 509). */
export function errorEnvelope(key: `error.${string}`, detail: string): Envelope {
  return { requestId: null, statusCode: key, statusDetail: detail };
}

/** The envelope of a refusal that the fault plan asks for. */
export function errorEnvelopeOf(status: number): Envelope {
  const key =
    status === 401 || status === 403
      ? 'error.authentication'
      : status === 429 || status === 509
        ? 'error.rateLimit'
        : status === 400
          ? 'error.invalidRequest'
          : 'error.internal';
  return errorEnvelope(key, `the fault plan answers ${String(status)}`);
}

/** A request id of its own for a request that came without one. */
export function newRequestId(): string {
  return randomUUID();
}

/** ISO 8601 with offset and milliseconds: `2026-11-23T15:04:05.123+00:00`. */
export function isoWithOffset(millis: number): string {
  return new Date(millis).toISOString().replace('Z', '+00:00');
}
