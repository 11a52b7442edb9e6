import { table, count } from '../src/cli/terminal.js';
import { readJson, s360Control, tixngoControl } from './comparer/sandboxTickets.js';
import type { Parts } from './parts.js';

/** How often each kind of fault struck, in the words of {@link kindOf}. */
export type StruckFaults = Readonly<Record<string, number>>;

export interface FaultsOfBoth {
  readonly s360: StruckFaults;
  readonly tixngo: StruckFaults;
}

interface Rule {
  readonly fault: { readonly kind: string; readonly status?: number };
  readonly fired: number;
}

const kinds: Readonly<Record<string, string>> = {
  latency: 'late',
  refused: 'connection refused',
  reset: 'connection reset, nothing applied',
  resetAfter: 'applied, then connection reset',
  timeoutBefore: 'no answer, nothing applied',
  timeoutAfter: 'applied, but no answer',
  malformed: 'applied, answer cut in two',
  truncated: 'applied, connection ended in mid-answer',
  partial: 'only a part of the batch applied',
};

function kindOf({ fault: { kind, status } }: Rule): string {
  return kind === 'status' ? `answered ${String(status)}` : (kinds[kind] ?? kind);
}

export async function struckFaults({ s360Url, tixngoUrl }: Parts): Promise<FaultsOfBoth> {
  const struck = async (control: string): Promise<StruckFaults> => {
    const { rules } = await readJson<{ rules: readonly Rule[] }>(`${control}/faults`);
    const byKind: Record<string, number> = {};
    for (const rule of rules) {
      if (rule.fired > 0) byKind[kindOf(rule)] = (byKind[kindOf(rule)] ?? 0) + rule.fired;
    }
    return byKind;
  };
  const [s360, tixngo] = await Promise.all([struck(s360Control(s360Url)), struck(tixngoControl(tixngoUrl))]);
  return { s360, tixngo };
}

export function sumOf(struck: StruckFaults): number {
  return Object.values(struck).reduce((sum, fired) => sum + fired, 0);
}

/** Without a fault in each system, a run under faults shows nothing. */
export function bothWereStruck({ s360, tixngo }: FaultsOfBoth): boolean {
  return sumOf(s360) > 0 && sumOf(tixngo) > 0;
}

export function faultsText({ s360, tixngo }: FaultsOfBoth): string {
  const names = [...Object.values(kinds), ...new Set([...Object.keys(s360), ...Object.keys(tixngo)])];
  const rows = [...new Set(names)]
    .filter((name) => (s360[name] ?? 0) + (tixngo[name] ?? 0) > 0)
    .map((name) => [name, count(s360[name] ?? 0), count(tixngo[name] ?? 0)]);
  rows.push(['all', count(sumOf(s360)), count(sumOf(tixngo))]);
  return table(rows, { head: ['calls that met a fault', 'S-360', 'TIXNGO'], right: [1, 2] });
}
