import { existsSync } from 'node:fs';

import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { ClientConnectConfig } from '@temporalio/envconfig';
import { messageOf } from './say.js';

/** A Temporal server somebody chose, which is used instead of starting one. */
export interface TemporalTarget {
  /** `host:port` of the gRPC API. */
  readonly address: string;
  readonly namespace: string;
  /** For `Connection.connect` and `NativeConnection.connect`: address, TLS, API key. */
  readonly connectionOptions: ClientConnectConfig['connectionOptions'];
  /** What chose it, for people: `TEMPORAL_ADDRESS` or the profile. */
  readonly from: string;
}

/** Whether the server is on this machine. */
export function isLocal(address: string): boolean {
  return /^(127\.0\.0\.1|localhost):\d+$/.test(address);
}

/** What says where Temporal is cannot be used; the message says what is wrong and where it stands, never a line of the file. */
export class TemporalSettingsError extends Error {
  override readonly name = 'TemporalSettingsError';
}

export interface TargetOptions {
  /** Default: this process's environment. */
  readonly env?: NodeJS.ProcessEnv | undefined;
  /**
   * Takes only what the environment asks for (`TEMPORAL_ADDRESS`, `TEMPORAL_PROFILE`, `TEMPORAL_CONFIG_FILE`), not the
   * default profile of the user's configuration file, which may well be a production server. Default: false.
   */
  readonly explicitOnly?: boolean | undefined;
}

/**
 * The server chosen by `TEMPORAL_ADDRESS` or by a Temporal profile, null when nothing is chosen. Other settings
 * (`TEMPORAL_NAMESPACE`, `TEMPORAL_API_KEY`, `TEMPORAL_TLS…`) count only together with an address.
 *
 * @throws TemporalSettingsError when the profile or the file asked for is not there or cannot be read
 */
export function configuredTarget(options: TargetOptions = {}): Promise<TemporalTarget | null> {
  return Promise.resolve().then(() => {
    const env = filledOnly(options.env ?? process.env);
    const asked = ['TEMPORAL_ADDRESS', 'TEMPORAL_PROFILE', 'TEMPORAL_CONFIG_FILE'].find((name) => name in env);
    if (options.explicitOnly === true && asked === undefined) return null;
    const { connectionOptions, namespace } = load(env);
    const { address } = connectionOptions;
    if (address === undefined || address === '') return null;
    return { address, namespace: namespace ?? 'default', connectionOptions, from: fromWhat(env) };
  });
}

function load(env: Record<string, string>): ClientConnectConfig {
  const file = env['TEMPORAL_CONFIG_FILE'];
  // The library takes a file that is not there for an empty one, and a worker would go to another server than the one meant.
  if (file !== undefined && env['TEMPORAL_ADDRESS'] === undefined && !existsSync(file)) {
    throw new TemporalSettingsError(
      `TEMPORAL_CONFIG_FILE names ${file}, which does not exist. Correct it or unset it.`,
    );
  }
  try {
    return loadClientConnectConfig({ overrideEnvVars: env });
  } catch (error) {
    throw new TemporalSettingsError(
      `The settings for reaching Temporal cannot be used: ${reasonOf(error)}. ` +
        `They come from the TEMPORAL_… variables and from ${profileWords(env)}; correct them, or set only TEMPORAL_ADDRESS.`,
    );
  }
}

/** After its first line the message of a TOML error quotes the file, where an API key may stand. */
function reasonOf(error: unknown): string {
  const { line } = error as { line?: unknown };
  const first = messageOf(error).split('\n')[0] ?? '';
  return typeof line === 'number' ? `${first} (line ${String(line)})` : first;
}

function fromWhat(env: Record<string, string>): string {
  return env['TEMPORAL_ADDRESS'] === undefined ? `Temporal ${profileWords(env)}` : 'TEMPORAL_ADDRESS';
}

function profileWords(env: Record<string, string>): string {
  const file = env['TEMPORAL_CONFIG_FILE'];
  return `profile ${env['TEMPORAL_PROFILE'] ?? 'default'}${file === undefined ? '' : ` in ${file}`}`;
}

/** An empty variable means the same as none. */
function filledOnly(env: NodeJS.ProcessEnv): Record<string, string> {
  const filled: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) if (value !== undefined && value !== '') filled[name] = value;
  return filled;
}
