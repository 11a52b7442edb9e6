import type { temporal } from '@temporalio/proto';

type Description = temporal.api.workflowservice.v1.IDescribeWorkflowExecutionResponse;

/** An execution of push cancelled that has pushed everything and waits until TIXNGO confirms. */
export interface DeletionWait {
  /** What it is waiting for, a sentence; null before its first look. */
  readonly message: string | null;
  /** Until its next look; null while it is looking. */
  readonly secondsToNextLook: number | null;
}

/** @returns null if the execution does not wait for deletions */
export function deletionWaitOf({ pendingActivities }: Description): DeletionWait | null {
  const waits = (pendingActivities ?? []).filter(({ activityType }) => activityType?.name === 'waitForDeletion');
  if (waits.length === 0) return null;
  const messages = new Set(
    waits.flatMap(({ lastFailure }) => {
      const sentence = lastFailure?.message ?? '';
      return sentence === '' ? [] : [sentence];
    }),
  );
  const [first = null] = messages;
  const more = messages.size > 1 ? ` (and ${String(messages.size - 1)} groups of other reasons)` : '';
  const next = waits.map(({ nextAttemptScheduleTime }) => Number(nextAttemptScheduleTime?.seconds ?? 0));
  const soonest = Math.min(...next);
  return {
    message: first === null ? null : `${first}${more}`,
    secondsToNextLook: soonest === 0 ? null : Math.max(0, Math.ceil(soonest - Date.now() / 1_000)),
  };
}
