import { colours, count, table } from '../../src/cli/terminal.js';
import type { Comparison } from './compareSandboxes.js';
import { shownDifferences, type Difference } from './differences.js';
import type { ComparedFeedback } from './feedbackFindings.js';

/** A comparison as a person reads it. */
export function comparisonText(comparison: Comparison): string {
  const rows = [
    ['tickets in S-360', count(comparison.s360Tickets)],
    ['tickets in TIXNGO', count(comparison.tixngoTickets)],
    ['valid in both, with the same values', count(comparison.same)],
    ['cancelled in S-360, DELETED in TIXNGO', count(comparison.deleted)],
    ['cancelled in S-360, waiting for a phone that is offline', count(comparison.waitingForPhone)],
    ...Object.entries(comparison.apart).map(([reason, tickets]) => [`left out rightly: ${reason}`, count(tickets)]),
    ...(comparison.feedback === null ? [] : feedbackRows(comparison.feedback)),
    ['told twice of the same', count(comparison.toldAgain)],
    ['differences', count(comparison.differenceCount)],
  ];
  const lines = [table(rows, { right: [1] }), ''];
  if (comparison.agree) {
    lines.push(colours.green('S-360 and TIXNGO agree, ticket by ticket.'));
  } else {
    lines.push(colours.red('S-360 and TIXNGO do not agree:'));
    lines.push(...comparison.differences.map(differenceText));
    const more = comparison.differenceCount - shownDifferences;
    if (more > 0) lines.push(`  … and ${count(more)} more`);
  }
  return lines.join('\n');
}

function feedbackRows(feedback: ComparedFeedback): string[][] {
  return [
    ['came back to S-360: status, owner and details as in TIXNGO', count(feedback.same)],
    ['  of those, passed on, with a line of history for each step', count(feedback.moved)],
    ['  of those, with the new owner as cultural contact', count(feedback.newOwners)],
    ['lines of distribution history', count(feedback.distributionLines)],
    ['contacts created for people whom S-360 did not know', count(feedback.contactsCreated)],
    ['  of those, still waiting for their name', count(feedback.contactsPending)],
    ...Object.entries(feedback.notFedBack).map(([reason, tickets]) => [`not fed back: ${reason}`, count(tickets)]),
  ];
}

function differenceText({ ticketId, contactNumber, field, what }: Difference): string {
  return ticketId === null
    ? `  contact ${contactNumber ?? ''}  ${field}: ${what}`
    : `  ticket ${ticketId}  ${field}: ${what}`;
}
