import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { afterEach, describe, expect, test } from 'vitest';
import { someoneListens } from '../../src/temporal/ports.js';
import { endOf, firstLine, isRunning, killLeftovers, runProgram, runStarter, until, type Facts } from './runStarter.js';

const portOf = (address: string): number => Number(address.split(':')[1]);

async function expectNothingLeft(facts: Facts): Promise<void> {
  await until(() => !isRunning(facts.pid));
  await until(() => !existsSync(dirname(facts.database.file)));
  expect(await someoneListens(portOf(facts.address))).toBe(false);
}

afterEach(killLeftovers);

describe('the development server ends with the process that started it', () => {
  test('after kill -9 of the starter', async () => {
    const { starter, facts } = await runStarter();
    expect(isRunning(facts.pid)).toBe(true);
    expect(existsSync(facts.database.file)).toBe(true);
    starter.kill('SIGKILL');
    expect(await endOf(starter)).toBe('SIGKILL');
    await expectNothingLeft(facts);
  });

  test('after Ctrl-C in the terminal, which reaches the whole process group', async () => {
    const { starter, facts } = await runStarter();
    process.kill(-(starter.pid ?? 0), 'SIGINT');
    expect(await endOf(starter)).toBe(0);
    expect(isRunning(facts.pid)).toBe(false);
    await expectNothingLeft(facts);
  });

  test('after the starter ended by itself without stopping it', async () => {
    const starter = runProgram('test/temporal/forgetfulStarter.ts', []);
    const facts = JSON.parse(await firstLine(starter)) as Facts;
    expect(await endOf(starter)).toBe(0);
    await expectNothingLeft(facts);
  });

  test('a starter learns that the server was killed and says so', async () => {
    const { starter, facts } = await runStarter();
    let told = '';
    starter.stderr?.on('data', (text: string) => (told += text));
    process.kill(facts.pid, 'SIGKILL');
    expect(await endOf(starter)).toBe(1);
    await until(() => told.includes('the Temporal server ended by itself (signal SIGKILL). Its last lines:\n'));
    await expectNothingLeft(facts);
  });

  test('a database that was asked for is kept, and the next server goes on with it', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'kept-database-'));
    const file = join(directory, 'deeper', 'temporal.db');
    try {
      for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
        const { starter, facts } = await runStarter(['--db', file]);
        expect(facts.database).toEqual({ file, kept: true });
        starter.kill(signal);
        await endOf(starter);
        await until(() => !isRunning(facts.pid));
        expect(existsSync(file)).toBe(true);
      }
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  });
});
