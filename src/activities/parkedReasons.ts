import { describeReason, type ParkingReason } from '../domain/parking.js';

const mostReasons = 50;

/** Parked tickets by reason, added to those of the stretches before. */
export function addParkedReasons(
  before: Readonly<Record<string, number>>,
  parked: readonly ParkingReason[],
): Record<string, number> {
  const sum = { ...before };
  for (const reason of parked) {
    const described = describeReason(reason);
    // Codes come from outside: one that differs with every ticket must not make the history grow.
    const key = Object.hasOwn(sum, described) || Object.keys(sum).length < mostReasons ? described : 'other reasons';
    sum[key] = (sum[key] ?? 0) + 1;
  }
  return sum;
}
