/** How long an array becomes that must hold so many places: an eighth more than needed, so that it seldom grows. */
export function grownLength(now: number, needed: number): number {
  return Math.max(now, needed + Math.ceil(needed / 8));
}
