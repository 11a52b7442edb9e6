import { isCancellation, proxyActivities } from '@temporalio/workflow';

import type { Activities } from '../activities/index.js';
import { countAwaited, unpackIds, waitsOf, type AwaitedDeletions } from '../domain/awaitedDeletions.js';
import { pushCancelledInputShape } from '../domain/pushCancelledInput.js';
import type { RunInput } from '../domain/runInput.js';
import type { DeletionWaitResult, RunResult } from '../domain/stretch.js';
import { checkInput, FunctionRun, placeInQueue, stretchOptions } from './functionRun.js';

const { pushCancelledStretch } = proxyActivities<Activities>(stretchOptions);

/** One wait polls by its own retries, at no cost of history; it ends by itself at the configured deadline. */
const { waitForDeletion } = proxyActivities<Activities>({
  startToCloseTimeout: '5m',
  // Every look names its own pause; this one is for a look that ended without a word, with its worker.
  retry: { initialInterval: '10s', backoffCoefficient: 1 },
});

/** How many tickets a result names; the count says how many there are. */
const mostNamed = 1_000;

/** So often a wait tells that TIXNGO cannot be asked, or can be asked again: it costs history. */
const mostNews = 20;

/**
 * Push cancelled and invalidated tickets. Deletes in TIXNGO what S-360 has cancelled or invalidated, and waits until TIXNGO confirms.
 *
 * Before: CANCELLED or INVALIDATED in S-360, on somebody's phone. After the push: DELETION_PENDING in TIXNGO, marked processed in S-360; new
 * executions may push meanwhile. At the end: DELETED, or a WARNING that names the tickets whose phones have not been seen until the
 * deadline. Source: S-360 manual, «2. Push Cancelled and Invalidated Tickets».
 */
export async function pushCancelled(input?: RunInput | null): Promise<RunResult> {
  await checkInput('pushCancelled', input, pushCancelledInputShape);
  const run = new FunctionRun('pushCancelled', input ?? {}, (request) =>
    pushCancelledStretch.executeWithOptions({ summary: placeInQueue(request) }, [request]),
  );
  if (input?.simulation === true) return run.preview();
  const pushed = await run.toTheEnd();
  const waits = waitsOf(run.awaited);
  return waits.length === 0
    ? pushed
    : new Waiting(run, pushed, input ?? {}, countAwaited(waits.flat())).toTheEnd(waits);
}

/** What is known of the tickets of one wait. */
type Tally = Pick<DeletionWaitResult, 'confirmed' | 'gone' | 'takenOver' | 'left' | 'trouble'>;

/** The second half of a run: it is closed, newer ones may push, and this one waits until TIXNGO has confirmed what it pushed. */
class Waiting {
  private readonly sinceMs = Date.now();
  /** Why TIXNGO cannot be asked, by wait. */
  private readonly troubles = new Map<number, string>();
  /** Tickets of waits whose deadline has passed, while others go on. */
  private overdue = 0;

  constructor(
    private readonly run: FunctionRun,
    private readonly pushed: RunResult,
    private readonly input: RunInput,
    private readonly tickets: number,
  ) {
    this.showWaiting();
  }

  async toTheEnd(waits: readonly (readonly AwaitedDeletions[])[]): Promise<RunResult> {
    try {
      return this.ended(await Promise.all(waits.map((groups, index) => this.waitFor(groups, index))));
    } catch (error) {
      if (isCancellation(error)) {
        const message = `${this.pushed.message} Cancelled while it waited until TIXNGO confirms ${String(this.tickets)} deletions: TIXNGO goes on with them, and one of the next executions waits for them instead.`;
        this.run.show('ERROR', message);
      }
      throw error;
    }
  }

  private async waitFor(groups: readonly AwaitedDeletions[], index: number): Promise<Tally> {
    let tally: Tally = { confirmed: 0, gone: 0, takenOver: 0, left: groups, trouble: null };
    for (let news = 0; ; news += 1) {
      const result = await waitForDeletion.executeWithOptions(
        { summary: `wait for ${String(countAwaited(tally.left))} deletions` },
        [
          {
            input: this.input,
            groups: tally.left,
            sinceMs: groups[0]?.sinceMs ?? this.sinceMs,
            toldTrouble: tally.trouble,
            mayTell: news < mostNews,
          },
        ],
      );
      tally = {
        confirmed: tally.confirmed + result.confirmed,
        gone: tally.gone + result.gone,
        takenOver: tally.takenOver + result.takenOver,
        left: result.left,
        trouble: result.trouble,
      };
      if (result.ended) {
        this.overdue += countAwaited(tally.left);
        if (tally.left.length > 0) this.showWaiting();
        return tally;
      }
      this.tell(index, result.trouble);
    }
  }

  /** An operator sees it as ERROR while somebody has to mend something, though nothing is lost meanwhile. */
  private tell(index: number, trouble: string | null): void {
    const before = this.troubles.size;
    if (trouble === null) this.troubles.delete(index);
    else this.troubles.set(index, trouble);
    if ((before === 0) !== (this.troubles.size === 0)) {
      this.run.index(this.troubles.size === 0 ? this.pushed.endState : 'ERROR', this.pushed);
    }
    this.showWaiting();
  }

  private showWaiting(): void {
    const { pushed, tickets } = this;
    const [trouble] = this.troubles.values();
    const waiting = `Waiting until TIXNGO confirms ${String(tickets)} deletions; new executions push meanwhile.`;
    if (trouble === undefined) {
      const overdue = `${String(this.overdue)} of them were not confirmed by their deadline; they are named at the end.`;
      this.run.show(
        this.overdue > 0 ? 'WARNING' : 'WAITING',
        [pushed.message, waiting, ...(this.overdue > 0 ? [overdue] : [])].join(' '),
      );
    } else
      this.run.show(
        'ERROR',
        `${pushed.message} ${waiting} It cannot be seen now: ${trouble} It is tried again by itself.`,
      );
  }

  private ended(tallies: readonly Tally[]): RunResult {
    const { pushed, run } = this;
    const sum = (count: 'confirmed' | 'gone' | 'takenOver'): number =>
      tallies.reduce((total, tally) => total + tally[count], 0);
    const left = tallies.flatMap((tally) => tally.left.flatMap(({ packedIds }) => unpackIds(packedIds)));
    const parts = [pushed.message, `TIXNGO has confirmed ${String(sum('confirmed'))} deletions.`];
    if (sum('gone') > 0) parts.push(`${String(sum('gone'))} tickets it does not know any more.`);
    if (sum('takenOver') > 0) {
      parts.push(`${String(sum('takenOver'))} were taken over: a newer execution waits for them.`);
    }
    if (left.length === 0) {
      const message = parts.join(' ');
      if (this.troubles.size > 0) run.index(pushed.endState, pushed);
      run.show(pushed.endState, message);
      return { ...pushed, message };
    }
    const trouble = tallies.find((tally) => tally.trouble !== null)?.trouble ?? null;
    const why =
      trouble === null ? 'the phones that hold them have not been seen.' : `it could not be asked: ${trouble}`;
    const named = left.slice(0, mostNamed);
    const names = `${named.slice(0, 50).join(', ')}${left.length > 50 ? ' …' : ''}`;
    const message = `${parts.join(' ')} Not confirmed by the deadline: ${String(left.length)}; ${why} Tickets: ${names}.`;
    run.show('WARNING', message);
    run.index('WARNING', pushed);
    return { ...pushed, endState: 'WARNING', message, notConfirmed: named };
  }
}
