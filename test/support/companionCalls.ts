/**
 * Calls that are under way beside the struck one, and stand still as long as it does. Every other one has taken its effect before, the rest takes
 * it when the strike is over: for a worker that was killed meanwhile, after its death.
 */
export class CompanionCalls {
  private come = 0;
  private letGoNow: () => void = () => undefined;
  private readonly over = new Promise<void>((resolve) => (this.letGoNow = resolve));

  constructor(private readonly count: number) {}

  /** Not all of them have come. */
  get areAwaited(): boolean {
    return this.come < this.count;
  }

  async wait(apply: () => Promise<Response>): Promise<Response> {
    this.come += 1;
    if (this.come % 2 === 0) {
      await this.over;
      return apply();
    }
    const answer = await apply();
    await this.over;
    return answer;
  }

  /** The strike is over. */
  letGo(): void {
    this.letGoNow();
  }
}
