import { colours, count, table } from '../../src/cli/terminal.js';
import { shownDifferences, type Comparison } from './compareSandboxes.js';

/** A comparison as a person reads it. */
export function comparisonText(comparison: Comparison): string {
  const rows = [
    ['tickets in S-360', count(comparison.s360Tickets)],
    ['tickets in TIXNGO', count(comparison.tixngoTickets)],
    ['valid in both, with the same values', count(comparison.same)],
    ['cancelled in S-360, DELETED in TIXNGO', count(comparison.deleted)],
    ['cancelled in S-360, waiting for a phone that is offline', count(comparison.waitingForPhone)],
    ...Object.entries(comparison.apart).map(([reason, tickets]) => [`left out rightly: ${reason}`, count(tickets)]),
    ['told twice of the same', count(comparison.toldAgain)],
    ['differences', count(comparison.differenceCount)],
  ];
  const lines = [table(rows, { right: [1] }), ''];
  if (comparison.agree) {
    lines.push(colours.green('S-360 and TIXNGO agree, ticket by ticket.'));
  } else {
    lines.push(colours.red('S-360 and TIXNGO do not agree:'));
    lines.push(...comparison.differences.map(({ ticketId, field, what }) => `  ticket ${ticketId}  ${field}: ${what}`));
    const more = comparison.differenceCount - shownDifferences;
    if (more > 0) lines.push(`  … and ${count(more)} more`);
  }
  return lines.join('\n');
}
