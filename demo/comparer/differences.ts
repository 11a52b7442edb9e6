/** One thing about one ticket, or about one contact, that is not as it must be. Never the value of a personal field. */
export interface Difference {
  /** Null if it is about a contact. */
  readonly ticketId: string | null;
  readonly contactNumber?: string;
  /** JSON path of TIXNGO's ticket, what S-360 knows of its life there, or what is missing. */
  readonly field: string;
  readonly what: string;
}

export const shownDifferences = 20;

/** Counts all, keeps the first {@link shownDifferences}. */
export class Differences {
  readonly first: Difference[] = [];
  count = 0;

  add(difference: Difference): void {
    this.count += 1;
    if (this.first.length < shownDifferences) this.first.push(difference);
  }
}

/** How many tickets by reason. */
export class Reasons {
  private readonly counts = new Map<string, number>();

  add(reason: string): void {
    this.counts.set(reason, (this.counts.get(reason) ?? 0) + 1);
  }

  mostFirst(): Record<string, number> {
    return Object.fromEntries([...this.counts].sort(([, left], [, right]) => right - left));
  }
}
