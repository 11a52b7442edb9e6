import {
  WithStartWorkflowOperation,
  WorkflowNotFoundError,
  type Client,
  type WorkflowExecutionDescription,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';

import { interfaceWorkflowId } from '../domain/functions.js';
import {
  claimUpdateName,
  closeUpdateName,
  functionCalmQueryName,
  askWaitQueryName,
  interfaceWorkflowType,
  reportUpdateName,
  reserveUpdateName,
  stateQueryName,
  type InterfaceStart,
} from '../domain/interfaceMessages.js';
import type { CallsAnswer, CallsRequest } from '../domain/callReservations.js';
import type { ClaimAnswer, ClaimRequest } from '../domain/claimRequest.js';
import type { CloseAnswer, CloseRequest } from '../domain/closing.js';
import type { FunctionCalm } from '../domain/doubt.js';
import {
  sameExecution,
  type Execution,
  type FunctionKey,
  type InterfaceState,
  type Wait,
} from '../domain/interfaceState.js';
import type { StretchReport } from '../domain/stretchReport.js';
import type { SeenWait, WaitAnswer } from '../domain/waits.js';
import { lastResetMs } from '../temporal/lastReset.js';

const mostTakeovers = 5;
const reportWithinMs = 5_000;

/**
 * Asks the interface workflow of an institution for permission, and gives it back. The workflow is started on first use
 * (update-with-start), so that nobody has to set it up.
 */
export class InterfacePermission {
  /** When the interface workflow that was asked was reset last; undefined if it never was. */
  interfaceResetAtMs: number | undefined;

  constructor(
    private readonly client: Client,
    private readonly institution: string,
    private readonly taskQueue: string,
    /** Ends with the activity: a worker that shuts down may be the only one, and then nobody answers. */
    private readonly signal: AbortSignal,
  ) {}

  /**
   * Claims one stretch. A holder that has ended without closing (terminated, reset, gone with its history) blocks nobody: it is looked
   * up and, seen closed, replaced.
   */
  async claim(request: ClaimRequest): Promise<ClaimAnswer> {
    let asked: ClaimRequest = { ...request, ...(await this.interfaceNow()) };
    this.interfaceResetAtMs = asked.interfaceResetAtMs;
    for (let takeovers = 0; ; takeovers += 1) {
      const updateId = `claim/${request.execution.runId}/${request.writer.activityId}/${String(request.writer.attempt)}/${String(takeovers)}`;
      const answer = await this.updateWithStart<ClaimAnswer, ClaimRequest>(claimUpdateName, updateId, asked);
      if (answer.kind !== 'alreadyRunning' || takeovers >= mostTakeovers) return answer;
      const closed = await this.seenClosed(answer.holder);
      if (closed === null || sameExecution(answer.holder, request.execution)) return answer;
      asked = { ...asked, closedHolder: { execution: answer.holder, closedAtMs: closed.atMs } };
    }
  }

  /** Calls for an attempt that only looks; with `needs` empty it only says what it has used. */
  async reserveCalls(request: CallsRequest): Promise<CallsAnswer> {
    const updateId = `calls/${request.execution.runId}/${request.writer.activityId}/${String(request.writer.attempt)}${request.used === undefined ? '' : '/used'}`;
    return this.updateWithStart<CallsAnswer, CallsRequest>(reserveUpdateName, updateId, request);
  }

  /** Whether executions that are believed to wait still do; one that Temporal does not know any more does not. */
  async seeWaits(executions: readonly Wait[]): Promise<SeenWait[]> {
    return Promise.all(
      executions.map(async (execution) => {
        const status = (await this.describe(execution))?.status.name;
        return { execution, state: status === 'RUNNING' ? 'waiting' : status === 'COMPLETED' ? 'ended' : 'lost' };
      }),
    );
  }

  /** Whether an execution is to go on waiting, or another one has taken its wait over. */
  async askWait(key: FunctionKey, wait: Wait): Promise<WaitAnswer> {
    return this.client.withAbortSignal(this.signal, () =>
      this.client.workflow
        .getHandle(interfaceWorkflowId(this.institution))
        .query<WaitAnswer, [FunctionKey, Wait]>(askWaitQueryName, key, wait),
    );
  }

  /** Best effort and short; also told while the activity is being cancelled. */
  async report(news: StretchReport): Promise<void> {
    const updateId = `report/${news.execution.runId}/${news.writer.activityId}/${String(news.writer.attempt)}`;
    await this.updateWithStart<unknown, StretchReport>(
      reportUpdateName,
      updateId,
      news,
      AbortSignal.timeout(reportWithinMs),
    );
  }

  /** Repeating the update (a lost answer) gives the same answer. */
  async close(request: CloseRequest): Promise<CloseAnswer> {
    const updateId = `close/${request.execution.runId}/${request.writer.activityId}/${String(request.writer.attempt)}`;
    return this.updateWithStart<CloseAnswer, CloseRequest>(closeUpdateName, updateId, request);
  }

  private async updateWithStart<Answer, Request>(
    name: string,
    updateId: string,
    request: Request,
    signal = this.signal,
  ): Promise<Answer> {
    const start: InterfaceStart = { institution: this.institution };
    return this.client.withAbortSignal(signal, () =>
      this.client.workflow.executeUpdateWithStart<(start: InterfaceStart) => Promise<void>, Answer, [Request]>(name, {
        args: [request],
        updateId,
        startWorkflowOperation: new WithStartWorkflowOperation<(start: InterfaceStart) => Promise<void>>(
          interfaceWorkflowType,
          {
            workflowId: interfaceWorkflowId(this.institution),
            workflowIdConflictPolicy: 'USE_EXISTING',
            taskQueue: this.taskQueue,
            args: [start],
            staticSummary: `Interface of institution ${this.institution}`,
          },
        ),
      }),
    );
  }

  /** Whether a function could still be sending, at this moment. */
  async functionCalm(key: FunctionKey): Promise<FunctionCalm> {
    return this.client.withAbortSignal(this.signal, () =>
      this.client.workflow
        .getHandle(interfaceWorkflowId(this.institution))
        .query<FunctionCalm, [FunctionKey]>(functionCalmQueryName, key),
    );
  }

  /** The whole state; null if there is none yet. */
  async state(): Promise<InterfaceState | null> {
    try {
      return await this.client.withAbortSignal(this.signal, () =>
        this.client.workflow.getHandle(interfaceWorkflowId(this.institution)).query<InterfaceState>(stateQueryName),
      );
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return null;
      throw error;
    }
  }

  /** When the interface workflow was reset, or has ended, which only a person brings about. Nothing if neither, or if there never was one. */
  private async interfaceNow(): Promise<Pick<ClaimRequest, 'interfaceResetAtMs' | 'earlierInterfaceEndedAtMs'>> {
    const seen = await this.describe({ workflowId: interfaceWorkflowId(this.institution) });
    if (seen === null) return {};
    return seen.status.name === 'RUNNING'
      ? { interfaceResetAtMs: lastResetMs(seen) }
      : { earlierInterfaceEndedAtMs: seen.closeTime?.getTime() };
  }

  /** An execution that is believed to work may have ended without a word. */
  async isRunning(execution: Execution): Promise<boolean> {
    return (await this.seenClosed(execution)) === null;
  }

  /** @returns null while it is running; `atMs` null if Temporal knows it no longer */
  private async seenClosed(execution: Execution): Promise<{ readonly atMs: number | null } | null> {
    const seen = await this.describe(execution);
    if (seen === null) return { atMs: null };
    return seen.status.name === 'RUNNING' ? null : { atMs: seen.closeTime?.getTime() ?? null };
  }

  /** @returns null if Temporal knows no such execution */
  private async describe(execution: {
    readonly workflowId: string;
    readonly runId?: string;
  }): Promise<WorkflowExecutionDescription | null> {
    try {
      return await this.client.workflow.getHandle(execution.workflowId, execution.runId).describe();
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return null;
      throw ApplicationFailure.create({
        type: 'CONNECTION_FAILED',
        message: `Temporal did not say whether ${execution.workflowId} is running.`,
      });
    }
  }
}
