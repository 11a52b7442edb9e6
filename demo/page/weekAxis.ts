import { at, escaped, textWidth } from './markup.js';
import type { WeekPicture } from './weekPicture.js';

/** A size of the page: the same picture is drawn for wide screens and for phones, so that its letters are never tiny. */
export interface Size {
  readonly name: 'wide' | 'narrow';
  readonly width: number;
  readonly left: number;
  readonly right: number;
}

export const sizes: readonly Size[] = [
  { name: 'wide', width: 1040, left: 52, right: 12 },
  { name: 'narrow', width: 400, left: 40, right: 6 },
];

interface Stretch {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly from: number;
  readonly until: number;
}

interface DayBand {
  readonly day: string;
  readonly from: number;
  readonly until: number;
}

/** What is shared among the steps evenly; the rest goes by how long they took. */
const evenly = 0.6;

/**
 * One axis for all pictures: a step after the other. A week has long nights and short steps, so a step is as wide as the time that it took
 * to play, and never too narrow to be seen.
 */
export class WeekAxis {
  private readonly stretches: readonly Stretch[];
  readonly days: readonly DayBand[];
  readonly from: number;
  readonly until: number;

  constructor(
    private readonly picture: Pick<WeekPicture, 'steps' | 'endMs'>,
    readonly size: Size,
  ) {
    const { steps, endMs } = picture;
    [this.from, this.until] = [size.left, size.width - size.right];
    const width = this.until - this.from;
    const totalMs = Math.max(1, endMs - (steps[0]?.atMs ?? 0));
    let place = this.from;
    this.stretches = steps.map(({ atMs }, i) => {
      const untilMs = Math.max(atMs, steps[i + 1]?.atMs ?? endMs);
      const share = evenly / steps.length + (1 - evenly) * ((untilMs - atMs) / totalMs);
      const from = place;
      place += share * width;
      return { fromMs: atMs, untilMs, from, until: place };
    });
    this.days = this.bands();
  }

  x(ms: number): number {
    for (const { fromMs, untilMs, from, until } of this.stretches) {
      if (ms <= fromMs) return from;
      if (ms < untilMs) return from + ((ms - fromMs) / (untilMs - fromMs)) * (until - from);
    }
    return this.until;
  }

  /** Where a step begins. */
  stepAt(index: number): number {
    return this.stretches[index]?.from ?? this.until;
  }

  /** Every second day in another shade, and a line where each begins. */
  background(top: number, bottom: number): string {
    return this.days
      .map(({ from, until }, i) => {
        const shade = `<rect class="${i % 2 === 0 ? 'day' : 'day other'}" x="${at(from)}" y="${at(top)}" width="${at(until - from)}" height="${at(bottom - top)}"/>`;
        return i === 0 ? shade : `${shade}<path class="midnight" d="M${at(from)} ${at(top)}V${at(bottom)}"/>`;
      })
      .join('');
  }

  /** The names of the days, shorter where there is no room. */
  dayNames(y: number): string {
    return this.days
      .map(({ day, from, until }) => {
        const room = until - from - 4;
        const name = [day, day.slice(0, 3), day.slice(0, 2), day.slice(0, 1)].find(
          (text) => textWidth(text, 12) <= room,
        );
        return `<text class="dayname" x="${at((from + until) / 2)}" y="${at(y)}" text-anchor="middle">${escaped(name ?? '')}</text>`;
      })
      .join('');
  }

  private bands(): DayBand[] {
    const bands: DayBand[] = [];
    for (const [i, { day }] of this.picture.steps.entries()) {
      const stretch = this.stretches[i];
      const last = bands.at(-1);
      if (stretch === undefined) continue;
      if (last?.day === day) bands[bands.length - 1] = { ...last, until: stretch.until };
      else bands.push({ day, from: stretch.from, until: stretch.until });
    }
    return bands;
  }
}
