import { noteEnd, type AlertState, type Notify } from './alerts.js';
import { earliestReservation, liveReservations, settleReservation, type Reservation } from './callBudget.js';
import type { RunCounts } from './counts.js';
import type { FeedbackKeys } from './feedbackKeys.js';
import type { EndState, FunctionName } from './functions.js';
import { parkingKey, type ParkedTicket, type ParkingReason } from './parking.js';

/**
 * The durable state of one institution's interface and the rules by which it changes: who works, whether in doubt, pauses, parked
 * tickets, last runs, call budgets. Pure: the interface workflow owns the state, this file only computes the next one.
 * There is no other database. If it is lost, no ticket is: S-360 still offers what is not marked processed, and a fresh state
 * is in doubt, so that everything is looked up before it is sent.
 */
export interface InterfaceState extends AlertState {
  /** By `organization/function`. */
  readonly functions: Readonly<Record<string, FunctionState>>;
  /** By scope: `*` for everything, `organization`, or `organization/function`. */
  readonly pauses: Readonly<Record<string, Pause>>;
  /** By service, such as `S-360 dataExportService`. */
  readonly budgets: Readonly<Record<string, readonly Reservation[]>>;
  /** The last reset of the interface workflow that a claimer has told of: its own history cannot. Null if none. */
  readonly resetAtMs: number | null;
  /** How far the feedback has come, by TIXNGO organizer. States of before it was built lack it. */
  readonly feedback?: Readonly<Record<string, FeedbackKeys>>;
}

export interface FunctionState {
  readonly organization: string;
  readonly function: FunctionName;
  readonly holder: Holder | null;
  /**
   * Internal names whose last run may have left tickets that were sent and not marked: from a run's first claim until one of that name
   * has ended at the end of its queue. Another name, with other filters, sees other tickets and settles nothing for it.
   */
  readonly doubts: readonly string[];
  /** Internal names that have once ended at the end of their queue; a name that has not is in doubt. */
  readonly proven: readonly string[];
  /** How many runs have begun. */
  readonly runs: number;
  /** Until then an earlier writer may still be at work; nobody looks anything up before. */
  readonly settleUntilMs: number;
  readonly configuration: ConfigurationMark | null;
  /** By their `parkingKey`. */
  readonly parked: Readonly<Record<string, ParkedTicket>>;
  /** Parked tickets over the bound, which are only counted (and tried again at every run). */
  readonly parkedBeyondBound: number;
  readonly lastRun: LastRun | null;
  readonly lastSuccessMs: number | null;
  /** Executions that wait until TIXNGO confirms what they have pushed; at most `mostWaits` of each internal name. */
  readonly waits: readonly Wait[];
  /**
   * Internal names of which every wait is in the list. Of another name something may have been pushed that nobody waits for: its next run finds
   * it again, and takes all its waits over.
   */
  readonly waitsKnown: readonly string[];
}

export interface Wait extends Execution {
  readonly internalName: string;
  /** When it was closed and began to wait; absent in a question about it. */
  readonly sinceMs?: number | undefined;
}

export interface WaitAnswer {
  /** False if another execution has taken its wait over. */
  readonly goesOn: boolean;
  /** Another execution has begun to wait since: what TIXNGO shows otherwise than this one pushed it is that one's. */
  readonly newerWaits: boolean;
}

/** An execution is one run of a function; both ids together say which. */
export interface Execution {
  readonly workflowId: string;
  readonly runId: string;
}

