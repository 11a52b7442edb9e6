import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { z } from 'zod';

/** Where `npm test` leaves vitest's JSON report (vitest.config.ts). */
export const TEST_REPORT = '.reports/vitest.json';

const reportSchema = z.object({
  startTime: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      assertionResults: z.array(
        z.object({ ancestorTitles: z.array(z.string()), title: z.string(), status: z.string() }),
      ),
    }),
  ),
});

export interface ReportedTest {
  /** Path of the test file, relative to the repository. */
  file: string;
  /** The titles of its describe blocks and its own, joined by « › ». */
  fullName: string;
  status: string;
}

export interface TestReport {
  /** When the run began, in milliseconds since 1970. */
  startedAtMs: number;
  tests: ReportedTest[];
  /** Test files that failed before any of their tests ran. */
  brokenFiles: string[];
}

export interface TestCounts {
  passed: number;
  failed: number;
  skipped: number;
}

/** vitest's JSON report at `path`, with files relative to `root`; null when there is none. */
export function readTestReport(path: string, root: string): TestReport | null {
  if (!existsSync(path)) return null;
  const report = reportSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  return {
    startedAtMs: report.startTime,
    tests: report.testResults.flatMap((file) =>
      file.assertionResults.map((test) => ({
        file: relative(root, file.name),
        fullName: [...test.ancestorTitles, test.title].join(' › '),
        status: test.status,
      })),
    ),
    brokenFiles: report.testResults
      .filter((file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'))
      .map((file) => relative(root, file.name)),
  };
}

/** How many tests of a report passed, failed and were skipped; a file that could not run counts as one failure. */
export function testCounts(report: TestReport): TestCounts {
  const passed = report.tests.filter((test) => test.status === 'passed').length;
  const failed = report.tests.filter((test) => test.status === 'failed').length;
  return {
    passed,
    failed: failed + report.brokenFiles.length,
    skipped: report.tests.length - passed - failed,
  };
}
