import { msToTs } from '@temporalio/common/lib/time.js';
import { afterEach, describe, expect, it } from 'vitest';

import { unsentMails, type Mail } from '../../src/domain/alerts.js';
import { noCounts } from '../../src/domain/counts.js';
import { closeUpdateName } from '../../src/domain/interfaceMessages.js';
import type { CloseAnswer, CloseRequest } from '../../src/domain/closing.js';
import { freePort } from '../../src/temporal/ports.js';
import { startTimeSkippingServer } from '../../src/temporal/testServer.js';
import { decodedHistory } from '../support/decodedHistory.js';
import { HeldWrite } from '../support/heldWrite.js';
import { addOurSearchAttributes } from '../support/searchAttributesOfTestServer.js';
import { smtpUrl, startSmtpServer, type MailServerForTests, type SmtpServerOptions } from '../support/smtpServer.js';
import { until, World, type WorldOptions } from '../support/world.js';

const recipients = ['canary.one@example.org', 'canary.two@example.org'];
const from = 'S-360 TIXNGO <canary.sender@example.org>';
const password = 'canary-mail-password';

let world: World;
/** Whether TIXNGO takes our key. */
let takesKey = true;

afterEach(() => world.close());

async function start(options: WorldOptions = {}, root: object = {}, settings: object = {}): Promise<void> {
  takesKey = true;
  world = await World.start({
    s360: { tickets: 150 },
    tixngo: {
      around: ({ context }, apply) =>
        takesKey ? apply() : Promise.resolve(context.json({ code: 'API_KEY_WRONG', message: 'another key' }, 401)),
    },
    configuration: {
      root: { email: { smtpUrlVariable: 'SMTP_URL', from }, ...root },
      interface: { emailRecipients: recipients, ...settings },
    },
    ...options,
  });
}

/** A mail server that ends with the world. */
async function mailServer(options: SmtpServerOptions = {}): Promise<MailServerForTests> {
  const server = await startSmtpServer({ password, ...options });
  world.endWith(() => server.close());
  return server;
}

function worker(url: string): Promise<unknown> {
  return world.worker(undefined, { SMTP_URL: url, TEMPORAL_UI_URL: 'https://temporal.example.org' });
}

/** @returns run id of an execution that has failed because TIXNGO refused its key */
async function failInjection(): Promise<string> {
  const handle = await world.start();
  await expect(handle.result()).rejects.toMatchObject({ cause: { type: 'ACCESS_REFUSED' } });
  return handle.firstExecutionRunId;
}

async function unsent(): Promise<readonly Mail[]> {
  return unsentMails(await world.interfaceState());
}

function subjects(server: MailServerForTests): string[] {
  return server.mails.map(({ subject }) => /] ([A-Z ]+): /.exec(subject)?.[1] ?? subject);
}

/** How often the interface has tried to send what is unsent. */
async function attempts(): Promise<number> {
  const { raw } = await world.client.workflow.getHandle(`interface/${world.institution}`).describe();
  const pending = raw.pendingActivities?.find(({ activityType }) => activityType?.name === 'sendMails');
  return pending?.attempt ?? 0;
}

/** Executions that failed, as their activities tell it. */
async function closeAsFailed(count: number): Promise<void> {
  const handle = world.client.workflow.getHandle(`interface/${world.institution}`);
  const one = (i: number): Promise<CloseAnswer> => {
    const request: CloseRequest = {
      organization: 'FCDEMO',
      function: 'ticketsExternalPrinting',
      execution: { workflowId: `${world.institution}/tick`, runId: `tick-${String(i)}` },
      writer: { activityId: '2', attempt: 1 },
      internalName: 'Ticket injection',
      endState: 'ERROR',
      endOfQueue: false,
      counts: noCounts,
      message: 'TIXNGO refused our key.',
      code: 'ACCESS_REFUSED',
      notify: 'errors',
      settlingPauseMs: 1,
    };
    return handle.executeUpdate<CloseAnswer, [CloseRequest]>(closeUpdateName, { args: [request] });
  };
  for (let next = 0; next < count; next += 8) {
    await Promise.all(Array.from({ length: Math.min(8, count - next) }, (_, i) => one(next + i)));
  }
}