/** Who may work now. */
export interface Holder {
  readonly execution: Execution;
  readonly internalName: string;
  readonly sinceMs: number;
  readonly inDoubt: boolean;
  /** Under which name its doubt is kept: its internal name, or that and the file if the function's filters cannot see the file. */
  readonly doubt: string;
  /** Whether it walks the queue from the head: a reset of an old execution can begin in the middle. */
  readonly fromHead: boolean;
  /** It was told to go since it took the permission: a late claim gives it to an ended run again, whose end then settles nothing. */
  readonly hasWorked: boolean;
  /** It looks for everything that TIXNGO has not confirmed yet, and takes all waits over. */
  readonly rebuildsWaits: boolean;
  /** An attempt of it has failed or died, with what it had to wait for. */
  readonly losesWaits: boolean;
  /** The attempt that reported last; if another one follows it, its result was lost, and with it what it had to wait for. */
  readonly reported: Writer | null;
  /** It has met tickets that TIXNGO may have, and no room was left to keep their ids: its end settles nothing. */
  readonly leavesDoubt: boolean;
  /** The attempt of the activity that was told to go, until it says that it has stopped; null when nobody writes. */
  readonly writer: Writer | null;
  /** The attempt that asked last: an older one that still lives changes nothing any more. */
  readonly latest: Writer;
  /** The TIXNGO organizer whose diff it reads: at most one function does, whatever its organization. */
  readonly reads?: string | undefined;
  /** It creates contacts now: two that looked for the same person at the same time would both create one. */
  readonly usesContacts?: boolean | undefined;
}

/** One attempt of one activity. Temporal numbers the activities of a run in their order. */
export interface Writer {
  readonly activityId: string;
  readonly attempt: number;
}

export interface Pause {
  readonly by: string;
  readonly why: string;
  readonly sinceMs: number;
}

export interface LastRun {
  readonly execution: Execution;
  readonly internalName: string;
  readonly endState: EndState;
  readonly endedMs: number;
  readonly counts: RunCounts;
  readonly message: string;
}

/** What must be the same for all workers of a running organization. */
export interface ConfigurationMark {
  readonly s360Url: string;
  readonly tixngoUrl: string;
  readonly interfaceType: string;
  /** Another one would give every ticket a second identity in TIXNGO. */
  readonly ticketIdentifier: string;
}

/** Calls that one stretch needs of one service. */
export interface CallNeed {
  readonly service: string;
  readonly wanted: number;
  readonly minimum: number;
  readonly limitPerMinute: number;
}

/** What the stretch before, or the attempt before, has used of its reservation. */
export interface UsedCalls {
  readonly reservation: string;
  readonly calls: Readonly<Record<string, number>>;
  /** How long ago its last call ended, by its own clock: clocks of two machines are never compared. */
  readonly endedAgoMs: number;
}

/** Whether a function could still be sending what it read before now. */
export interface FunctionCalm {
  /** Nobody works, and nothing that it sent is unmarked. */
  readonly calm: boolean;
  /** How many runs have begun: an equal number at two moments means that none began in between. */
  readonly runs: number;
}

export interface FunctionKey {
  readonly organization: string;
  readonly function: FunctionName;
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
}

export type CallsAnswer =
  | {
      readonly kind: 'go';
      readonly reservation: string;
      readonly calls: Readonly<Record<string, number>>;
      /** Its turn comes in so many milliseconds, two seconds at most. */
      readonly startInMs: number;
    }
  /** Calls are reserved, but for later: the caller gives its slot back and asks again then. */
  | { readonly kind: 'waitingForCalls'; readonly waitMs: number };

export interface ClaimRequest extends FunctionKey, CallsRequest {
  readonly internalName: string;
  /** Under which name doubt is kept, if not under the internal name: what only this run sees, such as one file. */
  readonly doubt?: string | undefined;
  /** False if the run goes on behind the head of the queue. Only its first claim counts. */
  readonly fromHead?: boolean | undefined;
  readonly configuration: ConfigurationMark;
  /** How long a writer that nobody stopped can go on: the time limit of a write and some seconds. */
  readonly settlingPauseMs: number;
  /** A holder that the caller has seen closed, and when by the server's clock; null if its history is gone. */
  readonly closedHolder?: { readonly execution: Execution; readonly closedAtMs: number | null } | undefined;
  /** A function that the state does not know may have been at work a moment ago: its first run waits for the settling pause. */
  readonly pauseWhenNew?: boolean | undefined;
  /** When an earlier interface workflow ended (it was terminated), by the server's clock: who worked under it may still write. */
  readonly earlierInterfaceEndedAtMs?: number | undefined;
  /** When the interface workflow was reset last, by the server's clock; undefined if it never was. */
  readonly interfaceResetAtMs?: number | undefined;
  /** The TIXNGO organizer whose diff the function reads. */
  readonly reads?: string | undefined;
  readonly usesContacts?: boolean | undefined;
  /** The activity before was given up at its time limit: if it was at work, it may still be. */
  readonly interrupted?: boolean | undefined;
}

