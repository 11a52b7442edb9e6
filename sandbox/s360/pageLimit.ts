import type { Context } from 'hono';

/** No hook answers more at once. */
const MAXIMUM = 5000;

/** The query parameter `limit` of a hook that answers by pages, or what is wrong with it. */
export function pageLimit(c: Context): number | string {
  const limit = wholeNumber(c.req.query('limit') ?? '1000');
  return limit === null || limit < 1 || limit > MAXIMUM
    ? `limit: expected a whole number from 1 to ${String(MAXIMUM)}`
    : limit;
}

/** The number that a query parameter is, or null. */
export function wholeNumber(text: string): number | null {
  return /^\d{1,16}$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : null;
}
