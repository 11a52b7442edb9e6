import {
  ActivityFailure,
  TerminatedFailure,
  TimeoutFailure,
  WorkflowFailedError,
  WorkflowNotFoundError,
  type Client,
} from '@temporalio/client';

import { functionTitles, type FunctionName } from '../../src/domain/functions.js';
import { resetExecution } from '../support/resetExecution.js';
import type { ModelWorld } from './modelWorld.js';
import type { SharedWorkers } from './sharedWorkers.js';
import type { Blow } from './steps.js';

const lookMs = 500;
/** Whoever is terminated or reset notices it within this time, and then writes no more. */
const untilCutOffMs = 10_000;

/** The executions of one institution, as its schedules and an operator start and end them. */
export class Executions {
  /** Those that ended in a way that no operator explains. */
  readonly failures: string[] = [];
  private started = 0;
  private lastCutOffMs = Number.NEGATIVE_INFINITY;
  private readonly latest = new Map<FunctionName, { readonly workflowId: string }>();
  private readonly underWay = new Map<Promise<void>, string>();
  private ending = false;
  /** From now on nothing goes wrong any more but kills. */
  isCalm = false;
  /** They have done their work, and wait for phones. */
  private readonly waiting: string[] = [];

  constructor(
    private readonly model: ModelWorld,
    private readonly workers: SharedWorkers,
  ) {}

  get areAtWork(): boolean {
    return this.underWay.size > 0;
  }

  /** Also of those that were cut off, none can be at work any more. */
  get areQuiet(): boolean {
    return !this.areAtWork && Date.now() - this.lastCutOffMs > untilCutOffMs;
  }

  /** @returns what resolves when it has ended, or only waits for phones */
  async start(fn: FunctionName): Promise<{ readonly done: Promise<void> }> {
    this.started += 1;
    this.model.reach('executions');
    const workflowId = `${this.model.institution}/${fn}/${String(this.started)}`;
    this.latest.set(fn, { workflowId });
    const { taskQueue } = this.workers;
    this.model.say(`«${functionTitles[fn]}» starts`);
    const { firstExecutionRunId } = await this.client.workflow.start(fn, {
      taskQueue,
      workflowId,
      args: [{ institution: this.model.institution }],
    });
    return { done: this.follow(fn, workflowId, firstExecutionRunId) };
  }

  async allDone(): Promise<void> {
    while (this.underWay.size > 0) await Promise.all(this.underWay.keys());
  }

  /** What befalls the latest execution of a function, finished or not. @returns false if there was nothing to strike */
  async strike(fn: FunctionName, blow: Blow): Promise<boolean> {
    if (blow.do === 'kill') {
      if (!this.workers.kill()) return false;
      this.model.say('a worker process is killed');
      this.model.reach('kills');
      return true;
    }
    const execution = this.latest.get(fn);
    if (execution === undefined) return false;
    const { workflowId } = execution;
    const handle = this.client.workflow.getHandle(workflowId);
    // Temporal may not have heard of it yet.
    const seen = await handle.describe().catch((error: unknown) => {
      if (error instanceof WorkflowNotFoundError) return null;
      throw error;
    });
    if (seen === null) return false;
    const { status, runId } = seen;
    if (blow.do === 'terminate') {
      if (status.name !== 'RUNNING') return false;
      this.model.say(`«${functionTitles[fn]}» is terminated`);
      this.model.reach('terminations');
      this.lastCutOffMs = Date.now();
      // It may have ended meanwhile.
      await handle.terminate('model').catch(() => undefined);
      this.lastCutOffMs = Date.now();
      return true;
    }
    const { events } = await handle.fetchHistory();
    const hasBegun = events?.some(({ workflowTaskCompletedEventAttributes: task }) => (task ?? null) !== null) === true;
    if (!hasBegun) return false;
    this.model.say(`«${functionTitles[fn]}» is reset to its ${blow.to} workflow task`);
    this.model.reach('resets');
    const point = blow.to === 'first' ? 'first workflow task' : 'last workflow task';
    this.lastCutOffMs = Date.now();
    const again = await resetExecution(this.model.world, workflowId, runId, point);
    this.lastCutOffMs = Date.now();
    void this.follow(fn, workflowId, (await again.describe()).runId);
    return true;
  }

  /** Ends what is still waiting, and, where a sequence has failed, what is still at work. */
  async end(): Promise<void> {
    this.ending = true;
    await Promise.all(
      [...this.waiting, ...this.underWay.values()].map((workflowId) =>
        this.client.workflow
          .getHandle(workflowId)
          .terminate('the sequence has ended')
          .catch(() => undefined),
      ),
    );
  }

  private follow(fn: FunctionName, workflowId: string, runId: string): Promise<void> {
    const done = this.untilDone(fn, workflowId, runId, Date.now()).finally(() => this.underWay.delete(done));
    this.underWay.set(done, workflowId);
    return done;
  }

  /** Until it has ended, or only waits for phones. */
  private async untilDone(fn: FunctionName, workflowId: string, runId: string, sinceMs: number): Promise<void> {
    const handle = this.client.workflow.getHandle(workflowId, runId);
    const result = handle.result().then(
      () => undefined,
      (error: unknown) => error,
    );
    const error = await (fn === 'pushCancelled' ? Promise.race([result, this.untilOnlyWaiting(handle)]) : result);
    if (error === undefined || (error instanceof WorkflowFailedError && error.cause instanceof TerminatedFailure))
      return;
    const cause = error instanceof WorkflowFailedError ? error.cause : error;
    const isDisturbed = !this.isCalm || this.workers.hasKilledSince(sinceMs);
    if (isDisturbed && fn === 'retrieveTicketStatus' && hasRunOutOfTime(cause)) {
      this.model.say(`«${functionTitles[fn]}» has no time left for its contacts: the next one goes on`);
      this.model.reach('contacts that ran out of time');
      return;
    }
    const why = cause instanceof Error ? cause.message : undefined;
    this.failures.push(`«${functionTitles[fn]}» (${workflowId}) failed: ${why ?? 'nobody knows why'}`);
  }

  private async untilOnlyWaiting(handle: ReturnType<Client['workflow']['getHandle']>): Promise<undefined> {
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, lookMs));
      const seen = await handle.describe().catch((error: unknown) => {
        // Its world has gone.
        if (this.ending) return undefined;
        throw error;
      });
      if (seen === undefined || this.ending) return undefined;
      const { status, raw } = seen;
      const pending = raw.pendingActivities ?? [];
      if (pending.length > 0 && pending.every(({ activityType }) => activityType?.name === 'waitForDeletion')) {
        this.waiting.push(handle.workflowId);
        return undefined;
      }
      // Whoever waits for its end hears of it.
      if (status.name !== 'RUNNING') return new Promise(() => undefined);
    }
  }

  private get client(): Client {
    return this.model.world.client;
  }
}

/**
 * Contacts wait for S-360 only so long, and then the run ends as ERROR; in these tests it is half a minute, which two faults and a kill use up.
 * Nothing else has so little time.
 */
function hasRunOutOfTime(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof TimeoutFailure) return cause.timeoutType === 'SCHEDULE_TO_CLOSE';
    // Where the next attempt would not fit any more, the last failure stands there instead of a timeout.
    if (cause instanceof ActivityFailure && cause.retryState === 'TIMEOUT') return true;
  }
  return false;
}
