import type { Context } from 'hono';
import { errorEnvelope } from './envelope.js';

/** The answer of a hook to a request that is wrong: nothing was done. */
export function refused(c: Context, problem: string): Response {
  return c.json(errorEnvelope('error.invalidRequest', problem), 400);
}
