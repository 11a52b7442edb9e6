import { earliestReservation, liveReservations, settleReservation, type Reservation } from './callBudget.js';
import type { Execution, InterfaceState, Writer } from './interfaceState.js';

/** Calls that one stretch needs of one service. */
export interface CallNeed {
  readonly service: string;
  readonly wanted: number;
  readonly minimum: number;
  readonly limitPerMinute: number;
  /** What the smallest stretch of any function needs: so much is kept for every other organization, if the limit has room for all of them. */
  readonly kept?: number | undefined;
  /** The organizations that share this service, if they are not all the `tenants` of the request. */
  readonly tenants?: readonly string[] | undefined;
}

/** What the stretch before, or the attempt before, has used of its reservation. */
export interface UsedCalls {
  readonly reservation: string;
  readonly calls: Readonly<Record<string, number>>;
  /** How long ago its last call ended, by its own clock: clocks of two machines are never compared. */
  readonly endedAgoMs: number;
}

/** Calls of one attempt of one activity, whether it works a stretch or only looks. */
export interface CallsRequest {
  readonly execution: Execution;
  readonly writer: Writer;
  readonly needs: readonly CallNeed[];
  /** How long a reservation can be in use, in milliseconds. */
  readonly reservationMs: number;
  /** What the same attempt has used of what it was granted: nothing more is granted then. */
  readonly used?: UsedCalls | undefined;
  /** For whom they are. */
  readonly organization?: string | undefined;
  /** All organizations of the institution that have an interface: room is kept for each of the others. */
  readonly tenants?: readonly string[] | undefined;
}

export type CallsAnswer =
  | {
      readonly kind: 'go';
      readonly reservation: string;
      readonly calls: Readonly<Record<string, number>>;
      /** Its turn comes in so many milliseconds, two seconds at most. */
      readonly startInMs: number;
    }
  /** Calls are reserved, but for later: the caller gives its slot back and asks again then, or before: its turn may have come earlier. */
  | { readonly kind: 'waitingForCalls'; readonly waitMs: number };

/** Reserves calls for an activity that only looks, or says what it has used of them; it needs no permission, and the limit is everybody's. */
export function reserve(
  state: InterfaceState,
  request: CallsRequest,
  nowMs: number,
): { readonly state: InterfaceState; readonly answer: CallsAnswer } {
  return reserveCalls(settleUsedCalls(state, request.used, nowMs), request, nowMs);
}

/** A turn that is further away gives the activity's slot back. */
const longestWaitInPlaceMs = 2_000;

/** Each attempt has a reservation of its own, so that the calls of one that died stay counted. */
function reservationKey(request: CallsRequest): string {
  return `${request.execution.runId}/${request.writer.activityId}/${String(request.writer.attempt)}`;
}

/** The reservation of a stretch that waits for its turn, whichever attempt will come for it. */
function turnKey(request: CallsRequest): string {
  return `${request.execution.runId}/${request.writer.activityId}/turn`;
}

/** A run that has ended does not come for its turns any more: they are free. What its attempts have used stays counted. */
export function withoutTurns(state: InterfaceState, { runId }: Execution): InterfaceState {
  const isTurn = ({ key }: Reservation): boolean => key.startsWith(`${runId}/`) && key.endsWith('/turn');
  if (!Object.values(state.budgets).some((reservations) => reservations.some(isTurn))) return state;
  const budgets = Object.entries(state.budgets).map(([service, reservations]): [string, Reservation[]] => [
    service,
    reservations.filter((reservation) => !isTurn(reservation)),
  ]);
  return { ...state, budgets: Object.fromEntries(budgets) };
}

/** Calls of every service for the same time: the stretch starts when the last service has room for it. */
export function reserveCalls(
  state: InterfaceState,
  request: CallsRequest,
  nowMs: number,
): { readonly state: InterfaceState; readonly answer: CallsAnswer } {
  const turn = turnKey(request);
  const own = reservationKey(request);
  /** How late a turn may be come for; it stays reserved for that much longer. */
  const lateMs = request.reservationMs / 10;
  const durationMs = request.reservationMs + lateMs;
  const waited = request.needs.map(({ service }) => state.budgets[service]?.find((r) => r.key === turn));
  // A turn that came for is used; one that was missed was never used, so it is given back.
  const onTime = waited.every((r) => r !== undefined && nowMs <= r.fromMs + lateMs);
  // An attempt that asks again has not had its answer, so it has used nothing of what it was given.
  const others = (service: string): Reservation[] =>
    liveReservations(state.budgets[service] ?? [], nowMs).filter((r) => r.key !== turn && r.key !== own);
  const wanted = ({ service, ...need }: CallNeed, fromMs: number): ReturnType<typeof earliestReservation> =>
    earliestReservation(
      others(service),
      {
        ...need,
        durationMs,
        organization: request.organization,
        tenants: need.tenants ?? request.tenants,
      },
      fromMs,
    );

  const turnMs = onTime ? Math.max(nowMs, ...waited.map((r) => r?.fromMs ?? nowMs)) : Number.POSITIVE_INFINITY;
  let fromMs = nowMs;
  // Others may have given calls back since: then its turn comes earlier.
  for (let moved = turnMs > nowMs; moved;) {
    moved = false;
    for (const need of request.needs) {
      const found = wanted(need, fromMs);
      if (found.fromMs > fromMs) {
        fromMs = found.fromMs;
        moved = true;
      }
    }
  }
  const keepsTurn = turnMs <= fromMs;
  if (keepsTurn) fromMs = turnMs;
  const startInMs = fromMs - nowMs;
  const key = startInMs > longestWaitInPlaceMs ? turn : own;
  const calls: Record<string, number> = {};
  const budgets: Record<string, readonly Reservation[]> = { ...state.budgets };
  for (const [index, need] of request.needs.entries()) {
    const waiting = keepsTurn ? waited[index] : undefined;
    const granted: Reservation = waiting ?? {
      key,
      calls: wanted(need, fromMs).calls,
      fromMs,
      untilMs: fromMs + durationMs,
      organization: request.organization,
    };
    calls[need.service] = granted.calls;
    budgets[need.service] = [...others(need.service), { ...granted, key }];
  }
  const reserved = { ...state, budgets };
  return key === turn
    ? { state: reserved, answer: { kind: 'waitingForCalls', waitMs: startInMs } }
    : { state: reserved, answer: { kind: 'go', reservation: own, calls, startInMs } };
}

export function settleUsedCalls(state: InterfaceState, used: UsedCalls | undefined, nowMs: number): InterfaceState {
  if (used === undefined) return state;
  const budgets: Record<string, readonly Reservation[]> = { ...state.budgets };
  for (const [service, reservations] of Object.entries(budgets)) {
    budgets[service] = settleReservation(
      reservations,
      used.reservation,
      used.calls[service] ?? 0,
      nowMs - Math.max(0, used.endedAgoMs),
    );
  }
  return { ...state, budgets };
}
