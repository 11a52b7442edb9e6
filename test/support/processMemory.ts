import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** The most memory that the process has held so far (Linux), or holds now, in MiB. */
export function mostMemoryMiB(pid: number): number {
  const status = `/proc/${String(pid)}/status`;
  if (existsSync(status)) return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(status, 'utf8'))?.[1]) / 1024;
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1024;
}
