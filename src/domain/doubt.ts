import {
  functionState,
  type FunctionKey,
  type FunctionState,
  type Holder,
  type InterfaceState,
} from './interfaceState.js';

/** Whether a function could still be sending what it read before now. */
export interface FunctionCalm {
  /** Nobody works, and nothing that it sent is unmarked. */
  readonly calm: boolean;
  /** How many runs have begun: an equal number at two moments means that none began in between. */
  readonly runs: number;
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
export function stillInDoubt(
  doubts: readonly string[],
  holder: Holder,
  configuredNames: readonly string[] | undefined,
  walkedAll: boolean,
): readonly string[] {
  const others = doubts.filter((name) => name !== holder.doubt);
  if (configuredNames === undefined || !walkedAll) return others;
  // A file's doubt begins with the name of its function.
  return others.filter((doubt) => configuredNames.some((name) => doubt.startsWith(name)));
}

/** Reasons for which a ticket is parked that was, or may have been, accepted: without its id, only a look-up can tell. */
export const mayBeInTixngo: readonly string[] = ['IN_DOUBT', 'PRINTED_REFUSED'];
