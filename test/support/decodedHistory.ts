import type { Client } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';

/** A history as text with every payload decoded: what a person with access to the Web UI could read. */
export async function decodedHistory(client: Client, workflowId: string, runId?: string): Promise<string> {
  const handle = client.workflow.getHandle(workflowId, runId);
  const history = JSON.parse(historyToJSON(await handle.fetchHistory())) as unknown;
  const description = await handle.describe();
  return [
    JSON.stringify(decodePayloads(history)),
    JSON.stringify(description.memo ?? {}),
    JSON.stringify(description.typedSearchAttributes),
    JSON.stringify(decodePayloads(JSON.parse(JSON.stringify(description.raw)) as unknown)),
    (await description.staticSummary()) ?? '',
    (await description.staticDetails()) ?? '',
  ].join('\n');
}

/** Replaces the base64 of every payload (`data`) by its text, at any depth. */
export function decodePayloads(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decodePayloads);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      key === 'data' && typeof item === 'string' ? Buffer.from(item, 'base64').toString('utf8') : decodePayloads(item),
    ]),
  );
}