export type ClaimAnswer =
  | (Extract<CallsAnswer, { kind: 'go' }> & {
      readonly inDoubt: boolean;
      readonly parked: readonly ParkedTicket[];
      /** So many more can be kept by id. Answers of an older version lack it. */
      readonly parkedRoom?: number | undefined;
      /** The run id with which the interface workflow's chain began: another chain knows nothing of this permission. */
      readonly interfaceChain?: string | undefined;
      readonly rebuildsWaits: boolean;
      /** Some of the executions that wait: whoever is told to go looks whether they still do, and says so when it closes. */
      readonly waitsToSee: readonly Wait[];
      /** How ticket injection of the organization stands, for the functions that depend on it. */
      readonly injection: FunctionCalm;
      /** How far the feedback of the organizer that it reads has come; undefined if nobody knows. */
      readonly feedback?: FeedbackKeys | undefined;
    })
  | Exclude<CallsAnswer, { kind: 'go' }>
  | { readonly kind: 'settling'; readonly waitMs: number }
  | {
      readonly kind: 'alreadyRunning';
      readonly holder: Execution;
      readonly internalName: string;
      readonly sinceMs: number;
    }
  | ({ readonly kind: 'paused'; readonly scope: string } & Pause)
  /** The execution has closed before, and the answer to that was lost: nothing is left to do. */
  | { readonly kind: 'closedBefore'; readonly lastRun: LastRun }
  | { readonly kind: 'configurationDiffers'; readonly field: keyof ConfigurationMark };

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
}

export interface CloseRequest extends FunctionKey {
  readonly execution: Execution;
  /** The attempt that closes. */
  readonly writer: Writer;
  readonly internalName: string;
  readonly endState: EndState;
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
  /** Whether it could look for what nobody may be waiting for; without a look-up it cannot. */
  readonly findsWaits?: boolean | undefined;
  /** Internal names that the configuration has for this function. */
  readonly configuredNames?: readonly string[] | undefined;
  /** The execution goes on waiting until TIXNGO confirms what it has pushed. */
  readonly waits?: boolean | undefined;
  readonly seenWaits?: readonly SeenWait[] | undefined;
}

export interface SeenWait {
  readonly execution: Wait;
  /** `ended`: all confirmed, or its deadline has passed. `lost`: terminated, reset or failed; nobody waits for its tickets any more. */
  readonly state: 'waiting' | 'ended' | 'lost';
}

export interface CloseAnswer {
  /** False if the execution did not hold the permission (any more), or a newer attempt of it has asked: then nothing was changed. */
  readonly closed: boolean;
}

/** At most so many parked tickets by id: a function, and all functions of the institution together. */
export const parkedBound = { perFunction: 2_000, perInstitution: 4_000 } as const;

/** More are taken over by one run, so that open executions stay few. */
export const mostWaits = 50;
const waitsSeenPerRun = 3;

export const freshState: InterfaceState = { functions: {}, pauses: {}, budgets: {}, resetAtMs: null };

export function functionKey(key: FunctionKey): string {
  return `${key.organization}/${key.function}`;
}

export function sameExecution(left: Execution, right: Execution): boolean {
  return left.workflowId === right.workflowId && left.runId === right.runId;
}

