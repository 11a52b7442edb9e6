import { describe, expect, it } from 'vitest';

import type { Mail } from '../../src/domain/alerts.js';
import { messages } from '../../src/domain/messages.js';
import { mailText } from '../../src/mail/mailText.js';

const mail: Mail = {
  id: 'failed-run-1',
  organization: 'FCDEMO',
  function: 'pushCancelled',
  internalName: 'Push cancelled',
  kind: 'failed',
  atMs: Date.UTC(2027, 4, 1, 11, 30),
  endState: 'ERROR',
  done: 12,
  parked: 3,
  sinceMs: Date.UTC(2027, 4, 1, 10),
  failedExecutions: 1,
  last: {
    execution: { workflowId: 'pushCancelled/FCDEMO/1', runId: 'run-1' },
    code: 'ACCESS_REFUSED',
    message: 'TIXNGO: the system refused our key or secret (401).',
  },
  replaces: 0,
};
const link = ({ workflowId, runId }: { workflowId: string; runId?: string }): string =>
  `https://temporal.example.org/namespaces/default/workflows/${encodeURIComponent(workflowId)}${runId === undefined ? '' : `/${runId}`}`;

function text(given: Partial<Mail> = {}, linkTo: Parameters<typeof mailText>[2] = link) {
  const { subject, body } = mailText({ ...mail, ...given }, 'DEMO', linkTo);
  return { subject, body, words: body.replaceAll(/\s+/g, ' ') };
}

describe('what a mail says', () => {
  it('what failed, how many tickets, since when, what to do, and where to look', () => {
    const { subject, body, words } = text();
    expect(subject).toBe(
      '[S-360 TIXNGO] FAILED: Push cancelled and invalidated tickets (Push cancelled) of DEMO/FCDEMO',
    );
    for (const row of [
      /^internal name +Push cancelled$/m,
      /^organization +FCDEMO$/m,
      /^institution +DEMO$/m,
      /^fails since +2027-05-01 10:00:00 UTC$/m,
      /^failed executions +1$/m,
      /^this execution ended +ERROR, 2027-05-01 11:30:00 UTC$/m,
      /^ +deletions pushed +12$/m,
      /^ +tickets parked +3$/m,
      /^https:\/\/temporal\.example\.org\/namespaces\/default\/workflows\/pushCancelled%2FFCDEMO%2F1\/run-1$/m,
      /^https:\/\/temporal\.example\.org\/namespaces\/default\/workflows\/interface%2FDEMO$/m,
    ]) {
      expect(body).toMatch(row);
    }
    expect(words).toContain(mail.last.message);
    expect(words).toContain(messages.ACCESS_REFUSED.action);
    expect(words).toContain('npm start -- state');
  });

  it('without a Web UI: the workflow id and the run id', () => {
    expect(text({}, () => null).body).toContain('workflow pushCancelled/FCDEMO/1\nrun run-1\n');
  });

  it('still failing, and recovered with the time of both ends', () => {
    expect(text({ kind: 'stillFailing', failedExecutions: 13 }).subject).toContain('] STILL FAILING: Push cancelled');
    const recovered = text({ kind: 'recovered', endState: 'OK', failedExecutions: 13, parked: 0 });
    expect(recovered.subject).toContain('] RECOVERED: Push cancelled');
    expect(recovered.body).toMatch(/^failed from +2027-05-01 10:00:00 UTC\nuntil +2027-05-01 11:30:00 UTC$/m);
    expect(recovered.body).toMatch(/^failed executions +13$/m);
    expect(recovered.words).toContain('Nothing: it works again.');
    expect(recovered.words).not.toContain(messages.ACCESS_REFUSED.action);
  });

  it('parked tickets: as a WARNING, and after a recovery', () => {
    const last = { ...mail.last, code: null, message: '12 deletions were pushed.' };
    const warning = text({ endState: 'WARNING', last });
    expect(warning.subject).toContain('] WARNING: Push cancelled');
    expect(warning.words).toContain('Some tickets are parked: the details of interface/DEMO name the reasons.');
    expect(text({ kind: 'stillFailing', endState: 'WARNING', last }).subject).toContain('] STILL WARNING: ');
    expect(text({ kind: 'recovered', endState: 'WARNING' }).words).toContain('It works again. Some tickets are parked');
  });

  it('what to do is said once, also where the failure says it itself', () => {
    const { action } = messages.CONFIGURATION_DIFFERS;
    const last = { ...mail.last, code: 'CONFIGURATION_DIFFERS', message: `What differs: s360Url. ${action}` };
    expect(text({ last }).words.split(action)).toHaveLength(2);
  });

  it('a failure that we have no words for is one of the execution, not of a ticket', () => {
    for (const code of ['UNEXPECTED', 'toString', null]) {
      expect(text({ last: { ...mail.last, code } }).words).toContain(messages.RUN_FAILED.action);
    }
  });

  it('that earlier mails may not have come', () => {
    expect(text().words).not.toContain('may not have reached you');
    expect(text({ replaces: 1 }).words).toContain('An earlier mail about this function may not have reached you');
    expect(text({ replaces: 4 }).words).toContain('4 earlier mails about this function may not have reached you');
  });

  it('in at most 72 columns of plain ASCII, but for links', () => {
    const kinds = ['failed', 'stillFailing', 'recovered'] as const;
    const ends = ['ERROR', 'WARNING', 'OK'] as const;
    const functions = ['ticketsExternalPrinting', 'pushCancelled', 'retrieveTicketStatus'] as const;
    for (const kind of kinds)
      for (const endState of ends)
        for (const name of functions)
          for (const code of Object.keys(messages)) {
            const last = { ...mail.last, code, message: messages[code as keyof typeof messages].sentence.repeat(5) };
            const { body, subject } = text({ kind, endState, function: name, last, replaces: 2 });
            const long = body.split('\n').filter((line) => line.length > 72 && !line.startsWith('https://'));
            expect(long).toEqual([]);
            expect(subject).toMatch(/^[ -~]+$/);
          }
  });
});
