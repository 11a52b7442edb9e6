/** S-360 ticket ids are 64-bit numbers, kept as strings of digits; they are ordered as numbers, never as text. */
export function compareTicketIds(left: string, right: string): number {
  if (left.length !== right.length) return left.length - right.length;
  return left < right ? -1 : left > right ? 1 : 0;
}
