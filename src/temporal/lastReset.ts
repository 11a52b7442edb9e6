import type { WorkflowExecutionDescription } from '@temporalio/client';

/** When an execution was reset last, in milliseconds since 1970 by the server's clock; undefined if it never was. */
export function lastResetMs(description: WorkflowExecutionDescription): number | undefined {
  const time = description.raw.workflowExtendedInfo?.lastResetTime;
  if (time === null || time === undefined) return undefined;
  return Number(time.seconds ?? 0) * 1_000 + Math.floor((time.nanos ?? 0) / 1_000_000);
}
