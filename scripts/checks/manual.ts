import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { exportedNames } from './exports.js';
import { MANUAL_COLUMNS, readManualTable, type ManualRow } from './manualTable.js';
import type { Problem } from './report.js';
import { readTestReport, TEST_REPORT, type TestReport } from './testReport.js';

export const MANUAL_PAGE = 'docs/manual.md';

const STATUS = /^(confirmed|inferred|our setting `[^`]+`)/;
const RUN_TESTS = 'Run `npm test` (all of it), then this check again.';

/**
 * Problems of the table in docs/manual.md under `root`: every row must name exported code that exists and tests that passed
 * in the last run of `npm test`, and that run must be younger than the code and the tests that it vouches for.
 */
export function manualProblems(root: string): Problem[] {
  const page = join(root, MANUAL_PAGE);
  if (!existsSync(page)) return [problem(MANUAL_PAGE, 'the page is missing.', 'Write its table of rules.')];
  const table = readManualTable(readFileSync(page, 'utf8'));
  if (table.heading === null || table.rows.length === 0) {
    return [problem(MANUAL_PAGE, 'the page has no table of rules.', `Its columns are: ${MANUAL_COLUMNS.join(' | ')}.`)];
  }
  const report = readTestReport(join(root, TEST_REPORT), root);
  return [
    ...headingProblems(table.heading),
    ...table.crookedLines.map((line) =>
      problem(`${MANUAL_PAGE}:${line}`, 'the row has not five cells.', 'Write a bar inside a cell as \\|.'),
    ),
    ...table.rows.flatMap((row) => [...codeProblems(root, row), ...statusProblems(row)]),
    ...(report === null
      ? [problem(TEST_REPORT, 'there is no report of a test run.', RUN_TESTS)]
      : table.rows.flatMap((row) => testProblems(row, report))),
    ...(report === null ? [] : ageProblems(root, table.rows, report)),
  ];
}

function headingProblems(heading: string[]): Problem[] {
  const plain = (text: string) => text.replaceAll("'", '’');
  if (heading.map(plain).join('|') === MANUAL_COLUMNS.join('|')) return [];
  return [problem(MANUAL_PAGE, `the columns are «${heading.join(' | ')}».`, `Write: ${MANUAL_COLUMNS.join(' | ')}.`)];
}

function codeProblems(root: string, row: ManualRow): Problem[] {
  if (row.code.length === 0) return [rowProblem(row, 'names no code.', 'Write `path#exportedSymbol`.')];
  return row.code.flatMap((entry) => {
    const [path, symbol, ...rest] = entry.split('#');
    if (path === undefined || symbol === undefined || rest.length > 0) {
      return [rowProblem(row, `has «${entry}» as code.`, 'Write `path#exportedSymbol`.')];
    }
    if (!existsSync(join(root, path))) {
      return [
        rowProblem(row, `names the file «${path}», which does not exist.`, 'Name the file that applies the rule.'),
      ];
    }
    if (!exportedNames(path, readFileSync(join(root, path), 'utf8')).has(symbol)) {
      return [
        rowProblem(row, `names «${symbol}», which ${path} does not export.`, 'Name an exported symbol of that file.'),
      ];
    }
    return [];
  });
}

function testProblems(row: ManualRow, report: TestReport): Problem[] {
  if (row.tests.length === 0) return [rowProblem(row, 'names no test.', 'Write `path › full test name`.')];
  return row.tests.flatMap((entry) => {
    const { file, name } = testOf(entry);
    if (name === '') return [rowProblem(row, `has «${entry}» as a test.`, 'Write `path › full test name`.')];
    const found = report.tests.filter((test) => test.file === file && spaced(test.fullName) === spaced(name));
    if (found.length === 0) {
      return [
        rowProblem(
          row,
          `names the test «${entry}», which the last run did not have.`,
          `Correct the name, or: ${RUN_TESTS}`,
        ),
      ];
    }
    const bad = found.find((test) => test.status !== 'passed');
    if (bad === undefined) return [];
    return [rowProblem(row, `rests on the test «${entry}», which ${saidOf(bad.status)}.`, 'Make it pass.')];
  });
}

function statusProblems(row: ManualRow): Problem[] {
  if (STATUS.test(row.status)) return [];
  return [
    rowProblem(row, `has the status «${row.status}».`, 'Begin it with confirmed, inferred or our setting `name`.'),
  ];
}

/** A file that was changed after the run began may no longer do what the run saw. */
function ageProblems(root: string, rows: ManualRow[], report: TestReport): Problem[] {
  const code = rows.flatMap((row) => row.code.map((entry) => entry.split('#')[0] ?? ''));
  const tests = rows.flatMap((row) => row.tests.map((entry) => testOf(entry).file));
  return [...new Set([...code, ...tests])]
    .filter((path) => path !== '' && existsSync(join(root, path)))
    .filter((path) => statSync(join(root, path)).mtimeMs > report.startedAtMs)
    .map((path) => problem(TEST_REPORT, `the report is older than ${path}.`, RUN_TESTS));
}

function testOf(entry: string): { file: string; name: string } {
  const [file = '', ...names] = entry.split('›').map((part) => part.trim());
  return { file, name: names.join(' › ') };
}

/** Full names are compared without the separators, since reporters join them by « › » or by a space. */
function spaced(name: string): string {
  return name.replaceAll('›', ' ').replace(/\s+/g, ' ').trim();
}

function saidOf(status: string): string {
  return status === 'failed' ? 'failed' : `did not run (${status})`;
}

function rowProblem(row: ManualRow, what: string, todo: string): Problem {
  return problem(`${MANUAL_PAGE}:${row.line}`, `the row «${row.rule}» ${what}`, todo);
}

function problem(where: string, what: string, todo: string): Problem {
  return { where, what, todo };
}
