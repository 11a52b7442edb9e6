import { count, table } from '../src/cli/terminal.js';
import type { RunCounts } from '../src/domain/counts.js';
import { countsOf, endStateOf, lastOf, type FunctionRun, type Writes } from './executions.js';
import { executionsRow } from './executionsRow.js';

export interface RunColumn {
  readonly title: string;
  readonly run: FunctionRun;
}

/** Executions side by side: what they say of themselves, and what the two systems counted meanwhile. */
export function runTable(
  columns: readonly RunColumn[],
  counts: readonly (readonly [name: string, key: keyof RunCounts])[],
  counted: readonly (readonly [name: string, key: keyof Writes])[] = [],
): string {
  const runs = columns.map(({ run }) => run);
  const rows = [
    ['end state', ...runs.map((run) => endStateOf(lastOf(run)))],
    ...executionsRow(runs),
    ...counts.flatMap(([name, key]) => {
      const row = [name, ...runs.map((run) => count(countsOf(run)[key]))];
      return key === 'parked' ? [row, ...parkedRows(runs)] : [row];
    }),
    ['calls to S-360', ...runs.map((run) => count(countsOf(run).s360Calls))],
    ['calls to TIXNGO', ...runs.map((run) => count(countsOf(run).tixngoCalls))],
    ['time', ...runs.map(({ seconds }) => `${seconds.toFixed(1)} s`)],
    ...counted.map(([name, key]) => [name, ...runs.map(({ writes }) => count(writes[key]))]),
  ];
  return table(rows, { head: ['', ...columns.map(({ title }) => title)], right: columns.map((_, i) => i + 1) });
}

/** How many were parked by reason, if any were. */
function parkedRows(runs: readonly FunctionRun[]): string[][] {
  const reasons = runs.map((run) => {
    const { ending } = lastOf(run);
    return ending.kind === 'completed' ? ending.result.parkedReasons : {};
  });
  return [...new Set(reasons.flatMap(Object.keys))].map((reason) => [
    `  ${reason}`,
    ...reasons.map((parked) => count(parked[reason] ?? 0)),
  ]);
}
