import type { Say } from '../../src/temporal/say.js';
import type { CallSample, WeekSample, WeekStep } from '../page/weekPicture.js';
import type { DemoExecution } from '../demoExecution.js';
import type { Parts } from '../parts.js';
import { WeekClock, type WeekTime } from './weekClock.js';
import { sampleCalls, sampleTickets } from './weekSample.js';

const callsEveryMs = 1_000;

/** A week that is being played: its clock, its steps, and what was seen of both systems meanwhile. */
export class Week {
  readonly startedMs = Date.now();
  readonly steps: WeekStep[] = [];
  readonly executions: DemoExecution[] = [];
  readonly samples: WeekSample[] = [];
  readonly calls: CallSample[] = [];
  private readonly clock: WeekClock;
  private timer: NodeJS.Timeout | null = null;

  /** @param sampled a million tickets are not counted after every step if nobody wants the picture */
  constructor(
    readonly parts: Parts,
    readonly say: Say,
    private readonly sampled: boolean,
  ) {
    this.clock = new WeekClock(parts);
  }

  /** Since it began. */
  nowMs(): number {
    return Date.now() - this.startedMs;
  }

  /** The next step of the story: the clocks move, and people read what happens. */
  async step(moment: WeekTime, caption: string, text: string): Promise<void> {
    if (this.sampled && this.timer === null) {
      this.timer = setInterval(() => void this.countCalls(), callsEveryMs).unref();
      await this.countCalls();
    }
    await this.look();
    await this.clock.moveTo(moment);
    this.steps.push({ atMs: this.nowMs(), ...moment, caption, text });
    this.say(`\n${moment.day} ${moment.time}  ${text}`);
  }

  /** Nothing more happens. */
  async end(): Promise<number> {
    if (this.timer !== null) clearInterval(this.timer);
    await this.look();
    if (this.sampled) await this.countCalls();
    return this.nowMs();
  }

  private async look(): Promise<void> {
    if (this.sampled) this.samples.push(await sampleTickets(this.parts, this.startedMs));
  }

  /** A look that fails is made up for by the next one. */
  private async countCalls(): Promise<void> {
    const sample = await sampleCalls(this.parts, this.startedMs).catch(() => null);
    if (sample !== null && sample.atMs >= (this.calls.at(-1)?.atMs ?? 0)) this.calls.push(sample);
  }
}
