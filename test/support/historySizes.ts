import type { Client } from '@temporalio/client';
import { temporal } from '@temporalio/proto';

type HistoryEvent = temporal.api.history.v1.IHistoryEvent;

/** What Temporal counts against its limits, of one execution. */
export interface HistorySizes {
  readonly events: number;
  readonly historyBytes: number;
  /** A whole event: every payload in it is smaller. */
  readonly largestEventBytes: number;
  /** All commands of one workflow task: they reach the server in one message. */
  readonly largestCommandsBytes: number;
  readonly pendingActivities: number;
  readonly largestHeartbeatBytes: number;
}

/**
 * The hard limits of a Temporal server with its defaults. It warns long before them: at a fifth of a history's size and events, and at an
 * eighth of a payload.
 */
const temporalLimits: HistorySizes = {
  events: 51_200,
  historyBytes: 50 * 1_024 * 1_024,
  largestEventBytes: 2 * 1_024 * 1_024,
  largestCommandsBytes: 4 * 1_024 * 1_024,
  pendingActivities: 2_000,
  largestHeartbeatBytes: 2 * 1_024 * 1_024,
};

export async function historySizes(client: Client, workflowId: string): Promise<HistorySizes> {
  const handle = client.workflow.getHandle(workflowId);
  const description = await handle.describe();
  const events = (await handle.fetchHistory()).events ?? [];
  const bytesByTask = new Map<string, number>();
  for (const event of events) {
    const task = commandOfTask(event);
    if (task !== null) bytesByTask.set(task, (bytesByTask.get(task) ?? 0) + bytesOf(event));
  }
  const pending = description.raw.pendingActivities ?? [];
  return {
    events: Math.max(description.historyLength, events.length),
    // The time-skipping server does not tell.
    historyBytes: description.historySize ?? events.reduce((sum, event) => sum + bytesOf(event), 0),
    largestEventBytes: Math.max(...events.map(bytesOf)),
    largestCommandsBytes: Math.max(0, ...bytesByTask.values()),
    pendingActivities: pending.length,
    largestHeartbeatBytes: Math.max(
      0,
      ...pending.map(({ heartbeatDetails }) =>
        heartbeatDetails ? temporal.api.common.v1.Payloads.encode(heartbeatDetails).finish().length : 0,
      ),
    ),
  };
}

function bytesOf(event: HistoryEvent): number {
  return temporal.api.history.v1.HistoryEvent.encode(event).finish().length;
}

/** The workflow task that has commanded what the event says; null if none has. */
function commandOfTask(event: HistoryEvent): string | null {
  for (const attributes of Object.values(event)) {
    const task = (attributes as { workflowTaskCompletedEventId?: HistoryEvent['eventId'] } | null)
      ?.workflowTaskCompletedEventId;
    if (task !== undefined && task !== null) return task.toString();
  }
  return null;
}

/** Members that are over a tenth of Temporal's limit, or could not be measured. */
export function overATenth(sizes: HistorySizes): string[] {
  return Object.entries(temporalLimits)
    .map(([name, limit]) => ({ name, limit: Number(limit), size: sizes[name as keyof HistorySizes] }))
    .filter(({ limit, size }) => !(size <= limit / 10))
    .map(({ name, limit, size }) => `${name}: ${String(size)} of ${String(limit)}`);
}
