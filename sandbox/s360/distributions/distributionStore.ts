export type DistributionStatus = 'PENDING' | 'CANCELLED' | 'CONFIRMED';

/** One line of a ticket's distribution history (S-360 manual, 4.2 Cultural Contact Creation & Distribution). */
export interface DistributionLine {
  readonly status: DistributionStatus;
  readonly action: 'Distribute';
  /** ISO 8601 with offset. */
  readonly changedAt: string;
  readonly oldContactNumber: string | null;
  readonly newContactNumber: string | null;
}

/** Who had a ticket when: the distribution history of tickets, by index of ticket. */
export class DistributionStore {
  readonly #lines = new Map<number, DistributionLine[]>();

  /** In order of time. */
  linesAt(index: number): readonly DistributionLine[] {
    return this.#lines.get(index) ?? [];
  }

  /** How many tickets have a history. */
  get tickets(): number {
    return this.#lines.size;
  }

  /** A line is known by its status and time. */
  has(index: number, status: DistributionStatus, changedAt: string): boolean {
    const at = Date.parse(changedAt);
    return this.linesAt(index).some((line) => line.status === status && Date.parse(line.changedAt) === at);
  }

  /** @returns whether the line is the latest of its status */
  add(index: number, line: DistributionLine): boolean {
    const at = Date.parse(line.changedAt);
    const lines = this.#lines.get(index) ?? [];
    this.#lines.set(index, lines);
    const later = lines.findIndex((one) => Date.parse(one.changedAt) > at);
    lines.splice(later < 0 ? lines.length : later, 0, line);
    return lines.findLast((one) => one.status === line.status) === line;
  }
}
