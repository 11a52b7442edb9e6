import type { RunResult } from '../../src/domain/stretch.js';
import type { World } from './world.js';

const mostRounds = 8;

/** Runs as a schedule starts them, until the stream has nothing new and no transfer waits for its contact. @returns all of them */
export async function retrieveUntilQuiet(world: World): Promise<RunResult[]> {
  const results: RunResult[] = [];
  for (let round = 1; round <= mostRounds; round += 1) {
    const result = await world.runRetrieve();
    results.push(result);
    const { feedback = {} } = await world.interfaceState();
    const waits = Object.values(feedback).some(({ waiting }) => waiting !== null);
    if (result.endState !== 'SKIPPED' && result.counts.offered === 0 && !waits) return results;
  }
  throw new Error(`there is still something to do after ${String(mostRounds)} rounds`);
}
