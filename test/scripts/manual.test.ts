import { spawnSync } from 'node:child_process';
import { utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { manualProblems } from '../../scripts/checks/manual.js';
import { problemLine } from '../../scripts/checks/report.js';
import { lend, plant, temporaryTree } from './temporaryTree.js';

const HEADING = "| Rule (the manual's words) | Page of the manual | Code | Test | Status |\n|---|---|---|---|---|\n";
const TEST_NAME = 'test/rule.test.ts › tickets › keeps «a | b» apart';
const GOOD_ROW = `| Only NOT_PRINTED tickets | 1. Ticket injection | \`src/rule.ts#rule\`, src/rule.ts#Ticket | ${TEST_NAME.replace('|', '\\|')} | confirmed |\n`;

/** A repository with one rule, one test and a report younger than both. */
function repositoryWith(table: string, statuses: Record<string, string> = { 'keeps «a | b» apart': 'passed' }): string {
  const root = temporaryTree({
    'docs/manual.md': `# The manual, rule by rule\n\n${table}`,
    'src/rule.ts':
      'export const rule = 1;\nconst hidden = 2;\nexport interface Ticket { id: number }\nexport { hidden as seen };\n',
    'test/rule.test.ts': '',
  });
  for (const file of ['src/rule.ts', 'test/rule.test.ts']) utimesSync(join(root, file), 1_000, 1_000);
  report(root, statuses, 2_000_000);
  return root;
}

function report(root: string, statuses: Record<string, string>, startTime: number): void {
  const assertionResults = Object.entries(statuses).map(([title, status]) => ({
    ancestorTitles: ['tickets'],
    title,
    status,
  }));
  const name = join(root, 'test/rule.test.ts');
  plant(root, {
    '.reports/vitest.json': JSON.stringify({
      startTime,
      testResults: [{ name, status: 'passed', assertionResults }],
    }),
  });
}

function problemsOf(root: string): string[] {
  return manualProblems(root).map(problemLine);
}

function row(cells: { code?: string; test?: string; status?: string }): string {
  const { code = 'src/rule.ts#rule', test = TEST_NAME.replace('|', '\\|'), status = 'confirmed' } = cells;
  return `${HEADING}| A rule | A page | ${code} | ${test} | ${status} |\n`;
}

describe('check:manual', () => {
  it('is content with rows whose code exists and whose tests passed', () => {
    const table =
      HEADING +
      GOOD_ROW +
      `| A default | – | src/rule.ts#seen | ${TEST_NAME.replace('|', '\\|')} | our setting \`pageSize\` |\n`;
    expect(problemsOf(repositoryWith(table))).toEqual([]);
  });

  it.each([
    ['a file that does not exist', { code: 'src/none.ts#rule' }, '«src/none.ts», which does not exist'],
    ['a symbol that is not exported', { code: 'src/rule.ts#hidden' }, '«hidden», which src/rule.ts does not export'],
    ['code without a symbol', { code: 'src/rule.ts' }, 'Write `path#exportedSymbol`.'],
    ['no code', { code: '' }, 'names no code'],
    ['no test', { test: '' }, 'names no test'],
    [
      'a test that the run did not have',
      { test: 'test/rule.test.ts › tickets › other' },
      'which the last run did not have',
    ],
    ['a test of another file', { test: 'test/other.test.ts › tickets › keeps' }, 'which the last run did not have'],
    ['one good test and one missing', { test: `${TEST_NAME.replace('|', '\\|')}<br>test/rule.test.ts › x` }, '› x»'],
    ['a status that says nothing', { status: 'maybe' }, 'has the status «maybe»'],
    ['a setting without its name', { status: 'our setting' }, 'has the status «our setting»'],
  ])('names the row with %s', (_what, cells, words) => {
    expect(problemsOf(repositoryWith(row(cells)))).toEqual([expect.stringContaining(words)]);
  });

  it.each([
    ['failed', 'which failed'],
    ['skipped', 'which did not run (skipped)'],
    ['todo', 'which did not run (todo)'],
  ])('names the row whose test %s', (status, words) => {
    const root = repositoryWith(HEADING + GOOD_ROW, { 'keeps «a | b» apart': status });
    expect(problemsOf(root)).toEqual([expect.stringContaining(words)]);
  });

  it('asks for a test run when there is no report', () => {
    const root = temporaryTree({
      'docs/manual.md': HEADING + GOOD_ROW,
      'src/rule.ts': 'export const rule = 1; export type Ticket = 1;',
    });
    expect(problemsOf(root)).toEqual([expect.stringContaining('Run `npm test`')]);
  });

  it('asks for a test run when the report is older than the code or the test', () => {
    const root = repositoryWith(HEADING + GOOD_ROW);
    report(root, { 'keeps «a | b» apart': 'passed' }, 999_999);
    expect(problemsOf(root)).toEqual([
      expect.stringContaining('the report is older than src/rule.ts'),
      expect.stringContaining('the report is older than test/rule.test.ts'),
    ]);
  });

  it('names a line that has not five cells, other columns, and a page without a table', () => {
    expect(problemsOf(repositoryWith(`${HEADING}${GOOD_ROW}| too | few |\n`))).toEqual([
      expect.stringContaining('the row has not five cells'),
    ]);
    expect(problemsOf(repositoryWith(HEADING.replace('Status', 'State') + GOOD_ROW))).toEqual([
      expect.stringContaining('the columns are'),
    ]);
    expect(problemsOf(repositoryWith('No table here.\n'))).toEqual([expect.stringContaining('no table of rules')]);
  });

  it('ends with exit code 1 and a sentence on a bad row, with 0 on good rows', () => {
    const root = repositoryWith(row({ code: 'src/none.ts#rule' }));
    lend(root, ['scripts', 'package.json']);
    const run = () =>
      spawnSync(process.execPath, ['--import', 'tsx', 'scripts/checkManual.ts'], { cwd: root, encoding: 'utf8' });
    const bad = run();
    expect(bad.status).toBe(1);
    expect(bad.stderr).toContain('the row «A rule» names the file «src/none.ts», which does not exist.');
    plant(root, { 'docs/manual.md': HEADING + GOOD_ROW });
    expect(run().status).toBe(0);
  });
});
