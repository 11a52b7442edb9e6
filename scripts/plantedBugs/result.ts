import type { PlantedBug } from './bugs.js';

export interface Result {
  readonly bug: PlantedBug;
  readonly noticed: boolean;
}

/** The page that is committed: which bug was planted where, and which test noticed it. */
export function resultText(results: readonly Result[]): string {
  return [
    '# Planted bugs',
    '',
    'Each of these bugs was planted alone, in a copy of the repository; the test beside it had passed before and must fail with it.',
    'The page is written by `npm run plant-bugs -- --write`; what is planted stands in `scripts/plantedBugs/bugs.ts`.',
    '',
    '| bug | in | noticed | by the test |',
    '|---|---|---|---|',
    ...results.map(
      ({ bug, noticed }) =>
        `| ${bug.name} | \`${bug.file}\` | ${noticed ? 'yes' : '**no**'} | ${bug.test.title} (\`${bug.test.file}\`) |`,
    ),
    '',
  ].join('\n');
}
