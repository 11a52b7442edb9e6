import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { lend, temporaryTree } from './temporaryTree.js';

/** A small repository of the same shape that breaks no wall. */
const goodTree: Record<string, string> = {
  'src/domain/rule.ts': "import { DateTime } from 'luxon';\nexport const rule = DateTime.fromISO('2027-01-01');\n",
  'src/domain/config.ts': "import { z } from 'zod';\nexport const config = z.string();\n",
  'src/temporal/searchAttributes.ts':
    "import { defineSearchAttributeKey } from '@temporalio/common';\nexport const key = defineSearchAttributeKey('A', 'KEYWORD');\n",
  'src/activities/push.ts':
    "import got from 'got';\nimport { config } from '../domain/config.js';\nexport const push = () => got(config.parse(''));\n",
  'src/workflows/push.ts': [
    "import { proxyActivities } from '@temporalio/workflow';",
    "import { rule } from '../domain/rule.js';",
    "import { key } from '../temporal/searchAttributes.js';",
    "import type * as activities from '../activities/push.js';",
    'export const workflow = () => [proxyActivities<typeof activities>({}), rule, key];',
  ].join('\n'),
  'src/worker.ts':
    "import { readFileSync } from 'node:fs';\nimport * as activities from './activities/push.js';\nimport * as workflows from './workflows/push.js';\nconsole.log(readFileSync, activities, workflows);\n",
  'sandbox/main.ts': "import { Hono } from 'hono';\nconsole.log(new Hono());\n",
  'demo/main.ts': "import '../src/worker.js';\nimport '../sandbox/main.js';\n",
  'test/worker.test.ts': "import '../src/worker.js';\n",
};

/** Each wall, and the files that break it. */
const planted: [rule: string, from: string, files: Record<string, string>][] = [
  ['domain-is-pure', 'src/domain/disk.ts', { 'src/domain/disk.ts': "import 'node:fs';\n" }],
  ['domain-is-pure', 'src/domain/http.ts', { 'src/domain/http.ts': "import 'got';\n" }],
  [
    'domain-is-pure',
    'src/domain/work.ts',
    { 'src/domain/work.ts': "import type { push } from '../activities/push.js';\n" },
  ],
  [
    'workflows-import-values-of-domain-only',
    'src/workflows/bad.ts',
    { 'src/workflows/bad.ts': "import { push } from '../activities/push.js';\nconsole.log(push);\n" },
  ],
  [
    'workflows-import-values-of-domain-only',
    'src/workflows/clock.ts',
    { 'src/workflows/clock.ts': "import 'node:timers';\n" },
  ],
  [
    'workflows-import-types-of-src-only',
    'src/workflows/types.ts',
    { 'src/workflows/types.ts': "import type { Hono } from 'hono';\nexport type A = Hono;\n" },
  ],
  [
    'workflow-bundle-is-light',
    'src/workflows/heavy.ts',
    { 'src/workflows/heavy.ts': "import { config } from '../domain/config.js';\nconsole.log(config);\n" },
  ],
  [
    'activities-know-no-workflow',
    'src/activities/up.ts',
    { 'src/activities/up.ts': "import '../workflows/push.js';\n" },
  ],
  ['src-knows-no-stand-in', 'src/fake.ts', { 'src/fake.ts': "import '../sandbox/main.js';\n" }],
  ['src-knows-no-stand-in', 'src/demo.ts', { 'src/demo.ts': "import '../demo/main.js';\n" }],
  ['src-knows-no-stand-in', 'src/tested.ts', { 'src/tested.ts': "import '../test/worker.test.js';\n" }],
  [
    'sandbox-knows-no-product',
    'sandbox/same.ts',
    { 'sandbox/same.ts': "import type { config } from '../src/domain/config.js';\nexport type A = typeof config;\n" },
  ],
  ['programs-know-no-test', 'demo/helper.ts', { 'demo/helper.ts': "import '../test/worker.test.js';\n" }],
  ['shipped-code-has-shipped-packages', 'sandbox/dev.ts', { 'sandbox/dev.ts': "import 'yaml';\n" }],
  ['no-circle', 'src/one.ts', { 'src/one.ts': "import './two.js';\n", 'src/two.ts': "import './one.js';\n" }],
  ['no-orphan', 'src/left.ts', { 'src/left.ts': 'export const left = 1;\n' }],
  ['import-resolves', 'src/lost.ts', { 'src/lost.ts': "import './nowhere.js';\n" }],
];

interface Violation {
  rule: { name: string };
  from: string;
}

/** What `npm run walls` finds in a tree, as «rule from» lines; both of its configurations are used. */
function violationsIn(files: Record<string, string>): string[] {
  const root = temporaryTree(files);
  lend(root, ['.dependency-cruiser.cjs', '.dependency-cruiser.runtime.cjs', 'package.json', 'tsconfig.json']);
  return ['.dependency-cruiser.cjs', '.dependency-cruiser.runtime.cjs'].flatMap((config) => {
    const args = [
      'node_modules/.bin/depcruise',
      '--config',
      config,
      '--output-type',
      'json',
      'src',
      'sandbox',
      'demo',
      'test',
    ];
    const { stdout } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 });
    const { summary } = JSON.parse(stdout) as { summary: { violations: Violation[] } };
    return summary.violations.map(({ rule, from }) => `${rule.name} ${from}`);
  });
}

describe('import walls', () => {
  it('report nothing in a repository that keeps to them', () => {
    expect(violationsIn(goodTree)).toEqual([]);
  });

  it('report every planted violation, by its rule and its file', () => {
    const files = Object.assign({}, goodTree, ...planted.map(([, , each]) => each)) as Record<string, string>;
    const found = violationsIn(files);
    expect(planted.map(([rule, from]) => `${rule} ${from}`).filter((expected) => !found.includes(expected))).toEqual(
      [],
    );
  });
});

describe('the lint wall around workflows', () => {
  it('reports an import that a workflow must not have, in the editor already', () => {
    const root = temporaryTree({
      ...goodTree,
      'src/workflows/bad.ts': [
        "import 'got';",
        "import 'node:fs';",
        "import { push } from '../activities/push.js';",
        "import type { push as allowed } from '../activities/push.js';",
        'export const bad = (): [typeof allowed, typeof push] => [push, push];',
        'console.log(process.pid);',
      ].join('\n'),
    });
    lend(root, ['eslint.config.js', 'package.json', 'tsconfig.json']);
    const files = ['src/workflows/bad.ts', 'src/workflows/push.ts'];
    const args = ['node_modules/.bin/eslint', '--format', 'json', ...files];
    const { stdout } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
    const results = JSON.parse(stdout) as { messages: { ruleId: string; line: number }[] }[];
    const [bad, good] = results.map(({ messages }) =>
      messages
        .filter(({ ruleId }) => /no-restricted|no-console/.test(ruleId))
        .map(({ ruleId, line }) => `${line} ${ruleId}`),
    );
    const wall = '@typescript-eslint/no-restricted-imports';
    expect(bad).toEqual([`1 ${wall}`, `2 ${wall}`, `3 ${wall}`, '6 no-console', '6 no-restricted-globals']);
    expect(good).toEqual([]);
  });
});
