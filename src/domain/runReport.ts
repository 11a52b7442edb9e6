import { unsentMails } from './alerts.js';
import type { RunCounts } from './counts.js';
import { functionNames, functionTitles, type EndState, type FunctionName } from './functions.js';
import type { FeedbackKeys } from './feedbackKeys.js';
import type { FunctionState, InterfaceState } from './interfaceState.js';
import { lastOverride } from './overrides.js';
import { describeReason } from './parking.js';

/**
 * What a person reads in the Web UI. Tables stand in fenced code blocks, the only form that keeps its columns there.
 */
const labels: readonly [keyof RunCounts, string][] = [
  ['offered', 'offered by S-360'],
  ['stored', 'stored in S-360'],
  ['unchanged', 'in S-360 already'],
  ['unknownTickets', 'of tickets nobody knows'],
  ['distributions', 'lines of distribution history'],
  ['contactsCreated', 'contacts created'],
  ['contactsCompleted', 'contacts completed'],
  ['sent', 'sent to TIXNGO'],
  ['found', 'found in TIXNGO (not sent again)'],
  ['processed', 'marked processed in S-360'],
  ['cancelledMeanwhile', 'cancelled meanwhile'],
  ['controlledMeanwhile', 'controlled meanwhile'],
  ['neverInTixngo', 'never in TIXNGO'],
  ['waitingForInjection', 'waiting for injection to end'],
  ['deletedInTixngo', 'deleted in TIXNGO'],
  ['definitions', 'privilege definitions written'],
  ['parked', 'parked'],
  ['waitingForHolder', 'waiting for their holder'],
  ['skipped', 'skipped (skip list)'],
  ['notSelected', 'not selected'],
  ['notOffered', 'named, but not offered by S-360'],
  ['pages', 'pages'],
  ['s360Calls', 'calls to S-360'],
  ['tixngoCalls', 'calls to TIXNGO'],
];

/** What a run is about is shown also if it is zero. */
const alwaysShown = {
  pushing: new Set<keyof RunCounts>(['offered', 'sent', 'processed']),
  feedback: new Set<keyof RunCounts>(['offered', 'stored']),
};

/** One row a count; counts of zero are left out but for what the function is about. */
export function countsTable(
  counts: RunCounts,
  parkedReasons: Readonly<Record<string, number>>,
  name?: FunctionName,
): string {
  const isFeedback = name === 'retrieveTicketStatus';
  const always = isFeedback ? alwaysShown.feedback : alwaysShown.pushing;
  const rows: string[][] = [];
  for (const [key, label] of labels) {
    if (!always.has(key) && !(counts[key] > 0)) continue;
    rows.push([isFeedback && key === 'offered' ? 'entries of TIXNGO' : label, String(counts[key])]);
    if (key !== 'parked') continue;
    for (const [reason, count] of Object.entries(parkedReasons)) rows.push([`  ${reason}`, String(count)]);
  }
  return columns(rows);
}

export function runDetails(
  name: FunctionName,
  place: { readonly organization: string; readonly internalName: string } | null,
  state: EndState | 'RUNNING' | 'WAITING',
  counts: RunCounts,
  parkedReasons: Readonly<Record<string, number>>,
  message: string,
): string {
  const who = place === null ? '' : ` of **${place.organization}** (${place.internalName})`;
  const head = `${functionTitles[name]}${who}: **${state}**`;
  const said = message === '' ? [] : [pasteable(message)];
  return [head, ...said, `\`\`\`\n${countsTable(counts, parkedReasons, name)}\n\`\`\``].join('\n\n');
}

