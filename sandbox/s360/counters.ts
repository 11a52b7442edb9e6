/** What the sandbox was asked and what it did, so that a test can say «nothing was written». */
export class Counters {
  calls: Record<string, number> = {};
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
  /** Entries that became the mobile status of their ticket. */
  mobileTicketsStored = 0;
  /** Entries that were new, but older than the mobile status of their ticket. */
  mobileTicketHistoryAdded = 0;
  mobileTicketsUnchanged = 0;
  mobileTicketsRefused = 0;
  /** Contacts that the interface created. */
  contactsCreated = 0;
  /** Temporary contacts that the interface filled in. */
  contactsUpdated = 0;
  distributionsRecorded = 0;
  distributionsUnchanged = 0;
  /** Tickets that the gates have let in. */
  controlled = 0;
  /** Tickets that came to the gates again. */
  controlledAgain = 0;
  /** Tickets that the gates have turned away. */
  controlRefused = 0;
  /** Tickets and cards that the box office has sold. */
  sold = 0;
  /** Calls with no token, or with one that does not hold. */
  unauthenticated = 0;

  called(name: string): void {
    this.calls[name] = (this.calls[name] ?? 0) + 1;
  }

  reset(): void {
    Object.assign(this, new Counters());
  }
}
