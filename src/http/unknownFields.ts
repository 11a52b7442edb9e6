import { log } from '@temporalio/activity';

const counts = new Map<string, number>();

/** Counts fields that our schemas do not know, by operation; the first of each is logged. A contract that grows is no error. */
export function countUnknownFields(operation: string, field: string): void {
  const key = `${operation} ${field}`;
  const count = (counts.get(key) ?? 0) + 1;
  counts.set(key, count);
  if (count === 1)
    log.info('An answer has a field that this version does not know; it is ignored', { operation, field });
}
