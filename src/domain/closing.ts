import { noteEnd, type Notify } from './alerts.js';
import { settleUsedCalls, withoutTurns } from './callReservations.js';
import type { RunCounts } from './counts.js';
import { stillInDoubt } from './doubt.js';
import {
  functionState,
  sameExecution,
  withFunction,
  withName,
  type FunctionKey,
  type FunctionState,
  type InterfaceState,
  type Writer,
} from './interfaceState.js';
import { applyReport, withSettled, type StretchReport } from './stretchReport.js';
import { waitsAfter, type WaitNews } from './waits.js';
import { isSuperseded } from './writers.js';

export interface CloseRequest extends FunctionKey, WaitNews {
  /** The attempt that closes. */
  readonly writer: Writer;
  readonly internalName: string;
  /** Whether the run met the end of what its doubt is about: S-360's whole queue, or one file if the doubt is kept for that. */
  readonly endOfQueue: boolean;
  readonly counts: RunCounts;
  readonly message: string;
  /** Its input is meant for one run: a key or a file of an operator's own. */
  readonly forOneRun?: boolean | undefined;
  /** Why it ended as ERROR. */
  readonly code?: string | undefined;
  /** What the recipients of the interface want to know; undefined if there are none. */
  readonly notify?: Notify | undefined;
  readonly settlingPauseMs: number;
  readonly report?: StretchReport | undefined;
  /** Internal names that the configuration has for this function. */
  readonly configuredNames?: readonly string[] | undefined;
}

export interface CloseAnswer {
  /** False if the execution did not hold the permission (any more), or a newer attempt of it has asked: then nothing was changed. */
  readonly closed: boolean;
}

/** Ends a run and takes the permission back, only from the execution that holds it. */
export function close(
  state: InterfaceState,
  request: CloseRequest,
  nowMs: number,
): { readonly state: InterfaceState; readonly answer: CloseAnswer } {
  const used = withoutTurns(settleUsedCalls(state, request.report?.used, nowMs), request.execution);
  const current = functionState(used, request);
  if (
    current.holder === null ||
    !sameExecution(current.holder.execution, request.execution) ||
    isSuperseded(request.writer, current.holder.latest)
  ) {
    return { state: noted(used, request, false, nowMs), answer: { closed: false } };
  }
  const before = request.report === undefined ? current : applyReport(used, current, request.report, nowMs);
  const holder = before.holder ?? current.holder;
  const clean = request.endState === 'OK' || request.endState === 'WARNING';
  const walkedAll = request.endOfQueue && holder.fromHead;
  const settled = clean && holder.hasWorked && !holder.leavesDoubt && (walkedAll || !holder.inDoubt);
  const after: FunctionState = {
    ...before,
    holder: null,
    // A clean end at the end of the queue settles the doubt; a clean end before it adds none, but leaves what there was.
    doubts: settled ? stillInDoubt(before.doubts, holder, request.configuredNames, walkedAll) : before.doubts,
    proven:
      settled && walkedAll && holder.doubt === request.internalName
        ? withName(before.proven, request.internalName)
        : before.proven,
    settleUntilMs:
      holder.writer === null ? before.settleUntilMs : Math.max(before.settleUntilMs, nowMs + request.settlingPauseMs),
    lastRun: {
      execution: request.execution,
      internalName: request.internalName,
      endState: request.endState,
      endedMs: nowMs,
      counts: request.counts,
      message: request.message,
    },
    lastSuccessMs: clean && request.forOneRun !== true ? nowMs : before.lastSuccessMs,
    ...waitsAfter(before, holder, request, clean && walkedAll, nowMs),
  };
  const closed = withSettled(withFunction(used, after), request.report);
  return { state: noted(closed, request, true, nowMs), answer: { closed: true } };
}

/** What an operator tries once is neither a failure of the function nor its recovery. */
function noted(state: InterfaceState, request: CloseRequest, held: boolean, nowMs: number): InterfaceState {
  return request.forOneRun === true ? state : noteEnd(state, request, held, nowMs);
}
