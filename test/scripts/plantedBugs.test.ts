import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

import { plantedBugs, plantedBugsReport } from '../../scripts/plantedBugs/bugs.js';
import { resultText } from '../../scripts/plantedBugs/result.js';
import { withBug } from '../../scripts/plantedBugs/tree.js';
import { repository } from './temporaryTree.js';

const read = (file: string): string => readFileSync(join(repository, file), 'utf8');

describe('Planted bugs (npm run plant-bugs)', () => {
  test.each(plantedBugs)('«$name» can still be planted, and its test still has that name', (bug) => {
    const right = read(bug.file);
    expect(withBug(right, bug)).not.toBe(right);
    // Names of a table are put together: their end stands in the file, or in the stories that several matrices tell.
    const told = read(bug.test.file) + read('test/support/crashStories.ts');
    expect(told).toContain(bug.test.title.split(': ').at(-1));
  });

  test('a bug whose place is gone says so', () => {
    const [bug] = plantedBugs;
    expect(() => withBug('', bug!)).toThrow(/stands 0 times in it, expected once/);
  });

  test('the committed page says that each of them was noticed', () => {
    expect(plantedBugs.length).toBeGreaterThanOrEqual(10);
    expect(read(plantedBugsReport)).toBe(resultText(plantedBugs.map((bug) => ({ bug, noticed: true }))));
  });
});
