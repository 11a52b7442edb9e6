import { z } from 'zod';
import { ApiError } from '../apiError.js';
import { isDateTimeWithOffset } from '../dateFormats.js';
import { isRaw, type ChangeStream } from '../diff/changeStream.js';
import type { Operation } from '../operation.js';
import { inShape, wholeNumber } from '../requests.js';
import { statusLogLine, type StatusLogLine } from '../statusLog.js';

const MAX_LINES = 10_000;

const dateTime = z
  .string()
  .refine(isDateTimeWithOffset, 'must be a date-time with an offset, like 2027-06-12T18:00:00Z')
  .transform((text) => new Date(text).toISOString());

const querySchema = z.object({
  mobileAppId: z.string().min(1),
  from: dateTime,
  to: dateTime,
  limit: wholeNumber(1, MAX_LINES).default(1000),
  paginationKey: z.string().default(''),
});

/** What each filter looks at; each can be given several times, and any of its values will do. */
const FILTERS = {
  actionNames: 'action',
  fromStatuses: 'fromStatus',
  toStatuses: 'toStatus',
  fromOwnerId: 'fromOwnerId',
  toOwnerId: 'toOwnerId',
  actor: 'actor',
} as const satisfies Record<string, keyof StatusLogLine>;

/**
 * What has happened to tickets from a moment on and before another one, in the order in which it came to TIXNGO.
 * Source: «TIXNGO, Reporting endpoint - Ticket status logs» (path, parameters, `pagination` and `result[]`); the fields
 * of a line are this project's proposals after the names of the filters.
 */
export const statusLogOperation: Operation = {
  name: 'report.ticketStatusLogs',
  method: 'GET',
  path: '/report/ticket-status-logs',
  handle: (world, c) => {
    const { mobileAppId, from, to, limit, paginationKey } = inShape(querySchema, c.req.query());
    if (mobileAppId !== world.settings.mobileAppId) {
      throw new ApiError(400, 'VALIDATION_ERROR', 'mobileAppId is not one of this organizer');
    }
    const start = paginationKey === '' ? 0 : (world.pageKeys.read('log', paginationKey)?.[0] ?? -1);
    if (start < 0 || start > world.stream.length) {
      throw new ApiError(400, 'INVALID_PAGINATION_KEY', 'paginationKey is none that this log has given out');
    }
    const isWanted = filter(c.req.queries());
    const found = linesFrom(world.stream, { start, limit, from, to, isWanted });
    return c.json({
      pagination: { nextPageKey: world.pageKeys.write('log', found.next), hasMore: found.hasMore },
      result: found.lines,
    });
  },
};

function filter(queries: Readonly<Record<string, string[]>>): (line: StatusLogLine) => boolean {
  const wanted = Object.entries(FILTERS).flatMap(([name, field]) => {
    const values = queries[name];
    return values === undefined ? [] : [{ field, values: new Set<string | null>(values) }];
  });
  return (line) => wanted.every(({ field, values }) => values.has(line[field]));
}

interface Search {
  /** Position in the stream. */
  readonly start: number;
  readonly limit: number;
  readonly from: string;
  readonly to: string;
  readonly isWanted: (line: StatusLogLine) => boolean;
}

/** Up to `limit` lines, the position after the last of them, and whether there is another line behind that. */
function linesFrom(
  stream: ChangeStream,
  { start, limit, from, to, isWanted }: Search,
): { lines: StatusLogLine[]; next: number; hasMore: boolean } {
  const lines: StatusLogLine[] = [];
  let next = start;
  for (let position = start; position < stream.length; position += 1) {
    const entry = stream.at(position);
    if (isRaw(entry) || entry.statusChangedAt < from || entry.statusChangedAt >= to) continue;
    const line = statusLogLine(entry);
    if (!isWanted(line)) continue;
    if (lines.length === limit) return { lines, next, hasMore: true };
    lines.push(line);
    next = position + 1;
  }
  return { lines, next, hasMore: false };
}
