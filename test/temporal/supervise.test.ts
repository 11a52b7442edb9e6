import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { supervise } from '../../src/temporal/supervise.js';
import { isRunning, until } from './runStarter.js';

/** A server that takes no notice of a polite end. */
const stubborn = [
  '-e',
  "process.on('SIGTERM', () => console.log('not now')); setInterval(() => {}, 1000); console.log('up')",
];

test('when the supervisor itself is killed, the starter ends the server and deletes its files', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'supervised-'));
  const job = { command: process.execPath, args: stubborn, deleteAtEnd: directory, graceMilliseconds: 0 };
  const server = await supervise(job, () => undefined);
  process.kill(server.supervisorPid, 'SIGKILL');
  expect(await server.ended).toBe('its supervisor ended (SIGKILL)');
  await until(() => !isRunning(server.pid));
  expect(existsSync(directory)).toBe(false);
  await server.stop();
});

test('a server that does not end in the time it is given is killed', async () => {
  const heard: string[] = [];
  const job = { command: process.execPath, args: stubborn, deleteAtEnd: null, graceMilliseconds: 200 };
  const server = await supervise(job, (line) => heard.push(line));
  await until(() => heard.includes('up'));
  await server.stop();
  expect(await server.ended).toBe('signal SIGKILL');
  expect(server.lastLines()).toEqual(['up', 'not now']);
  expect(isRunning(server.pid)).toBe(false);
});

test('a program that cannot be run is told as such', async () => {
  const job = { command: join(tmpdir(), 'no-such-server'), args: [], deleteAtEnd: null, graceMilliseconds: 0 };
  await expect(supervise(job, () => undefined)).rejects.toThrow(/no-such-server did not start: .*ENOENT/);
});
