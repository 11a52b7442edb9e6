import { colours, count, table } from '../../src/cli/terminal.js';
import type { Comparison } from './compareSandboxes.js';
import { shownDifferences, type Difference } from './differences.js';
import type { ComparedFeedback } from './feedbackFindings.js';
import type { ComparedPrivileges } from './privilegeFindings.js';

type Row = [what: string, howMany: string];

/** A comparison as a person reads it. */
export function comparisonText(comparison: Comparison): string {
  const lines = [table(comparisonRows(comparison), { right: [1] }), ''];
  if (comparison.agree) {
    lines.push(colours.green('S-360 and TIXNGO agree, ticket by ticket.'));
  } else {
    lines.push(colours.red('S-360 and TIXNGO do not agree:'));
    lines.push(...comparison.differences.map((difference) => `  ${differenceText(difference)}`));
    const more = comparison.differenceCount - shownDifferences;
    if (more > 0) lines.push(`  … and ${count(more)} more`);
  }
  return lines.join('\n');
}

/** What was compared, each with how many. */
export function comparisonRows(comparison: Comparison): Row[] {
  const { controlled, privileges, feedback } = comparison;
  return [
    ['tickets and cards in S-360', count(comparison.s360Tickets)],
    ['tickets in TIXNGO', count(comparison.tixngoTickets)],
    ['valid in both, with the same values', count(comparison.same)],
    ...rowsIf(controlled > 0, () => [['  of those, let in at a gate, CONTROLLED in both', count(controlled)]]),
    ['cancelled in S-360, DELETED in TIXNGO', count(comparison.deleted)],
    ['cancelled in S-360, waiting for a phone that is offline', count(comparison.waitingForPhone)],
    ...(privileges === null ? [] : privilegeRows(privileges)),
    ...Object.entries(comparison.apart).map(([reason, howMany]): Row => [
      `left out rightly: ${reason}`,
      count(howMany),
    ]),
    ...(feedback === null ? [] : feedbackRows(feedback)),
    ['told twice of the same', count(comparison.toldAgain)],
    ['differences', count(comparison.differenceCount)],
  ];
}

function privilegeRows({ same, used, linkedTickets, definitions, deleted }: ComparedPrivileges): Row[] {
  return [
    ['cards that are digital privileges, with the same values', count(same)],
    ...rowsIf(used > 0, () => [['  of those, let in at a gate, USED in TIXNGO', count(used)]]),
    ['  tickets that belong to them', count(linkedTickets)],
    ['  definitions of their products', count(definitions)],
    ...rowsIf(deleted > 0, () => [['cards cancelled in S-360, DELETED in TIXNGO', count(deleted)]]),
  ];
}

function feedbackRows(feedback: ComparedFeedback): Row[] {
  return [
    ['came back to S-360: status, owner and details as in TIXNGO', count(feedback.same)],
    ['  of those, passed on, with a line of history for each step', count(feedback.moved)],
    ['  of those, with the new owner as cultural contact', count(feedback.newOwners)],
    ['lines of distribution history', count(feedback.distributionLines)],
    ['contacts created for people whom S-360 did not know', count(feedback.contactsCreated)],
    ['  of those, still waiting for their name', count(feedback.contactsPending)],
    ...Object.entries(feedback.notFedBack).map(([reason, howMany]): Row => [`not fed back: ${reason}`, count(howMany)]),
  ];
}

function rowsIf(condition: boolean, rows: () => Row[]): Row[] {
  return condition ? rows() : [];
}

export function differenceText({ ticketId, contactNumber, field, what }: Difference): string {
  if (ticketId !== null) return `ticket ${ticketId}  ${field}: ${what}`;
  return contactNumber === undefined ? `${field}: ${what}` : `contact ${contactNumber}  ${field}: ${what}`;
}
