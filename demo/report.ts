import { colours, count, table } from '../src/cli/terminal.js';
import { functionTitles } from '../src/domain/functions.js';
import { cardText } from './cardText.js';
import type { Comparison } from './comparer/compareSandboxes.js';
import { comparisonText } from './comparer/comparisonText.js';
import { s360Control, tixngoControl } from './comparer/sandboxTickets.js';
import { examplesText } from './examples.js';
import { endStateOf, lastOf } from './executions.js';
import { gateText } from './gateText.js';
import { feedbackText } from './feedbackText.js';
import { bothWereStruck, faultsText } from './faults.js';
import type { Parts } from './parts.js';
import { pushText } from './pushText.js';
import { runTable } from './runTable.js';
import { rightlyTold, secondInjectionWroteNothing, toldOnceEach, type Story } from './story.js';
import type { Week } from './week/week.js';

/** What the demo prints at its end: titles and texts. */
export async function sectionsOf(week: Week, story: Story, keep: boolean): Promise<[string, string][]> {
  const { parts } = week;
  const { cards, feedback, push, gates, laterRetrieves, examples, comparison, faults } = story;
  const sections: [string, string | null][] = [
    ['Ticket injection', injectionText(story)],
    ['Digital privileges', cards === null ? null : cardText(cards)],
    ['Retrieve ticket status', feedback === null ? null : feedbackText(feedback, laterRetrieves)],
    ['Push cancelled', push === null ? null : pushText(push)],
    ['Push controlled', gates === null ? null : gateText(gates)],
    [
      `${examples.length === 5 ? 'Five' : 'Some'} of ${count(comparison.s360Tickets)} tickets, before and after (= unchanged)`,
      await examplesText(parts, examples),
    ],
    ['Do both systems agree?', `${comparisonText(comparison)}\n${toldText(story)}`],
    ['Faults', faults === null ? null : faultText(faults)],
    ['Look at it', linksText(week, keep)],
  ];
  return sections.flatMap(([title, text]) => (text === null ? [] : [[title, text]]));
}

function faultText(faults: NonNullable<Story['faults']>): string {
  return bothWereStruck(faults)
    ? faultsText(faults)
    : `${faultsText(faults)}\n\n${colours.red('One system met no fault, so this run shows nothing. Take more tickets.')}`;
}

function injectionText(story: Story): string {
  const titles = ['first run', 'second run'];
  const runs = runTable(
    story.injections.map((run, i) => ({ title: titles[i] ?? '', run })),
    [
      ['tickets offered by S-360', 'offered'],
      ['tickets sent to TIXNGO', 'sent'],
      ['parked (tried again by themselves)', 'parked'],
      ['waiting for their ticket holder', 'waitingForHolder'],
      ['pages', 'pages'],
    ],
    [
      ['TIXNGO counted: tickets written', 'tixngoTickets'],
      ['S-360 counted: marked PRINTED', 's360Printed'],
      ['S-360 counted: marked processed', 's360Flagged'],
    ],
  );
  const lines = [runs, ''];
  if (story.injections.some((run) => endStateOf(lastOf(run)) === 'WARNING')) {
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
  const { tickets, privileges, changed, deletions, controls } = rightlyTold(story);
  const parts: [number, string][] = [
    [tickets, 'tickets'],
    [privileges, 'digital privileges'],
    [changed, 'of them changed'],
    [deletions, 'deletions'],
    [controls, 'controls'],
  ];
  const said = parts.filter(([number]) => number > 0).map(([number, what]) => `${count(number)} ${what}`);
  const sum = `${count(story.notifications)} messages to people: ${said.join(', ')}.`;
  return toldOnceEach(story)
    ? colours.green(`${sum} Nobody was told twice.`)
    : colours.red(`${sum} That is not one each, as it must be.`);
}

/** Where to look in the Web UI. */
function linksText({ parts, executions }: Week, keep: boolean): string {
  if (parts.ui === null) {
    return 'Web UI: its address is not known; set TEMPORAL_UI_URL to have links.';
  }
  const rows = [
    ['Web UI', parts.ui.url],
    ...executions.map((execution) => [functionTitles[execution.function], execution.url ?? '']),
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
      '  npm run demo -- --report week.html                   a picture of the week, in one file',
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