/** Asks for one stretch. Asking again (a retry, a lost answer) gives the same permission, never a second one. */
export function claim(
  state: InterfaceState,
  request: ClaimRequest,
  nowMs: number,
): { readonly state: InterfaceState; readonly answer: ClaimAnswer } {
  const others = dropClosedReader(noticeReset(state, request, nowMs), request, nowMs);
  const used = settleUsedCalls(others.state, request.used, nowMs);
  const remembered = dropClosedHolder(rememberedState(used, request, nowMs), request, nowMs);
  const before = { ...remembered, settleUntilMs: Math.max(remembered.settleUntilMs, others.settleUntilMs) };
  const holder = before.holder;
  const mine = holder !== null && sameExecution(holder.execution, request.execution);
  if (mine && isSuperseded(request.writer, holder.latest)) {
    // A late claim of an attempt that Temporal has given up: whoever works now goes on undisturbed.
    return { state: used, answer: { kind: 'settling', waitMs: request.settlingPauseMs } };
  }
  if (!mine && before.lastRun !== null && sameExecution(before.lastRun.execution, request.execution)) {
    return { state: withFunction(used, before), answer: { kind: 'closedBefore', lastRun: before.lastRun } };
  }
  const unclean =
    mine && holder.writer !== null && (request.interrupted === true || interrupted(holder.writer, request.writer));

  const pause = pauseFor(used, request);
  if (pause !== null) {
    // The run will close without having worked: what its attempt before has sent stays in doubt.
    const noticed = mine
      ? {
          ...before,
          holder: {
            ...holder,
            inDoubt: holder.inDoubt || unclean,
            losesWaits: holder.losesWaits || unclean,
            latest: request.writer,
          },
        }
      : before;
    return { state: withFunction(used, noticed), answer: { kind: 'paused', ...pause } };
  }
  const atWork = holder !== null && !mine ? holder : otherReader(used, request);
  if (atWork !== null) {
    const { execution, internalName, sinceMs } = atWork;
    return {
      state: withFunction(used, before),
      answer: { kind: 'alreadyRunning', holder: execution, internalName, sinceMs },
    };
  }
  const differing = differingConfiguration(withFunction(used, before), request);
  if (differing !== null) {
    return { state: withFunction(used, before), answer: { kind: 'configurationDiffers', field: differing } };
  }

  const settleUntilMs = unclean
    ? Math.max(before.settleUntilMs, nowMs + request.settlingPauseMs)
    : before.settleUntilMs;
  const inDoubt = (holder === null ? isInDoubt(before, request.internalName) : holder.inDoubt) || unclean;
  const settling = settleUntilMs > nowMs;
  const permission: Holder = {
    execution: request.execution,
    internalName: request.internalName,
    sinceMs: holder?.sinceMs ?? nowMs,
    inDoubt,
    doubt: holder?.doubt ?? request.doubt ?? request.internalName,
    fromHead: holder?.fromHead ?? request.fromHead ?? true,
    hasWorked: holder?.hasWorked ?? false,
    rebuildsWaits: holder?.rebuildsWaits ?? mustRebuildWaits(before, request.internalName),
    losesWaits: (holder?.losesWaits ?? false) || unclean || isRepeated(holder?.reported, request.writer),
    reported: holder?.reported ?? null,
    leavesDoubt: holder?.leavesDoubt ?? false,
    writer: null,
    latest: request.writer,
    reads: request.reads,
    usesContacts: request.usesContacts,
  };
  const held: FunctionState = {
    ...before,
    doubts: withName(before.doubts, permission.doubt),
    runs: holder === null ? before.runs + 1 : before.runs,
    settleUntilMs,
    configuration: request.configuration,
    holder: permission,
    // Counted anew by every run.
    parkedBeyondBound: holder === null ? 0 : before.parkedBeyondBound,
  };
  if (settling) {
    return { state: withFunction(used, held), answer: { kind: 'settling', waitMs: settleUntilMs - nowMs } };
  }
  if (areContactsInUse(used, request, nowMs)) {
    return { state: withFunction(used, held), answer: { kind: 'settling', waitMs: pauseForContactsMs } };
  }

  const reserved = reserveCalls(used, request, nowMs);
  if (reserved.answer.kind === 'waitingForCalls') {
    return { state: withFunction(reserved.state, held), answer: reserved.answer };
  }
  const working: FunctionState = { ...held, holder: { ...permission, hasWorked: true, writer: request.writer } };
  return {
    state: withFunction(reserved.state, working),
    answer: {
      ...reserved.answer,
      inDoubt,
      parked: Object.values(before.parked),
      parkedRoom: parkedRoom(used, before),
      rebuildsWaits: permission.rebuildsWaits,
      waitsToSee: before.waits.slice(0, waitsSeenPerRun),
      injection: functionCalm(used, { organization: request.organization, function: 'ticketsExternalPrinting' }),
      ...(request.reads === undefined ? {} : { feedback: used.feedback?.[request.reads] }),
    },
  };
}

