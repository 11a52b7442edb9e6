import { s360Control, tixngoControl } from '../comparer/sandboxTickets.js';
import { postJson } from '../hooks.js';
import type { Parts } from '../parts.js';

export const days = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;

/** A moment of the week, such as Monday 09:30. */
export interface WeekTime {
  readonly day: (typeof days)[number];
  /** 09:30 */
  readonly time: string;
}

/** When the gates open, which is this machine's own time: an event day is one by the clock of the worker, too. */
export const gatesOpen: WeekTime = { day: 'Saturday', time: '18:00' };

/** Moves the clocks of both sandboxes through the week. */
export class WeekClock {
  private readonly gatesOpenMs = Date.now();
  private offsetMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly parts: Pick<Parts, 's360Url' | 'tixngoUrl'>) {}

  /** Both clocks run on from there. Time never goes back: a step that comes later than it is told to stays where it is. */
  async moveTo(moment: WeekTime): Promise<void> {
    const aheadMs = minuteOf(moment) - minuteOf(gatesOpen);
    const wantedMs = this.gatesOpenMs + aheadMs * 60_000 - Date.now();
    if (wantedMs <= this.offsetMs || this.offsetMs >= 0) return;
    this.offsetMs = Math.min(0, wantedMs);
    const now = this.offsetMs === 0 ? null : new Date(Date.now() + this.offsetMs).toISOString();
    const { s360Url, tixngoUrl } = this.parts;
    const clocks = [s360Control(s360Url), tixngoControl(tixngoUrl)].map((control) => `${control}/clock`);
    await Promise.all(clocks.map((clock) => postJson(clock, { now })));
  }
}

function minuteOf({ day, time }: WeekTime): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return (days.indexOf(day) * 24 + hours) * 60 + minutes;
}