describe('e-mail to the recipients of an interface', () => {
  it('is one when a function begins to fail, whatever follows (300 failures), and one when it works again', async () => {
    await start();
    const server = await mailServer();
    await worker(server.url);
    takesKey = false;
    const first = await failInjection();
    await until(() => server.mails.length === 1);
    await closeAsFailed(298);
    const last = await failInjection();
    takesKey = true;
    const result = await world.run();
    await until(() => server.mails.length > 1);
    await until(async () => (await unsent()).length === 0);

    expect(subjects(server)).toEqual(['FAILED', 'RECOVERED']);
    const [failed, recovered] = server.mails;
    expect(failed!.to).toEqual(recipients);
    expect(failed!.subject).toBe(
      `[S-360 TIXNGO] FAILED: Tickets external printing (Ticket injection) of ${world.institution}/FCDEMO`,
    );
    expect(failed!.headers.get('from')).toContain('<canary.sender@example.org>');
    expect(failed!.headers.get('content-type')).toContain('text/plain');
    expect(failed!.headers.get('message-id')).toBe(`<failed-${first}@example.org>`);
    expect(failed!.body).toContain('https://temporal.example.org/namespaces/');
    expect(failed!.body).toContain(first);
    expect(failed!.body).toMatch(/^institution +T[0-9a-f]+$/m);
    expect(failed!.body).toMatch(/Check\sthe\senvironment\svariable/);
    expect(recovered!.body).toMatch(/^failed executions +300$/m);
    expect(recovered!.body).toContain(last);
    expect(recovered!.body).toMatch(new RegExp(`^ +tickets sent +${String(result.counts.sent)}$`, 'm'));
    expect(result.counts.sent).toBeGreaterThan(0);
  });

  it('tells of an execution that failed before it asked for permission', async () => {
    await start();
    const server = await mailServer();
    await world.worker(
      {
        root: { email: { smtpUrlVariable: 'SMTP_URL', from } },
        interface: { emailRecipients: recipients },
        s360: { operations: { markPrinted: null } },
      },
      { SMTP_URL: server.url },
    );
    await expect((await world.start()).result()).rejects.toMatchObject({ cause: { type: 'OPERATION_NOT_CONFIGURED' } });
    await until(() => server.mails.length > 0);
    await until(async () => (await unsent()).length === 0);
    expect(server.mails.map(({ subject }) => subject)).toEqual([
      `[S-360 TIXNGO] FAILED: Tickets external printing (Ticket injection) of ${world.institution}/FCDEMO`,
    ]);
    // It was never heard of by claiming.
    const { functions } = await world.interfaceState();
    expect(functions['FCDEMO/ticketsExternalPrinting']).toBeUndefined();
  });

  it.each([
    ['while a call was under way', 60],
    ['and whose call then failed', 1],
  ])('tells of none that a person cancelled %s', async (_, writeTimeoutSeconds) => {
    const held = new HeldWrite('tickets.inject');
    await start({ tixngo: { around: held.around } }, { writeTimeoutSeconds });
    const server = await mailServer();
    await worker(server.url);
    held.arm(1);
    const handle = await world.start();
    await held.reached;
    await handle.cancel();
    await expect(handle.result()).rejects.toThrow();
    held.letGo();
    const { functions, alerts } = await world.interfaceState();
    expect(functions['FCDEMO/ticketsExternalPrinting']?.lastRun).toMatchObject({ endState: 'ERROR' });
    expect(alerts?.failing ?? {}).toEqual({});
    expect(await unsent()).toEqual([]);
    expect(server.mails).toEqual([]);
  });

  it.each([
    [true, ['WARNING']],
    [false, []],
  ])('tells of parked tickets only where emailOnWarning says so: %s', async (emailOnWarning, wanted) => {
    await start({ s360: { tickets: 600 } }, {}, { emailOnWarning });
    const server = await mailServer();
    await worker(server.url);
    const { endState, counts } = await world.run();
    expect(endState).toBe('WARNING');
    await until(async () => (await unsent()).length === 0);
    expect(subjects(server)).toEqual(wanted);
    for (const { body } of server.mails)
      expect(body).toMatch(new RegExp(`^ +tickets parked +${String(counts.parked)}$`, 'm'));
  });

  it('waits while no mail server listens, and the tickets do not; then one mail says that it failed and works again', async () => {
    await start();
    const port = await freePort();
    await worker(smtpUrl(port, password));
    takesKey = false;
    await failInjection();
    await until(async () => (await attempts()) > 1);
    takesKey = true;
    expect((await world.run()).counts.sent).toBeGreaterThan(0);
    expect((await world.runCancelled()).endState).not.toBe('SKIPPED');
    expect(await unsent()).toMatchObject([{ kind: 'recovered', replaces: 1 }]);
    const details = await world.client.workflow
      .getHandle(`interface/${world.institution}`)
      .query<{ currentDetails?: string }>('__temporal_workflow_metadata');
    expect(details.currentDetails).toContain('**Unsent e-mails**: 1, ');

    const server = await mailServer({ port });
    await until(async () => (await unsent()).length === 0);
    expect(subjects(server)).toEqual(['RECOVERED']);
    expect(server.mails[0]!.body).toMatch(/^failed from .* UTC$/m);
    expect(server.mails[0]!.body).toContain('may not have reached');
  });

  it('is no hindrance either while the mail server takes its time to answer', async () => {
    await start();
    let answer: () => void = () => undefined;
    const patience = new Promise<void>((resolve) => (answer = resolve));
    let read = 0;
    const server = await mailServer({
      answerToMail: async () => {
        read += 1;
        await patience;
        return null;
      },
    });
    await worker(server.url);
    takesKey = false;
    await failInjection();
    await until(() => read === 1);
    takesKey = true;
    expect((await world.run()).counts.sent).toBeGreaterThan(0);
    expect((await world.runCancelled()).endState).not.toBe('SKIPPED');
    expect(server.mails).toEqual([]);
    answer();
    await until(async () => (await unsent()).length === 0);
    expect(subjects(server)).toEqual(['FAILED', 'RECOVERED']);
  });

  it.each([
    ['a recipient for the moment (451)', { refuses: 'recipient', responseCode: 451 }],
    ['a recipient for good (550)', { refuses: 'recipient', responseCode: 550 }],
    ['the mail for the moment (452)', { refuses: 'mail', responseCode: 452 }],
    ['the mail for good (554)', { refuses: 'mail', responseCode: 554 }],
    ['the password (535)', { refuses: 'password', responseCode: 535 }],
  ] as const)('is tried again when the server refuses %s, and comes once', async (_, { refuses, responseCode }) => {
    await start();
    let refused = 0;
    const refusal = () => (refused++ < recipients.length ? { responseCode, text: `no ${recipients.join()}` } : null);
    const port = await freePort();
    const server = await mailServer(
      refuses === 'recipient'
        ? { port, answerToRecipient: refusal }
        : refuses === 'mail'
          ? { port, answerToMail: () => (refused++ < 1 ? { responseCode, text: `no ${recipients.join()}` } : null) }
          : { port, password: 'its own' },
    );
    await worker(smtpUrl(port, password));
    takesKey = false;
    await failInjection();
    await until(async () => (await attempts()) > 1);
    if (refuses === 'password') {
      await server.close();
      const right = await mailServer({ port });
      await until(async () => (await unsent()).length === 0);
      expect(subjects(right)).toEqual(['FAILED']);
    } else {
      await until(async () => (await unsent()).length === 0);
      expect(refused).toBeGreaterThan(0);
    }
    expect(subjects(server)).toEqual(refuses === 'password' ? [] : ['FAILED']);
  });

  it('about one function is not held up by one about another that the server refuses', async () => {
    await start();
    const server = await mailServer({
      answerToMail: ({ subject }) =>
        subject.includes('Push cancelled') ? { responseCode: 554, text: 'no such words here' } : null,
    });
    await worker(server.url);
    takesKey = false;
    await failInjection();
    await until(() => server.mails.length === 1);
    await expect((await world.startCancelled()).result()).rejects.toMatchObject({ cause: { type: 'ACCESS_REFUSED' } });
    await until(async () => (await attempts()) > 1);
    takesKey = true;
    await world.run();
    await until(() => server.mails.length === 2);
    expect(subjects(server)).toEqual(['FAILED', 'RECOVERED']);
    expect(await unsent()).toMatchObject([{ function: 'pushCancelled', kind: 'failed' }]);
  });

  it('one recipient that is refused keeps nothing from the others', async () => {
    await start();
    const server = await mailServer({
      answerToRecipient: (address) =>
        address === recipients[0] ? { responseCode: 550, text: `${address} is unknown` } : null,
    });
    await worker(server.url);
    takesKey = false;
    await failInjection();
    await until(async () => (await unsent()).length === 0);
    expect(server.mails.map(({ to }) => to)).toEqual([[recipients[1]]]);
  });

  it('leaves no address and no password in histories, state, logs or errors, also when the server quotes them', async () => {
    await start();
    let refused = 0;
    const quoting = { responseCode: 451, text: `${recipients.join()} ${password} ${smtpUrl(25, password)}` };
    const server = await mailServer({ answerToRecipient: () => (refused++ < 2 ? quoting : null) });
    await world.workerProcess(undefined, { SMTP_URL: server.url, LOG_LEVEL: 'debug' });
    takesKey = false;
    await failInjection();
    await until(async () => (await attempts()) > 1);
    const told = await decodedHistory(world.client, `interface/${world.institution}`);
    expect(told).toContain('SMTP 451 to RCPT TO');
    await until(async () => (await unsent()).length === 0);
    const all = [
      told,
      await decodedHistory(world.client, `interface/${world.institution}`),
      JSON.stringify(await world.interfaceState()),
      world.workerOutput,
    ].join('\n');
    expect(all).toContain('sendMails');
    expect(all.match(/canary[\w.-]*/gi) ?? []).toEqual([]);
    expect(subjects(server)).toEqual(['FAILED']);
    // It had them all, so that they could have leaked.
    expect(server.mails[0]!.headers.get('to')).toBe(recipients.join(', '));
    expect(server.mails[0]!.headers.get('from')).toContain('canary.sender');
  });
});

