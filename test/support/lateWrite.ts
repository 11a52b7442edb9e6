import type { Around } from '../../sandbox/shared/operationSeam.js';

/**
 * One write that TIXNGO applies late: when somebody has looked its ticket up and not found it, at the latest after a given time. Whoever
 * looks too early sends the ticket again.
 */
export class LateWrite {
  private countdown = 0;
  private ticketId: string | null = null;
  private sayReached: () => void = () => undefined;
  private sayLookedUp: () => void = () => undefined;
  private readonly lookedUp = new Promise<void>((resolve) => (this.sayLookedUp = resolve));
  /** The write has come to TIXNGO. */
  readonly reached = new Promise<void>((resolve) => (this.sayReached = resolve));

  constructor(
    private readonly operation: string,
    private readonly atLatestMs: number,
  ) {}

  /** The nth write from now on is late. */
  arm(nth: number): void {
    this.countdown = nth;
  }

  readonly around: Around = async ({ name, context }, apply) => {
    if (name === 'tickets.lookup' && this.ticketId !== null) {
      const { ticketIds } = await context.req.json<{ ticketIds: string[] }>();
      const answer = await apply();
      if (ticketIds.includes(this.ticketId)) this.sayLookedUp();
      return answer;
    }
    if (name !== this.operation || this.countdown === 0) return apply();
    this.countdown -= 1;
    if (this.countdown > 0) return apply();
    const { tickets } = await context.req.json<{ tickets: { ticketId: string }[] }>();
    this.ticketId = tickets[0]?.ticketId ?? null;
    this.sayReached();
    await Promise.race([this.lookedUp, new Promise((resolve) => setTimeout(resolve, this.atLatestMs))]);
    return apply();
  };
}
