import { describe, expect, it } from 'vitest';
import { RateLimiter } from '../../../sandbox/shared/rateLimiter.js';

describe('a rate limiter', () => {
  it('never lets more calls through than the limit in any 60 seconds', () => {
    let now = 0;
    const limiter = new RateLimiter(
      () => now,
      () => 5,
    );
    const passed: number[] = [];
    for (now = 0; now < 300_000; now += 1700) if (limiter.take('a').allowed) passed.push(now);
    for (const at of passed) {
      expect(passed.filter((other) => other > at - 60_000 && other <= at).length).toBeLessThanOrEqual(5);
    }
    expect(passed.length).toBeGreaterThanOrEqual(25);
    expect(passed.length + limiter.refused).toBe(177);
  });

  it('says in how many seconds the next call may pass', () => {
    let now = 10_000;
    const limiter = new RateLimiter(
      () => now,
      () => 2,
    );
    limiter.take('a');
    now = 15_000;
    limiter.take('a');
    now = 20_500;
    expect(limiter.take('a')).toEqual({ allowed: false, retryAfterSeconds: 50 });
    expect(limiter.take('b')).toEqual({ allowed: true });
    now = 70_000;
    expect(limiter.take('a')).toEqual({ allowed: true });
    expect(limiter.take('a')).toEqual({ allowed: false, retryAfterSeconds: 5 });
  });

  it('follows a limit that changes, and is open without one', () => {
    let limit: number | null = 3;
    const limiter = new RateLimiter(
      () => 0,
      () => limit,
    );
    for (let call = 0; call < 3; call += 1) expect(limiter.take('a').allowed).toBe(true);
    limit = 2;
    expect(limiter.take('a').allowed).toBe(false);
    limit = null;
    expect(limiter.take('a').allowed).toBe(true);
    expect(limiter.refused).toBe(1);
    limiter.resetCount();
    expect(limiter.refused).toBe(0);
  });

  it('does not count calls of a future that a clock has left', () => {
    let now = 1_000_000;
    const limiter = new RateLimiter(
      () => now,
      () => 1,
    );
    limiter.take('a');
    now = 0;
    expect(limiter.take('a').allowed).toBe(true);
  });
});
