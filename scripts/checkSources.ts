import { execFileSync } from 'node:child_process';
import { finish } from './checks/report.js';
import { sourceProblems } from './checks/sources.js';

const root = process.cwd();
const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], { cwd: root });
const files = listed
  .toString()
  .split('\0')
  .filter((file) => file !== '');

finish(
  'check:sources',
  sourceProblems(root, files),
  `${files.length} files hold no machine’s paths, registry hosts, keys or real addresses.`,
);
