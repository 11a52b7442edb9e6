import { startFunction } from '../src/cli/startFunction.js';
import { count } from '../src/cli/terminal.js';
import { watchExecution, type Ending } from '../src/cli/watchExecution.js';
import type { Say } from '../src/temporal/say.js';
import { readJson, s360Control, tixngoControl } from './comparer/sandboxTickets.js';
import type { Parts } from './parts.js';

/** What both sandboxes counted, whatever the interface says of itself. */
export interface Writes {
  /** Ticket writes that TIXNGO accepted. */
  readonly tixngoTickets: number;
  readonly s360Printed: number;
  readonly s360Flagged: number;
}

export interface InjectionRun {
  readonly workflowId: string;
  readonly runId: string;
  readonly url: string | null;
  readonly seconds: number;
  readonly ending: Ending;
  readonly writes: Writes;
}

/** One execution of ticket injection, and what the two systems counted meanwhile. */
export async function runInjection(parts: Parts, say: Say): Promise<InjectionRun> {
  const before = await countedWrites(parts);
  const startedMs = Date.now();
  const started = await startFunction(
    parts.client,
    'ticketsExternalPrinting',
    { organization: parts.organization },
    parts.taskQueue,
  );
  const ending = await watchExecution(parts.client, started, parts.taskQueue, process.env, say, async () => {
    const now = await countedWrites(parts);
    return `${count(now.tixngoTickets)} tickets in TIXNGO, ${count(now.s360Flagged)} marked processed in S-360`;
  });
  const seconds = Math.round((Date.now() - startedMs) / 100) / 10;
  const after = await countedWrites(parts);
  return {
    workflowId: started.workflowId,
    runId: started.runId,
    url: parts.ui?.execution(started.workflowId, started.runId) ?? null,
    seconds,
    ending,
    writes: {
      tixngoTickets: after.tixngoTickets - before.tixngoTickets,
      s360Printed: after.s360Printed - before.s360Printed,
      s360Flagged: after.s360Flagged - before.s360Flagged,
    },
  };
}

export function wroteNothing({ tixngoTickets, s360Printed, s360Flagged }: Writes): boolean {
  return tixngoTickets + s360Printed + s360Flagged === 0;
}

async function countedWrites({ s360Url, tixngoUrl }: Parts): Promise<Writes> {
  const [s360, tixngo] = await Promise.all([
    readJson<{ printed: number; flagged: number }>(`${s360Control(s360Url)}/counters`),
    readJson<{ ticketWrites: number }>(`${tixngoControl(tixngoUrl)}/counters`),
  ]);
  return { tixngoTickets: tixngo.ticketWrites, s360Printed: s360.printed, s360Flagged: s360.flagged };
}
