import type { EndState } from './functions.js';
import {
  functionState,
  sameExecution,
  withName,
  withoutName,
  type Execution,
  type FunctionKey,
  type FunctionState,
  type Holder,
  type InterfaceState,
  type Wait,
} from './interfaceState.js';

export interface WaitAnswer {
  /** False if another execution has taken its wait over. */
  readonly goesOn: boolean;
  /** Another execution has begun to wait since: what TIXNGO shows otherwise than this one pushed it is that one's. */
  readonly newerWaits: boolean;
}

export interface SeenWait {
  readonly execution: Wait;
  /** `ended`: all confirmed, or its deadline has passed. `lost`: terminated, reset or failed; nobody waits for its tickets any more. */
  readonly state: 'waiting' | 'ended' | 'lost';
}

/** What a run that closes says of waits. */
export interface WaitNews {
  readonly execution: Execution;
  readonly endState: EndState;
  /** Whether it could look for what nobody may be waiting for; without a look-up it cannot. */
  readonly findsWaits?: boolean | undefined;
  /** The execution goes on waiting until TIXNGO confirms what it has pushed. */
  readonly waits?: boolean | undefined;
  readonly seenWaits?: readonly SeenWait[] | undefined;
}

/** More are taken over by one run, so that open executions stay few. */
export const mostWaits = 50;
export const waitsSeenPerRun = 3;

/** Who waits when a run has ended: itself if it has something to wait for, and those before it, unless it has taken them over. */
export function waitsAfter(
  before: FunctionState,
  holder: Holder,
  request: WaitNews,
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

export function mustRebuildWaits(fn: FunctionState, internalName: string): boolean {
  const open = fn.waits.filter((wait) => wait.internalName === internalName).length;
  return !fn.waitsKnown.includes(internalName) || open >= mostWaits;
}
