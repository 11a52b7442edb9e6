import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { configuredTarget } from '../../src/temporal/connect.js';

let directory: string;
let home: NodeJS.ProcessEnv;
const profiles = `
[profile.default]
address = "temporal.example.org:7233"
namespace = "tickets"
[profile.cloud]
address = "acme.example.net:7233"
namespace = "acme.prod"
api_key = "not-a-real-key"
`;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'profiles-'));
  home = { HOME: directory };
  for (const parent of ['.config', 'Library/Application Support']) {
    await mkdir(join(directory, parent, 'temporalio'), { recursive: true });
    await writeFile(join(directory, parent, 'temporalio', 'temporal.toml'), profiles);
  }
});

afterAll(async () => {
  await rm(directory, { recursive: true });
});

test('without any setting there is no target, and an empty address counts as none', async () => {
  expect(await configuredTarget({ env: {} })).toBeNull();
  expect(await configuredTarget({ env: { TEMPORAL_ADDRESS: '', TEMPORAL_NAMESPACE: 'tickets' } })).toBeNull();
});

test('TEMPORAL_ADDRESS is taken, in the default namespace or the one given', async () => {
  const env = { TEMPORAL_ADDRESS: 'localhost:7299' };
  expect(await configuredTarget({ env })).toMatchObject({
    address: 'localhost:7299',
    namespace: 'default',
    from: 'TEMPORAL_ADDRESS',
    connectionOptions: { address: 'localhost:7299' },
  });
  expect((await configuredTarget({ env: { ...env, TEMPORAL_NAMESPACE: 'tickets' } }))?.namespace).toBe('tickets');
});

test('a profile is taken, and with an API key the connection is encrypted', async () => {
  expect(await configuredTarget({ env: home })).toMatchObject({
    address: 'temporal.example.org:7233',
    namespace: 'tickets',
    from: 'Temporal profile default',
  });
  expect(await configuredTarget({ env: { ...home, TEMPORAL_PROFILE: 'cloud' } })).toMatchObject({
    address: 'acme.example.net:7233',
    namespace: 'acme.prod',
    from: 'Temporal profile cloud',
    connectionOptions: { apiKey: 'not-a-real-key', tls: true },
  });
});

test('tests take a profile only when they are asked to', async () => {
  expect(await configuredTarget({ env: home, explicitOnly: true })).toBeNull();
  const env = { ...home, TEMPORAL_PROFILE: 'default' };
  expect((await configuredTarget({ env, explicitOnly: true }))?.namespace).toBe('tickets');
});

test('a profile that does not exist is an error, not a reason to start a server', async () => {
  await expect(configuredTarget({ env: { ...home, TEMPORAL_PROFILE: 'nowhere' } })).rejects.toThrow(
    /Temporal profile cannot be used.*'nowhere' not found/,
  );
});
