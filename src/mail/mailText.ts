import type { Mail } from '../domain/alerts.js';
import { functionTitles, interfaceWorkflowId, type FunctionName } from '../domain/functions.js';
import { messages, type Message, type MessageCode } from '../domain/messages.js';

export interface MailText {
  readonly subject: string;
  /** Plain text of at most 72 columns; a link is never broken. */
  readonly body: string;
}

/** The address of an execution in the Web UI; null if nobody knows where that is. */
export type LinkTo = (execution: ExecutionIds) => string | null;

interface ExecutionIds {
  readonly workflowId: string;
  readonly runId?: string;
}

const doneBy: Partial<Record<FunctionName, string>> = {
  pushCancelled: 'deletions pushed',
  retrieveTicketStatus: 'statuses stored',
};

const mostColumns = 72;

/** What a mail says, for a person who has nothing else open. */
export function mailText(mail: Mail, institution: string, linkTo: LinkTo): MailText {
  const title = functionTitles[mail.function];
  const word = wordOf(mail);
  const named = mail.internalName === title ? '' : ` (${mail.internalName})`;
  const parts = [
    wrapped(`${word}: ${title}`),
    facts(mail, institution),
    `What was wrong${mail.kind === 'recovered' ? ' (the last failed execution)' : ''}:\n${wrapped(mail.last.message)}`,
    ...todo(mail, institution),
    `The last failed execution:\n${linkTo(mail.last.execution) ?? idsOf(mail.last.execution)}`,
    `The state of the whole interface:\n${linkTo({ workflowId: interfaceWorkflowId(institution) }) ?? `workflow ${interfaceWorkflowId(institution)}`}\nor, on the command line: npm start -- state`,
    ...replaced(mail),
    wrapped(
      'There is one mail when a function begins to fail, one if it still fails an hour later, and one when it works again.',
    ),
  ];
  return {
    subject: `[S-360 TIXNGO] ${word}: ${title}${named} of ${institution}/${mail.organization}`,
    body: `${parts.join('\n\n')}\n`,
  };
}

function wordOf({ kind, endState }: Mail): string {
  if (kind === 'recovered') return 'RECOVERED';
  if (kind === 'stillFailing') return endState === 'WARNING' ? 'STILL WARNING' : 'STILL FAILING';
  return endState === 'WARNING' ? 'WARNING' : 'FAILED';
}

function facts(mail: Mail, institution: string): string {
  const recovered = mail.kind === 'recovered';
  const rows: [string, string][] = [
    ['function', mail.function],
    ['internal name', mail.internalName],
    ['organization', mail.organization],
    ['institution', institution],
    [recovered ? 'failed from' : 'fails since', utc(mail.sinceMs)],
    ...(recovered ? [['until', utc(mail.atMs)] as [string, string]] : []),
    ['failed executions', String(mail.failedExecutions)],
    ['this execution ended', `${mail.endState}, ${utc(mail.atMs)}`],
    [`  ${doneBy[mail.function] ?? 'tickets sent'}`, String(mail.done)],
    ['  tickets parked', String(mail.parked)],
  ];
  const widest = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(widest)}  ${value}`).join('\n');
}

function todo(mail: Mail, institution: string): string[] {
  const action = actionOf(mail, institution);
  // Some messages end with what to do.
  return action === null || mail.last.message.includes(action) ? [] : [`What to do:\n${wrapped(action)}`];
}

function actionOf(mail: Mail, institution: string): string | null {
  if (mail.kind !== 'recovered' && mail.endState === 'ERROR') return messageOfFailure(mail.last.code).action;
  if (mail.parked === 0) return mail.kind === 'recovered' ? 'Nothing: it works again.' : null;
  const parked = `Some tickets are parked: the details of ${interfaceWorkflowId(institution)} name the reasons. They are tried again by themselves; correct in S-360 what is wrong there, or put them on the skip list.`;
  return mail.kind === 'recovered' ? `It works again. ${parked}` : parked;
}

/** A code that we do not know is the failure's own type: of the whole execution, not of a ticket. */
function messageOfFailure(code: string | null): Message {
  return code !== null && Object.hasOwn(messages, code) ? messages[code as MessageCode] : messages.RUN_FAILED;
}

function replaced({ replaces }: Mail): string[] {
  if (replaces === 0) return [];
  const mails = replaces === 1 ? 'An earlier mail' : `${String(replaces)} earlier mails`;
  return [
    wrapped(
      `${mails} about this function may not have reached you, because the mail server took none: this one says how it stands.`,
    ),
  ];
}

function idsOf({ workflowId, runId }: ExecutionIds): string {
  return [`workflow ${workflowId}`, ...(runId === undefined ? [] : [`run ${runId}`])].join('\n');
}

function utc(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** A word that is longer than a line stands alone in its own. */
function wrapped(text: string): string {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const line = lines.at(-1);
    if (line === undefined || line.length + 1 + word.length > mostColumns) lines.push(word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines.join('\n');
}
