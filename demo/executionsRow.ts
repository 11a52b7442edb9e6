import { count } from '../src/cli/terminal.js';
import type { FunctionRun } from './executions.js';

/** Only if a run took several: under faults one may end as ERROR, and the next one goes on. */
export function executionsRow(runs: readonly FunctionRun[]): string[][] {
  if (runs.every(({ executions }) => executions.length === 1)) return [];
  return [['executions, all but the last ended as ERROR', ...runs.map(({ executions }) => count(executions.length))]];
}
