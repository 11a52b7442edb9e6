import { describe, it, vi } from 'vitest';

import type { Strike } from '../support/crashSite.js';
import { strikeAndRecover } from '../support/crashStories.js';
import { nameAt } from '../support/crashWorld.js';
import { pushCrashes } from '../support/pushCrashWorld.js';

// Waiting for pauses is most of what these tests do.
vi.setConfig({ maxConcurrency: 8, testTimeout: 240_000 });

const answerLost: Strike = async (apply) => {
  await apply();
  return 'lost';
};
const applied: Strike = async (apply) => {
  await apply();
  return 'answered';
};
const faults: Readonly<Record<string, Strike>> = {
  'its answer is lost after it was applied': answerLost,
  'it is refused with 503': () => Promise.resolve({ status: 503 }),
  'it is refused with 429': () => Promise.resolve({ status: 429 }),
};

describe.concurrent('nothing is lost and nobody is told twice', () => {
  for (const crash of pushCrashes) {
    if (crash.meanwhile !== null) {
      it(nameAt(crash, null), () => strikeAndRecover(crash, applied, false));
      it(nameAt(crash, 'its answer is lost'), () => strikeAndRecover(crash, answerLost, true));
      continue;
    }
    for (const [what, strike] of Object.entries(faults)) {
      it(nameAt(crash, what), () => strikeAndRecover(crash, strike, true));
    }
  }
});