/** Where somebody may paste something from, the Web UI must not set it with typographic quotes. */
function pasteable(message: string): string {
  return message.replaceAll(/\{"[^{}]*\}|\b\w+: "[^"{}]*"/g, (code) => `\`${code}\``);
}

/** The state of the whole interface, as an engineer reads it. Narrow: the Web UI shows some sixty characters beside each other. */
export function interfaceDetails(institution: string, state: InterfaceState): string {
  const parts = [`Interface of institution **${institution}**`];
  const pauses = Object.entries(state.pauses);
  if (pauses.length > 0) {
    const lines = pauses.map(
      ([scope, { why, by, sinceMs }]) =>
        `- ${scope === '*' ? 'everything' : scope}: ${why} (${by}, since ${time(sinceMs)})`,
    );
    parts.push(`**Paused** (resume with the update \`resume\`):\n${lines.join('\n')}`);
  }
  parts.push(...alertParts(state));
  const functions = Object.values(state.functions).sort(byPlace);
  if (functions.length === 0) parts.push('No function has run yet.');
  const feedback = Object.entries(state.feedback ?? {}).map(feedbackDetails);
  return [
    ...parts,
    ...functions.map(functionDetails),
    ...feedback,
    ...definitionsPart(state),
    ...overridePart(state),
  ].join('\n\n');
}

function alertParts(state: InterfaceState): string[] {
  const failing = Object.values(state.alerts?.failing ?? {}).sort(byPlace);
  const lines = failing.map(
    (fn) =>
      `- ${fn.organization} ${fn.function} (${fn.internalName}): ${fn.endState} since ${time(fn.sinceMs)}, ${String(fn.failedExecutions)} ${fn.failedExecutions === 1 ? 'execution' : 'executions'}${fn.last.code === null ? '' : `: ${fn.last.code}`}`,
  );
  const unsent = unsentMails(state);
  return [
    ...(lines.length === 0 ? [] : [`**Failing**:\n${lines.join('\n')}`]),
    ...(unsent[0] === undefined
      ? []
      : [
          `**Unsent e-mails**: ${String(unsent.length)}, the oldest of ${time(unsent[0].atMs)}. They are tried again by themselves; the last failure of the pending activity \`sendMails\` says why.`,
        ]),
  ];
}

function functionDetails(fn: FunctionState): string {
  const { holder, lastRun } = fn;
  const rows: string[][] = [];
  if (holder !== null) {
    rows.push(['works since', time(holder.sinceMs)], ['  execution', holder.execution.workflowId]);
  }
  if (lastRun !== null) {
    rows.push(
      ['last run', `${lastRun.endState}, ended ${time(lastRun.endedMs)}`],
      ['  execution', lastRun.execution.workflowId],
      ...workRow(fn.function, lastRun.counts),
    );
    if (fn.function === 'ticketsExternalPrinting' || fn.function === 'digitalPrivilegesInjection') {
      rows.push(['  waiting for their holder', String(lastRun.counts.waitingForHolder)]);
    }
  }
  rows.push(...waitRows(fn));
  rows.push(
    ['last success', fn.lastSuccessMs === null ? 'none yet' : time(fn.lastSuccessMs)],
    // What the feedback stores, it may store again.
    ...(fn.function === 'retrieveTicketStatus'
      ? []
      : [['in doubt', fn.doubts.length > 0 ? 'yes: the next run looks up before it sends' : 'no']]),
    ['parked tickets', String(parkedTickets(fn) + fn.parkedBeyondBound)],
    ...parkedRows(fn),
  );
  const now = holder === null ? 'idle' : 'working';
  const why = lastRun?.endState === 'ERROR' ? `\n\nWhy the last run ended as ERROR: ${pasteable(lastRun.message)}` : '';
  return `**${fn.organization}** ${fn.function}: **${now}**${why}\n\n\`\`\`\n${columns(rows)}\n\`\`\``;
}

function workRow(name: FunctionName, counts: RunCounts): string[][] {
  if (name === 'pushCancelled') return [['  deletions pushed', String(counts.sent)]];
  if (name === 'pushControlled') return [['  controls pushed', String(counts.sent)]];
  if (name === 'retrieveTicketStatus') return [['  entries stored', String(counts.stored)]];
  if (name === 'digitalPrivilegesInjection') return [['  privileges sent', String(counts.sent)]];
  return [['  tickets sent', String(counts.sent)]];
}

/** How far the feedback has come. The key is TIXNGO's own text, and of no use to a reader. */
function feedbackDetails([organizer, { statusKey, waiting }]: [string, FeedbackKeys]): string {
  const rows = [
    ['pagination key', statusKey === null ? 'empty: the next run begins at the beginning' : 'kept'],
    ['transfers waiting for contacts', String(waiting?.entries ?? 0)],
    ...(waiting === null ? [] : [['  the oldest of', time(waiting.oldestMs)]]),
    ...(waiting?.drainMinutes === undefined ? [] : [['  done in about', `${String(waiting.drainMinutes)} min`]]),
  ];
  return `Feedback of TIXNGO organizer **${organizer}**\n\n\`\`\`\n${columns(rows)}\n\`\`\``;
}

function definitionsPart({ definitions }: InterfaceState): string[] {
  const known = Object.entries(definitions ?? {})
    .map(([organizer, ofOrganizer]) => ({ organizer, count: Object.keys(ofOrganizer).length }))
    .filter(({ count }) => count > 0)
    .map(({ organizer, count }) => `${String(count)} of organizer **${organizer}**`);
  return known.length === 0 ? [] : [`Privilege definitions that TIXNGO has: ${known.join(', ')}`];
}

function overridePart(state: InterfaceState): string[] {
  const last = lastOverride(state);
  if (last === undefined) return [];
  const { organization, function: name, internalName, day, usedMs, execution } = last;
  const rows = [
    ['function', `${organization} ${name}`],
    ['  internal name', internalName],
    ['for the day', day],
    ['taken', time(usedMs)],
    ['  execution', execution.workflowId],
    ['  run', execution.runId],
  ];
  return [`Last override\n\n\`\`\`\n${columns(rows)}\n\`\`\``];
}

const mostWaitsShown = 5;

/** An execution that has ended its waiting stays in the list until a later run has looked. */
function waitRows({ function: name, waits }: FunctionState): string[][] {
  if (name !== 'pushCancelled') return [];
  if (waits.length === 0) return [['waits for phones', 'none']];
  const shown = waits.slice(-mostWaitsShown).reverse();
  return [
    ['waits for phones', `${String(waits.length)} executions, the newest first (some may have ended)`],
    ...shown.map((wait) => [`  since ${wait.sinceMs === undefined ? '?' : time(wait.sinceMs)}`, wait.workflowId]),
  ];
}

/** Of the feedback, a ticket may be parked for several pages. */
function parkedTickets(fn: FunctionState): number {
  return new Set(Object.values(fn.parked).map(({ ticketId }) => ticketId)).size;
}

function parkedRows(fn: FunctionState): string[][] {
  const byReason = new Map<string, { count: number; example: string }>();
  for (const ticket of Object.values(fn.parked)) {
    const reason = describeReason(ticket);
    const known = byReason.get(reason);
    if (known === undefined) byReason.set(reason, { count: 1, example: ticket.ticketId });
    else known.count += 1;
  }
  return [...byReason].map(([reason, { count, example }]) => [
    `  ${reason}`,
    `${String(count)}, such as id:${example}`,
  ]);
}

type Placed = Pick<FunctionState, 'organization' | 'function'>;

/** By code unit, not by locale: workflow code must give the same order on every machine. */
function byPlace(left: Placed, right: Placed): number {
  if (left.organization !== right.organization) return left.organization < right.organization ? -1 : 1;
  return functionNames.indexOf(left.function) - functionNames.indexOf(right.function);
}

function time(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
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
