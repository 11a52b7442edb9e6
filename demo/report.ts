import { colours, count, table } from '../src/cli/terminal.js';
import { noCounts, type RunCounts } from '../src/domain/counts.js';
import type { Comparison } from './comparer/compareSandboxes.js';
import { tixngoControl } from './comparer/sandboxTickets.js';
import { wroteNothing, type InjectionRun } from './injectionRun.js';
import type { Parts } from './parts.js';

/** What the runs did, side by side; the last three rows are what the two sandboxes counted themselves. */
export function runsText(runs: readonly InjectionRun[]): string {
  const counts = runs.map(({ ending }) => (ending.kind === 'completed' ? ending.result.counts : noCounts));
  const row = (name: string, key: keyof RunCounts): string[] => [name, ...counts.map((of) => count(of[key]))];
  const reasons = new Set(
    runs.flatMap(({ ending }) => (ending.kind === 'completed' ? Object.keys(ending.result.parkedReasons) : [])),
  );
  const rows = [
    ['end state', ...runs.map(({ ending }) => (ending.kind === 'completed' ? ending.result.endState : 'FAILED'))],
    row('tickets offered by S-360', 'offered'),
    row('tickets sent to TIXNGO', 'sent'),
    row('parked (tried again by themselves)', 'parked'),
    ...[...reasons].map((reason) => [
      `  ${reason}`,
      ...runs.map(({ ending }) => count(ending.kind === 'completed' ? (ending.result.parkedReasons[reason] ?? 0) : 0)),
    ]),
    row('waiting for their ticket holder', 'waitingForHolder'),
    row('pages', 'pages'),
    row('calls to S-360', 's360Calls'),
    row('calls to TIXNGO', 'tixngoCalls'),
    ['time', ...runs.map(({ seconds }) => `${seconds.toFixed(1)} s`)],
    ['TIXNGO counted: tickets written', ...runs.map(({ writes }) => count(writes.tixngoTickets))],
    ['S-360 counted: marked PRINTED', ...runs.map(({ writes }) => count(writes.s360Printed))],
    ['S-360 counted: marked processed', ...runs.map(({ writes }) => count(writes.s360Flagged))],
  ];
  const head = ['', 'first run', 'second run'].slice(0, runs.length + 1);
  const lines = [table(rows, { head, right: runs.map((_, i) => i + 1) }), ''];
  if (runs.some(({ ending }) => ending.kind === 'completed' && ending.result.endState === 'WARNING')) {
    lines.push('WARNING: some tickets are parked, each with its reason; everything else is done.');
  }
  const second = runs[1];
  if (second !== undefined) {
    lines.push(
      wroteNothing(second.writes)
        ? 'The second run wrote nothing: what is processed is not offered again.'
        : colours.red('The second run wrote something, which it must not.'),
    );
  }
  return lines.join('\n');
}

/** Where to look in the Web UI. */
export function linksText(parts: Parts, runs: readonly InjectionRun[], keep: boolean): string {
  if (parts.ui === null) {
    return 'Web UI: its address is not known; set TEMPORAL_UI_URL to have links.';
  }
  const rows = [
    ['Web UI', parts.ui.url],
    ...runs.map(({ url }, i) => [`${i === 0 ? 'first' : 'second'} run`, url ?? '']),
    ['interface', parts.ui.execution(`interface/${parts.institution}`)],
    ['start form', startFormOf(parts) ?? ''],
  ];
  const gone = parts.server !== null && !keep ? '\nThe server ends with the demo; with --keep it stays up.' : '';
  return `${table(rows)}${gone}`;
}

export function startFormOf({ ui, organization, taskQueue }: Parts): string | null {
  const workflowType = 'ticketsExternalPrinting';
  return ui?.startForm({ workflowId: `${workflowType}/${organization}/web-ui`, taskQueue, workflowType }) ?? null;
}

/** Variables with which the other commands meet the parts of this demo. */
export function sharedEnvironment(parts: Parts): Record<string, string> {
  return {
    ...(parts.server === null ? {} : { TEMPORAL_ADDRESS: parts.server.address }),
    ...(parts.ui === null ? {} : { TEMPORAL_UI_URL: parts.ui.url }),
    S360_URL: parts.s360Url,
    TIXNGO_URL: parts.tixngoUrl,
    INTERFACE_CONFIG: parts.configurationFile,
    TASK_QUEUE: parts.taskQueue,
  };
}

export function nextText(parts: Parts, comparison: Comparison, sentTicket: string | null, keep: boolean): string {
  if (!keep) {
    return [
      'Try next:',
      '  npm run demo -- --keep                               stays up, to look at the Web UI and start more',
      '  npm run demo -- --file config/tickets.example.csv    tickets of your own',
      `  npm run demo -- --tickets ${String(Math.max(5_000, comparison.s360Tickets * 2)).padEnd(26)} more tickets; --seed N: others`,
      '  npm start -- --help                                  the parts alone are in README.md',
    ].join('\n');
  }
  const exports = Object.entries(sharedEnvironment(parts)).map(([name, value]) => `${name}=${value}`);
  return [
    'Everything stays up. Try next, in another terminal:',
    `  export ${exports.join(' ')}`,
    `  npm start -- ticketsExternalPrinting '{"organization":"${parts.organization}"}'`,
    `  npm start -- pause '{"organization":"${parts.organization}","by":"on call","why":"trying it out"}'`,
    ...(sentTicket === null
      ? []
      : [
          `  curl -s ${tixngoControl(parts.tixngoUrl)}/tickets/alter -H 'content-type: application/json' \\`,
          `       -d '{"ticketId":"${sentTicket}","set":{"purchaseDetails.price":1}}'`,
        ]),
    '  npm run compare                                      names what differs',
    '',
    colours.bold('Ctrl-C ends it all; nothing is left.'),
  ].join('\n');
}
