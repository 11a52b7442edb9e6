/** What a rate limiter says to one call. */
export type Permission =
  | { readonly allowed: true }
  | {
      readonly allowed: false;
      /** Whole seconds until a call may pass again, at least 1. */
      readonly retryAfterSeconds: number;
    };

const WINDOW_MILLISECONDS = 60_000;

/**
 * A sliding window of 60 seconds for each key (a service, an API key): a call passes if fewer than the limit have passed
 * in the last 60 seconds. A refused call is counted in `refused` but takes no place in the window.
 */
export class RateLimiter {
  readonly #millis: () => number;
  readonly #callsPerMinute: () => number | null;
  readonly #windows = new Map<string, number[]>();
  #refused = 0;

  /**
   * @param millis the clock, in milliseconds
   * @param callsPerMinute the limit as it is now, asked at every call; null switches the limiter off
   */
  constructor(millis: () => number, callsPerMinute: () => number | null) {
    this.#millis = millis;
    this.#callsPerMinute = callsPerMinute;
  }

  /** How many calls were refused, of all keys. */
  get refused(): number {
    return this.#refused;
  }

  /** Sets the count of refused calls back to 0; the windows stay. */
  resetCount(): void {
    this.#refused = 0;
  }

  /** Asks for one call of this key. */
  take(key: string): Permission {
    const limit = this.#callsPerMinute();
    if (limit === null) return { allowed: true };
    const now = this.#millis();
    // A clock that was set back leaves calls of the future behind: they are dropped too.
    const window = (this.#windows.get(key) ?? []).filter((at) => at > now - WINDOW_MILLISECONDS && at <= now);
    this.#windows.set(key, window);
    if (window.length < limit) {
      window.push(now);
      return { allowed: true };
    }
    this.#refused += 1;
    const opensAt = (window[window.length - limit] ?? now) + WINDOW_MILLISECONDS;
    return { allowed: false, retryAfterSeconds: Math.max(1, Math.ceil((opensAt - now) / 1000)) };
  }
}
