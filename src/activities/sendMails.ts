import { activityInfo, cancellationSignal, log } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';

import type { Configuration } from '../config/schema.js';
import { isGivenUp, type Mail } from '../domain/alerts.js';
import { unsentMailsQueryName } from '../domain/interfaceMessages.js';
import { messageOf } from '../domain/messages.js';
import { MailNotTaken } from '../mail/mailServer.js';
import { mailText } from '../mail/mailText.js';
import type { ActivityDependencies } from './dependencies.js';
import { toFailure } from './failures.js';

/** Less than the activity's time limit: what was sent until then is told. */
const mostMs = 40_000;

/** Mails to the recipients of the interfaces. */
export function createMailActivities(dependencies: ActivityDependencies) {
  return {
    /**
     * Sends what the interface that calls has not sent yet, as it stands at this moment: an attempt that comes later finds newer mails.
     *
     * @returns ids of the mails that are settled: sent, or not to be sent any more. One that the server refuses holds up no other.
     */
    async sendMails(institution: string): Promise<readonly string[]> {
      const signal = AbortSignal.any([cancellationSignal(), AbortSignal.timeout(mostMs)]);
      const settled: string[] = [];
      let trouble: MailNotTaken | null = null;
      const mails = await unsentMails(dependencies);
      for (const mail of mails) {
        if (signal.aborted) break;
        const result = await sendOne(dependencies, mail, institution, signal);
        if (result === 'settled') settled.push(mail.id);
        else {
          trouble = result;
          if (result.refuses === 'server') break;
        }
      }
      if (settled.length > 0 || mails.length === 0) return settled;
      const { sentence, action } = messageOf('MAIL_NOT_TAKEN');
      const why = trouble === null ? 'no time was left' : trouble.why;
      throw ApplicationFailure.create({ type: 'MAIL_NOT_TAKEN', message: `${sentence} (${why}) ${action}` });
    },
  };
}

async function unsentMails({ client }: ActivityDependencies): Promise<readonly Mail[]> {
  const { workflowExecution } = activityInfo();
  if (workflowExecution === undefined) throw new TypeError('this activity runs in a workflow only');
  const { workflowId, runId } = workflowExecution;
  try {
    return await client.withAbortSignal(cancellationSignal(), () =>
      client.workflow.getHandle(workflowId, runId).query<readonly Mail[]>(unsentMailsQueryName),
    );
  } catch (error) {
    throw toFailure(error);
  }
}

async function sendOne(
  { configuration, mailServer, linkTo }: ActivityDependencies,
  mail: Mail,
  institution: string,
  signal: AbortSignal,
): Promise<'settled' | MailNotTaken> {
  const to = recipientsOf(configuration, institution, mail.organization);
  if (mailServer === null || to.length === 0) {
    log.warn(`A mail about ${subjectOf(mail)} is not sent: the configuration has no recipients for it any more`);
    return 'settled';
  }
  try {
    const letter = { ...mailText(mail, institution, linkTo), id: mail.id, atMs: mail.atMs, to };
    const refused = await mailServer.send(letter, signal);
    if (refused > 0)
      log.warn(`A mail about ${subjectOf(mail)} was sent, but refused for ${String(refused)} recipients`);
    return 'settled';
  } catch (error) {
    if (!(error instanceof MailNotTaken)) throw error;
    if (error.refuses !== 'mailForGood' || !isGivenUp(mail, activityInfo().currentAttemptScheduledTimestampMs)) {
      return error;
    }
    log.warn(`A mail about ${subjectOf(mail)} is given up: the mail server has refused it for a day (${error.why})`);
    return 'settled';
  }
}

function subjectOf(mail: Mail): string {
  return `${mail.function} of ${mail.organization} (${mail.kind})`;
}

function recipientsOf(configuration: Configuration, institution: string, organization: string): readonly string[] {
  return configuration.institutions
    .filter(({ code }) => code === institution)
    .flatMap(({ organizations }) => organizations)
    .filter(({ code }) => code === organization)
    .flatMap(({ interfaces }) => interfaces)
    .flatMap(({ emailRecipients }) => emailRecipients);
}
