import { functionTitles, type FunctionName } from '../domain/functions.js';
import { messageOf } from '../domain/messages.js';
import type { Preview, PreviewedTickets, RunResult } from '../domain/stretch.js';
import { colours, count, table } from './terminal.js';

/** What would become of a ticket, and why. */
type Meaning = readonly [what: string, why: string];

const sentBy: Readonly<Record<FunctionName, Meaning>> = {
  ticketsExternalPrinting: ['sent to TIXNGO', 'TIXNGO does not have it as S-360 offers it, or it was named'],
  pushCancelled: ['deleted in TIXNGO', 'cancelled or invalidated in S-360'],
  pushControlled: ['CONTROLLED in TIXNGO', 'a gate has let it in'],
  retrieveTicketStatus: ['sent', ''],
  digitalPrivilegesInjection: [
    'sent as a digital privilege',
    'TIXNGO does not have it as S-360 offers it, or it was named',
  ],
};

const meanings: Readonly<Record<string, Meaning>> = {
  found: ['only marked processed', 'TIXNGO has it as it should be'],
  deletedInTixngo: ['only marked processed', 'TIXNGO has deleted it, or is about to: a cancellation wins'],
  neverInTixngo: ['only marked processed', 'TIXNGO never had it'],
  waitingForInjection: ['left for the next run', 'injection may still be sending it'],
  waitingForHolder: ['left for a later run', 'a mandatory ticket holder field is empty'],
  skipped: ['left out', 'it is on the skip list'],
  notSelected: ['left out', 'it does not fit the function: kind, state, shipment mode, filters or organization'],
  stored: ['stored in S-360', 'TIXNGO says something new of the ticket'],
  unchanged: ['left as it is', 'S-360 has it already'],
  unknownTickets: ['left out', 'no organization of the TIXNGO organizer knows the ticket'],
};

/** What a run counts that is no ticket that S-360 or TIXNGO has offered. */
const otherCounts = [
  ['notOffered', 'not found', 'named in the list, but S-360 does not offer it for this function'],
  ['definitions', 'privilege definitions written', 'the product is new in TIXNGO, or has changed'],
  ['contactsCreated', 'contacts created', 'nobody in S-360 has the e-mail of the recipient'],
  ['contactsCompleted', 'contacts completed', 'the recipient has told TIXNGO a name'],
  ['distributions', 'lines of distribution history', 'a transfer in TIXNGO'],
] as const;

const mostExamples = 3;

/** What a person reads of a preview: what would become of how many tickets, why, and the sentence. */
export function previewText(result: RunResult, { tickets, obstacles }: Preview, name: FunctionName): string {
  const { endState, institution, organization, internalName, message, counts } = result;
  const colour = obstacles.length > 0 || endState === 'SKIPPED' ? colours.yellow : colours.green;
  const title = `${colour(colours.bold('PREVIEW'))}  ${functionTitles[name]}: ${institution}/${organization}, ${internalName}`;
  const isFeedback = name === 'retrieveTicketStatus';
  const rows = tickets.map((group) => rowOf(group, name));
  for (const [key, what, why] of otherCounts) {
    if (counts[key] > 0) rows.push([what, count(counts[key]), why, '']);
  }
  const head = ['what would become of them', isFeedback ? 'entries' : 'tickets', 'why', 'such as'];
  return [title, message, ...(rows.length === 0 ? [] : ['', table(rows, { head, right: [1] })])].join('\n');
}

function rowOf({ what, count: many, ticketIds }: PreviewedTickets, name: FunctionName): string[] {
  const [would, why] = meaningOf(what, name);
  const examples = ticketIds.slice(0, mostExamples).map((ticketId) => `id:${ticketId}`);
  const more = ticketIds.length > mostExamples ? ' …' : '';
  return [would, count(many), why, `${examples.join(', ')}${more}`];
}

const parkedMark = 'parked: ';

function meaningOf(what: string, name: FunctionName): Meaning {
  if (what === 'sent') return sentBy[name];
  if (!what.startsWith(parkedMark)) return meanings[what] ?? [what, ''];
  const [code = '', ...field] = what.slice(parkedMark.length).split(' ');
  const where = field.length === 0 ? code : `${code} ${field.join(' ')}`;
  return ['parked', `${where}: ${messageOf(code).sentence}`];
}