/** Reserves calls for an activity that only looks, or says what it has used of them; it needs no permission, and the limit is everybody's. */
export function reserve(
  state: InterfaceState,
  request: CallsRequest,
  nowMs: number,
): { readonly state: InterfaceState; readonly answer: CallsAnswer } {
  return reserveCalls(settleUsedCalls(state, request.used, nowMs), request, nowMs);
}

/** An attempt has stopped writing: the next one need not wait for it to settle. */
export function report(state: InterfaceState, news: StretchReport, nowMs: number): InterfaceState {
  const used = settleUsedCalls(state, news.used, nowMs);
  const before = functionState(used, news);
  if (before.holder === null || !sameExecution(before.holder.execution, news.execution)) return used;
  return withFeedback(withFunction(used, applyReport(used, before, news, nowMs)), news);
}

/** Ends a run and takes the permission back, only from the execution that holds it. */
export function close(
  state: InterfaceState,
  request: CloseRequest,
  nowMs: number,
): { readonly state: InterfaceState; readonly answer: CloseAnswer } {
  const used = settleUsedCalls(state, request.report?.used, nowMs);
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
    doubts: settled ? stillInDoubt(before.doubts, holder, request, walkedAll) : before.doubts,
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
  const closed = withFeedback(withFunction(used, after), request.report);
  return { state: noted(closed, request, true, nowMs), answer: { closed: true } };
}

/** What an operator tries once is neither a failure of the function nor its recovery. */
function noted(state: InterfaceState, request: CloseRequest, held: boolean, nowMs: number): InterfaceState {
  return request.forOneRun === true ? state : noteEnd(state, request, held, nowMs);
}

/** Who waits when a run has ended: itself if it has something to wait for, and those before it, unless it has taken them over. */
function waitsAfter(
  before: FunctionState,
  holder: Holder,
  request: CloseRequest,
  walkedAll: boolean,
  nowMs: number,
): Pick<FunctionState, 'waits' | 'waitsKnown'> {
  const { internalName } = holder;
  const clean = request.endState === 'OK' || request.endState === 'WARNING';
  const rebuilt = holder.rebuildsWaits && walkedAll && request.findsWaits !== false;
  const seen = request.seenWaits ?? [];
  const wasSeen = (wait: Wait): boolean => seen.some(({ execution }) => sameExecution(execution, wait));
  // Those that were looked at come last, so that all have their turn.
  const others = [
    ...before.waits.filter((wait) => !wasSeen(wait)),
    ...seen.filter(({ state }) => state === 'waiting').map(({ execution }) => execution),
  ].filter((wait) => !rebuilt || wait.internalName !== internalName);
  const lostNames = seen.filter(({ state }) => state === 'lost').map(({ execution }) => execution.internalName);
  const known = before.waitsKnown.filter((name) => !lostNames.includes(name));
  const losesOwn = !clean || holder.losesWaits || (holder.rebuildsWaits && !rebuilt);
  return {
    waits:
      clean && request.waits === true ? [...others, { ...request.execution, internalName, sinceMs: nowMs }] : others,
    waitsKnown: losesOwn ? withoutName(known, internalName) : rebuilt ? withName(known, internalName) : known,
  };
}

