import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { Client, Connection } from '@temporalio/client';
import { describe, expect, inject, test } from 'vitest';

import { temporaryTree } from '../scripts/temporaryTree.js';
import { chromiumBinary, openBrowser } from '../support/browser.js';
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

/** The file that the Temporal server among them was started with. */
function databaseOf(processes: readonly number[]): string {
  const commands = execFileSync('ps', ['-o', 'args=', '-p', processes.join(',')], { encoding: 'utf8' });
  const [, file] = /--db-filename[= ](\S+)/.exec(commands) ?? [];
  if (file === undefined) throw new Error(`No Temporal server among them:\n${commands}`);
  return file;
}

async function nothingIsLeft(facts: Facts, processes: readonly number[]): Promise<void> {
  await allGone([...processes, ...Object.values<number>(facts.processes)]);
  while (existsSync(dirname(facts.database))) await new Promise((resolve) => setTimeout(resolve, 50));
}

describe('npm run demo', () => {
  test('plays a week with all five functions, draws it, and says all in one last line of JSON', async () => {
    const report = join(temporaryTree({}), 'week.html');
    const { code, out, err } = await run(`npm run --silent demo -- --tickets 400 --seed 3 --json --report ${report}`);
    expect(`${err}${out}`).toContain('S-360 and TIXNGO agree, ticket by ticket.');
    expect(code).toBe(0);
    const facts = factsOf(out);
    expect(facts).toMatchObject({
      ok: true,
      ran: { tickets: 400, seed: 3, faults: null, keep: false },
      secondRunWroteNothing: true,
      sold: 180,
      // Beside those: 24 cards, two tickets for each of twelve of them, and one more on Friday.
      comparison: { agree: true, s360Tickets: 400 + 180 + 24 + 24 + 1, differences: [], differenceCount: 0 },
    });
    bySchedules(facts);
    const [first, second] = facts.injection;
    const [execution] = first.executions;
    const sent: number = execution.counts.sent;
    expect(sent).toBeGreaterThan(0);
    expect(first.writes).toEqual({ ...noWrites, tixngoTickets: sent, s360Printed: sent, s360Flagged: sent });
    // The tickets of the cards, and Friday's.
    expect(facts.comparison.tixngoTickets).toBe(sent + 24 + 61);
    expect(second.writes).toEqual(noWrites);
    expect(execution.url).toBe(
      `${facts.addresses.webUi}/namespaces/default/workflows/${encodeURIComponent(execution.workflowId)}/${execution.runId}`,
    );
    expect(facts.addresses.startForm).toContain('taskQueue=s360-tixngo&workflowType=ticketsExternalPrinting');
    await nothingIsLeft(facts, []);
    becamePrivileges(facts, out);
    broughtBack(facts, sent + 24, err, out);
    tookTicketsBack(facts, err, out);
    letIn(facts, out);
    await drawn(report, facts);
    readsWell(err, out);
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
    for (const schedule of new Set<string>(facts.executions.map((execution: Facts) => execution.schedule))) {
      await expect(client.schedule.getHandle(schedule).describe()).rejects.toThrow(/not found/i);
    }
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
    // In the middle of the week.
    const demo = type(`${command} --tickets 50`);
    await demo.until('Tuesday');
    const processes = descendants(demo.child.pid ?? 0);
    expect(processes.length).toBeGreaterThanOrEqual(3);
    const database = databaseOf(processes);
    demo.child.kill('SIGKILL');
    await nothingIsLeft({ database, processes: {} }, processes);
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
  ...{ tixngoTickets: 0, tixngoDefinitions: 0, s360Printed: 0, s360Flagged: 0 },
  ...{ s360Statuses: 0, s360Distributions: 0, s360Contacts: 0 },
};

/** Progress on standard error, five tickets with masked persons; piped, it is plain. */
function readsWell(err: string, out: string): void {
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
}

/** Every execution was started by the schedule of its function, all five of them. */
function bySchedules({ executions, steps }: Facts): void {
  const names: Record<string, string> = {
    ticketsExternalPrinting: 'Ticket injection',
    digitalPrivilegesInjection: 'Digital privileges',
    retrieveTicketStatus: 'Retrieve ticket status',
    pushCancelled: 'Push cancelled',
    pushControlled: 'Push controlled',
  };
  expect(new Set(executions.map((execution: Facts) => execution.function))).toEqual(new Set(Object.keys(names)));
  for (const { function: name, schedule, workflowId } of executions) {
    expect(schedule).toBe(`s360-tixngo/DEMO/FCDEMO/${names[name] ?? ''}`);
    expect(workflowId).toMatch(new RegExp(`^${name}/DEMO/FCDEMO/${names[name] ?? ''}-\\d{4}-`));
  }
  const days = new Set(steps.map((step: string) => step.split(' ')[0]));
  expect([...days]).toEqual(['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']);
}

/** Cards come before their tickets; the second run writes no privilege and no definition. */
function becamePrivileges({ digitalPrivileges, friday, comparison }: Facts, out: string): void {
  const { sold, runs, tickets, secondRunWroteNothing } = digitalPrivileges;
  expect(sold).toMatchObject({ seasonCards: { length: 12 }, membershipCards: { length: 12 } });
  const [first, second] = runs;
  const sent: number = first.executions[0].counts.sent;
  expect(sent).toBeGreaterThanOrEqual(24);
  const { privileges } = comparison;
  expect(first.writes).toEqual({
    ...{
      ...noWrites,
      tixngoTickets: sent,
      tixngoDefinitions: privileges.definitions,
      s360Printed: sent,
      s360Flagged: sent,
    },
  });
  expect(tickets.executions).toMatchObject([{ function: 'ticketsExternalPrinting', counts: { sent: 24 } }]);
  expect(second.writes).toEqual(noWrites);
  expect(secondRunWroteNothing).toBe(true);
  // A match more for a season ticket, then 60 tickets that were sold, and that match.
  expect(friday.map((run: Facts) => run.writes.tixngoTickets)).toEqual([1, 61]);
  expect(privileges).toMatchObject({ inTixngo: sent, same: sent - 1, deleted: 1, linkedTickets: 25 });
  expect(out).toContain('The second run wrote nothing, no definition either.');
}

/** Who was let in is CONTROLLED or USED in TIXNGO, once; a cancelled ticket is turned away. */
function letIn({ pushControlled, pushCancelled, comparison }: Facts, out: string): void {
  const { gates, runs, lastRunWroteNothing } = pushControlled;
  expect(gates.again).toBe(1);
  expect(gates.refused).toMatchObject([{ why: expect.stringMatching(/^(CANCELLED|INVALIDATED)$/) }]);
  expect(pushCancelled.boxOffice.orders.flatMap(({ ticketIds }: Facts) => ticketIds)).toContain(
    String(gates.refused[0].ticketId),
  );
  expect(runs.map((run: Facts) => run.writes.tixngoTickets)).toEqual([gates.inTime, gates.late, 0]);
  expect(lastRunWroteNothing).toBe(true);
  expect(comparison.privileges.used).toBe(gates.cards);
  const { inTime, late, cards }: { inTime: number; late: number; cards: number } = gates;
  expect(comparison.controlled).toBe(inTime + late - cards);
  expect(comparison.controlled).toBeGreaterThan(100);
  expect(out).toContain('The last run wrote nothing: who is let in is told once.');
}

/** The page shows this week, and nobody in it. */
async function drawn(file: string, { executions, steps, notifications, comparison }: Facts): Promise<void> {
  const page = readFileSync(file, 'utf8');
  expect(page).not.toMatch(/@(example|guests)\.|sandbox-(secret|api-key)|<script/);
  expect(page).toContain(`All ${String(executions.length)} executions, each started by its schedule`);
  expect(page).toContain('<div class="verdict">');
  if (chromiumBinary === undefined) return;
  const browser = await openBrowser();
  const tab = await browser.newPage();
  await tab.goto(`file://${file}`);
  const said = (await tab.locator('main').textContent()) ?? '';
  for (const { workflowId } of executions) {
    expect(
      await tab.locator('details.runs').getByRole('link', { name: workflowId, exact: true }).count(),
    ).toBeGreaterThan(0);
  }
  expect(await tab.locator('.story time').count()).toBe(steps.length);
  for (const count of [notifications, comparison.tixngoTickets, comparison.s360Tickets]) {
    expect(said).toContain((count as number).toLocaleString('en-US'));
  }
  const tixngo = tab.locator('figure', { has: tab.getByRole('heading', { name: 'TIXNGO' }) });
  expect(await tixngo.locator('.legend li', { hasText: /^CONTROLLED/ }).textContent()).toBe(
    `CONTROLLED ${String(comparison.controlled)}`,
  );
  expect(await tixngo.locator('.legend li', { hasText: 'privilege, USED' }).textContent()).toContain(
    String(comparison.privileges.used),
  );
  await browser.close();
}

/** What the spectators did is in S-360 once, with the new owners as cultural contacts; the deletions and the gates come back later. */
function broughtBack(facts: Facts, downloaded: number, err: string, out: string): void {
  const { spectators, runs, secondRunStoredNothing } = facts.retrieveTicketStatus;
  const { accepted, refused, lapsed, open, givenBack, example } = spectators;
  expect(spectators).toMatchObject({ downloaded, assigned: { length: 12 } });
  expect([accepted, refused, lapsed, open].map(({ length }) => length)).toEqual([12, 5, 1, 2]);
  expect(accepted).toContain(givenBack);
  expect(refused).toContain(example);
  // Every transfer has begun and, but for the open ones, ended; one was given back.
  const [transfers, ended] = [12 + 5 + 1 + 2 + 1, 12 + 5 + 1 + 1];
  const stored = downloaded + downloaded + 12 + transfers + ended;
  const [first, second, deletions, last] = runs;
  expect(first.executions).toMatchObject([
    { function: 'retrieveTicketStatus', endState: 'OK', counts: { stored, distributions: transfers + ended } },
  ]);
  expect(first.writes).toMatchObject({ s360Statuses: stored, s360Distributions: transfers + ended, tixngoTickets: 0 });
  expect(secondRunStoredNothing).toBe(true);
  expect(second.writes).toEqual(noWrites);
  // Nine deletions pending and confirmed, two pending only; the open transfers have lapsed in the night.
  expect(deletions.writes).toMatchObject({ s360Statuses: 9 * 2 + 2 + 2, s360Distributions: 2, s360Contacts: 0 });
  // Two deletions confirmed, Friday's tickets, and all that the gates let in.
  const controlled: number = facts.comparison.controlled;
  expect(last.writes).toMatchObject({ s360Statuses: 2 + 61 + controlled, s360Distributions: 0 });
  expect(facts.comparison.feedback).toMatchObject({
    ...{ same: downloaded + 61, moved: 12 + 4 + 1 + 2, newOwners: 12, notFedBack: {} },
    distributionLines: transfers + ended + 2,
  });

  expect(err).toContain('12 are accepted, 5 refused, 1 never answered, 2 still open.');
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
  // A membership card is among them.
  expect(first.executions).toMatchObject([{ function: 'pushCancelled', endState: 'OK', counts: { sent: 11 } }]);
  expect(second.executions).toMatchObject([{ function: 'pushCancelled', endState: 'OK', counts: { sent: 1 } }]);
  expect(comparison).toMatchObject({ agree: true, deleted: 11, waitingForPhone: 0, toldAgain: 0 });
  const told: number[] = [
    comparison.tixngoTickets,
    comparison.controlled,
    comparison.privileges.inTixngo,
    comparison.privileges.used,
  ];
  // Tickets and cards, the one that was changed, the deletions, and who was let in.
  expect(notifications).toBe(told.reduce((sum, number) => sum + number, 1 + 12));
  expect(toldOnceEach).toBe(true);

  const said = `${err}${out}`;
  expect(said).toContain(
    'The box office cancels 8 tickets and a membership card, and invalidates 4; the phone with 2 of them is offline.',
  );
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
