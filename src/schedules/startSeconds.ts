import { createHash } from 'node:crypto';

/** Below a minute, so that a schedule still stands on the multiples of its frequency for whoever reads minutes. */
const seconds = 60;

/**
 * The second of the minute at which each function starts, so that they do not all ask S-360 and TIXNGO at once. It is the hash of the
 * function's name, or the next second that is free: a function that is added behind the others moves none of them. Sixty functions have
 * sixty seconds; of more, as few as possible share one.
 */
export function startSeconds(names: readonly string[]): ReadonlyMap<string, number> {
  const taken = Array.from({ length: seconds }, () => 0);
  return new Map(
    names.map((name, index) => {
      const mostHere = Math.floor(index / seconds);
      let second = createHash('sha256').update(name).digest().readUInt32BE() % seconds;
      while ((taken[second] ?? 0) > mostHere) second = (second + 1) % seconds;
      taken[second] = (taken[second] ?? 0) + 1;
      return [name, second];
    }),
  );
}
