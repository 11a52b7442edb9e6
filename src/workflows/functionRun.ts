import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  isCancellation,
  proxyActivities,
  TimeoutFailure,
  setCurrentDetails,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';

import type { Activities } from '../activities/index.js';
import type { AwaitedDeletions } from '../domain/awaitedDeletions.js';
import { noCounts, type RunCounts } from '../domain/counts.js';
import type { FunctionName } from '../domain/functions.js';
import { inputProblem, scheduledInputProblem, withoutOverrides, type InputShape } from '../domain/inputCheck.js';
import type { UsedCalls } from '../domain/callReservations.js';
import { messageOf } from '../domain/messages.js';
import type { RunInput } from '../domain/runInput.js';
import { runDetails } from '../domain/runReport.js';
import type { RunPlace, RunResult, StretchPhase, StretchRequest, StretchResult } from '../domain/stretch.js';
import { searchAttributes, startedBySchedule } from '../temporal/searchAttributes.js';
import { stretchLimits } from './stretchLimits.js';

/** How every stretch of every function runs. */
export const stretchOptions = {
  ...stretchLimits,
  retry: { initialInterval: '2s', backoffCoefficient: 2, maximumInterval: '1m' },
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
} as const;

const { closeFailedRun } = proxyActivities<Activities>(stretchOptions);

/** A preview waits for its calls as long as it must; whoever has asked can cancel it. Its silence is noticed by its heartbeat. */
const { previewFunction } = proxyActivities<Activities>({
  heartbeatTimeout: '30s',
  scheduleToCloseTimeout: '1h',
  retry: stretchOptions.retry,
});

/** Functions never continue as new: after so many stretches a run ends OK, and the next one goes on. */
const mostStretches = 500;

type StretchActivity = (request: StretchRequest) => Promise<StretchResult>;

/** The summary of a stretch in the Web UI. */
export function placeInQueue({ position }: StretchRequest): string {
  return position === null ? 'from the head of the queue' : `after ticket ${position}`;
}

/** What a run knows of itself between two stretches: positions and counts, never tickets. */
export class FunctionRun {
  /** Deletions that are pushed and not confirmed. */
  readonly awaited: AwaitedDeletions[] = [];
  private position: string | null = null;
  private counts: RunCounts = noCounts;
  private parkedReasons: Readonly<Record<string, number>> = {};
  private used: UsedCalls | null = null;
  private place: RunPlace | null = null;
  private phase: StretchPhase | undefined;
  private notOffered: readonly string[] | undefined;
  private parkedExample: string | undefined;

  constructor(
    private readonly name: FunctionName,
    private readonly input: RunInput,
    private readonly workStretch: StretchActivity,
  ) {
    this.show('RUNNING', 'Asking for permission and reading the first page.');
  }

  /**
   * Stretches until S-360 offers nothing more. @returns the run's result; on failure the run is closed as ERROR, so that the next one may
   * start at once, and fails with the sentence that says why.
   */
  async toTheEnd(): Promise<RunResult> {
    try {
      for (let stretch = 1; stretch <= mostStretches; stretch += 1) {
        const result = await this.stretch(stretch === mostStretches);
        if (result !== null) return result;
      }
      throw ApplicationFailure.nonRetryable('The last stretch did not end the run.', 'RUN_FAILED');
    } catch (error) {
      return await this.fail(error);
    }
  }

  show(state: Parameters<typeof runDetails>[2], message: string): void {
    setCurrentDetails(runDetails(this.name, this.place, state, this.counts, this.parkedReasons, message));
  }

  /**
   * What a run would do: the same way with writers that refuse, without a permission and without a trace in either system.
   *
   * @returns the run's result, which says so
   */
  async preview(): Promise<RunResult> {
    this.show('RUNNING', 'PREVIEW: nothing is written, in either system.');
    try {
      const report = await previewFunction.executeWithOptions({ summary: 'preview: nothing is written' }, [
        { function: this.name, input: this.input },
      ]);
      const { tickets, people, obstacles, message, counts, parkedReasons, endState, ...place } = report;
      this.place = place;
      this.counts = counts;
      this.parkedReasons = parkedReasons;
      this.show(endState, message);
      return { ...place, endState, counts, parkedReasons, message, preview: { tickets, people, obstacles } };
    } catch (error) {
      // A preview leaves no trace, also when it fails: nothing is closed.
      const { message, type, cancelled } = whyOf(error);
      this.show('ERROR', `PREVIEW: nothing was written, in either system. ${message}`);
      if (cancelled) throw error;
      throw failureOf(message, type, error);
    }
  }

  /** One upsert at the end: searchable whoever started the run, also from the Web UI's form. */
  index(endState: RunResult['endState'], where: RunPlace): void {
    upsertSearchAttributes([
      { key: searchAttributes.S360Institution, value: where.institution },
      { key: searchAttributes.S360Organization, value: where.organization },
      { key: searchAttributes.S360Function, value: this.name },
      { key: searchAttributes.EndState, value: endState },
      { key: searchAttributes.TicketsSent, value: this.counts.sent },
      { key: searchAttributes.TicketsParked, value: this.counts.parked },
    ]);
  }

