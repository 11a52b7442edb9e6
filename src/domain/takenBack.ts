import type { ClaimRequest } from './claimRequest.js';
import {
  functionKey,
  functionState,
  sameExecution,
  withFunction,
  withoutName,
  type FunctionState,
  type Holder,
  type InterfaceState,
} from './interfaceState.js';

/** Permissions of which nobody has said that they have ended: the claimer has seen it, and whoever may still write is waited for. */

/**
 * A reset takes the interface workflow back to an older state, and it may leave out all that came after: who worked, what was in doubt.
 * So nothing that it remembers is proven any more, and whoever may be at work is waited for.
 */
export function noticeReset(state: InterfaceState, request: ClaimRequest, nowMs: number): InterfaceState {
  const { interfaceResetAtMs: resetAtMs, settlingPauseMs } = request;
  if (resetAtMs === undefined || resetAtMs === state.resetAtMs) return state;
  const functions = Object.entries(state.functions).map(([key, fn]): [string, FunctionState] => [
    key,
    {
      ...fn,
      proven: [],
      waitsKnown: [],
      holder: fn.holder === null ? null : { ...fn.holder, inDoubt: true },
      settleUntilMs: Math.max(fn.settleUntilMs, nowMs + settlingPauseMs),
    },
  ]);
  return { ...state, functions: Object.fromEntries(functions), definitions: {}, resetAtMs };
}

/**
 * A new interface workflow knows no holder: whoever worked under the one before it is waited for, if that was terminated, or if it is lost
 * with Temporal's database, which nobody can tell from one that never was.
 */
export function rememberedState(state: InterfaceState, request: ClaimRequest, nowMs: number): FunctionState {
  const fn = functionState(state, request);
  if (Object.hasOwn(state.functions, functionKey(request))) return fn;
  const endedAtMs = request.earlierInterfaceEndedAtMs ?? (request.pauseWhenNew === true ? nowMs : undefined);
  return endedAtMs === undefined ? fn : { ...fn, settleUntilMs: endedAtMs + request.settlingPauseMs };
}

/** Takes the permission back from an execution that has ended without closing: terminated, reset, timed out, or gone. */
export function dropClosedHolder(before: FunctionState, request: ClaimRequest, nowMs: number): FunctionState {
  const closed = request.closedHolder;
  if (before.holder === null || closed === undefined || !sameExecution(before.holder.execution, closed.execution)) {
    return before;
  }
  const settleUntilMs =
    before.holder.writer === null ? 0 : Math.min(nowMs, closed.closedAtMs ?? nowMs) + request.settlingPauseMs;
  return {
    ...before,
    holder: null,
    waitsKnown: withoutName(before.waitsKnown, before.holder.internalName),
    settleUntilMs: Math.max(before.settleUntilMs, settleUntilMs),
  };
}

/** Functions of other organizations that read the diff of the same TIXNGO organizer. */
function otherReaders(state: InterfaceState, request: ClaimRequest): FunctionState[] {
  if (request.reads === undefined) return [];
  return Object.entries(state.functions)
    .filter(([key, { holder }]) => key !== functionKey(request) && holder?.reads === request.reads)
    .map(([, fn]) => fn);
}

/** Who reads the diff already: one configuration has one reader, but two workers may have two. */
export function otherReader(state: InterfaceState, request: ClaimRequest): Holder | null {
  return otherReaders(state, request)[0]?.holder ?? null;
}

/** A reader that has ended without closing blocks no other organization; what it may still write is waited for. */
export function dropClosedReader(
  state: InterfaceState,
  request: ClaimRequest,
  nowMs: number,
): { readonly state: InterfaceState; readonly settleUntilMs: number } {
  let [next, settleUntilMs] = [state, 0];
  for (const fn of otherReaders(state, request)) {
    const dropped = dropClosedHolder(fn, request, nowMs);
    if (dropped.holder !== null) continue;
    next = withFunction(next, dropped);
    settleUntilMs = Math.max(settleUntilMs, dropped.settleUntilMs);
  }
  return { state: next, settleUntilMs };
}
