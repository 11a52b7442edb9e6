/**
 * Which status of a card in TIXNGO may follow which. Written down here once more, so that neither the product nor the sandbox judges itself:
 * what is used is never new again, and nothing revives a deleted card.
 * Source: S-360 manual, «6. Digital Privileges Injection».
 */
const next: Readonly<Record<string, readonly string[]>> = {
  'not in TIXNGO': ['ACTIVE'],
  ACTIVE: ['USED', 'DELETION_PENDING'],
  USED: ['DELETION_PENDING'],
  DELETION_PENDING: ['DELETED'],
  DELETED: [],
};

/** A card has no history in TIXNGO: between two looks it may have taken several steps. @returns null if it could come from there to here */
export function forbiddenCardStep(before: string, now: string): string | null {
  const reached = new Set([before]);
  for (const status of reached) for (const following of next[status] ?? []) reached.add(following);
  return reached.has(now) && next[now] !== undefined ? null : `it became ${now} after ${before}`;
}
