import type { FunctionName } from './functions.js';
import { functionKey, type FunctionKey, type InterfaceState, type Pause } from './interfaceState.js';

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

export function pauseFor(state: InterfaceState, key: FunctionKey): ({ readonly scope: string } & Pause) | null {
  for (const scope of ['*', key.organization, functionKey(key)]) {
    const entry = Object.hasOwn(state.pauses, scope) ? state.pauses[scope] : undefined;
    if (entry !== undefined) return { scope, ...entry };
  }
  return null;
}
