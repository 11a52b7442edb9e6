/**
 * S-360 gives amounts as integers in thousandths (4000 = 4 EUR), TIXNGO takes a decimal number.
 * Going through text instead of a division gives the double nearest to the exact decimal, so that 12345 is 12.345 on the wire.
 *
 * @param thousandths a safe integer
 * @throws RangeError if it is not one
 */
export function amountFromThousandths(thousandths: number): number {
  if (!Number.isSafeInteger(thousandths)) throw new RangeError('an amount in thousandths must be a safe integer');
  const digits = String(Math.abs(thousandths)).padStart(4, '0');
  const sign = thousandths < 0 ? '-' : '';
  return Number(`${sign}${digits.slice(0, -3)}.${digits.slice(-3)}`);
}
