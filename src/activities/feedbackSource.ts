import { createHash } from 'node:crypto';

import { z } from 'zod';

import { messageOf } from '../domain/messages.js';
import type { DiffPage, TixngoClient } from '../tixngo/client.js';
import { readEntries } from '../tixngo/diffEntry.js';
import { stop } from './failures.js';
import { readUpload, utf8Text } from './uploadedFile.js';

/** Where entries come from: TIXNGO's diff, or a file as if TIXNGO had returned it. */
export interface FeedbackSource {
  /** @param key null is the beginning */
  page(key: string | null, limit: number): Promise<DiffPage>;
}

export function diffSource(tixngo: TixngoClient): FeedbackSource {
  return { page: (key, limit) => tixngo.ticketDiff(key, limit) };
}

/** More than a file of TIXNGO's own import may have is a matter for the diff. */
const mostEntriesOfAFile = 20_000;

/** Such a file is read at once: far more than that many entries need. */
const mostBytesOfAFile = 100_000_000;

const fileSchema = z.union([z.array(z.unknown()), z.object({ result: z.array(z.unknown()) })]);

/**
 * A file in the form of an answer of the diff: `{ "result": [ … ] }`, or the list alone. It is checked as a whole before anything of it is
 * stored. Its keys are positions in it.
 *
 * @param before the fingerprint that an earlier stretch of the run has seen; null for the first
 * @throws a failure that stops the run: FILE_NOT_FOUND, FILE_INVALID with the place
 */
export async function fileSource(
  directory: string | undefined,
  name: string,
  before: string | null,
): Promise<FeedbackSource & { readonly fingerprint: string }> {
  const bytes = await readUpload(directory, name, mostBytesOfAFile);
  if (bytes.length > mostBytesOfAFile)
    throw invalid(`${name}: expected at most ${String(mostBytesOfAFile)} bytes, got more`);
  const text = utf8Text(bytes);
  if (text === null) throw invalid(`${name} is no UTF-8`);
  const fingerprint = createHash('sha256').update(text).digest('hex').slice(0, 16);
  if (before !== null && before !== fingerprint) throw invalid(`${name} has changed since the run began`);
  const entries = checkedEntries(name, text);
  return {
    fingerprint,
    page: (key, limit) => {
      const from = Number(key ?? 0);
      const to = Math.min(from + limit, entries.length);
      const page = { entries: entries.slice(from, to), unreadable: [] };
      return Promise.resolve({ ...page, nextKey: String(to), hasMore: to < entries.length });
    },
  };
}

function checkedEntries(name: string, text: string) {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    throw invalid(`${name} is no JSON`);
  }
  const parsed = fileSchema.safeParse(given);
  if (!parsed.success) throw invalid(`${name}: expected a list of entries, or an object with the list "result"`);
  const list = Array.isArray(parsed.data) ? parsed.data : parsed.data.result;
  if (list.length > mostEntriesOfAFile) {
    throw invalid(`${name}: expected at most ${String(mostEntriesOfAFile)} entries, got ${String(list.length)}`);
  }
  return list.flatMap((one, index) => {
    const { entries, unreadable } = readEntries([one]);
    for (const { field } of unreadable) throw invalid(`${name}: result[${String(index)}].${field}`);
    return entries;
  });
}

function invalid(place: string): Error {
  const { sentence, action } = messageOf('FILE_INVALID');
  return stop('FILE_INVALID', `${sentence} ${place}. ${action}`);
}
