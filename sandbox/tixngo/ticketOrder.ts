const DIGITS = /^\d+$/;

/**
 * The order of ticket ids: numeric ids by their number, whatever their length, then all others by character.
 * Numbers that differ only in leading zeros are still two ids.
 */
export function compareTicketIds(a: string, b: string): number {
  const aIsNumber = DIGITS.test(a);
  const bIsNumber = DIGITS.test(b);
  if (aIsNumber !== bIsNumber) return aIsNumber ? -1 : 1;
  if (aIsNumber) {
    const aDigits = a.replace(/^0+/, '');
    const bDigits = b.replace(/^0+/, '');
    if (aDigits.length !== bDigits.length) return aDigits.length - bDigits.length;
    if (aDigits !== bDigits) return aDigits < bDigits ? -1 : 1;
  }
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Index of the first id of a sorted list that comes after the given one. */
export function indexAfter(sortedIds: readonly string[], id: string): number {
  let low = 0;
  let high = sortedIds.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareTicketIds(sortedIds[middle] as string, id) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
