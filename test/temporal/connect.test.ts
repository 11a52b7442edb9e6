import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { configuredTarget, TemporalSettingsError } from '../../src/temporal/connect.js';

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
    /settings for reaching Temporal cannot be used: Profile 'nowhere' not found.*profile nowhere/,
  );
});

test('a configuration file that is not there is an error: the library would take another server', async () => {
  const TEMPORAL_CONFIG_FILE = join(directory, 'missing.toml');
  await expect(configuredTarget({ env: { TEMPORAL_CONFIG_FILE } })).rejects.toThrow(
    `TEMPORAL_CONFIG_FILE names ${TEMPORAL_CONFIG_FILE}, which does not exist. Correct it or unset it.`,
  );
  // With an address it does not matter.
  expect(await configuredTarget({ env: { TEMPORAL_CONFIG_FILE, TEMPORAL_ADDRESS: 'h:1' } })).toMatchObject({
    address: 'h:1',
  });
});

test('a configuration file that cannot be read is told with its line, and no line of it is repeated', async () => {
  const TEMPORAL_CONFIG_FILE = join(directory, 'broken.toml');
  await writeFile(TEMPORAL_CONFIG_FILE, '[profile.default]\naddress = "x:7233"\napi_key = "not-a-real-key" oops\n');
  const error: unknown = await configuredTarget({ env: { TEMPORAL_CONFIG_FILE } }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(TemporalSettingsError);
  expect(String(error)).toMatch(/Invalid TOML document: .*\(line 3\)/);
  expect(inspect(error)).not.toContain('not-a-real-key');
});
