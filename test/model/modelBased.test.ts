import { randomBytes } from 'node:crypto';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { ModelWorld } from './modelWorld.js';
import { Play } from './play.js';
import { SharedWorkers } from './sharedWorkers.js';
import { dangers } from './dangers.js';
import { fewestEffectiveSteps, fewestSteps, sequences } from './sequences.js';
import type { Step } from './steps.js';

/**
 * Sales, cancellations, scans, transfers, phones offline, executions of all five functions, faults, kills, in any order. Every sequence has
 * an institution and both sandboxes of its own; all share a Temporal server and two worker processes, and wait side by side.
 *
 * More of them: `npm run test:model` (2,000 of them, other ones each time).
 * One of them again: `MODEL_SEED=<its seed> MODEL_SEQUENCES=1`; made shorter: `MODEL_SHRINK=60` with it, for as many tries.
 */
const count = Number(process.env['MODEL_SEQUENCES'] ?? 200);
/** The same ones every time, so that a red CI is a change's; `npm run test:model` takes others each time. */
const firstSeed = Number(process.env['MODEL_SEED'] ?? 20_000);
const triesToShrink = Number(process.env['MODEL_SHRINK'] ?? 0);
const atOnce = Number(process.env['MODEL_AT_ONCE'] ?? 60);
/** A kill befalls all sequences: so long they are left in peace after it. One alone has its kills where it says. */
const peaceBetweenKillsMs = Number(process.env['MODEL_PEACE_MS'] ?? (count === 1 ? 0 : 25_000));
/** So many institutions are in one configuration; the next ones get new workers. */
const institutionsAtOnce = 200;

/** Without these the sequences would show little: so often they have to come, at least. */
const musts: Readonly<Record<string, number>> = {
  ...Object.fromEntries(dangers.map((danger) => [danger, 1])),
  faults: 100,
  kills: 6,
  terminations: 1,
  resets: 1,
  'things that happen at the moment of a call': 100,
  'functions that start during another one’s call': 20,
  'functions that end during another one’s call': 5,
  'phones offline': 10,
  'changes of a reason': 10,
  DELETED: 1,
  CONTROLLED: 1,
  TRANSFERRED: 1,
  USED: 1,
  ACTIVE: 1,
  'contacts created': 1,
  'lines of the distribution history': 1,
};

interface Failure {
  readonly seed: number;
  readonly path: string;
  readonly why: string;
  readonly said: readonly string[];
}

interface Totals {
  readonly failures: Failure[];
  readonly reached: Map<string, number>;
}

describe('whatever happens, in whatever order', () => {
  it(
    `both systems come to agree, no cancelled ticket is controlled, nothing vanishes and nobody is told twice: ${String(count)} sequences`,
    async () => {
      console.log(`${String(count)} sequences, seeds ${String(firstSeed)} to ${String(firstSeed + count - 1)}`);
      const totals: Totals = { failures: [], reached: new Map() };
      const worldsOfOne = 1 + triesToShrink;
      const seedsAtOnce = Math.max(1, Math.floor(institutionsAtOnce / worldsOfOne));
      for (let from = 0; from < count; from += seedsAtOnce) {
        const length = Math.min(seedsAtOnce, count - from);
        await playAll(
          Array.from({ length }, (_, i) => firstSeed + from + i),
          worldsOfOne,
          totals,
        );
      }
      const { failures, reached } = totals;
      console.log([...reached].map(([what, times]) => `${what}: ${String(times)}`).join(', '));
      expect(failures.map(wordsOf).join('\n\n')).toBe('');
      // What is rare need not be in a few of them.
      if (count < 100) return;
      const missing = Object.entries(musts).filter(([what, least]) => (reached.get(what) ?? 0) < least);
      expect(missing.map(([what, least]) => `${what}: ${String(reached.get(what) ?? 0)} of ${String(least)}`)).toEqual(
        [],
      );
      expect((reached.get('steps that did something') ?? 0) / count).toBeGreaterThanOrEqual(fewestEffectiveSteps);
    },
    60 * 60_000,
  );
});

/** Many side by side: mostly they wait. */
async function playAll(seeds: readonly number[], worldsOfOne: number, totals: Totals): Promise<void> {
  const worlds: ModelWorld[] = [];
  while (worlds.length < seeds.length * worldsOfOne) worlds.push(await ModelWorld.start());
  const workers = await SharedWorkers.start(worlds, `model-${randomBytes(4).toString('hex')}`, peaceBetweenKillsMs);
  const left = [...seeds];
  const lane = async (): Promise<void> => {
    for (let seed = left.shift(); seed !== undefined; seed = left.shift()) {
      const own = worlds.splice(0, worldsOfOne);
      await playOne(seed, own, workers, totals);
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(atOnce, seeds.length) }, lane));
  } finally {
    await workers.end();
  }
}

/** @param worlds one for the sequence as it is, and one for each try to make it shorter */
async function playOne(
  seed: number,
  worlds: readonly ModelWorld[],
  workers: SharedWorkers,
  { failures, reached }: Totals,
): Promise<void> {
  const unused = [...worlds];
  let said: readonly string[] = [];
  const property = fc.asyncProperty(sequences, async (steps: readonly Step[]) => {
    const model = unused.shift();
    // No world is left for another try: it counts as good.
    if (model === undefined) return;
    if (unused.length === worlds.length - 1) expect(steps.length).toBeGreaterThanOrEqual(fewestSteps);
    try {
      await new Play(model, workers).toTheEnd(steps);
    } catch (error) {
      said = model.said;
      throw error;
    } finally {
      for (const [what, times] of model.reached) reached.set(what, (reached.get(what) ?? 0) + times);
      await model.world.close();
    }
  });
  const { failed, counterexamplePath, errorInstance } = await fc.check(property, {
    seed,
    numRuns: 1,
    endOnFailure: worlds.length === 1,
  });
  for (const model of unused) await model.world.close();
  if (!failed) return;
  const why = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
  failures.push({ seed, path: counterexamplePath ?? '', why, said });
}

function wordsOf({ seed, path, why, said }: Failure): string {
  return [
    `seed ${String(seed)}, path ${path}: ${why}`,
    ...said.map((words, at) => `  ${String(at + 1)}. ${words}`),
    `Again: MODEL_SEED=${String(seed)} MODEL_SEQUENCES=1 npx vitest run --project model (shorter: with MODEL_SHRINK=60)`,
  ].join('\n');
}
