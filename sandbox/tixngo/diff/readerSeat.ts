/**
 * The diff of an organizer has one reader at a time: who calls while another call is under way is refused. A test can
 * take the seat itself, for a time of the sandbox's clock or until it gives it back.
 */
export class ReaderSeat {
  #isReading = false;
  /** Milliseconds since 1970; Infinity: until it is given back. */
  #occupiedUntil = -Infinity;
  #hurry: () => void = () => undefined;

  /** @returns how to give the seat back, or null when it is taken */
  take(now: number): (() => void) | null {
    if (this.isTaken(now)) return null;
    this.#isReading = true;
    return () => {
      this.#isReading = false;
    };
  }

  isTaken(now: number): boolean {
    return this.#isReading || now < this.#occupiedUntil;
  }

  /** The call that has the seat lasts so many milliseconds of the machine, or until {@link ReaderSeat.release}. */
  async linger(milliseconds: number): Promise<void> {
    if (milliseconds === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds).unref();
      this.#hurry = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** @param until milliseconds since 1970, or Infinity */
  occupy(until: number): void {
    this.#occupiedUntil = until;
  }

  /** Ends what {@link ReaderSeat.occupy} began; a call that lingers goes on at once. */
  release(): void {
    this.#occupiedUntil = -Infinity;
    this.#hurry();
  }
}
