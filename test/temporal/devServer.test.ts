import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Connection } from '@temporalio/client';
import proto from '@temporalio/proto';
import { msToTs } from '@temporalio/common/lib/time.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startDevServer, type DevServer } from '../../src/temporal/devServer.js';
import { ensureSearchAttributes, SearchAttributesMissingError } from '../../src/temporal/ensureSearchAttributes.js';
import { usualOrFreePort } from '../../src/temporal/ports.js';
import { until } from './runStarter.js';

const { INDEXED_VALUE_TYPE_INT: int, INDEXED_VALUE_TYPE_KEYWORD: keyword } =
  proto.temporal.api.enums.v1.IndexedValueType;
const types = {
  S360Institution: keyword,
  S360Organization: keyword,
  S360Function: keyword,
  EndState: keyword,
  TicketsSent: int,
  TicketsParked: int,
};

let server: DevServer;
let connection: Connection;

beforeAll(async () => {
  server = await startDevServer({ port: 0, uiPort: 0 });
  connection = await Connection.connect({ address: server.address });
});

afterAll(async () => {
  await connection.close();
  await server.stop();
});

/** Someone else on a port of 127.0.0.1, chosen by the system. */
async function someoneElse(): Promise<{ port: number; other: Server }> {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen({ host: '127.0.0.1', port: 0 }, resolve));
  const address = other.address();
  return { port: typeof address === 'object' && address !== null ? address.port : 0, other };
}

async function newNamespace(namespace: string): Promise<void> {
  await connection.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: msToTs('1 day'),
  });
  await until(() =>
    connection.operatorService.listSearchAttributes({ namespace }).then(
      () => true,
      () => false,
    ),
  );
}

describe('a development server', () => {
  test('has the search attributes of the project with their types', async () => {
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace: 'default' });
    expect(customAttributes).toMatchObject(types);
    expect(await ensureSearchAttributes(connection, 'default')).toEqual([]);
  });

  test('serves the Web UI on 127.0.0.1', async () => {
    expect(server.uiUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(await (await fetch(server.uiUrl ?? '')).text()).toContain('sveltekit');
  });

  test('deletes its temporary database when it is stopped', async () => {
    const other = await startDevServer({ port: 0, headless: true });
    expect(other.uiUrl).toBeNull();
    expect(other.address).not.toBe(server.address);
    expect(existsSync(other.database.file)).toBe(true);
    await other.stop();
    expect(existsSync(dirname(other.database.file))).toBe(false);
    await other.stop();
  });

  test('takes another port when the usual one is taken', async () => {
    const { port, other } = await someoneElse();
    expect(await usualOrFreePort(port)).not.toBe(port);
    await new Promise((resolve) => other.close(resolve));
    expect(await usualOrFreePort(port)).toBe(port);
  });

  test('refuses a port that was asked for and is taken', async () => {
    const { port, other } = await someoneElse();
    const taken = `port ${port} of 127.0.0.1 is taken`;
    await expect(startDevServer({ port, headless: true })).rejects.toThrow(taken);
    await expect(startDevServer({ port: 0, uiPort: port })).rejects.toThrow(taken);
    await new Promise((resolve) => other.close(resolve));
  });

  test('notices at once a program that ends instead of serving', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'broken-server-'));
    const path = join(directory, 'temporal');
    await writeFile(path, '#!/bin/sh\necho "the disk is full" >&2\nexit 3\n');
    await chmod(path, 0o755);
    const binary = { path, source: 'PATH', version: '1.9.1' } as const;
    await expect(startDevServer({ port: 0, headless: true, binary })).rejects.toThrow(
      /exit code 3\)\. Its last lines:\n {2}the disk is full/,
    );
    await rm(directory, { recursive: true });
    await expect(startDevServer({ port: 0, headless: true, binary })).rejects.toThrow(/did not start: .*ENOENT/);
  });
});

describe('the search attributes of a server somebody else runs', () => {
  test('are registered where they are missing', async () => {
    await newNamespace('fresh');
    expect((await ensureSearchAttributes(connection, 'fresh')).toSorted()).toEqual(Object.keys(types).toSorted());
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace: 'fresh' });
    expect(customAttributes).toMatchObject(types);
    expect(await ensureSearchAttributes(connection, 'fresh')).toEqual([]);
  });

  test('are refused when one of them has another type', async () => {
    await newNamespace('other-types');
    await connection.operatorService.addSearchAttributes({
      namespace: 'other-types',
      searchAttributes: { EndState: int },
    });
    await expect(ensureSearchAttributes(connection, 'other-types')).rejects.toThrow(/EndState with another type/);
  });

  test('are named with the commands that create them where they cannot be created', async () => {
    const error: unknown = await ensureSearchAttributes(connection, 'nobody-made-it').catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(SearchAttributesMissingError);
    expect((error as SearchAttributesMissingError).missing).toEqual(Object.keys(types));
    expect((error as Error).message).toContain(
      'temporal operator search-attribute create --namespace nobody-made-it --name TicketsSent --type Int',
    );
  });
});
