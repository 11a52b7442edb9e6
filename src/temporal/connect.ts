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
 * (`TEMPORAL_NAMESPACE`, `TEMPORAL_API_KEY`, `TEMPORAL_TLS…`) count only together with an address. Rejects when the
 * profile asked for is not there or its file cannot be read.
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
  try {
    return loadClientConnectConfig({ overrideEnvVars: env });
  } catch (error) {
    const file = env['TEMPORAL_CONFIG_FILE'] ?? "the user's temporal.toml";
    throw new Error(`the Temporal profile cannot be used (${file}): ${messageOf(error)}`, { cause: error });
  }
}

function fromWhat(env: Record<string, string>): string {
  if (env['TEMPORAL_ADDRESS'] !== undefined) return 'TEMPORAL_ADDRESS';
  const file = env['TEMPORAL_CONFIG_FILE'];
  return `Temporal profile ${env['TEMPORAL_PROFILE'] ?? 'default'}${file === undefined ? '' : ` in ${file}`}`;
}

/** An empty variable means the same as none. */
function filledOnly(env: NodeJS.ProcessEnv): Record<string, string> {
  const filled: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) if (value !== undefined && value !== '') filled[name] = value;
  return filled;
}
