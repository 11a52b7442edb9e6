import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, inject, test } from 'vitest';

import { ownNames } from '../../demo/ownConfiguration.js';
import { repository, temporaryTree } from '../scripts/temporaryTree.js';
import { cleanEnvironment, run, type } from './programs.js';

/** Of the server that all tests share this test takes an institution and a task queue of its own. */
const { institution, taskQueue } = ownNames();
const address = inject('temporalAddress');

function environmentWith(own: Record<string, string>): NodeJS.ProcessEnv {
  return cleanEnvironment({
    TEMPORAL_ADDRESS: address,
    TEMPORAL_NAMESPACE: inject('temporalNamespace'),
    TEMPORAL_UI_URL: 'http://ui.example',
    TASK_QUEUE: taskQueue,
    ...own,
  });
}

const environment = environmentWith({});
const start = (what: string, env = environment) => run(`npm run --silent start -- ${what}`, env);

async function post(url: URL, body: object): Promise<void> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(answer.status).toBe(200);
}

describe('npm start with a worker', () => {
  test('says within five seconds that no worker is there and how to start one, then goes on when it comes', async () => {
    const sandbox = type('npm run --silent sandbox -- --json --tickets 150 --s360-port 0 --tixngo-port 0');
    await sandbox.until(/^\{.*\}$/m);
    const text = readFileSync(join(repository, 'config/interface.example.json'), 'utf8');
    const file = join(
      temporaryTree({ 'interface.json': text.replace('"code": "DEMO"', `"code": "${institution}"`) }),
      'interface.json',
    );
    const all = environmentWith({ ...JSON.parse(sandbox.out()).environment, INTERFACE_CONFIG: file });

    const first = type('npm run --silent start -- ticketsExternalPrinting', all);
    await first.until('It goes on as soon as a worker is there.');
    expect(first.err()).toContain(`No worker polls the task queue ${taskQueue}. Start one in another terminal:`);
    expect(first.err()).toContain(`TASK_QUEUE=${taskQueue} npm run worker`);
    const worker = type('npm run --silent worker', all);
    await worker.until('Worker ready');
    expect(await first.ended()).toBe(0);
    expect(first.err()).toContain('A worker has taken it up.');
    expect(first.out()).toMatch(new RegExp(`^(OK|WARNING) {2}${institution}/FCDEMO, Ticket injection$`, 'm'));
    expect(first.out()).toMatch(/sent to TIXNGO +[1-9]/);
    expect(first.out()).toContain(
      'Web UI: http://ui.example/namespaces/default/workflows/ticketsExternalPrinting%2Fonly',
    );

    const json = await start(`ticketsExternalPrinting '{"organization":"FCDEMO"}' --json`, all);
    expect(json.code).toBe(0);
    expect(JSON.parse(json.out)).toMatchObject({
      workflowId: expect.stringMatching(/^ticketsExternalPrinting\/FCDEMO\/\d{8}-\d{6}-[0-9a-f]{4}$/),
      status: 'completed',
      organization: 'FCDEMO',
      counts: { sent: 0 },
    });

    const pause = await start(`pause '{"organization":"FCDEMO","by":"on call","why":"a test"}'`, all);
    expect(pause).toMatchObject({ code: 0, out: expect.stringContaining('Paused: FCDEMO.') });
    const skipped = await start('ticketsExternalPrinting', all);
    expect(skipped).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^SKIPPED.*\nPaused .* by on call: a test\./),
    });
    const state = await start('state', all);
    expect(state).toMatchObject({ code: 0, out: expect.stringContaining('FCDEMO: a test (on call') });
    expect(state.out).not.toMatch(/\*\*|```/);
    expect(state.err).toContain(`Resume with: npm start -- resume '{"organization":"FCDEMO"}'`);
    const asked = await start(`resume '{"organization":"FCDEMO"}' --json`, all);
    expect(JSON.parse(asked.out)).toMatchObject({ institution, answer: expect.stringContaining('Resumed: FCDEMO.') });

    const failed = await start(`ticketsExternalPrinting '{"organization":"NONE"}'`, all);
    expect(failed.code).toBe(1);
    expect(failed.out).toMatch(/^FAILED {2}INPUT_INVALID\n.*Choose one of: .*"organization":"FCDEMO"/);
    expect(failed.out).not.toContain('    at ');

    // A phone that is offline: the terminal shows what is waited for, until the phone is back.
    const { TIXNGO_URL, S360_URL } = JSON.parse(sandbox.out()).environment;
    const phones = new URL('/sandbox/tixngo/', TIXNGO_URL);
    const { tickets } = JSON.parse(await (await fetch(new URL('tickets?limit=1', phones))).text());
    const [{ ticketId }] = tickets;
    await post(new URL('phones/download', phones), { all: true });
    await post(new URL('phones/offline', phones), { ticketIds: [ticketId] });
    await post(new URL('/sandbox/s360/box-office/cancel', S360_URL), { ticketIds: [Number(ticketId)] });
    const preview = await start(`preview pushCancelled '{"organization":"FCDEMO"}'`, all);
    expect(preview.code).toBe(0);
    expect(preview.out).toMatch(
      new RegExp(`^PREVIEW {2}Push cancelled and invalidated tickets: ${institution}/FCDEMO, Push cancelled$`, 'm'),
    );
    expect(preview.out).toContain(
      'PREVIEW: nothing was written, in either system. A run would end so: 1 deletions pushed.',
    );
    expect(preview.out).toContain('Nobody would be told.');
    expect(preview.out).toMatch(
      new RegExp(`^deleted in TIXNGO +1 +cancelled or invalidated in S-360 +id:${String(ticketId)}$`, 'm'),
    );
    const late = { forceTickets: `id:${String(ticketId)}`, overrideDay: '2020-02-29' };
    const inTheWay = await start(`preview pushCancelled '${JSON.stringify(late)}' --json`, all);
    expect(JSON.parse(inTheWay.out)).toMatchObject({
      workflowId: expect.stringMatching(/^pushCancelled\/only\/preview-/),
      endState: 'OK',
      preview: {
        people: 0,
        tickets: [{ what: 'sent', count: 1, ticketIds: [String(ticketId)] }],
        obstacles: [expect.stringContaining('the override would be refused: The override is meant for 2020-02-29')],
      },
    });
    const push = type(`npm run --silent start -- pushCancelled '{"organization":"FCDEMO"}'`, all);
    await push.until(/everything is pushed; still DELETION_PENDING: 1 \(\d+\)\. .*Next look in \d+ s\./i);
    await post(new URL('phones/online', phones), { all: true });
    expect(await push.ended()).toBe(0);
    expect(push.out()).toMatch(new RegExp(`^OK {2}${institution}/FCDEMO, Push cancelled\n1 deletions? pushed\\.`, 'm'));
    expect(push.out()).toContain('TIXNGO has confirmed 1 deletion');

    // The server takes a killed worker for alive for some minutes; the execution shows that it is not.
    worker.kill();
    const alone = type('exec npm run --silent start -- ticketsExternalPrinting', all);
    await alone.until('No worker has taken it up yet');
    alone.interrupt();
    await alone.ended();
    expect(alone.err()).toMatch(/The execution goes on without this terminal; .* it at http:\/\/ui\.example/);
  }, 300_000);
});

describe('npm start refuses what cannot work', () => {
  test.each([
    [`ticketsExternalPrinting '{"organization"'`, /expected one JSON object in single quotes, but it is no JSON at/],
    [
      `ticketsExternalPrinting '["FCDEMO"]'`,
      /expected one JSON object or nothing, got a list\. An input that is right/,
    ],
    [`ticketsExternalPrinting '{"organisation":"X"}'`, /unknown field "organisation"; expected one of: institution/],
    [`ticketsExternalPrinting '{"maxTicketsPerRun":0}'`, /maxTicketsPerRun: expected a whole number from 1 to/],
    ['preview everything', /preview: expected one of: ticketsExternalPrinting, .* npm start -- preview pushCancelled/],
    [`preview pushCancelled '{"overrideDay":"1 May"}'`, /overrideDay: expected the day of the run as yyyy-MM-dd/],
    ['state {} {}', /state: expected at most one argument more, got two/],
    ['everything', /Unknown workflow; expected one of: ticketsExternalPrinting/],
    ['pause', /Input of pause is missing: expected '\{"organization"/],
    [`pause '{"by":"me@example.org","why":"x"}'`, /by: expected a role or initials/],
    [`resume '{"function":"ticketsExternalPrinting"}'`, /organization is missing/],
    [
      `pause '{"organization":"NONE","by":"on call","why":"a test"}'`,
      /^Nothing was paused: the configuration has no such organization; expected one of: FCDEMO$/m,
    ],
    [`state '{"what":1}'`, /^Input of state: expected none, got a field "what"\.$/m],
    ['state --institution NONE', /NONE is not configured; expected one of: DEMO/],
  ])('%s: status 1 and a sentence', async (what, sentence) => {
    const { code, out, err } = await start(what);
    expect(err).toMatch(sentence);
    expect(err).not.toMatch(/ {4}at |me@/);
    expect({ code, out }).toEqual({ code: 1, out: '' });
  });

  test('a namespace that the server does not have is named, before anything is registered or started', async () => {
    const { code, out, err } = await start(
      'ticketsExternalPrinting',
      environmentWith({ TEMPORAL_NAMESPACE: 'nowhere' }),
    );
    expect(err).toMatch(/^The Temporal server at \S+ has no namespace nowhere\. Set TEMPORAL_NAMESPACE/m);
    expect({ code, out }).toEqual({ code: 1, out: '' });
  });

  test.each(['start -- ticketsExternalPrinting', 'worker'])(
    'npm run %s: a profile that is not there is a sentence',
    async (what) => {
      const env = environmentWith({
        TEMPORAL_ADDRESS: '',
        TEMPORAL_PROFILE: 'nowhere',
        S360_SECRET: 'x',
        TIXNGO_API_KEY: 'x',
      });
      const { code, err } = await run(`npm run --silent ${what}`, env);
      expect(err).toMatch(/^The settings for reaching Temporal cannot be used: Profile 'nowhere' not found/m);
      expect(err).not.toMatch(/unexpectedly| {4}at /);
      expect(code).toBe(1);
    },
  );

  test('without a Temporal server it says how to start one', async () => {
    const { code, err } = await start('ticketsExternalPrinting', environmentWith({ TEMPORAL_ADDRESS: '127.0.0.1:9' }));
    expect(err).toContain('No Temporal server answers at 127.0.0.1:9');
    expect(err).toContain('npm run temporal');
    expect(code).toBe(1);
  });
});

test('npm start -- --help has an example of everything that can be started', async () => {
  const { code, out } = await start('--help');
  expect(code).toBe(0);
  for (const what of ['ticketsExternalPrinting', 'pushCancelled', 'pause', 'resume', 'state']) {
    expect(out).toContain(`npm start -- ${what}`);
  }
  expect(out).toContain('npm start -- preview ticketsExternalPrinting');
});
