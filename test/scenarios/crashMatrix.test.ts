import { describe, expect, it, vi } from 'vitest';

import { crashPoints, type CrashedFunction, type CrashPoint, type Strike } from '../support/crashSite.js';
import { CrashWorld, mostAttempts, type Crash } from '../support/crashWorld.js';

// Waiting for pauses is most of what these tests do.
vi.setConfig({ maxConcurrency: 8, testTimeout: 240_000 });

const answerLost: Strike = async (apply) => {
  await apply();
  return 'lost';
};
const faults: Readonly<Record<string, Strike>> = {
  'its answer is lost after it was applied': answerLost,
  'it is refused with 503': () => Promise.resolve({ status: 503 }),
  'it is refused with 429': () => Promise.resolve({ status: 429 }),
};

const functions: readonly CrashedFunction[] = ['injection', 'push cancelled'];

async function strikeAndRecover(crash: Crash, strike: Strike, isFault: boolean): Promise<void> {
  const crashed = await CrashWorld.start(crash, (of) => async (apply) => {
    const seen = await strike(apply);
    await of.cancelMeanwhile();
    return seen;
  });
  const { world, site } = crashed;
  try {
    await crashed.worker();
    await crashed.prepare();
    const handle = await crashed.start();
    await handle.result();
    expect(site.strikes).toBe(1);
    if (isFault) await expectTriedAgain(crashed, handle, crash.point);
    await crashed.untilQuiet();
    await crashed.expectAgreement();
  } finally {
    await world.close();
  }
}

/** The client of Temporal repeats the close within the attempt; anything else is done by the next attempt. */
async function expectTriedAgain(
  { site }: CrashWorld,
  handle: Parameters<typeof mostAttempts>[0],
  point: CrashPoint,
): Promise<void> {
  if (point === 'the close') expect(site.tries).toBeGreaterThan(1);
  else expect(await mostAttempts(handle)).toBeGreaterThan(1);
}

describe.concurrent('nothing is lost and nobody is told twice', () => {
  for (const fn of functions) {
    for (const point of crashPoints[fn]) {
      for (const [what, strike] of Object.entries(faults)) {
        it(`${fn}, ${point}: ${what}`, () => strikeAndRecover({ fn, point, cancelling: false }, strike, true));
      }
    }
  }

  for (const point of crashPoints.injection) {
    const applied: Strike = async (apply) => {
      await apply();
      return 'answered';
    };
    const crash: Crash = { fn: 'injection', point, cancelling: true };
    it(`injection, ${point}: tickets of the page are cancelled at that moment`, () =>
      strikeAndRecover(crash, applied, false));
    it(`injection, ${point}: tickets of the page are cancelled at that moment, and its answer is lost`, () =>
      strikeAndRecover(crash, answerLost, true));
  }
});
