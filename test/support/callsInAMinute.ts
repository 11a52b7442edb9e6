import type { Around } from '../../sandbox/shared/operationSeam.js';

const minuteMs = 60_000;

/** When each service was called, by the machine's clock, which a sandbox's own clock may run ahead of. */
export class CallsInAMinute {
  private readonly calls = new Map<string, number[]>();

  /** S-360 counts by service, all versions and methods together. */
  readonly around: Around = ({ name }, apply) => {
    const service = name.split('.')[0] ?? name;
    const times = this.calls.get(service) ?? [];
    times.push(Date.now());
    this.calls.set(service, times);
    return apply();
  };

  forget(): void {
    this.calls.clear();
  }

  /** By service, the most calls in any sixty seconds. */
  most(): Record<string, number> {
    return Object.fromEntries([...this.calls].map(([service, times]) => [service, mostInAMinute(times)]));
  }
}

function mostInAMinute(times: readonly number[]): number {
  let most = 0;
  let first = 0;
  for (const [last, time] of times.entries()) {
    while ((times[first] ?? time) <= time - minuteMs) first += 1;
    most = Math.max(most, last - first + 1);
  }
  return most;
}