describe('e-mail over hours and days, on a server that skips time', () => {
  async function skippingWorld(): Promise<(hours: number) => Promise<void>> {
    const server = await startTimeSkippingServer();
    const connection = await server.connect();
    await addOurSearchAttributes(connection);
    await start({ temporalAddress: server.address });
    world.endWith(async () => {
      await connection.close();
    });
    return async (hours) => {
      const duration = msToTs(hours * 3_600_000);
      await connection.testService?.unlockTimeSkippingWithSleep({ duration });
    };
  }

  /** The next attempt is due within ten minutes of a time that stands still unless a test lets it pass. */
  function untilSent(pass: (hours: number) => Promise<void>): Promise<void> {
    return until(async () => {
      await pass(1);
      return (await unsent()).length === 0;
    });
  }

  it('is one more when a function still fails an hour later', async () => {
    const pass = await skippingWorld();
    const server = await mailServer();
    await worker(server.url);
    takesKey = false;
    await failInjection();
    await until(() => server.mails.length === 1);
    await failInjection();
    await pass(1);
    await failInjection();
    await until(() => server.mails.length === 2);
    await pass(5);
    await failInjection();
    takesKey = true;
    await world.run();
    await until(() => server.mails.length > 2);
    await until(async () => (await unsent()).length === 0);
    expect(subjects(server)).toEqual(['FAILED', 'STILL FAILING', 'RECOVERED']);
    expect(server.mails[2]!.body).toMatch(/^failed executions +4$/m);
  });

  it('outlives two days without a mail server, in which the interface continues as new', async () => {
    const pass = await skippingWorld();
    const port = await freePort();
    await worker(smtpUrl(port, password));
    takesKey = false;
    await failInjection();
    const before = await world.client.workflow.getHandle(`interface/${world.institution}`).describe();
    await pass(48);
    const after = await world.client.workflow.getHandle(`interface/${world.institution}`).describe();
    expect(after.runId).not.toBe(before.runId);
    expect(await unsent()).toHaveLength(1);
    const server = await mailServer({ port });
    await untilSent(pass);
    expect(subjects(server)).toEqual(['FAILED']);
  });

  it('that the server refuses for good is given up after a day', async () => {
    const pass = await skippingWorld();
    let asked = 0;
    const server = await mailServer({
      answerToRecipient: () => {
        asked += 1;
        return { responseCode: 550, text: 'unknown' };
      },
    });
    await worker(server.url);
    takesKey = false;
    await failInjection();
    await pass(23);
    expect(await unsent()).toHaveLength(1);
    await pass(2);
    await untilSent(pass);
    expect(asked).toBeGreaterThan(2);
    expect(server.mails).toEqual([]);
  });
});
