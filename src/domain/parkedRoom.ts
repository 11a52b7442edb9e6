import type { FunctionState, InterfaceState } from './interfaceState.js';

/** At most so many parked tickets by id: a function, and all functions of the institution together. */
export const parkedBound = { perFunction: 2_000, perInstitution: 4_000 } as const;

export function parkedRoom(state: InterfaceState, fn: FunctionState): number {
  const ofFunction = parkedBound.perFunction - Object.keys(fn.parked).length;
  return Math.max(0, Math.min(ofFunction, parkedBound.perInstitution - parkedCount(state)));
}

export function parkedCount(state: InterfaceState): number {
  return Object.values(state.functions).reduce((sum, fn) => sum + Object.keys(fn.parked).length, 0);
}
