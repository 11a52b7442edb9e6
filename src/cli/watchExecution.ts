import { setTimeout as pause } from 'node:timers/promises';

import { WorkflowFailedError, type Client } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure, defaultPayloadConverter, TerminatedFailure } from '@temporalio/common';
import proto, { type temporal } from '@temporalio/proto';

import type { RunCounts } from '../domain/counts.js';
import type { RunResult } from '../domain/stretch.js';
import type { Say } from '../temporal/say.js';
import { deletionWaitOf, type DeletionWait } from './deletionWait.js';
import { noWorkerSentence, pollerCount } from './pollers.js';
import type { StartedExecution } from './startFunction.js';
import { count } from './terminal.js';

const { PENDING_WORKFLOW_TASK_STATE_SCHEDULED } = proto.temporal.api.enums.v1.PendingWorkflowTaskState;
const { PENDING_ACTIVITY_STATE_SCHEDULED } = proto.temporal.api.enums.v1.PendingActivityState;

type Description = temporal.api.workflowservice.v1.IDescribeWorkflowExecutionResponse;

/** How an execution ended, for the person who started it. */
export type Ending =
  | { readonly kind: 'completed'; readonly result: RunResult }
  /** `code` as in the message catalogue, or CANCELLED, TERMINATED. */
  | { readonly kind: 'failed'; readonly code: string; readonly message: string };

const lookMs = 1_000;
/** A line without news, so that nobody takes a wait for a stop. */
const silenceMs = 5_000;
/** It has said when it goes on. */
const announcedSilenceMs = 15_000;
/** A wait for a phone can take days. */
const waitingSilenceMs = 60_000;
/** A worker that is there takes an execution up within milliseconds. */
const takenUpMs = 2_000;

/**
 * Waits for the end of an execution and says meanwhile what it does: counts from the heartbeat of its activity, what it waits for, and
 * within five seconds that no worker takes it up.
 *
 * @param countsElsewhere who knows fresher counts than heartbeats, of which Temporal passes on one in half a minute
 */
export async function watchExecution(
  client: Client,
  { handle }: Pick<StartedExecution, 'handle'>,
  taskQueue: string,
  environment: NodeJS.ProcessEnv,
  say: Say,
  countsElsewhere?: () => Promise<string>,
): Promise<Ending> {
  const end = endingOf(handle.result());
  const progress = new Progress(say);
  let waitingSinceMs: number | null = null;
  let told = false;
  for (;;) {
    const ending = await Promise.race([end, pause(lookMs, null)]);
    if (ending !== null) {
      // A short execution may be over before anybody has seen it at work.
      if (told && ending.kind === 'completed') say('A worker has taken it up.');
      return ending;
    }
    const description = await handle.describe().then(
      ({ raw }) => raw,
      () => null,
    );
    if (description === null) continue;
    if (waitsForWorker(description)) {
      waitingSinceMs ??= Date.now();
      const pollers = told ? 1 : await pollerCount(client, taskQueue).catch(() => 1);
      if (!told && (pollers === 0 || Date.now() - waitingSinceMs > takenUpMs)) {
        say(noWorkerSentence(pollers, environment, taskQueue));
        told = true;
      }
    } else {
      if (told) say('A worker has taken it up.');
      waitingSinceMs = null;
      told = false;
      progress.show(description, await countsElsewhere?.().catch(() => undefined));
    }
  }
}

async function endingOf(result: Promise<RunResult>): Promise<Ending> {
  try {
    return { kind: 'completed', result: await result };
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    const { cause } = error;
    if (cause instanceof CancelledFailure) {
      return { kind: 'failed', code: 'CANCELLED', message: 'Somebody cancelled the execution; nothing is sent twice.' };
    }
    if (cause instanceof TerminatedFailure) {
      return {
        kind: 'failed',
        code: 'TERMINATED',
        message: 'Somebody terminated the execution; the next one looks up what is in doubt.',
      };
    }
    if (cause instanceof ApplicationFailure) {
      return { kind: 'failed', code: cause.type ?? 'RUN_FAILED', message: cause.message };
    }
    return { kind: 'failed', code: 'RUN_FAILED', message: cause?.message ?? error.message };
  }
}

