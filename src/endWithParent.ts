import type { Socket } from 'node:net';

/** What is left after a worker was told to stop: enough for a write that is under way, too short to be forgotten. */
const patienceMs = 5_000;

/**
 * With `END_WITH_PARENT=1` in its environment a program ends when its standard input, a pipe of the program that started it, is closed:
 * also when that one was killed. It is told to stop like by Ctrl-C, and gone five seconds later at the latest.
 */
export function endWithParent(environment: NodeJS.ProcessEnv): void {
  if (environment['END_WITH_PARENT'] !== '1') return;
  const end = (): void => {
    process.kill(process.pid, 'SIGTERM');
    setTimeout(() => process.exit(1), patienceMs).unref();
  };
  process.stdin.once('end', end).once('error', end).resume();
  // The pipe alone does not keep a program alive that has nothing more to do. (A file as standard input has no `unref`.)
  (process.stdin as Partial<Socket>).unref?.();
}
