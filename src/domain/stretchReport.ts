import { settleUsedCalls, type UsedCalls } from './callReservations.js';
import { mayBeInTixngo } from './doubt.js';
import type { FeedbackKeys } from './feedbackKeys.js';
import {
  functionState,
  sameExecution,
  withFunction,
  type Execution,
  type FunctionKey,
  type FunctionState,
  type InterfaceState,
  type Writer,
} from './interfaceState.js';
import { withDefinitions, type WrittenDefinitions } from './knownDefinitions.js';
import { parkedRoom } from './parkedRoom.js';
import { parkingKey, type ParkedTicket, type ParkingReason } from './parking.js';
import { sameWriter } from './writers.js';

/** News of a stretch: an attempt that stops says so, and which tickets it parked or settled. */
export interface StretchReport extends FunctionKey {
  readonly execution: Execution;
  readonly writer: Writer;
  /** The attempt failed: whatever it sent may not be marked, so the next one works in doubt. */
  readonly failed: boolean;
  /** A call to TIXNGO was cut off without an answer: it may be applied yet, so the writer does not count as stopped. */
  readonly writeUnderWay?: boolean | undefined;
  readonly used?: UsedCalls | undefined;
  readonly parked: readonly ParkingReason[];
  /** What is not parked any more, by its `parkingKey`: sent, stored, or no longer offered. */
  readonly unparked: readonly string[];
  /** How far the feedback of an organizer has come. */
  readonly feedback?: { readonly organizer: string; readonly keys: FeedbackKeys } | undefined;
  /** Privilege definitions that TIXNGO has taken. */
  readonly definitions?: WrittenDefinitions | undefined;
}

/** An attempt has stopped writing: the next one need not wait for it to settle. */
export function report(state: InterfaceState, news: StretchReport, nowMs: number): InterfaceState {
  const used = settleUsedCalls(state, news.used, nowMs);
  const before = functionState(used, news);
  if (before.holder === null || !sameExecution(before.holder.execution, news.execution)) return used;
  return withSettled(withFunction(used, applyReport(used, before, news, nowMs)), news);
}

export function applyReport(
  state: InterfaceState,
  before: FunctionState,
  news: StretchReport,
  nowMs: number,
): FunctionState {
  const parked: Record<string, ParkedTicket> = { ...before.parked };
  for (const key of news.unparked) delete parked[key];
  const unparked = { ...before, parked };
  let room = parkedRoom(withFunction(state, unparked), unparked);
  let beyond = 0;
  let leavesDoubt = false;
  for (const reason of news.parked) {
    const key = parkingKey(reason);
    const known = parked[key];
    if (known === undefined && room <= 0) {
      beyond += 1;
      leavesDoubt ||= mayBeInTixngo.includes(reason.code);
      continue;
    }
    if (known === undefined) room -= 1;
    const again = known?.record === reason.record && known.code === reason.code;
    parked[key] = {
      ...reason,
      by: before.holder?.internalName ?? '',
      sinceMs: again ? known.sinceMs : nowMs,
      tries: again ? known.tries + 1 : 1,
    };
  }
  const holder = before.holder;
  const writer = holder?.writer ?? null;
  const stopped = sameWriter(writer, news.writer);
  return {
    ...before,
    parked,
    parkedBeyondBound: before.parkedBeyondBound + beyond,
    holder:
      holder === null
        ? null
        : {
            ...holder,
            leavesDoubt: holder.leavesDoubt || leavesDoubt,
            writer: stopped && news.writeUnderWay !== true ? null : writer,
            inDoubt: holder.inDoubt || (stopped && news.failed),
            losesWaits: holder.losesWaits || (stopped && news.failed),
            reported: news.writer,
          },
  };
}

/** What is settled for a whole organizer, also when the attempt has failed behind it: feedback keys, privilege definitions. */
export function withSettled(state: InterfaceState, news: StretchReport | undefined): InterfaceState {
  if (news === undefined) return state;
  const next = withDefinitions(state, news.definitions);
  if (news.feedback === undefined) return next;
  const { organizer, keys } = news.feedback;
  return { ...next, feedback: { ...next.feedback, [organizer]: keys } };
}