function waitsForWorker({ pendingWorkflowTask }: Description): boolean {
  return pendingWorkflowTask?.state === PENDING_WORKFLOW_TASK_STATE_SCHEDULED;
}

type PendingActivity = NonNullable<Description['pendingActivities']>[number];

/** Says what has changed since it was asked last. */
class Progress {
  private readonly startedMs = Date.now();
  private counts: Partial<RunCounts> = {};
  private last = '';
  private lastReason = '';
  private saidMs = Date.now();

  constructor(private readonly say: Say) {}

  show(description: Description, counted: string | undefined): void {
    const wait = deletionWaitOf(description);
    if (wait !== null) {
      this.showWait(wait);
      return;
    }
    const activity = description.pendingActivities?.[0];
    if (activity === undefined) return;
    // A heartbeat without details, sent only to be alive, wipes what the one before it said.
    const payload = activity.heartbeatDetails?.payloads?.[0];
    if (payload !== undefined) {
      const counts = defaultPayloadConverter.fromPayload<Partial<RunCounts> | null>(payload);
      if (counts !== null && typeof counts === 'object') this.counts = counts;
    }
    const line = counted ?? countsLine(this.counts);
    const attempt = activity.attempt ?? 1;
    const waits = activity.state === PENDING_ACTIVITY_STATE_SCHEDULED && attempt > 1;
    const reason = waits ? (activity.lastFailure?.message ?? 'no reason given') : '';
    const news = `${line} ${String(attempt)} ${reason}`;
    if (news === this.last && Date.now() - this.saidMs < (waits ? announcedSilenceMs : silenceMs)) return;
    const why = reason === this.lastReason ? '' : `: ${reason}`;
    const about = waits
      ? `; next try (${String(attempt)}) ${whenNext(activity)}${why}`
      : attempt > 1
        ? `; try ${String(attempt)}`
        : '';
    this.last = news;
    if (waits) this.lastReason = reason;
    this.sayAt(`${line}${about}`);
  }

  private showWait({ message, secondsToNextLook }: DeletionWait): void {
    const news = message ?? 'asking TIXNGO whether the deletions are confirmed';
    if (news === this.last && Date.now() - this.saidMs < waitingSilenceMs) return;
    this.last = news;
    const next = secondsToNextLook === null ? '' : ` Next look in ${duration(secondsToNextLook)}.`;
    this.sayAt(`everything is pushed; ${news}${next}`);
  }

  private sayAt(line: string): void {
    this.saidMs = Date.now();
    this.say(`  ${String(Math.round((Date.now() - this.startedMs) / 1_000)).padStart(3)} s  ${line}`);
  }
}

/** Temporal tries again by itself; whoever waits wants to know when. */
function whenNext({ nextAttemptScheduleTime }: PendingActivity): string {
  const seconds = Math.ceil(Number(nextAttemptScheduleTime?.seconds ?? 0) - Date.now() / 1_000);
  return seconds > 0 ? `in ${String(seconds)} s` : 'now';
}

/** 45 s, 12 min, 3 h */
function duration(seconds: number): string {
  if (seconds < 120) return `${String(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${String(minutes)} min` : `${String(Math.round(minutes / 60))} h`;
}

function countsLine(counts: Partial<RunCounts>): string {
  if (counts.offered === undefined) return 'reading the first page';
  const parts: string[] = [`${count(counts.offered)} offered`, `${count(counts.sent ?? 0)} sent`];
  const more: [keyof RunCounts, string][] = [
    ['found', 'found in TIXNGO'],
    ['processed', 'marked processed'],
    ['parked', 'parked'],
    ['waitingForHolder', 'waiting for their holder'],
  ];
  for (const [key, words] of more) {
    const value = counts[key] ?? 0;
    if (value > 0) parts.push(`${count(value)} ${words}`);
  }
  return parts.join(', ');
}
