import type { Around } from '../../sandbox/shared/operationSeam.js';

/** So many writes after the held one are slow: longer than a worker takes to notice that its execution is over. */
const slowWrites = 24;
const slowWriteMs = 250;

/**
 * One write of a sandbox that is held back: it has been applied, and its answer waits until the test lets it go. The writes after it take
 * their time, so that a worker that outlives its execution is still at work when it notices.
 */
export class HeldWrite {
  private countdown = 0;
  private slowLeft = 0;
  private letGoNow: () => void = () => undefined;
  private sayReached: () => void = () => undefined;
  private readonly passage = new Promise<void>((resolve) => (this.letGoNow = resolve));
  /** The write has been applied, and its answer waits. */
  readonly reached = new Promise<void>((resolve) => (this.sayReached = resolve));

  isLetGo = false;

  constructor(private readonly operation: string) {}

  /** Holds the nth write from now on. */
  arm(nth: number): void {
    this.countdown = nth;
  }

  letGo(): void {
    this.isLetGo = true;
    this.slowLeft = slowWrites;
    this.letGoNow();
  }

  readonly around: Around = async ({ name }, apply) => {
    const answer = await apply();
    if (name !== this.operation) return answer;
    if (this.countdown > 0) {
      this.countdown -= 1;
      if (this.countdown > 0) return answer;
      this.sayReached();
      await this.passage;
    } else if (this.slowLeft > 0) {
      this.slowLeft -= 1;
      await new Promise((resolve) => setTimeout(resolve, slowWriteMs));
    }
    return answer;
  };
}
