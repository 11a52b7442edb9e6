import type { Client } from '@temporalio/client';

import type { InterfaceState } from '../domain/interfaceState.js';

/**
 * Who works and does not get on: executions whose activity has failed and is tried again, each a line with what its last attempt said. The state of
 * the interface knows only that they are at work.
 */
export async function holderTroubles(client: Client, state: InterfaceState | null): Promise<string[]> {
  const working = Object.values(state?.functions ?? {}).filter(({ holder }) => holder !== null);
  const lines = await Promise.all(
    working.map(async ({ organization, function: name, holder }) => {
      const { workflowId = '', runId } = holder?.execution ?? {};
      const seen = await client.workflow
        .getHandle(workflowId, runId)
        .describe()
        .catch(() => null);
      const failing = seen?.raw.pendingActivities?.find(({ lastFailure }) => (lastFailure ?? null) !== null);
      if (failing === undefined) return [];
      const said = failing.lastFailure?.message ?? 'no reason given';
      return [`${organization} ${name} tries again (attempt ${String(failing.attempt ?? 1)}): ${said}`];
    }),
  );
  return lines.flat();
}