  /** Works one stretch. @returns the run's result if it was the last one */
  private async stretch(last: boolean): Promise<RunResult | null> {
    const { input, position, counts, parkedReasons, used, phase, notOffered, parkedExample } = this;
    const awaiting = this.awaited.length > 0;
    const done = { counts, parkedReasons, used, awaiting, notOffered, parkedExample };
    const result = await this.workStretch({ input, position, last, phase, ...done });
    this.counts = result.counts;
    this.parkedReasons = result.parkedReasons;
    this.place = result.where;
    // Histories recorded before push cancelled existed lack the member.
    this.awaited.push(...((result as Partial<StretchResult>).awaited ?? []));
    if (result.kind === 'more') {
      this.position = result.position;
      this.used = result.used;
      this.phase = result.phase;
      this.notOffered = result.notOffered;
      this.parkedExample = result.parkedExample;
      this.show('RUNNING', result.message === undefined || result.message === '' ? 'Working.' : result.message);
      return null;
    }
    this.show(result.endState, result.message);
    this.index(result.endState, result.where);
    const { endState, message } = result;
    return { ...result.where, endState, counts: result.counts, parkedReasons: result.parkedReasons, message };
  }

  private async fail(error: unknown): Promise<never> {
    const { message, type, cancelled } = whyOf(error);
    this.show('ERROR', message);
    // A call that is cut off may have failed in its own way: it was a person who ended the run.
    const code = CancellationScope.current().consideredCancelled ? 'CANCELLED' : type;
    if (type !== 'INPUT_INVALID') {
      await CancellationScope.nonCancellable(async () => {
        const where = await closeFailedRun.executeWithOptions({ summary: 'end as ERROR' }, [
          { function: this.name, input: this.input, counts: this.counts, message, code },
        ]);
        if (where !== null) this.index('ERROR', where);
      });
    }
    if (cancelled) throw error;
    throw failureOf(message, type, error);
  }
}

const waits: readonly string[] = ['WAITING_FOR_TURN', 'WAITING_FOR_SLOT', 'WAITING_FOR_CALLS'];
const waitedInVain =
  'It waited in vain for as long as it may, 15 minutes, and this execution ends here. Start it again; an override that nothing was sent of is not used up.';

/** Why an execution ends: the code, and the sentence for a person. */
function whyOf(error: unknown): { readonly type: string; readonly message: string; readonly cancelled: boolean } {
  const cancelled = isCancellation(error);
  const cause = error instanceof ActivityFailure && error.cause !== undefined ? error.cause : error;
  if (!cancelled && cause instanceof ApplicationFailure) {
    return { type: cause.type ?? 'RUN_FAILED', message: cause.message, cancelled };
  }
  const last = cause instanceof TimeoutFailure ? cause.failure?.cause : null;
  const lastType = last?.applicationFailureInfo?.type ?? '';
  if (!cancelled && lastType !== '') {
    // Of an activity that has run out of time, only the failure as the server sent it says what its last attempt said.
    const message = last?.message ?? messageOf('RUN_FAILED').sentence;
    return { type: lastType, message: waits.includes(lastType) ? `${message} ${waitedInVain}` : message, cancelled };
  }
  const type = cancelled ? 'CANCELLED' : 'RUN_FAILED';
  return { type, message: messageOf(type).sentence, cancelled };
}

function failureOf(message: string, type: string, error: unknown): ApplicationFailure {
  return ApplicationFailure.create({
    message,
    type,
    nonRetryable: true,
    ...(error instanceof Error ? { cause: error } : {}),
  });
}

/**
 * What a schedule asks for in vain, it asks for at every tick: that is noted as a failure of the function, so that somebody is told. Whoever
 * types a wrong input by hand sees it at once.
 *
 * @throws ApplicationFailure INPUT_INVALID with the path, what was expected and an input that is right
 */
export async function checkInput(name: FunctionName, input: unknown, shape: InputShape): Promise<void> {
  const problem = inputProblem(input, shape);
  if (problem !== null) throw ApplicationFailure.nonRetryable(problem, 'INPUT_INVALID');
  if (workflowInfo().typedSearchAttributes.get(startedBySchedule) === undefined) return;
  const inSchedule = scheduledInputProblem(input, shape);
  if (inSchedule === null) return;
  await closeFailedRun.executeWithOptions({ summary: 'end as ERROR' }, [
    {
      function: name,
      input: withoutOverrides(input as RunInput, shape),
      counts: noCounts,
      message: inSchedule,
      code: 'INPUT_INVALID',
    },
  ]);
  throw ApplicationFailure.nonRetryable(inSchedule, 'INPUT_INVALID');
}
