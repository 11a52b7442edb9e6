import { Hono } from 'hono';
import { readJson } from './body.js';

/** What a sandbox reads the time from. */
export interface Clock {
  now(): Date;
  /** The same as milliseconds since 1970-01-01T00:00:00Z. */
  millis(): number;
}

/** A clock that a test can stop, set and move. */
export interface SandboxClock extends Clock {
  readonly held: boolean;
  /** Stops the clock, at `at` or where it stands. */
  hold(at?: Date): void;
  /** Sets the clock; a running clock runs on from there, a held one stays there. */
  set(at: Date): void;
  /** Moves the clock by so many milliseconds (negative: back). */
  advance(milliseconds: number): void;
  /** Lets a held clock run on from where it stands. */
  run(): void;
  /** Back to the machine's own time, running. */
  reset(): void;
}

/**
 * A clock that shows the machine's time until somebody moves it. Everything in a sandbox that looks at the time looks at
 * its one clock, also expiry of tokens and rate limits: on a held clock neither moves until the clock is moved.
 *
 * @param machine milliseconds since 1970; replaced in tests only.
 */
export function createClock(machine: () => number = Date.now): SandboxClock {
  let offset = 0;
  let heldAt: number | undefined;
  const millis = (): number => heldAt ?? machine() + offset;
  const moveTo = (at: number): void => {
    if (heldAt === undefined) offset = at - machine();
    else heldAt = at;
  };
  return {
    millis,
    now: () => new Date(millis()),
    get held() {
      return heldAt !== undefined;
    },
    hold(at) {
      heldAt = at?.getTime() ?? millis();
    },
    set(at) {
      moveTo(at.getTime());
    },
    advance(milliseconds) {
      moveTo(millis() + milliseconds);
    },
    run() {
      if (heldAt === undefined) return;
      offset = heldAt - machine();
      heldAt = undefined;
    },
    reset() {
      offset = 0;
      heldAt = undefined;
    },
  };
}

const ISO_WITH_ZONE = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/;

/**
 * The two routes of a sandbox's clock, to be mounted under its hooks: `GET /clock` and
 * `POST /clock {"now"?: "2027-03-28T01:00:00Z" | null, "hold"?: boolean, "advanceSeconds"?: number}`, both answered with
 * `{"now": "…Z", "held": boolean}`. `now: null` goes back to the machine's time. The order is: now, hold, advance.
 * Anything else is answered 400 with `{"message"}`.
 */
export function clockRoutes(clock: SandboxClock): Hono {
  const shown = (): { now: string; held: boolean } => ({ now: clock.now().toISOString(), held: clock.held });
  return new Hono()
    .get('/clock', (c) => c.json(shown()))
    .post('/clock', async (c) => {
      const body = await readJson(c);
      if (!body.ok) return c.json({ message: body.problem }, 400);
      const wish = asWish(body.value);
      if (typeof wish === 'string') return c.json({ message: wish }, 400);
      if (wish.now === null) clock.reset();
      else if (wish.now !== undefined) clock.set(wish.now);
      if (wish.hold === true) clock.hold(wish.now ?? undefined);
      if (wish.hold === false) clock.run();
      if (wish.advanceSeconds !== undefined) clock.advance(wish.advanceSeconds * 1000);
      return c.json(shown());
    });
}

interface ClockWish {
  readonly now: Date | null | undefined;
  readonly hold: boolean | undefined;
  readonly advanceSeconds: number | undefined;
}

function asWish(body: unknown): ClockWish | string {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return 'expected an object';
  const known = ['now', 'hold', 'advanceSeconds'];
  const unknown = Object.keys(body).find((name) => !known.includes(name));
  if (unknown !== undefined) return `unknown field ${unknown}; known: ${known.join(', ')}`;
  const { now, hold, advanceSeconds } = body as Record<'now' | 'hold' | 'advanceSeconds', unknown>;
  if (hold !== undefined && typeof hold !== 'boolean') return 'hold: expected true or false';
  if (advanceSeconds !== undefined && !(typeof advanceSeconds === 'number' && Number.isFinite(advanceSeconds))) {
    return 'advanceSeconds: expected a number';
  }
  if (now === undefined || now === null) return { now, hold, advanceSeconds };
  const at = typeof now === 'string' && ISO_WITH_ZONE.test(now) ? new Date(now) : undefined;
  if (at === undefined || Number.isNaN(at.getTime())) {
    return 'now: expected an ISO 8601 date-time with offset, such as 2027-03-28T01:00:00Z, or null';
  }
  return { now: at, hold, advanceSeconds };
}
