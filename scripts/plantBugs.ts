// Do the tests notice? Plants known bugs, one at a time, in a copy of the working tree; the test named for each must fail.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { plantedBugs, plantedBugsReport } from './plantedBugs/bugs.js';
import { resultText, type Result } from './plantedBugs/result.js';
import { copyOfTree, isThis, plantBug, runTests } from './plantedBugs/tree.js';

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
if (process.argv.includes('--write')) writeFileSync(join(root, plantedBugsReport), resultText(results));
const missed = results.filter(({ noticed }) => !noticed).length;
console.log(`\n${String(results.length - missed)} of ${String(results.length)} planted bugs were noticed.`);
process.exitCode = missed === 0 ? 0 : 1;
