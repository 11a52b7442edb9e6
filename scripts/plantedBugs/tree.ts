import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { readTestReport, TEST_REPORT, type ReportedTest } from '../checks/testReport.js';
import type { PlantedBug, TestName } from './bugs.js';

/** A copy of the working tree in a new folder, with the packages and the Temporal server of the original. */
export function copyOfTree(root: string): string {
  const copy = realpathSync(mkdtempSync(join(tmpdir(), 'planted-')));
  const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], { cwd: root })
    .toString()
    .split('\0')
    .filter((file) => file !== '' && existsSync(join(root, file)));
  for (const file of files) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(join(root, file), join(copy, file));
  }
  for (const folder of ['node_modules', '.cache']) {
    if (existsSync(join(root, folder))) symlinkSync(join(root, folder), join(copy, folder));
  }
  return copy;
}

/**
 * Puts the bug's texts in the places of the right ones.
 *
 * @returns a function that takes it out again
 * @throws Error if a right text does not stand exactly once in the file
 */
export function plantBug(tree: string, bug: PlantedBug): () => void {
  const path = join(tree, bug.file);
  const right = readFileSync(path, 'utf8');
  writeFileSync(path, withBug(right, bug));
  return () => {
    writeFileSync(path, right);
  };
}

/** The text of a file with the bug in it. */
export function withBug(text: string, { name, file, edits }: PlantedBug): string {
  return edits.reduce((before, { right, wrong }) => {
    const times = before.split(right).length - 1;
    if (times === 1) return before.replace(right, () => wrong);
    throw new Error(
      `${file}: a text that «${name}» changes stands ${String(times)} times in it, expected once. Bring scripts/plantedBugs/bugs.ts up to date.`,
    );
  }, text);
}

/** Runs these tests, and only these. @returns what vitest says of them */
export function runTests(tree: string, tests: readonly TestName[]): ReportedTest[] {
  const files = [...new Set(tests.map(({ file }) => file))];
  const names = tests.map(({ title }) => title.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  spawnSync('npx', ['--no-install', 'vitest', 'run', ...files, '-t', `(${names.join('|')})$`], {
    cwd: tree,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, CI: 'true' },
  });
  const report = readTestReport(join(tree, TEST_REPORT), tree);
  if (report === null || report.brokenFiles.length > 0) {
    throw new Error(`vitest could not run ${report === null ? files.join(', ') : report.brokenFiles.join(', ')}.`);
  }
  return report.tests.filter((test) => tests.some((wanted) => isThis(test, wanted)));
}

export function isThis(test: ReportedTest, { file, title }: TestName): boolean {
  return test.file === file && (test.fullName === title || test.fullName.endsWith(` › ${title}`));
}