/** Whether an execution is to go on waiting; not if another one has taken its wait over. A state that knows nothing ends no wait. */
export function askWait(state: InterfaceState, key: FunctionKey, wait: Wait): WaitAnswer {
  const fn = functionState(state, key);
  const known = fn.waits.find((waiting) => sameExecution(waiting, wait));
  const since = known?.sinceMs ?? Number.NEGATIVE_INFINITY;
  return {
    goesOn: known !== undefined || !fn.waitsKnown.includes(wait.internalName),
    newerWaits: fn.waits.some((other) => !sameExecution(other, wait) && (other.sinceMs ?? 0) >= since),
  };
}

export function functionCalm(state: InterfaceState, key: FunctionKey): FunctionCalm {
  const fn = functionState(state, key);
  return { calm: fn.holder === null && fn.doubts.length === 0 && fn.proven.length > 0, runs: fn.runs };
}

/** Whether a run of that name has to look up what it is offered before it sends. */
export function isInDoubt(fn: Pick<FunctionState, 'doubts' | 'proven'>, internalName: string): boolean {
  return fn.doubts.length > 0 || !fn.proven.includes(internalName);
}

/** Without what the run has settled, and, if it has walked the queue, without what a function has left that is not configured any more. */
function stillInDoubt(
  doubts: readonly string[],
  holder: Holder,
  { configuredNames }: CloseRequest,
  walkedAll: boolean,
): readonly string[] {
  const others = doubts.filter((name) => name !== holder.doubt);
  if (configuredNames === undefined || !walkedAll) return others;
  // A file's doubt begins with the name of its function.
  return others.filter((doubt) => configuredNames.some((name) => doubt.startsWith(name)));
}

function isRepeated(reported: Writer | null | undefined, now: Writer): boolean {
  return reported !== null && reported !== undefined && interrupted(reported, now);
}

function mustRebuildWaits(fn: FunctionState, internalName: string): boolean {
  const open = fn.waits.filter((wait) => wait.internalName === internalName).length;
  return !fn.waitsKnown.includes(internalName) || open >= mostWaits;
}

function withoutName(names: readonly string[], name: string): readonly string[] {
  return names.filter((other) => other !== name);
}

function withName(names: readonly string[], name: string): readonly string[] {
  return names.includes(name) ? names : [...names, name];
}

export interface PauseScope {
  readonly organization?: string | undefined;
  readonly function?: FunctionName | undefined;
}

export function pauseScope(scope: PauseScope): string {
  if (scope.organization === undefined) return '*';
  return scope.function === undefined ? scope.organization : `${scope.organization}/${scope.function}`;
}

export function pause(state: InterfaceState, scope: string, entry: Pause): InterfaceState {
  return { ...state, pauses: { ...state.pauses, [scope]: entry } };
}

/** @returns the same state if nothing was paused in that scope */
export function resume(state: InterfaceState, scope: string): InterfaceState {
  if (!Object.hasOwn(state.pauses, scope)) return state;
  const { [scope]: _removed, ...pauses } = state.pauses;
  return { ...state, pauses };
}

function pauseFor(state: InterfaceState, key: FunctionKey): ({ readonly scope: string } & Pause) | null {
  for (const scope of ['*', key.organization, functionKey(key)]) {
    const entry = Object.hasOwn(state.pauses, scope) ? state.pauses[scope] : undefined;
    if (entry !== undefined) return { scope, ...entry };
  }
  return null;
}

/**
 * A reset takes the interface workflow back to an older state, and it may leave out all that came after: who worked, what was in doubt.
 * So nothing that it remembers is proven any more, and whoever may be at work is waited for.
 */
