// Do the tests notice? Plants known bugs, one at a time, in a copy of the working tree; the test named for each must fail.
// `--only TEXT` plants those whose name holds the text; the page, which `--write` writes, is always about all of them.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { plantedBugs as allBugs, plantedBugsReport } from './plantedBugs/bugs.js';
import { resultText, type Result } from './plantedBugs/result.js';
import { copyOfTree, isThis, plantBug, runTests } from './plantedBugs/tree.js';

const { values: options } = parseArgs({ options: { write: { type: 'boolean' }, only: { type: 'string' } } });
const { only } = options;
if (options.write === true && only !== undefined) throw new Error('--write is about all bugs: leave out --only.');
const plantedBugs = allBugs.filter(({ name }) => name.includes(only ?? ''));
if (plantedBugs.length === 0) throw new Error(`No bug has «${only ?? ''}» in its name.`);

const root = process.cwd();
const tree = copyOfTree(root);
const results: Result[] = [];
try {
  console.log(`Without a bug: ${plantedBugs.length} tests must pass …`);
  const sound = runTests(
    tree,
    plantedBugs.map(({ test }) => test),
  );
  for (const bug of plantedBugs) {
    if (!sound.some((test) => isThis(test, bug.test) && test.status === 'passed')) {
      throw new Error(`${bug.test.file}: «${bug.test.title}» must pass without a bug; it is missing or fails.`);
    }
  }
  for (const [index, bug] of plantedBugs.entries()) {
    const takeOut = plantBug(tree, bug);
    const startedMs = Date.now();
    const noticed = runTests(tree, [bug.test]).some(({ status }) => status === 'failed');
    takeOut();
    results.push({ bug, noticed });
    const seconds = Math.round((Date.now() - startedMs) / 1_000);
    const word = noticed ? 'noticed' : 'NOT NOTICED';
    console.log(`${String(index + 1).padStart(2)}. ${bug.name}: ${word} by «${bug.test.title}», ${String(seconds)} s`);
  }
} finally {
  rmSync(tree, { recursive: true, force: true });
}
if (options.write === true) writeFileSync(join(root, plantedBugsReport), resultText(results));
const missed = results.filter(({ noticed }) => !noticed).length;
console.log(`\n${String(results.length - missed)} of ${String(results.length)} planted bugs were noticed.`);
process.exitCode = missed === 0 ? 0 : 1;
