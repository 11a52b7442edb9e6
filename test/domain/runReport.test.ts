import { describe, expect, test } from 'vitest';

import { addCounts, noCounts } from '../../src/domain/counts.js';
import { pause } from '../../src/domain/pauses.js';
import { countsTable, interfaceDetails, runDetails } from '../../src/domain/runReport.js';
import { InterfaceForTests, reasons, runA, writer } from './interfaceForTests.js';

describe('What a person reads of a run', () => {
  test('counts add up, one by one', () => {
    const ones = Object.fromEntries(Object.keys(noCounts).map((key) => [key, 1])) as unknown as typeof noCounts;
    expect(addCounts(ones, addCounts(ones, noCounts))).toEqual(
      Object.fromEntries(Object.keys(noCounts).map((key) => [key, 2])),
    );
    expect(noCounts.sent).toBe(0);
    // A run that an older version began lacks a count that this one has.
    expect(addCounts({ sent: 2 }, { ...noCounts, neverInTixngo: 1 })).toEqual({
      ...noCounts,
      sent: 2,
      neverInTixngo: 1,
    });
  });

  test('a table of what happened, with the reasons of parked tickets', () => {
    const counts = { ...noCounts, offered: 1_000, sent: 990, processed: 990, parked: 10 };
    expect(countsTable(counts, { 'FIELD_REQUIRED event.name': 10 })).toBe(
      [
        'offered by S-360             1000',
        'sent to TIXNGO               990',
        'marked processed in S-360    990',
        'parked                       10',
        '  FIELD_REQUIRED event.name  10',
      ].join('\n'),
    );
  });

  test('every count has a line of its own', () => {
    const counts = Object.fromEntries(
      Object.keys(noCounts).map((key, i) => [key, 100 + i]),
    ) as unknown as typeof noCounts;
    const lines = countsTable(counts, {}).split('\n');
    expect(lines).toHaveLength(Object.keys(noCounts).length);
    for (const value of Object.values(counts))
      expect(lines.filter((line) => line.endsWith(` ${String(value)}`))).toHaveLength(1);
  });

  test('what somebody may paste from it stands as code: the Web UI would set its quotes otherwise', () => {
    const said = 'Choose one of: {"organization":"FCDEMO"}. If it is meant once more, set again: "0199-a".';
    const details = runDetails('pushControlled', null, 'ERROR', noCounts, {}, said);
    expect(details).toContain(
      'Choose one of: `{"organization":"FCDEMO"}`. If it is meant once more, set `again: "0199-a"`.',
    );
  });

  test('the details name function, organization, state and message; the table is fenced', () => {
    const details = runDetails(
      'ticketsExternalPrinting',
      { organization: 'FCDEMO', internalName: 'Ticket injection' },
      'OK',
      noCounts,
      {},
      '0 tickets sent.',
    );
    expect(details).toMatch(
      /^Tickets external printing of \*\*FCDEMO\*\* \(Ticket injection\): \*\*OK\*\*\n\n0 tickets sent\.\n\n```\n[^`]+\n```$/,
    );
    expect(runDetails('pushCancelled', null, 'RUNNING', noCounts, {}, '')).toMatch(
      /^Push cancelled and invalidated tickets: \*\*RUNNING\*\*\n\n```/,
    );
  });
});

describe('What an engineer reads of the interface', () => {
  test.each([
    ['pushCancelled', 'deletions pushed'],
    ['pushControlled', 'controls pushed'],
    ['digitalPrivilegesInjection', 'privileges sent'],
  ] as const)('of %s: how many %s', (name, words) => {
    const world = new InterfaceForTests({ function: name });
    const place = { function: name };
    world.claim(runA);
    world.close(runA, writer(), { ...place, counts: { ...noCounts, sent: 7 }, report: undefined });
    expect(interfaceDetails('DEMO', world.state)).toMatch(new RegExp(`${words} +7\n`));
  });

  test('nothing yet', () => {
    expect(interfaceDetails('DEMO', new InterfaceForTests().state)).toBe(
      'Interface of institution **DEMO**\n\nNo function has run yet.',
    );
  });

  test('who works, what is in doubt, what is paused by whom, and parked tickets by reason with an example', () => {
    const world = new InterfaceForTests();
    world.claim(runA);
    world.report(runA, writer(), { parked: [...reasons(2), ...reasons(1, 50, 'TICKET_DELETED')] });
    world.state = pause(world.state, '*', { by: 'on call', why: 'maintenance', sinceMs: world.nowMs });
    const said = interfaceDetails('DEMO', world.state);
    expect(said).toContain('- everything: maintenance (on call, since 2027-05-01 00:00:00');
    expect(said).toMatch(/FCDEMO.*ticketsExternalPrinting.*working/);
    expect(said).toMatch(/in doubt +yes/);
    expect(said).toMatch(/parked tickets +3\n/);
    expect(said).toMatch(/FIELD_REQUIRED event\.address\.site +2, such as id:10000000000000\n/);
    expect(said).toMatch(/TICKET_DELETED event\.address\.site +1, such as id:10000000000050\n/);
  });

  test('the last run of every organization, in the order of their codes', () => {
    const world = new InterfaceForTests();
    for (const organization of ['FCB', 'FCA']) {
      world.claim(runA, writer(), { organization });
      world.close(runA, writer(), {
        organization,
        counts: { ...noCounts, sent: 7, waitingForHolder: 2 },
        report: undefined,
      });
    }
    const said = interfaceDetails('DEMO', world.state);
    expect(said.indexOf('FCA')).toBeLessThan(said.indexOf('FCB'));
    for (const code of ['FCA', 'FCB']) {
      const part = said.slice(said.indexOf(code)).split('**FC')[0]!;
      expect(part).toMatch(/OK/);
      expect(part).toMatch(/2027-05-01 00:00:00/);
      expect(part).toMatch(/sent\D+7\n/);
      expect(part).toMatch(/in doubt +no/);
    }
  });
});
