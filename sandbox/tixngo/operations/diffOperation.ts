import type { Context } from 'hono';
import { z } from 'zod';
import { ApiError } from '../apiError.js';
import { isRaw } from '../diff/changeStream.js';
import { diffEntry } from '../diff/diffEntry.js';
import { keepRawEntries } from '../diff/rawEntries.js';
import type { Operation } from '../operation.js';
import { inShape, wholeNumber } from '../requests.js';
import type { TixngoWorld } from '../world.js';

const MAX_ENTRIES = 1000;

const querySchema = z.object({
  limit: wholeNumber(1, MAX_ENTRIES).default(MAX_ENTRIES),
  paginationKey: z.string().default(''),
});

/**
 * Everything that has happened to the tickets of the organizer since a page that was read before, or since the beginning
 * of time: one entry for each change, whoever has made it. The same key gives the same page again, or a later state of
 * it; an empty page gives the key back. There is one reader at a time.
 *
 * That the operation exists, has an opaque key and one active reader for each organizer is the manual's (S-360 manual,
 * 4. Retrieve ticket status); path, query and body are not published and are this project's proposals.
 */
export const diffOperation: Operation = {
  name: 'tickets.diff',
  method: 'GET',
  path: '/tickets/diff',
  handle: async (world, c) => {
    const query = inShape(querySchema, c.req.query());
    const giveBack = world.readerSeat.take(Date.parse(world.now()));
    if (giveBack === null) throw new ApiError(409, 'DIFF_IN_USE', 'Another call of this organizer reads the diff');
    try {
      await world.readerSeat.linger(world.settings.diff.busyMs);
      return page(world, c, query);
    } finally {
      giveBack();
    }
  },
};

function page(world: TixngoWorld, c: Context, { limit, paginationKey }: z.infer<typeof querySchema>): Response {
  const read = world.diff.page(paginationKey, limit, world.settings.diff);
  if (read === null) {
    throw new ApiError(400, 'INVALID_PAGINATION_KEY', 'paginationKey is none that the diff has given out');
  }
  const { entries, nextPageKey, hasMore } = read;
  keepRawEntries(c, new Map(entries.flatMap((entry, place) => (isRaw(entry) ? [[place, entry.raw] as const] : []))));
  return c.json({
    pagination: { nextPageKey, hasMore },
    result: entries.flatMap((entry) => (isRaw(entry) ? [] : diffEntry(entry))),
  });
}
