import { defineConfig } from 'vitest/config';

import { LongestFirst } from './test/support/longestFirst.js';

/** Tests that need a Temporal server: they share one, started by the global setup; each file has institutions and task queues of its own. */
const TEMPORAL_TESTS = ['test/workflows/**/*.test.ts', 'test/scenarios/**/*.test.ts', 'test/demo/**/*.test.ts'];

/** Two hundred sequences at once keep every core busy: nothing else runs beside them. */
const MODEL_TESTS = ['test/model/**/*.test.ts'];

export default defineConfig({
  test: {
    // Temporal's Runtime is one per process and has native threads: forks, not threads.
    pool: 'forks',
    // More than cores: many tests mostly wait.
    maxWorkers: 4,
    sequence: { sequencer: LongestFirst },
    reporters: ['default', 'json'],
    outputFile: { json: '.reports/vitest.json' },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [...TEMPORAL_TESTS, ...MODEL_TESTS],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // They leave nothing behind in their process: what they import is loaded once.
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'temporal',
          include: TEMPORAL_TESTS,
          globalSetup: ['test/support/temporalServer.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'model',
          include: MODEL_TESTS,
          globalSetup: ['test/support/temporalServer.ts'],
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
