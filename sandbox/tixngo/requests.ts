import type { Context } from 'hono';
import { z } from 'zod';
import { readJson } from '../shared/body.js';
import { ApiError } from './apiError.js';

/**
 * The JSON body of a call.
 * @throws ApiError 400 when it is not JSON
 */
export async function jsonBody(c: Context): Promise<unknown> {
  const body = await readJson(c);
  if (!body.ok) throw new ApiError(400, 'VALIDATION_ERROR', `Cannot read the request: ${body.problem}`);
  return body.value;
}

/**
 * A value in the shape of a schema.
 * @throws ApiError 400 that names every wrong path, with what was expected and without the value
 */
export function inShape<Schema extends z.ZodType>(schema: Schema, value: unknown): z.infer<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const details = result.error.issues.map((issue) => ({
    path: issue.path
      .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
      .join('')
      .replace(/^\./, ''),
    issue: issue.message,
  }));
  const told = details.map(({ path, issue }) => (path === '' ? issue : `${path}: ${issue}`));
  throw new ApiError(400, 'VALIDATION_ERROR', `The request is not as expected: ${told.join('; ')}`, { details });
}

/** A whole number of a query, from the least to the greatest that is allowed. */
export const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, 'must be a whole number')
    .transform(Number)
    .refine((n) => n >= min && n <= max, `must be from ${min} to ${max}`);
