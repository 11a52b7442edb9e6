/** What the sandbox was asked and what it did, so that a test can say «nothing was written». */
export class Counters {
  readonly calls: Record<string, number> = {};
  /** Rows that exports have given out. */
  exported = 0;
  /** Elements that flagItems was given. */
  flagged = 0;
  unflagged = 0;
  /** Tickets that became PRINTED by mark-printed. */
  printed = 0;
  /** Tickets that were PRINTED by the same point of sales before. */
  alreadyPrinted = 0;
  /** Tickets that mark-printed refused. */
  printRefused = 0;
  /** Calls with no token, or with one that does not hold. */
  unauthenticated = 0;

  called(name: string): void {
    this.calls[name] = (this.calls[name] ?? 0) + 1;
  }

  reset(): void {
    for (const name of Object.keys(this.calls)) Reflect.deleteProperty(this.calls, name);
    this.exported = 0;
    this.flagged = 0;
    this.unflagged = 0;
    this.printed = 0;
    this.alreadyPrinted = 0;
    this.printRefused = 0;
    this.unauthenticated = 0;
  }
}
