import { existsSync } from 'node:fs';
import { dirname } from 'node:path';

import { Client, Connection } from '@temporalio/client';
import { describe, expect, inject, test } from 'vitest';

import { temporaryTree } from '../scripts/temporaryTree.js';
import { allGone, cleanEnvironment, descendants, run, type, type Program } from './programs.js';

/** What `--json` prints; read, not checked. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the test says what it expects of it
type Facts = any;

function factsOf(out: string): Facts {
  return JSON.parse(out.trim().split('\n').at(-1) ?? '');
}

async function keptDemo(
  options: string,
  command = 'exec node --import tsx demo/main.ts',
): Promise<{ demo: Program; facts: Facts; processes: number[] }> {
  const demo = type(`${command} --keep --json ${options}`);
  await demo.until(/^\{.*\}$/m);
  const processes = descendants(demo.child.pid ?? 0);
  return { demo, facts: factsOf(demo.out()), processes };
}

async function nothingIsLeft(facts: Facts, processes: readonly number[]): Promise<void> {
  await allGone([...processes, ...Object.values<number>(facts.processes)]);
  while (existsSync(dirname(facts.database))) await new Promise((resolve) => setTimeout(resolve, 50));
}

describe('npm run demo', () => {
  test('ends with status 0 when both systems agree, and says all in one last line of JSON', async () => {
    const { code, out, err } = await run('npm run --silent demo -- --tickets 400 --seed 3 --json');
    expect(`${err}${out}`).toContain('S-360 and TIXNGO agree, ticket by ticket.');
    expect(code).toBe(0);
    const facts = factsOf(out);
    expect(facts).toMatchObject({
      ok: true,
      ran: { tickets: 400, seed: 3, faults: null, keep: false },
      secondRunWroteNothing: true,
      comparison: { agree: true, s360Tickets: 400, differences: [], differenceCount: 0 },
    });
    const [first, second] = facts.injection;
    const [execution] = first.executions;
    const { sent } = execution.counts;
    expect(sent).toBeGreaterThan(0);
    expect(first.writes).toEqual({ ...noWrites, tixngoTickets: sent, s360Printed: sent, s360Flagged: sent });
    expect(facts.comparison.tixngoTickets).toBe(sent);
    expect(second.writes).toEqual(noWrites);
    expect(execution.url).toBe(
      `${facts.addresses.webUi}/namespaces/default/workflows/${encodeURIComponent(execution.workflowId)}/${execution.runId}`,
    );
    expect(facts.addresses.startForm).toContain('taskQueue=s360-tixngo&workflowType=ticketsExternalPrinting');
    await nothingIsLeft(facts, []);
    broughtBack(facts, sent, err, out);
    tookTicketsBack(facts, err, out);
  });

  test('with faults has the same end, and says which faults struck', async () => {
    const plan = {
      s360: {
        rules: [
          { operation: 'dataExportService.flagItems', fault: { kind: 'status', status: 500 }, nth: 1 },
          { operation: 'markPrinted.markPrinted', fault: { kind: 'malformed' }, nth: 1 },
        ],
      },
      tixngo: {
        rules: [
          { operation: 'tickets.inject', fault: { kind: 'partial' }, nth: 1 },
          { operation: 'tickets.delete', fault: { kind: 'malformed' }, nth: 1 },
        ],
      },
    };
    const file = `${temporaryTree({ 'faults.json': JSON.stringify(plan) })}/faults.json`;
    const { code, out, err } = await run(`npm run --silent demo -- --tickets 150 --json --faults ${file}`);
    expect(err).toMatch(/next try \(\d\) (now|in \d+ s): (S-360|TIXNGO) \w+/);
    const facts = factsOf(out);
    expect(facts).toMatchObject({
      ok: true,
      ran: { faults: file },
      comparison: { agree: true, deleted: 11, differences: [] },
      toldOnceEach: true,
      faults: {
        s360: { 'answered 500': 1, 'applied, answer cut in two': 1 },
        tixngo: { 'only a part of the batch applied': 1, 'applied, answer cut in two': 1 },
      },
    });
    expect(out).toMatch(/^all +2 +2$/m);
    expect(code).toBe(0);
  }, 300_000);

  test('says so when there is no ticket to take back, and fails when faults struck only one of the two', async () => {
    const plan = { s360: { rules: [{ operation: 'auth.auth', fault: { kind: 'latency', ms: 1 } }] } };
    const folder = temporaryTree({ 'tickets.csv': printAtHome, 'faults.json': JSON.stringify(plan) });
    const { code, out, err } = await run(
      `npm run --silent demo -- --file ${folder}/tickets.csv --faults ${folder}/faults.json --json`,
    );
    expect(err).toContain('No ticket of these is on a phone, so there is none to take back.');
    expect(out).toContain('There was no ticket on a phone to cancel');
    expect(out).toContain('One system met no fault');
    expect(factsOf(out)).toMatchObject({
      ok: false,
      comparison: { agree: true },
      pushCancelled: { runs: [{ executions: [{ endState: 'OK' }] }], whileOnePhoneWasOffline: null },
    });
    expect(code).toBe(1);
  });

  test('shows progress on standard error and five tickets with masked persons; piped, it is plain', async () => {
    const { out, err } = await run('npm run --silent demo -- --tickets 300');
    expect(err).toContain('looks every ticket up before it sends');
    expect(err).toContain('the first execution sees it at its next look');
    expect(err).toContain('Comparing both systems');
    expect(out.match(/^Ticket \d+ \(/gm)).toHaveLength(5);
    expect(out).toMatch(/DELETED, RESALE_PENDING \(shown as deleted\)/);
    expect(out).toMatch(/spectator +\S…@example\.(org|com|net)/);
    expect(out).toMatch(/wallet +- +n…@guests\.example/);
    expect(out).toMatch(
      /its way[^\n]*\nINJECTED[^\n]*\nDOWNLOADED[^\n]*\nPENDING_TRANSFER[^\n]* PENDING [^\n]*\nFAILURE_TRANSFER[^\n]* CANCELLED [^\n]*\nPENDING_TRANSFER[^\n]* PENDING [^\n]*\nTRANSFERRED[^\n]* CONFIRMED +\d+ +\d+$/m,
    );
    expect(`${out}${err}`).not.toMatch(/[^\s…]@/);
    // eslint-disable-next-line no-control-regex -- the escape character of colours is what is looked for
    expect(`${out}${err}`).not.toMatch(/\u001b/);
    expect(out).toContain('The second run wrote nothing');
    expect(out).toContain('Try next:');
  });

  test('takes rows of one’s own', async () => {
    const { code, out } = await run('npm run --silent demo -- --file config/tickets.example.csv --json');
    const facts = factsOf(out);
    expect(facts.comparison).toMatchObject({ agree: true, s360Tickets: 20 });
    expect(facts.comparison.deleted).toBeGreaterThan(3);
    expect(facts.injection[0].executions[0].counts.offered).toBeGreaterThan(0);
    expect(code).toBe(0);
  });

  test.each([
    ['--file none.csv', 'there is no such file'],
    ['--tickets 0', 'expected a whole number from 1 to'],
    ['--faults none.json', 'none.json: there is no such file'],
  ])('with %s ends with status 1 and a sentence', async (options, sentence) => {
    const { code, err } = await run(`npm run --silent demo -- ${options}`);
    expect(err).toContain(sentence);
    expect(err).not.toContain('    at ');
    expect(code).toBe(1);
  });

  test('refuses a configuration that leads to other systems than its sandboxes', async () => {
    const file = `${temporaryTree({ 'interface.json': realConfiguration })}/interface.json`;
    const { code, err } = await run('npm run --silent demo', cleanEnvironment({ INTERFACE_CONFIG: file }));
    expect(err).toContain('The demo writes to its own sandboxes only');
    expect(code).toBe(1);
  });

  test('on a Temporal server that was given it works under names of its own, and leaves nothing at work', async () => {
    const address = inject('temporalAddress');
    const { code, out } = await run(
      'npm run --silent demo -- --tickets 100 --json',
      cleanEnvironment({ TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: inject('temporalNamespace') }),
    );
    const facts = factsOf(out);
    expect(code).toBe(0);
    expect(facts.addresses.temporal).toBe(address);
    expect(facts.institution).toMatch(/^DEMO-/);
    expect(facts.taskQueue).not.toBe('s360-tixngo');
    expect(existsSync(facts.environment.INTERFACE_CONFIG)).toBe(false);
    const connection = await Connection.connect({ address });
    const client = new Client({ connection, namespace: inject('temporalNamespace') });
    const { status } = await client.workflow.getHandle(`interface/${facts.institution}`).describe();
    expect(status.name).toBe('TERMINATED');
    await connection.close();
  });
});

describe('the demo that stays up', () => {
  test('a ticket altered in TIXNGO by hand is named, without what is personal, and Ctrl-C leaves no process', async () => {
    const { demo, facts, processes } = await keptDemo('--tickets 200');
    expect(processes.length).toBeGreaterThanOrEqual(3);
    const environment = cleanEnvironment(facts.environment);
    expect(await run('npm run --silent compare', environment)).toMatchObject({ code: 0 });

    const hooks = `${new URL(facts.addresses.tixngo).origin}/sandbox/tixngo/tickets`;
    const { tickets } = (await (await fetch(`${hooks}?limit=1`)).json()) as Facts;
    const [{ ticketId }] = tickets;
    await fetch(`${hooks}/alter`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        ticketId,
        set: { 'purchaseDetails.price': 1, 'spectatorDetails.email': 'other@example.org' },
      }),
    });
    const { code, out } = await run('npm run --silent compare', environment);
    expect(code).toBe(1);
    expect(out).toContain(`ticket ${ticketId}  spectatorDetails.email: not the same in both`);
    expect(out).toMatch(new RegExp(`ticket ${ticketId}  purchaseDetails.price: .* in S-360, 1 in TIXNGO`));
    expect(out).not.toContain('@');

    demo.interrupt();
    expect(await demo.ended()).toBe(0);
    await nothingIsLeft(facts, processes);
  });

  test.each([
    ['the demo', 'exec node --import tsx demo/main.ts'],
    ['npm', 'exec npm run --silent demo --'],
  ])('kill -9 of %s leaves no process either', async (_, command) => {
    const { demo, facts, processes } = await keptDemo('--tickets 50', command);
    expect(processes.length).toBeGreaterThanOrEqual(3);
    demo.child.kill('SIGKILL');
    await nothingIsLeft(facts, processes);
  });
});

test.each([
  ['Starting the worker', 'exec node --import tsx demo/main.ts'],
  ['Ticket injection', 'npm run --silent demo --'],
])('Ctrl-C after «%s» leaves no process (%s)', async (line, command) => {
  const demo = type(`${command} --tickets 3000`);
  await demo.until(line);
  const processes = descendants(demo.child.pid ?? 0);
  expect(processes.length).toBeGreaterThan(2);
  demo.interrupt();
  // npm ends by the same signal.
  expect([130, 'SIGINT']).toContain(await demo.ended());
  expect(demo.err()).toContain('Interrupted');
  await allGone(processes);
});

const noWrites = {
  ...{ tixngoTickets: 0, s360Printed: 0, s360Flagged: 0 },
  ...{ s360Statuses: 0, s360Distributions: 0, s360Contacts: 0 },
};

/** What the spectators did is in S-360 once, with the new owners as cultural contacts; the deletions come back at the end. */
function broughtBack(facts: Facts, sent: number, err: string, out: string): void {
  const { spectators, runs, secondRunStoredNothing } = facts.retrieveTicketStatus;
  const { accepted, refused, lapsed, open, givenBack, example } = spectators;
  expect(spectators).toMatchObject({ downloaded: sent, assigned: { length: 12 } });
  expect([accepted, refused, lapsed, open].map(({ length }) => length)).toEqual([12, 5, 1, 2]);
  expect(accepted).toContain(givenBack);
  expect(refused).toContain(example);
  // Every transfer has begun and, but for the open ones, ended; one was given back.
  const [transfers, ended] = [12 + 5 + 1 + 2 + 1, 12 + 5 + 1 + 1];
  const stored = sent + sent + 12 + transfers + ended;
  const [first, second, last] = runs;
  expect(first.executions).toMatchObject([
    { function: 'retrieveTicketStatus', endState: 'OK', counts: { stored, distributions: transfers + ended } },
  ]);
  expect(first.writes).toMatchObject({ s360Statuses: stored, s360Distributions: transfers + ended, tixngoTickets: 0 });
  expect(secondRunStoredNothing).toBe(true);
  expect(second.writes).toEqual(noWrites);
  // Eleven deletions, each pending and confirmed.
  expect(last.writes).toEqual({ ...noWrites, s360Statuses: 22 });
  expect(facts.comparison.feedback).toMatchObject({
    ...{ same: sent, moved: 12 + 4 + 1 + 2, newOwners: 12, distributionLines: transfers + ended, notFedBack: {} },
  });

  expect(err).toContain('12 are accepted, 5 refused, 1 lapsed without an answer, 2 still open.');
  expect(out).toContain('The second run stored nothing');
  for (const { executions } of runs) expect(out).toContain(executions[0].url);
}

