import { describe, it, vi } from 'vitest';

import { interruptions } from '../support/interruptions.js';
import { privileges, type Lookup } from '../support/pushingFunctions.js';
import { PushScene } from '../support/pushScene.js';

// Most of the time is waiting: for writers that may still be at work.
vi.setConfig({ maxConcurrency: 12, testTimeout: 240_000 });

// The event report shows no privileges: there is none with it.
const lookups: readonly Lookup[] = ['look-up by ids', 'no look-up, hold', 'no look-up, resend'];

describe.concurrent.each(lookups)('nothing is lost and nothing announced twice with %s', (lookup) => {
  it.each(Object.entries(interruptions))('when an execution of digital privileges injection %s', (_, interrupt) =>
    PushScene.play(privileges, lookup, interrupt),
  );
});
