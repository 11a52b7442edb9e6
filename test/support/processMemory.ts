import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/** The most memory that the process has held so far (Linux), or holds now, in MiB. */
export function mostMemoryMiB(pid: number): number {
  const status = `/proc/${String(pid)}/status`;
  if (existsSync(status)) return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(status, 'utf8'))?.[1]) / 1024;
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1024;
}

/** From now on `mostMemoryMiB` tells only what comes (Linux; elsewhere it tells nothing of the past anyway). */
export function forgetMostMemory(pid: number): void {
  const references = `/proc/${String(pid)}/clear_refs`;
  // 5: the peak is what it holds now.
  if (existsSync(references)) writeFileSync(references, '5');
}
