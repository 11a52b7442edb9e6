import type { RunCounts } from './counts.js';
import { functionNames, type EndState } from './functions.js';
import type { FunctionState, InterfaceState } from './interfaceState.js';

/**
 * What a person reads in the Web UI. Tables stand in fenced code blocks, the only form that keeps its columns there.
 */
const labels: readonly [keyof RunCounts, string][] = [
  ['offered', 'offered by S-360'],
  ['sent', 'sent to TIXNGO'],
  ['found', 'found in TIXNGO (not sent again)'],
  ['processed', 'marked processed in S-360'],
  ['cancelledMeanwhile', 'cancelled meanwhile'],
  ['parked', 'parked'],
  ['waitingForHolder', 'waiting for their holder'],
  ['skipped', 'skipped (skip list)'],
  ['notSelected', 'not selected'],
  ['pages', 'pages'],
  ['s360Calls', 'calls to S-360'],
  ['tixngoCalls', 'calls to TIXNGO'],
];

/** One row a count; counts of zero are left out but for what was offered, sent and processed. */
export function countsTable(counts: RunCounts, parkedReasons: Readonly<Record<string, number>>): string {
  const always = new Set<keyof RunCounts>(['offered', 'sent', 'processed']);
  const rows = labels
    .filter(([key]) => always.has(key) || counts[key] > 0)
    .map(([key, label]): [string, string] => [label, String(counts[key])]);
  for (const [reason, count] of Object.entries(parkedReasons)) rows.push([`  parked: ${reason}`, String(count)]);
  return columns(rows);
}

export function runDetails(
  place: { readonly organization: string; readonly internalName: string } | null,
  state: EndState | 'RUNNING',
  counts: RunCounts,
  parkedReasons: Readonly<Record<string, number>>,
  message: string,
): string {
  const who = place === null ? '' : ` of **${place.organization}** (${place.internalName})`;
  const head = `Tickets external printing${who}: **${state}**`;
  const said = message === '' ? [] : [message];
  return [head, ...said, `\`\`\`\n${countsTable(counts, parkedReasons)}\n\`\`\``].join('\n\n');
}

/** The state of the whole interface, as an engineer reads it. */
export function interfaceDetails(institution: string, state: InterfaceState): string {
  const functions = Object.values(state.functions).sort(byPlace);
  const parts = [`Interface of institution **${institution}**`];
  const pauses = Object.entries(state.pauses);
  if (pauses.length > 0) {
    parts.push(
      `**Paused** (resume with the update \`resume\`):\n${pauses
        .map(([scope, p]) => `- ${scope === '*' ? 'everything' : scope}: ${p.why} (${p.by}, since ${time(p.sinceMs)})`)
        .join('\n')}`,
    );
  }
  if (functions.length === 0) {
    parts.push('No function has run yet.');
  } else {
    const rows: string[][] = [
      ['organization', 'function', 'now', 'last run', 'ended (UTC)', 'sent', 'parked', 'waiting', 'in doubt'],
      ...functions.map(functionRow),
    ];
    parts.push(`\`\`\`\n${columns(rows)}\n\`\`\``);
    const parked = functions.flatMap(parkedRows);
    if (parked.length > 0) {
      parts.push(`Parked tickets by reason (each is tried again by itself):\n\n\`\`\`\n${columns(parked)}\n\`\`\``);
    }
  }
  return parts.join('\n\n');
}

function functionRow(fn: FunctionState): string[] {
  return [
    fn.organization,
    fn.function,
    fn.holder === null ? 'idle' : `working (${fn.holder.execution.workflowId})`,
    fn.lastRun?.endState ?? '-',
    fn.lastRun === null ? '-' : time(fn.lastRun.endedMs),
    String(fn.lastRun?.counts.sent ?? '-'),
    String(Object.keys(fn.parked).length + fn.parkedBeyondBound),
    String(fn.lastRun?.counts.waitingForHolder ?? '-'),
    fn.inDoubt ? 'yes' : 'no',
  ];
}

function parkedRows(fn: FunctionState): string[][] {
  const byReason = new Map<string, { count: number; example: string }>();
  for (const ticket of Object.values(fn.parked)) {
    const reason = ticket.field === undefined ? ticket.code : `${ticket.code} ${ticket.field}`;
    const known = byReason.get(reason);
    if (known === undefined) byReason.set(reason, { count: 1, example: ticket.ticketId });
    else known.count += 1;
  }
  return [...byReason].map(([reason, { count, example }]) => [
    fn.organization,
    reason,
    `${String(count)} ticket${count === 1 ? '' : 's'}`,
    `such as id:${example}`,
  ]);
}

/** By code unit, not by locale: workflow code must give the same order on every machine. */
function byPlace(left: FunctionState, right: FunctionState): number {
  if (left.organization !== right.organization) return left.organization < right.organization ? -1 : 1;
  return functionNames.indexOf(left.function) - functionNames.indexOf(right.function);
}

function time(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
}

/** Pads every column to its widest cell. */
function columns(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, cell.length)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
