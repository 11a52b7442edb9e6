import { reserveCalls, settleUsedCalls, withoutTurns } from './callReservations.js';
import type { ClaimAnswer, ClaimRequest } from './claimRequest.js';
import { functionCalm, isInDoubt } from './doubt.js';
import {
  functionKey,
  sameExecution,
  withFunction,
  withName,
  type ConfigurationMark,
  type FunctionState,
  type Holder,
  type InterfaceState,
} from './interfaceState.js';
import { definitionsOf } from './knownDefinitions.js';
import { changedOverride, overrideRefusal, withOverrideTaken } from './overrides.js';
import { parkedRoom } from './parkedRoom.js';
import { pauseFor } from './pauses.js';
import { dropClosedHolder, dropClosedReader, noticeReset, otherReader, rememberedState } from './takenBack.js';
import { mustRebuildWaits, waitsSeenPerRun } from './waits.js';
import { interrupted, isRepeated, isSuperseded } from './writers.js';

/** Asks for one stretch. Asking again (a retry, a lost answer) gives the same permission, never a second one. */
export function claim(
  state: InterfaceState,
  request: ClaimRequest,
  nowMs: number,
): { readonly state: InterfaceState; readonly answer: ClaimAnswer } {
  const others = dropClosedReader(noticeReset(state, request, nowMs), request, nowMs);
  const used = withoutTurnsOfClosed(withTenants(settleUsedCalls(others.state, request.used, nowMs), request), request);
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
    // Whoever would wait for its turn in vain is told at once.
    const refused = overrideRefusal(used, request);
    if (refused !== null) return { state: withFunction(used, before), answer: refused };
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
  // Whoever has the permission was let begin with its override, and goes on with the same one.
  const hasBegun = mine && holder.hasWorked;
  const refusal = hasBegun ? changedOverride(used, request) : mine ? null : overrideRefusal(used, request);
  if (refusal !== null) return { state: withFunction(used, before), answer: refusal };

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
  const contacts = askForContacts(used, request, nowMs);
  if (!contacts.free) {
    return { state: withFunction(contacts.state, held), answer: { kind: 'settling', waitMs: pauseForContactsMs } };
  }

  const reserved = reserveCalls(contacts.state, request, nowMs);
  if (reserved.answer.kind === 'waitingForCalls') {
    return { state: withFunction(reserved.state, held), answer: reserved.answer };
  }
  const { organization } = request;
  const working: FunctionState = { ...held, holder: { ...permission, hasWorked: true, writer: request.writer } };
  return {
    state: withFunction(hasBegun ? reserved.state : withOverrideTaken(reserved.state, request, nowMs), working),
    answer: {
      ...reserved.answer,
      inDoubt,
      parked: Object.values(before.parked),
      parkedRoom: parkedRoom(used, before),
      rebuildsWaits: permission.rebuildsWaits,
      waitsToSee: before.waits.slice(0, waitsSeenPerRun),
      injection: functionCalm(used, { organization, function: 'ticketsExternalPrinting' }),
      privileges: functionCalm(used, { organization, function: 'digitalPrivilegesInjection' }),
      ...(request.reads === undefined ? {} : { feedback: used.feedback?.[request.reads] }),
      ...(request.definitionsOf === undefined ? {} : { definitions: definitionsOf(used, request.definitionsOf) }),
    },
  };
}

const pauseForContactsMs = 5_000;

/** Whoever has asked in vain asks again within so long, or has given up. */
const contactsTurnMs = 3 * pauseForContactsMs;

/**
 * Only one function at a time creates contacts in S-360. Whoever was refused comes next: another one, whose stretches follow each other without a
 * pause, would otherwise always be first.
 */
function askForContacts(
  state: InterfaceState,
  request: ClaimRequest,
  nowMs: number,
): { readonly state: InterfaceState; readonly free: boolean } {
  if (request.usesContacts !== true) return { state, free: true };
  const own = functionKey(request);
  const { contactsTurn } = state;
  const turn = contactsTurn !== undefined && nowMs - contactsTurn.askedMs <= contactsTurnMs ? contactsTurn : undefined;
  const isOthersTurn = turn !== undefined && turn.function !== own;
  if (!isOthersTurn && !areContactsInUse(state, own, nowMs)) {
    return { state: contactsTurn === undefined ? state : { ...state, contactsTurn: undefined }, free: true };
  }
  return { state: isOthersTurn ? state : { ...state, contactsTurn: { function: own, askedMs: nowMs } }, free: false };
}

/** Another function creates contacts in S-360, or may still be doing so. */
function areContactsInUse(state: InterfaceState, own: string, nowMs: number): boolean {
  return Object.entries(state.functions).some(
    ([key, { function: name, holder, settleUntilMs }]) =>
      key !== own &&
      name === 'retrieveTicketStatus' &&
      ((holder?.usesContacts === true && holder.writer !== null) || settleUntilMs > nowMs),
  );
}

/** Whose room is kept, wherever room is shared. */
function withTenants(state: InterfaceState, { tenants }: ClaimRequest): InterfaceState {
  return tenants === undefined || tenants.join(',') === state.tenants?.join(',') ? state : { ...state, tenants };
}

function withoutTurnsOfClosed(state: InterfaceState, { closedHolder }: ClaimRequest): InterfaceState {
  return closedHolder === undefined ? state : withoutTurns(state, closedHolder.execution);
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