function noticeReset(state: InterfaceState, request: ClaimRequest, nowMs: number): InterfaceState {
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
  return { ...state, functions: Object.fromEntries(functions), resetAtMs };
}

/**
 * A new interface workflow knows no holder: whoever worked under the one before it is waited for, if that was terminated, or if it is lost
 * with Temporal's database, which nobody can tell from one that never was.
 */
function rememberedState(state: InterfaceState, request: ClaimRequest, nowMs: number): FunctionState {
  const fn = functionState(state, request);
  if (Object.hasOwn(state.functions, functionKey(request))) return fn;
  const endedAtMs = request.earlierInterfaceEndedAtMs ?? (request.pauseWhenNew === true ? nowMs : undefined);
  return endedAtMs === undefined ? fn : { ...fn, settleUntilMs: endedAtMs + request.settlingPauseMs };
}

function functionState(state: InterfaceState, key: FunctionKey): FunctionState {
  return (
    state.functions[functionKey(key)] ?? {
      organization: key.organization,
      function: key.function,
      holder: null,
      doubts: [],
      proven: [],
      runs: 0,
      settleUntilMs: 0,
      configuration: null,
      parked: {},
      parkedBeyondBound: 0,
      lastRun: null,
      lastSuccessMs: null,
      waits: [],
      waitsKnown: [],
    }
  );
}

function withFunction(state: InterfaceState, next: FunctionState): InterfaceState {
  return { ...state, functions: { ...state.functions, [functionKey(next)]: next } };
}

