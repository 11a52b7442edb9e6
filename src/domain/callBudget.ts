/**
 * The call budget of one service of one system: every stretch reserves its calls before it makes them, so that all workers together
 * stay under the limit. Source: S-360 platform pages, «API rate limits» (60 calls a minute per service, all callers counted together).
 *
 * How the vendor counts its minute is not documented, so the rule holds for every window: a reservation's calls may fall anywhere
 * between its `fromMs` and `untilMs`, and the reservations that one window of 60 seconds can touch never add up to more than the
 * limit. A finished stretch reports what it used and when its last call ended, which gives the rest back.
 */
export interface Reservation {
  readonly key: string;
  readonly calls: number;
  readonly fromMs: number;
  readonly untilMs: number;
}

const windowMs = 60_000;

export interface ReservationRequest {
  /** The most that the stretch can use. */
  readonly wanted: number;
  /** Fewer are of no use. */
  readonly minimum: number;
  readonly limitPerMinute: number;
  readonly durationMs: number;
}

/** The earliest moment at which at least the minimum is free, and how many calls are free then (at most those wanted). */
export function earliestReservation(
  reservations: readonly Reservation[],
  request: ReservationRequest,
  nowMs: number,
): { readonly fromMs: number; readonly calls: number } {
  const minimum = Math.min(request.minimum, request.limitPerMinute);
  const candidates = [nowMs, ...reservations.map((r) => r.untilMs + windowMs).filter((t) => t > nowMs)].sort(
    (a, b) => a - b,
  );
  for (const fromMs of candidates) {
    const free = request.limitPerMinute - callsAround(reservations, fromMs, fromMs + request.durationMs);
    if (free >= minimum) return { fromMs, calls: Math.min(free, request.wanted) };
  }
  // After the last of all reservations everything is free; the loop has met that moment.
  return { fromMs: candidates.at(-1) ?? nowMs, calls: Math.min(request.limitPerMinute, request.wanted) };
}

/** Calls of all reservations that can share a window of a minute with the given time. */
function callsAround(reservations: readonly Reservation[], fromMs: number, untilMs: number): number {
  return reservations
    .filter((r) => r.untilMs + windowMs > fromMs && r.fromMs < untilMs + windowMs)
    .reduce((sum, r) => sum + r.calls, 0);
}

/** What a stretch really used: its calls, the last of which ended at `endedMs`. A stretch without calls leaves no trace. */
export function settleReservation(
  reservations: readonly Reservation[],
  key: string,
  used: number,
  endedMs: number,
): Reservation[] {
  return reservations.flatMap((r) => {
    if (r.key !== key) return [r];
    if (used === 0) return [];
    return [{ ...r, calls: used, untilMs: Math.max(r.fromMs, Math.min(r.untilMs, endedMs)) }];
  });
}

/** Without those that no window can touch any more. */
export function liveReservations(reservations: readonly Reservation[], nowMs: number): Reservation[] {
  return reservations.filter((r) => r.untilMs + windowMs > nowMs);
}
