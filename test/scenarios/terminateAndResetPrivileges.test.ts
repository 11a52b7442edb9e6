import { describe, it, vi } from 'vitest';

import { interruptions } from '../support/interruptions.js';
import { privileges, type Lookup } from '../support/pushingFunctions.js';
import { PushScene } from '../support/pushScene.js';

// Most of the time is waiting: for writers that may still be at work.
vi.setConfig({ maxConcurrency: 12, testTimeout: 240_000 });

// The event report shows no privileges.
const otherLookups: readonly Lookup[] = ['no look-up, hold', 'no look-up, resend'];
const all = Object.entries(interruptions);

describe.concurrent('nothing is lost and nothing announced twice with look-up by ids', () => {
  it.each(all)('when an execution of digital privileges injection %s', (_, interrupt) =>
    PushScene.play(privileges, 'look-up by ids', interrupt),
  );
});

// What a look-up makes of each interruption is shown by the tests of the other functions.
describe.concurrent.each(otherLookups)('nothing is lost and nothing announced twice with %s', (lookup) => {
  it.each(all.slice(0, 1))('when an execution of digital privileges injection %s', (_, interrupt) =>
    PushScene.play(privileges, lookup, interrupt),
  );
});
