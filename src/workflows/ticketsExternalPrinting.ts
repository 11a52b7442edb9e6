import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  isCancellation,
  proxyActivities,
  setCurrentDetails,
  upsertSearchAttributes,
} from '@temporalio/workflow';

import type { Activities } from '../activities/index.js';
import { noCounts, type RunCounts } from '../domain/counts.js';
import { injectionInputShape, type InjectionInput } from '../domain/injectionInput.js';
import { inputProblem } from '../domain/inputCheck.js';
import type { UsedCalls } from '../domain/interfaceState.js';
import { messageOf } from '../domain/messages.js';
import { runDetails } from '../domain/runReport.js';
import type { RunPlace, RunResult, StretchResult } from '../domain/stretch.js';
import { searchAttributes } from '../temporal/searchAttributes.js';

const { ticketsExternalPrintingStretch, closeFailedRun } = proxyActivities<Activities>({
  startToCloseTimeout: '5m',
  // Silence is seen: after a quarter of an hour the run ends as ERROR and the next tick goes on.
  scheduleToCloseTimeout: '15m',
  heartbeatTimeout: '30s',
  retry: { initialInterval: '2s', backoffCoefficient: 2, maximumInterval: '1m' },
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
});

/** Functions never continue as new: after so many stretches a run ends OK, and the next one goes on. */
const mostStretches = 500;

/**
 * Tickets external printing (ticket injection). Sends the tickets that S-360 offers to TIXNGO.
 *
 * Before: NOT_PRINTED in S-360, unknown in TIXNGO. After: INJECTED in TIXNGO (its event created if it did not exist), PRINTED by the
 * configured point of sales and marked processed in S-360. Source: S-360 manual, «1. Ticket injection».
 */
export async function ticketsExternalPrinting(input?: InjectionInput | null): Promise<RunResult> {
  const problem = inputProblem(input, injectionInputShape);
  if (problem !== null) throw ApplicationFailure.nonRetryable(problem, 'INPUT_INVALID');

  const run = new Run(input ?? {});
  try {
    for (let stretch = 1; stretch <= mostStretches; stretch += 1) {
      const result = await run.stretch(stretch === mostStretches);
      if (result !== null) return result;
    }
    throw ApplicationFailure.nonRetryable('The last stretch did not end the run.', 'RUN_FAILED');
  } catch (error) {
    return await run.fail(error);
  }
}

/** What a run knows of itself between two stretches: positions and counts, never tickets. */
class Run {
  private position: string | null = null;
  private counts: RunCounts = noCounts;
  private parkedReasons: Readonly<Record<string, number>> = {};
  private used: UsedCalls | null = null;
  private place: RunPlace | null = null;

  constructor(private readonly input: InjectionInput) {
    this.show('RUNNING', 'Asking for permission and reading the first page.');
  }

  /** Works one stretch. @returns the run's result if it was the last one */
  async stretch(last: boolean): Promise<RunResult | null> {
    const where = this.position === null ? 'from the head of the queue' : `after ticket ${this.position}`;
    const result: StretchResult = await ticketsExternalPrintingStretch.executeWithOptions({ summary: where }, [
      {
        input: this.input,
        position: this.position,
        counts: this.counts,
        parkedReasons: this.parkedReasons,
        used: this.used,
        last,
      },
    ]);
    this.counts = result.counts;
    this.parkedReasons = result.parkedReasons;
    this.place = result.where;
    if (result.kind === 'more') {
      this.position = result.position;
      this.used = result.used;
      this.show('RUNNING', 'Working.');
      return null;
    }
    this.show(result.endState, result.message);
    this.index(result.endState, result.where);
    const { endState, counts, parkedReasons, message } = result;
    return { ...result.where, endState, counts, parkedReasons, message };
  }

  /** Closes the run as ERROR, so that the next one may start at once, and fails with the sentence that says why. */
  async fail(error: unknown): Promise<never> {
    const cancelled = isCancellation(error);
    const cause = error instanceof ActivityFailure && error.cause !== undefined ? error.cause : error;
    const type = cancelled
      ? 'CANCELLED'
      : cause instanceof ApplicationFailure
        ? (cause.type ?? 'RUN_FAILED')
        : 'RUN_FAILED';
    const message =
      !cancelled && cause instanceof ApplicationFailure
        ? cause.message
        : messageOf(cancelled ? 'CANCELLED' : 'RUN_FAILED').sentence;
    this.show('ERROR', message);
    if (type !== 'INPUT_INVALID') {
      await CancellationScope.nonCancellable(async () => {
        const where = await closeFailedRun.executeWithOptions({ summary: 'end as ERROR' }, [
          { input: this.input, counts: this.counts, message },
        ]);
        if (where !== null) this.index('ERROR', where);
      });
    }
    if (cancelled) throw error;
    throw ApplicationFailure.create({
      message,
      type,
      nonRetryable: true,
      ...(error instanceof Error ? { cause: error } : {}),
    });
  }

  private show(state: Parameters<typeof runDetails>[1], message: string): void {
    setCurrentDetails(runDetails(this.place, state, this.counts, this.parkedReasons, message));
  }

  /** One upsert at the end: searchable whoever started the run, also from the Web UI's form. */
  private index(endState: RunResult['endState'], where: RunPlace): void {
    upsertSearchAttributes([
      { key: searchAttributes.S360Institution, value: where.institution },
      { key: searchAttributes.S360Organization, value: where.organization },
      { key: searchAttributes.S360Function, value: 'ticketsExternalPrinting' },
      { key: searchAttributes.EndState, value: endState },
      { key: searchAttributes.TicketsSent, value: this.counts.sent },
      { key: searchAttributes.TicketsParked, value: this.counts.parked },
    ]);
  }
}