/** Takes the permission back from an execution that has ended without closing: terminated, reset, timed out, or gone. */
function dropClosedHolder(before: FunctionState, request: ClaimRequest, nowMs: number): FunctionState {
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
function otherReader(state: InterfaceState, request: ClaimRequest): Holder | null {
  return otherReaders(state, request)[0]?.holder ?? null;
}

/** A reader that has ended without closing blocks no other organization; what it may still write is waited for. */
function dropClosedReader(
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

const pauseForContactsMs = 5_000;

/** Another function creates contacts in S-360, or may still be doing so. */
function areContactsInUse(state: InterfaceState, request: ClaimRequest, nowMs: number): boolean {
  if (request.usesContacts !== true) return false;
  return Object.entries(state.functions).some(
    ([key, { function: name, holder, settleUntilMs }]) =>
      key !== functionKey(request) &&
      name === 'retrieveTicketStatus' &&
      ((holder?.usesContacts === true && holder.writer !== null) || settleUntilMs > nowMs),
  );
}

/** The keys move as soon as what is before them is settled, also when the attempt has failed behind it. */
function withFeedback(state: InterfaceState, news: StretchReport | undefined): InterfaceState {
  if (news?.feedback === undefined) return state;
  const { organizer, keys } = news.feedback;
  return { ...state, feedback: { ...state.feedback, [organizer]: keys } };
}

/** A newer attempt, or a later activity, has asked already. */
function isSuperseded(attempt: Writer, latest: Writer): boolean {
  if (latest.activityId === attempt.activityId) return latest.attempt > attempt.attempt;
  return Number(latest.activityId) > Number(attempt.activityId);
}

function sameWriter(left: Writer | null, right: Writer): boolean {
  return left?.activityId === right.activityId && left.attempt === right.attempt;
}

/** The writer before was stopped by nobody: another attempt of the same activity. A later activity proves that the earlier one has ended. */
function interrupted(before: Writer, now: Writer): boolean {
  return before.activityId === now.activityId && before.attempt !== now.attempt;
}

/** Functions of one organization share their URLs and type: another worker with others is refused while somebody works. */
function differingConfiguration(state: InterfaceState, request: ClaimRequest): keyof ConfigurationMark | null {
  for (const other of Object.values(state.functions)) {
    if (other.organization !== request.organization || other.holder === null || other.configuration === null) continue;
    for (const field of ['s360Url', 'tixngoUrl', 'interfaceType', 'ticketIdentifier'] as const) {
      if (other.configuration[field] !== request.configuration[field]) return field;
    }
  }
  return null;
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

/** Calls of every service for the same time: the stretch starts when the last service has room for it. */
function reserveCalls(
  state: InterfaceState,
  request: CallsRequest,
  nowMs: number,
): { readonly state: InterfaceState; readonly answer: CallsAnswer } {
  const turn = turnKey(request);
  const own = reservationKey(request);
  /** How late a turn may be come for; it stays reserved for that much longer. */
  const lateMs = request.reservationMs / 10;
  const waited = request.needs.map(({ service }) => state.budgets[service]?.find((r) => r.key === turn));
  // A turn that came for is used; one that was missed was never used, so it is given back.
  const onTime = waited.every((r) => r !== undefined && nowMs <= r.fromMs + lateMs);
  // An attempt that asks again has not had its answer, so it has used nothing of what it was given.
  const others = (service: string): Reservation[] =>
    liveReservations(state.budgets[service] ?? [], nowMs).filter((r) => r.key !== turn && r.key !== own);
  const durationMs = request.reservationMs + lateMs;

  let fromMs = nowMs;
  if (onTime) {
    fromMs = Math.max(nowMs, ...waited.map((r) => r?.fromMs ?? nowMs));
  } else {
    for (let moved = true; moved;) {
      moved = false;
      for (const need of request.needs) {
        const found = earliestReservation(others(need.service), { ...need, durationMs }, fromMs);
        if (found.fromMs > fromMs) {
          fromMs = found.fromMs;
          moved = true;
        }
      }
    }
  }
  const startInMs = fromMs - nowMs;
  const key = startInMs > longestWaitInPlaceMs ? turn : own;
  const calls: Record<string, number> = {};
  const budgets: Record<string, readonly Reservation[]> = { ...state.budgets };
  for (const [index, need] of request.needs.entries()) {
    const kept = others(need.service);
    const waiting = onTime ? waited[index] : undefined;
    const granted =
      waiting ??
      ({
        key,
        calls: earliestReservation(kept, { ...need, durationMs }, fromMs).calls,
        fromMs,
        untilMs: fromMs + durationMs,
      } satisfies Reservation);
    calls[need.service] = granted.calls;
    budgets[need.service] = [...kept, { ...granted, key }];
  }
  const reserved = { ...state, budgets };
  return key === turn
    ? { state: reserved, answer: { kind: 'waitingForCalls', waitMs: startInMs } }
    : { state: reserved, answer: { kind: 'go', reservation: own, calls, startInMs } };
}

function settleUsedCalls(state: InterfaceState, used: UsedCalls | undefined, nowMs: number): InterfaceState {
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

function applyReport(state: InterfaceState, before: FunctionState, news: StretchReport, nowMs: number): FunctionState {
  const parked: Record<string, ParkedTicket> = { ...before.parked };
  for (const key of news.unparked) delete parked[key];
  let room = Math.min(
    parkedBound.perFunction - Object.keys(parked).length,
    parkedBound.perInstitution - parkedCount(state) + Object.keys(before.parked).length - Object.keys(parked).length,
  );
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

/** Reasons for which a ticket is parked that was, or may have been, accepted: without its id, only a look-up can tell. */
const mayBeInTixngo: readonly string[] = ['IN_DOUBT', 'PRINTED_REFUSED'];

function parkedRoom(state: InterfaceState, fn: FunctionState): number {
  const ofFunction = parkedBound.perFunction - Object.keys(fn.parked).length;
  return Math.max(0, Math.min(ofFunction, parkedBound.perInstitution - parkedCount(state)));
}

function parkedCount(state: InterfaceState): number {
  return Object.values(state.functions).reduce((sum, fn) => sum + Object.keys(fn.parked).length, 0);
}
