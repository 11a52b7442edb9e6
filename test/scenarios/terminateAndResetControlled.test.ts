import { describe, it, vi } from 'vitest';

import { interruptions } from '../support/interruptions.js';
import { control, lookups, type Lookup } from '../support/pushingFunctions.js';
import { PushScene } from '../support/pushScene.js';

// Most of the time is waiting: for writers that may still be at work.
vi.setConfig({ maxConcurrency: 12, testTimeout: 240_000 });

describe.concurrent.each(Object.keys(lookups) as Lookup[])(
  'nothing is lost and nothing announced twice with %s',
  (lookup) => {
    it.each(Object.entries(interruptions))('when an execution of push controlled %s', (_, interrupt) =>
      PushScene.play(control, lookup, interrupt),
    );
  },
);
