import type { Around } from '../../sandbox/shared/operationSeam.js';

const minuteMs = 60_000;

/** When each service was called. */
export class CallsInAMinute {
  private readonly calls = new Map<string, number[]>();

  /** @param nowMs by which clock; default: the machine's, which a sandbox's own clock may run ahead of */
  constructor(private readonly nowMs: () => number = Date.now) {}

  /** S-360 counts by service, all versions and methods together. */
  readonly around: Around = ({ name }, apply) => this.count(name.split('.')[0] ?? name, apply);

  /** TIXNGO counts all calls of an organizer together. */
  readonly aroundTixngo: Around = (_call, apply) => this.count('TIXNGO', apply);

  private count<Answer>(service: string, apply: () => Answer): Answer {
    const times = this.calls.get(service) ?? [];
    times.push(this.nowMs());
    this.calls.set(service, times);
    return apply();
  }

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
