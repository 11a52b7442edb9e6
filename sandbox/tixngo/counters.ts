/** What the sandbox was asked and what it did since the start or the last reset. */
export interface TixngoCounts {
  /** Calls by operation, refused ones included: `tickets.inject`, `tickets.lookup`, `report.eventTickets`, … */
  calls: Record<string, number>;
  /** Calls refused with 429. */
  rateLimited: number;
  /** Accepted writes of tickets and privileges: injected, updated, controlled and deleted ones, also when nothing changed. */
  ticketWrites: number;
  ticketsInjected: number;
  ticketsUpdated: number;
  ticketsRejected: number;
  /** Tickets that became CONTROLLED, and privileges that became USED, by a call of controls. */
  ticketsControlled: number;
  /** Accepted controls of those that were it already. */
  ticketsControlledAgain: number;
  /** Accepted deletions, repeats included. */
  ticketsDeletionRequested: number;
  /** Tickets and privileges that became DELETED. */
  deletionsConfirmed: number;
  eventsCreated: number;
  eventsUpdated: number;
  /** Accepted writes of privilege definitions, those that changed nothing included. */
  definitionWrites: number;
  definitionsCreated: number;
  definitionsUpdated: number;
  definitionsUnchanged: number;
  privilegesCreated: number;
  /** Accepted writes of known privileges, also when nothing changed. */
  privilegesUpdated: number;
  privilegesRejected: number;
  /** Privileges that became USED, in the app or by a control. */
  privilegesUsed: number;
  ticketsDownloaded: number;
  ticketsAssigned: number;
  ticketsActivated: number;
  transfersStarted: number;
  transfersAccepted: number;
  transfersRefused: number;
  transfersCancelled: number;
  /** Pending transfers that the organizer's time-out has ended. */
  transfersLapsed: number;
  /** Entries of the change stream. */
  diffEntries: number;
  /** Messages to people. */
  notifications: number;
  /** Tickets that carried a field which the contract does not know, by path with `[]` for list indexes. */
  unknownFields: Record<string, number>;
}

type Total = Exclude<keyof TixngoCounts, 'calls' | 'unknownFields'>;

/** Most different unknown paths that are kept by name; the rest is counted together. */
const MAX_UNKNOWN_PATHS = 200;

export class Counters {
  #totals = noTotals();
  readonly #calls = new Map<string, number>();
  readonly #unknownFields = new Map<string, number>();

  /** A copy, safe to keep. */
  read(): TixngoCounts {
    return {
      calls: Object.fromEntries(this.#calls),
      ...this.#totals,
      unknownFields: Object.fromEntries(this.#unknownFields),
    };
  }

  reset(): void {
    this.#totals = noTotals();
    this.#calls.clear();
    this.#unknownFields.clear();
  }

  add(total: Total, by = 1): void {
    this.#totals[total] += by;
  }

  call(operation: string): void {
    countOne(this.#calls, operation);
  }

  unknownField(path: string): void {
    const isKept = this.#unknownFields.has(path) || this.#unknownFields.size < MAX_UNKNOWN_PATHS;
    countOne(this.#unknownFields, isKept ? path : '(other)');
  }
}

function countOne(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

function noTotals(): Record<Total, number> {
  return {
    rateLimited: 0,
    ticketWrites: 0,
    ticketsInjected: 0,
    ticketsUpdated: 0,
    ticketsRejected: 0,
    ticketsControlled: 0,
    ticketsControlledAgain: 0,
    ticketsDeletionRequested: 0,
    deletionsConfirmed: 0,
    eventsCreated: 0,
    eventsUpdated: 0,
    definitionWrites: 0,
    definitionsCreated: 0,
    definitionsUpdated: 0,
    definitionsUnchanged: 0,
    privilegesCreated: 0,
    privilegesUpdated: 0,
    privilegesRejected: 0,
    privilegesUsed: 0,
    ticketsDownloaded: 0,
    ticketsAssigned: 0,
    ticketsActivated: 0,
    transfersStarted: 0,
    transfersAccepted: 0,
    transfersRefused: 0,
    transfersCancelled: 0,
    transfersLapsed: 0,
    diffEntries: 0,
    notifications: 0,
  };
}
