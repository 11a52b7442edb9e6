// Prints «passed failed skipped» of the last test run, for .ci/run; nothing and exit code 1 when there is no report.
import { join } from 'node:path';
import { readTestReport, TEST_REPORT, testCounts } from './checks/testReport.js';

const report = readTestReport(join(process.cwd(), TEST_REPORT), process.cwd());
if (report === null) {
  process.exitCode = 1;
} else {
  const { passed, failed, skipped } = testCounts(report);
  console.log(`${passed} ${failed} ${skipped}`);
}
