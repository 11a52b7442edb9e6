import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, inject, test } from 'vitest';

import { repository, temporaryTree } from '../scripts/temporaryTree.js';
import { cleanEnvironment, run, type, type Program } from './programs.js';

const readme = readFileSync(join(repository, 'README.md'), 'utf8');

/** The lines of all shell blocks. */
const commands = Array.from(readme.matchAll(/^( *)```sh\n([\s\S]*?)^\1```$/gm), ([, , block]) => block ?? '').flatMap(
  (block) => block.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()])),
);

const tried = new Set<string>();

/** A command exactly as the README has it. */
function asWritten(command: string): string {
  expect(commands).toContain(command);
  tried.add(command);
  return command;
}

async function agreeingDemo(line: string, environment?: NodeJS.ProcessEnv): Promise<void> {
  const { code, out, err } = await run(line, environment);
  expect(`${err}${out}`).toContain('S-360 and TIXNGO agree, ticket by ticket.');
  expect(code).toBe(0);
}

describe('the commands of the README', () => {
  test('npm ci and npm test are what CI itself runs', () => {
    const ci = readFileSync(join(repository, '.ci/run'), 'utf8');
    asWritten('npm ci && npm test');
    expect(ci).toMatch(/ npm ci; then/);
    expect(ci).toMatch(/ npm test( |$)/m);
  });

  test('the demo', async () => {
    const [install, demo] = asWritten('npm ci && npm run demo').split(' && ');
    expect(install).toBe('npm ci');
    await agreeingDemo(demo ?? '');
    await agreeingDemo(asWritten('npm run demo -- --file config/tickets.example.csv'));
  }, 300_000);

  test('the demo while calls fail, with the same end, as a picture', async () => {
    // Fewer tickets than the README's: every fault costs a pause. And not into the repository that is being tested.
    const report = join(temporaryTree({}), 'week.html');
    const faults = asWritten('npm run demo -- --faults');
    const drawn = asWritten('npm run demo -- --report week.html').replace('week.html', report);
    await agreeingDemo(`${faults} --tickets 200 ${drawn.replace('npm run demo -- ', '')}`);
    expect(readFileSync(report, 'utf8')).toContain('One match week between');
  }, 420_000);

  test('the demo that stays up', async () => {
    const demo = type(asWritten('npm run demo -- --keep'));
    await demo.until('Ctrl-C ends it all');
    demo.interrupt();
    await demo.ended();
  });

  test('the demo on a given Temporal server', async () => {
    const line = asWritten('TEMPORAL_ADDRESS=127.0.0.1:7233 npm run demo');
    await agreeingDemo(line.replace('127.0.0.1:7233', inject('temporalAddress')));
  });

  test('the parts alone, each in a terminal of its own', async () => {
    const temporal = type(asWritten('npm run temporal'));
    await temporal.until('Ctrl-C ends it.');
    // A port that is taken here is another one than the README's.
    const address = /Temporal runs at +(\S+)/.exec(temporal.out())?.[1] ?? '';
    const sandbox = type(`${asWritten('npm run sandbox')} -- --s360-port 0 --tixngo-port 0`);
    await sandbox.until('Ctrl-C ends the sandboxes');
    const given = variables(/^ +(export .*)$/m.exec(sandbox.out())?.[1] ?? '');
    const written = commands.find((command) => command.startsWith('export ')) ?? '';
    asWritten(written);
    expect(Object.keys(variables(written)).sort()).toEqual(Object.keys(given).sort());
    expect(variables(written)['TIXNGO_URL']).toBe(given['TIXNGO_URL']?.replace(/:\d+/, ':8361'));

    const environment = cleanEnvironment({ ...given, TEMPORAL_ADDRESS: address });
    const worker = type(asWritten('npm run worker'), environment);
    await worker.until('Worker ready');

    const some = await run(
      asWritten(`npm start -- ticketsExternalPrinting '{"organization":"FCDEMO","maxTicketsPerRun":100}'`),
      environment,
    );
    expect(some.out).toContain('100 tickets sent');
    const previewed = await run(asWritten('npm start -- preview ticketsExternalPrinting'), environment);
    expect(previewed.out).toContain('PREVIEW');
    const all = await run(asWritten('npm start -- ticketsExternalPrinting'), environment);
    expect(all.out).toContain('WARNING  DEMO/FCDEMO');
    const cancelled = await run(asWritten('npm start -- pushCancelled'), environment);
    expect(cancelled.out).toContain('OK  DEMO/FCDEMO, Push cancelled');
    const controlled = await run(asWritten('npm start -- pushControlled'), environment);
    expect(controlled.out).toContain('OK  DEMO/FCDEMO, Push controlled');
    const privileges = await run(asWritten('npm start -- digitalPrivilegesInjection'), environment);
    expect(privileges.out).toMatch(/^(OK|WARNING) {2}DEMO\/FCDEMO, Digital privileges$/m);
    const retrieved = await run(asWritten('npm start -- retrieveTicketStatus'), environment);
    expect(retrieved.out).toContain('OK  DEMO/FCDEMO, Retrieve ticket status');
    expect(await run(asWritten('npm run compare'), environment)).toMatchObject({ code: 0 });

    const looked = asWritten(
      `npm start -- preview pushControlled '{"organization":"FCDEMO","forceTickets":"id:10228305000005","overrideDay":"2027-05-01"}'`,
    );
    // An override holds on its day only: today, where the institution is.
    const today = new Date().toLocaleDateString('sv-SE', { timeZone: 'Europe/Zurich' });
    expect((await run(looked.replace('2027-05-01', today), environment)).out).toContain('PREVIEW');

    const pause = `npm start -- pause '{"organization":"FCDEMO","by":"on call","why":"TIXNGO maintenance until 18:00"}'`;
    expect((await run(asWritten(pause), environment)).out).toContain('Paused: FCDEMO.');
    expect((await run(asWritten('npm start -- state'), environment)).out).toContain('FCDEMO: TIXNGO maintenance');
    const resume = `npm start -- resume '{"organization":"FCDEMO"}'`;
    expect((await run(asWritten(resume), environment)).out).toContain('Resumed: FCDEMO.');

    const planned = await run(asWritten('npm start -- schedules plan'), environment);
    expect(planned.out).toContain('+ s360-tixngo/DEMO/FCDEMO/Ticket injection: to be created');
    const applied = await run(asWritten('npm start -- schedules apply'), environment);
    expect(applied.out).toContain('+ s360-tixngo/DEMO/FCDEMO/Ticket injection: created');

    await endAll([worker, sandbox, temporal]);
  }, 300_000);

  test('every one of them was tried', () => {
    expect([...tried].sort()).toEqual([...new Set(commands)].sort());
  });
});

test('every file that the README links to is there', () => {
  const links = Array.from(readme.matchAll(/\]\((?!https?:|#)([^)#]+)\)/g), ([, path]) => path ?? '');
  expect(links.length).toBeGreaterThan(3);
  expect(links.filter((path) => !existsSync(join(repository, path)))).toEqual([]);
});

test('the README says of Docker Compose that CI does not start it, and shows no command of it as tried', () => {
  expect(readme).toMatch(/CI does not start it/);
  expect(commands.join('\n')).not.toContain('docker');
});

function variables(line: string): Record<string, string> {
  const pairs = Array.from(line.matchAll(/([A-Z0-9_]+)=(\S+)/g), ([, name, value]) => [name ?? '', value ?? '']);
  return Object.fromEntries(pairs) as Record<string, string>;
}

async function endAll(programs: readonly Program[]): Promise<void> {
  for (const program of programs) {
    program.interrupt();
    await program.ended();
  }
}
