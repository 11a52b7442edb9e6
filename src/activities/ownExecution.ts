import { ApplicationFailure } from '@temporalio/common';
import type { Client } from '@temporalio/client';

import { messageOf } from '../domain/messages.js';
import type { WritePermission } from '../http/writePermission.js';
import { lastResetMs } from '../temporal/lastReset.js';

/** Which attempt of which activity of which execution this is. */
export interface Attempt {
  readonly workflowId: string;
  readonly runId: string;
  readonly activityId: string;
  readonly attempt: number;
}

const goodForMs = 5_000;
const answerWithinMs = 5_000;
/** A write begins within so long of the look that permitted it, or never; shorter than what those who take over allow (`noticeMs`). */
const writeBeginsWithinMs = 7_000;

/**
 * Work can outlive its permission: a terminated, reset or stalled run's activity goes on until it notices. So it looks at its own
 * execution before a write. No longer running, a newer attempt, or no answer: nothing more is written.
 */
export class OwnExecution implements WritePermission {
  private checkedAtMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly client: Client,
    private readonly me: Attempt,
    /** Who gave the permission: terminated and started anew, or reset, it knows nothing of it. */
    private readonly permittedBy: {
      readonly workflowId: string;
      readonly chain: string | undefined;
      /** Its last reset when it gave the permission; undefined if it never was reset. */
      readonly resetAtMs: number | undefined;
    },
  ) {}

  /** @throws ApplicationFailure PERMISSION_LOST (retryable: if this attempt is alone after all, the next one goes on) */
  async assertMine(): Promise<void> {
    const nowMs = Date.now();
    if (nowMs - this.checkedAtMs < goodForMs) return;
    const isMine = await this.isMine();
    // A process that stood still meanwhile has an answer of long ago.
    if (!isMine || Date.now() - nowMs >= goodForMs) {
      throw ApplicationFailure.create({ type: 'PERMISSION_LOST', message: messageOf('PERMISSION_LOST').sentence });
    }
    this.checkedAtMs = Math.max(this.checkedAtMs, nowMs);
  }

  mayBegin(): boolean {
    return Date.now() - this.checkedAtMs < writeBeginsWithinMs;
  }

  private async isMine(): Promise<boolean> {
    const { workflowId, runId, activityId, attempt } = this.me;
    try {
      const handle = this.client.workflow.getHandle(workflowId, runId);
      const description = await this.client.withDeadline(Date.now() + answerWithinMs, () => handle.describe());
      if (description.status.name !== 'RUNNING') return false;
      const pending = description.raw.pendingActivities?.find((activity) => activity.activityId === activityId);
      return pending?.attempt === attempt && (await this.isStillPermitted());
    } catch {
      return false;
    }
  }

  private async isStillPermitted(): Promise<boolean> {
    const { workflowId, chain, resetAtMs } = this.permittedBy;
    if (chain === undefined) return true;
    const handle = this.client.workflow.getHandle(workflowId);
    const now = await this.client.withDeadline(Date.now() + answerWithinMs, () => handle.describe());
    const resetSince = lastResetMs(now) ?? resetAtMs;
    return now.raw.workflowExecutionInfo?.firstRunId === chain && resetSince === resetAtMs;
  }
}
