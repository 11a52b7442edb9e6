import { createHash, timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { ApiError } from './apiError.js';
import type { TixngoWorld } from './world.js';

/**
 * Every operation of the organizer API needs the API key of the organizer's ADMIN account; the login of the interface
 * is not used. A missing key is answered 401, a wrong one 403.
 * Source: «Initial setup of the interface»; header and statuses are not published and are this project's proposals.
 */
export function apiKeyRequired(world: TixngoWorld): MiddlewareHandler {
  return async (c, next) => {
    const { apiKey, apiKeyHeader } = world.settings;
    const given = c.req.header(apiKeyHeader);
    if (!given) throw new ApiError(401, 'API_KEY_MISSING', `The header ${apiKeyHeader} with the API key is missing`);
    if (!sameText(given, apiKey)) {
      throw new ApiError(403, 'API_KEY_WRONG', `The API key in the header ${apiKeyHeader} is not this organizer's`);
    }
    await next();
  };
}

function sameText(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
