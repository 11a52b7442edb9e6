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
  /** Whose calls they are. Reservations of an older version lack it. */
  readonly organization?: string | undefined;
}

const windowMs = 60_000;

export interface ReservationRequest {
  /** The most that the stretch can use. */
  readonly wanted: number;
  /** Fewer are of no use. */
  readonly minimum: number;
  readonly limitPerMinute: number;
  readonly durationMs: number;
  readonly organization?: string | undefined;
  /** Kept for each of the others at least, if the limit has room for that. */
  readonly kept?: number | undefined;
  /** All organizations that share the service: each of the others finds room of its own. */
  readonly tenants?: readonly string[] | undefined;
}

/** The earliest moment at which at least the minimum is free, and how many calls are free then (at most those wanted). */
export function earliestReservation(
  reservations: readonly Reservation[],
  request: ReservationRequest,
  nowMs: number,
): { readonly fromMs: number; readonly calls: number } {
  const { limitPerMinute: limit, durationMs } = request;
  const minimum = Math.min(request.minimum, limit);
  const kept = keptRoom(request);
  // One page of it needs what is kept, too: it goes with that and no more, or it would never go.
  const needsAll = minimum > limit - kept.organizations.length * kept.calls;
  const most = needsAll ? minimum : request.wanted;
  const takenAround = fullestWindow(reservations, needsAll ? nothingKept : kept);
  const candidates = [nowMs, ...reservations.map((r) => r.untilMs + windowMs).filter((t) => t > nowMs)].sort(
    (a, b) => a - b,
  );
  for (const fromMs of candidates) {
    const taken = takenAround(fromMs, fromMs + durationMs);
    if (limit - taken >= minimum) return { fromMs, calls: Math.min(limit - taken, most) };
  }
  // After the last of all reservations everything is free; the loop has met that moment.
  return { fromMs: candidates.at(-1) ?? nowMs, calls: Math.min(limit, most) };
}

/** Room that an organization finds whatever the others do: so many calls for each of them. */
interface KeptRoom {
  readonly organizations: readonly string[];
  readonly calls: number;
}

const nothingKept: KeptRoom = { organizations: [], calls: 0 };

/**
 * Half of the limit is shared out evenly; the other half is for whoever comes first. A share in which no stretch has room is of no use: then there
 * are larger ones, up to all of the limit.
 */
function keptRoom({ organization, tenants = [], limitPerMinute, kept = 0 }: ReservationRequest): KeptRoom {
  const all = new Set(tenants);
  const even = limitPerMinute / Math.max(1, all.size);
  const calls = Math.floor(Math.min(even, Math.max(even / 2, kept)));
  return { organizations: [...all].filter((code) => code !== organization), calls };
}

/**
 * The calls of the fullest window of a minute that a time can touch: what is reserved, and what is kept and not reserved yet. As every
 * reservation leaves room in each window that it can touch, a later one, whichever windows it touches, finds what is kept for it.
 */
function fullestWindow(
  reservations: readonly Reservation[],
  kept: KeptRoom,
): (fromMs: number, untilMs: number) => number {
  const known = new Map<number, number>();
  const callsFrom = (beginMs: number): number => {
    const calls = known.get(beginMs) ?? callsInWindow(reservations, beginMs, kept);
    known.set(beginMs, calls);
    return calls;
  };
  return (fromMs, untilMs) => {
    let fullest = callsFrom(untilMs);
    // A window that begins later touches the same reservations and more, until one of them ends: no other begin need be looked at.
    for (const { untilMs: beginMs } of reservations) {
      if (beginMs + windowMs > fromMs && beginMs < untilMs) fullest = Math.max(fullest, callsFrom(beginMs));
    }
    return fullest;
  };
}

function callsInWindow(reservations: readonly Reservation[], beginMs: number, kept: KeptRoom): number {
  let taken = 0;
  const unused = new Map(kept.organizations.map((code) => [code, kept.calls]));
  for (const { calls, fromMs, untilMs, organization } of reservations) {
    if (untilMs < beginMs || fromMs >= beginMs + windowMs) continue;
    taken += calls;
    const left = organization === undefined ? undefined : unused.get(organization);
    if (organization !== undefined && left !== undefined) unused.set(organization, Math.max(0, left - calls));
  }
  for (const calls of unused.values()) taken += calls;
  return taken;
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
