import { colours, count, table } from '../src/cli/terminal.js';
import type { RunCounts } from '../src/domain/counts.js';
import type { Comparison } from './comparer/compareSandboxes.js';
import { comparisonText } from './comparer/comparisonText.js';
import { s360Control, tixngoControl } from './comparer/sandboxTickets.js';
import { examplesText } from './examples.js';
import { countsOf, endStateOf, lastOf, type FunctionRun } from './executions.js';
import { feedbackText } from './feedbackText.js';
import { bothWereStruck, faultsText } from './faults.js';
import type { Parts } from './parts.js';
import { executionsRow } from './executionsRow.js';
import { pushText } from './pushText.js';
import { secondInjectionWroteNothing, toldOnceEach, type Story } from './story.js';

/** What the demo prints at its end: titles and texts. */
export async function sectionsOf(parts: Parts, story: Story, keep: boolean): Promise<[string, string][]> {
  const { feedback, push, lastRetrieve, examples, comparison, faults } = story;
  return [
    ['Ticket injection', injectionText(story)],
    ...(feedback === null
      ? []
      : ([['Retrieve ticket status', feedbackText(feedback, lastRetrieve)]] satisfies [string, string][])),
    ...(push === null ? [] : ([['Push cancelled', pushText(push)]] satisfies [string, string][])),
    [
      `${examples.length === 5 ? 'Five' : 'Some'} of ${count(comparison.s360Tickets)} tickets, before and after (= unchanged)`,
      await examplesText(parts, examples),
    ],
    ['Do both systems agree?', `${comparisonText(comparison)}\n${toldText(story)}`],
    ...(faults === null
      ? []
      : ([
          [
            'Faults',
            bothWereStruck(faults)
              ? faultsText(faults)
              : `${faultsText(faults)}\n\n${colours.red('One system met no fault, so this run shows nothing. Take more tickets.')}`,
          ],
        ] satisfies [string, string][])),
    ['Look at it', linksText(parts, story, keep)],
  ];
}

/** What the runs did, side by side; the last three rows are what the two sandboxes counted themselves. */
function injectionText(story: Story): string {
  const { injections: runs } = story;
  const row = (name: string, key: keyof RunCounts): string[] => [name, ...runs.map((run) => count(countsOf(run)[key]))];
  const parkedReasons = runs.map((run) => {
    const { ending } = lastOf(run);
    return ending.kind === 'completed' ? ending.result.parkedReasons : {};
  });
  const rows = [
    ['end state', ...runs.map((run) => endStateOf(lastOf(run)))],
    ...executionsRow(runs),
    row('tickets offered by S-360', 'offered'),
    row('tickets sent to TIXNGO', 'sent'),
    row('parked (tried again by themselves)', 'parked'),
    ...[...new Set(parkedReasons.flatMap(Object.keys))].map((reason) => [
      `  ${reason}`,
      ...parkedReasons.map((parked) => count(parked[reason] ?? 0)),
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
  const lines = [table(rows, { head: ['', 'first run', 'second run'], right: [1, 2] }), ''];
  if (runs.some((run) => endStateOf(lastOf(run)) === 'WARNING')) {
    lines.push('WARNING: some tickets are parked, each with its reason; everything else is done.');
  }
  lines.push(
    secondInjectionWroteNothing(story)
      ? 'The second run wrote nothing: what is processed is not offered again.'
      : colours.red('The second run wrote something, which it must not.'),
  );
  return lines.join('\n');
}

function toldText(story: Story): string {
  const { comparison, notifications } = story;
  const sum = `${count(notifications)} messages to spectators: ${count(comparison.tixngoTickets)} tickets, ${count(comparison.deleted)} deletions.`;
  return toldOnceEach(story)
    ? colours.green(`${sum} Nobody was told twice.`)
    : colours.red(`${sum} That is not one each, as it must be.`);
}

/** Where to look in the Web UI. */
function linksText(parts: Parts, { injections, feedback, push, lastRetrieve }: Story, keep: boolean): string {
  if (parts.ui === null) {
    return 'Web UI: its address is not known; set TEMPORAL_UI_URL to have links.';
  }
  const named: [string, FunctionRun | null][] = [
    ['first injection', injections[0] ?? null],
    ['second injection', injections[1] ?? null],
    ['first retrieve ticket status', feedback?.first ?? null],
    ['second retrieve ticket status', feedback?.second ?? null],
    ['first push cancelled', push?.first ?? null],
    ['second push cancelled', push?.second ?? null],
    ['last retrieve ticket status', lastRetrieve],
  ];
  const rows = [
    ['Web UI', parts.ui.url],
    ...named.flatMap(([name, run]) => (run === null ? [] : [[name, lastOf(run).url ?? '']])),
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
      '  npm run demo -- --faults                             the same while calls fail, with the same end',
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
    ...(sentTicket === null ? [] : [...passOnCommands(parts, sentTicket), ...cancelCommands(parts, sentTicket)]),
    `  npm start -- pause '{"organization":"${parts.organization}","by":"on call","why":"trying it out"}'`,
    ...(sentTicket === null
      ? []
      : [
          `  curl -s ${tixngoControl(parts.tixngoUrl)}/tickets/alter -H 'content-type: application/json' \\`,
          `       -d '{"ticketId":"${sentTicket}","set":{"purchaseDetails.price":1}}'`,
        ]),
    '  npm run compare                                      names what differs; -- --fed-back: all must have come back',
    '',
    colours.bold('Ctrl-C ends it all; nothing is left.'),
  ].join('\n');
}

function passOnCommands(parts: Parts, ticketId: string): string[] {
  if (parts.rules.feedback === null) return [];
  const spectators = `${tixngoControl(parts.tixngoUrl)}/spectators`;
  const post = `-H 'content-type: application/json' -d '{"ticketIds":["${ticketId}"]}'`;
  return [
    `  curl -s ${spectators}/transfer ${post}; curl -s ${spectators}/accept ${post}`,
    `  npm start -- retrieveTicketStatus '{"organization":"${parts.organization}"}'`,
  ];
}

function cancelCommands(parts: Parts, ticketId: string): string[] {
  if (parts.rules.push === null) return [];
  return [
    `  curl -s ${s360Control(parts.s360Url)}/box-office/cancel -H 'content-type: application/json' -d '{"ticketIds":[${ticketId}]}'`,
    `  npm start -- pushCancelled '{"organization":"${parts.organization}"}'`,
  ];
}