/** All but the tickets of an offline phone are DELETED while the first execution waits and a second one pushes. */
function tookTicketsBack(facts: Facts, err: string, out: string): void {
  const { pushCancelled, comparison, notifications, toldOnceEach } = facts;
  const { boxOffice, runs, whileOnePhoneWasOffline } = pushCancelled;
  const orders: { how: string; cause: string; ticketIds: string[] }[] = boxOffice.orders;
  expect(orders.map(({ how, cause }) => `${how} ${cause}`)).toEqual([
    'cancel CUSTOMER_REQUEST',
    'cancel EVENT_CANCELLED',
    'invalidate RESALE_PENDING',
    'invalidate LOST',
  ]);
  expect(orders.flatMap(({ ticketIds }) => ticketIds)).toHaveLength(12);
  expect(boxOffice.onOfflinePhone).toHaveLength(2);
  expect(boxOffice.neverInTixngo).toHaveLength(2);
  expect(whileOnePhoneWasOffline).toEqual({
    firstWaitsFor: expect.stringContaining('Still DELETION_PENDING: 2 ('),
    firstIsRunning: true,
    secondWaitsFor: null,
    deleted: 9,
    deletionPending: 2,
  });
  const [first, second] = runs;
  expect(first.executions).toMatchObject([{ function: 'pushCancelled', endState: 'OK', counts: { sent: 10 } }]);
  expect(second.executions).toMatchObject([{ function: 'pushCancelled', endState: 'OK', counts: { sent: 1 } }]);
  expect(comparison).toMatchObject({ agree: true, deleted: 11, waitingForPhone: 0, toldAgain: 0 });
  expect(notifications - comparison.tixngoTickets).toBe(11);
  expect(toldOnceEach).toBe(true);

  const said = `${err}${out}`;
  expect(said).toContain('The box office cancels 8 and invalidates 4; the phone with 2 of them is offline.');
  for (const { executions } of runs) {
    expect(out).toMatch(new RegExp(`execution +(Running|OK) +${executions[0].workflowId} `));
    expect(out).toContain(executions[0].url);
  }
  expect(out).toContain('Nobody was told twice.');
}

const printAtHome = [
  'ticket_id,ticket_state,file_id,product_kind,product_code,shipment_mode_type',
  '100,NOT_PRINTED,7,EVENT,JAZZ,PRINT_AT_HOME',
].join('\n');

const realConfiguration = JSON.stringify({
  institutions: [
    {
      code: 'REAL',
      s360: { url: 'https://real.example', operator: 'O', partner: 'P', secretVariable: 'S360_SECRET' },
      organizations: [
        {
          code: 'CLUB',
          interfaces: [
            {
              internalName: 'TIXNGO',
              type: 'TIXNGO',
              url: 'https://tixngo.example/v3/organizer/tickets',
              organizer: 'club',
              apiKeyVariable: 'TIXNGO_API_KEY',
              functions: [
                { function: 'ticketsExternalPrinting', internalName: 'Injection', pointOfSales: 'TIXNGO;MOBILE' },
              ],
            },
          ],
        },
      ],
    },
  ],
});
