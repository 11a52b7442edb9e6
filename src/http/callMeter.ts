import { ApplicationFailure } from '@temporalio/common';

import type { UsedCalls } from '../domain/callReservations.js';
import { messageOf } from '../domain/messages.js';

/**
 * The calls that a stretch has reserved, and those that it has made. A call that was not reserved is never made: it would break the limit
 * that all workers share.
 */
export class CallMeter {
  private readonly made = new Map<string, number>();
  private lastEndedMs = Date.now();

  /**
   * @param granted calls by service; a service that is not in it has no limit
   * @param untilMs the reservation ends then, by this machine's clock
   */
  constructor(
    readonly reservation: string,
    private readonly granted: Readonly<Record<string, number>>,
    private readonly untilMs: number,
  ) {}

  left(service: string): number {
    const granted = this.granted[service];
    return granted === undefined ? Number.POSITIVE_INFINITY : granted - (this.made.get(service) ?? 0);
  }

  /** Counts one call and runs it. */
  async count<T>(service: string, call: () => Promise<T>): Promise<T> {
    if (this.left(service) < 1 || (service in this.granted && Date.now() > this.untilMs)) {
      const { sentence } = messageOf('WAITING_FOR_CALLS');
      throw ApplicationFailure.create({ type: 'WAITING_FOR_CALLS', message: `${service}: ${sentence}` });
    }
    this.made.set(service, (this.made.get(service) ?? 0) + 1);
    try {
      return await call();
    } finally {
      this.lastEndedMs = Date.now();
    }
  }

  total(system: string): number {
    let sum = 0;
    for (const [service, calls] of this.made) if (service.startsWith(system)) sum += calls;
    return sum;
  }

  used(): UsedCalls {
    return {
      reservation: this.reservation,
      calls: Object.fromEntries(this.made),
      endedAgoMs: Math.max(0, Date.now() - this.lastEndedMs),
    };
  }
}
