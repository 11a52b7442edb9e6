import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readTestReport, testCounts } from '../../scripts/checks/testReport.js';
import { temporaryTree } from './temporaryTree.js';

describe('the count of a test run', () => {
  it('counts passed, failed and skipped tests, and a file that could not run as one failure', () => {
    const test = (status: string) => ({ ancestorTitles: [], title: status, status });
    const root = temporaryTree({
      'report.json': JSON.stringify({
        startTime: 1,
        testResults: [
          { name: '/a.test.ts', status: 'failed', assertionResults: [test('passed'), test('failed')] },
          { name: '/b.test.ts', status: 'failed', assertionResults: [] },
          { name: '/c.test.ts', status: 'passed', assertionResults: [test('passed'), test('skipped'), test('todo')] },
        ],
      }),
    });
    const report = readTestReport(join(root, 'report.json'), '/');
    expect(report && testCounts(report)).toEqual({ passed: 2, failed: 2, skipped: 2 });
  });

  it('is nothing without a report', () => {
    expect(readTestReport('/nowhere/report.json', '/')).toBeNull();
  });
});
