import type { FunctionState, InterfaceState } from './interfaceState.js';

/** At most so many parked tickets by id: a function, and all functions of the institution together. */
export const parkedBound = { perFunction: 2_000, perInstitution: 4_000 } as const;

/**
 * How many more a function may park by id. Half of the institution's room is shared out evenly among its organizations, so that one whose tickets
 * are all bad takes it from no other; the other half is for whoever comes first.
 */
export function parkedRoom(state: InterfaceState, fn: FunctionState): number {
  const parked = new Map<string, number>();
  for (const { organization, parked: ofFunction } of Object.values(state.functions)) {
    parked.set(organization, (parked.get(organization) ?? 0) + Object.keys(ofFunction).length);
  }
  let free: number = parkedBound.perInstitution;
  for (const count of parked.values()) free -= count;
  const tenants = state.tenants ?? [];
  const share = Math.floor(parkedBound.perInstitution / (2 * Math.max(1, tenants.length)));
  for (const tenant of tenants) if (tenant !== fn.organization) free -= Math.max(0, share - (parked.get(tenant) ?? 0));
  return Math.max(0, Math.min(parkedBound.perFunction - Object.keys(fn.parked).length, free));
}
