import { describe, it, vi } from 'vitest';

import type { Strike } from '../support/crashSite.js';
import { strikeAndRecover } from '../support/crashStories.js';
import { nameAt } from '../support/crashWorld.js';
import { feedbackCrashes } from '../support/feedbackCrashWorld.js';

// Waiting for pauses is most of what these tests do.
vi.setConfig({ maxConcurrency: 13, testTimeout: 240_000 });

const faults: Readonly<Record<string, Strike>> = {
  'its answer is lost after it was applied': async (apply) => {
    await apply();
    return 'lost';
  },
  'its answer is cut short after it was applied': async (apply) => {
    await apply();
    return 'truncated';
  },
  'it is refused with 503': () => Promise.resolve({ status: 503 }),
  'it is refused with 429': () => Promise.resolve({ status: 429 }),
};

describe.concurrent('nothing is stored twice and nothing is skipped', () => {
  for (const crash of feedbackCrashes) {
    for (const [what, strike] of Object.entries(faults)) {
      it(nameAt(crash, what), () => strikeAndRecover(crash, strike, true));
    }
  }
});
