import type { FunctionName } from '../domain/functions.js';
import { ConfigurationError } from './load.js';
import type {
  Configuration,
  FunctionSettings,
  InstitutionSettings,
  InterfaceSettings,
  OrganizationSettings,
} from './schema.js';

/** Which part of the configuration a run works for, whatever its function. */
export interface ResolvedPlace {
  readonly institution: InstitutionSettings;
  readonly organization: OrganizationSettings;
  readonly interface: InterfaceSettings;
  readonly function: FunctionSettings;
}

/** The same, for one function. */
export interface Resolved<Name extends FunctionName> extends ResolvedPlace {
  readonly function: Extract<FunctionSettings, { function: Name }>;
}

export interface Wanted {
  readonly institution?: string | null | undefined;
  readonly organization?: string | null | undefined;
  readonly internalName?: string | null | undefined;
}

/** The input names nothing that is configured, or leaves open which; the message names the choices and an input that is right. */
export class InputError extends Error {
  override readonly name = 'InputError';
  readonly code = 'INPUT_INVALID';
}

/**
 * Finds the one function that an input means. What is left out is no problem as long as there is only one choice.
 *
 * @throws InputError
 */
export function resolveFunction<Name extends FunctionName>(
  config: Configuration,
  name: Name,
  wanted: Wanted,
): Resolved<Name> {
  const choices = config.institutions.flatMap((institution) =>
    institution.organizations.flatMap((organization) =>
      organization.interfaces.flatMap((settings) =>
        settings.functions
          .filter((fn): fn is Resolved<Name>['function'] => fn.function === name)
          .map((fn): Resolved<Name> => ({ institution, organization, interface: settings, function: fn })),
      ),
    ),
  );
  if (choices.length === 0) {
    throw new InputError(
      `No organization of the configuration has the function ${name}. Add it there and restart the worker.`,
    );
  }
  const matching = choices.filter(
    (choice) =>
      (wanted.institution ?? choice.institution.code) === choice.institution.code &&
      (wanted.organization ?? choice.organization.code) === choice.organization.code &&
      (wanted.internalName ?? choice.function.internalName) === choice.function.internalName,
  );
  const [only] = matching;
  if (only !== undefined && matching.length === 1) return only;
  const offered = (matching.length === 0 ? choices : matching).map(wordsOf);
  throw new InputError(
    `Input of ${name}: ${matching.length === 0 ? 'nothing that is configured fits it' : 'it leaves open which function is meant'}. ` +
      `Choose one of: ${offered.join(' · ')}`,
  );
}

function wordsOf(choice: ResolvedPlace): string {
  return JSON.stringify({
    institution: choice.institution.code,
    organization: choice.organization.code,
    internalName: choice.function.internalName,
  });
}

/**
 * The values of all key variables that the configuration names.
 *
 * @throws ConfigurationError naming the variables that are not set
 */
export function readSecrets(config: Configuration, environment: NodeJS.ProcessEnv): ReadonlyMap<string, string> {
  const { email } = config;
  const names = new Set([
    ...config.institutions.flatMap((institution) => [
      institution.s360.secretVariable,
      ...institution.organizations.flatMap((org) => org.interfaces.map((i) => i.apiKeyVariable)),
    ]),
    ...(email === undefined ? [] : [email.smtpUrlVariable]),
  ]);
  const secrets = new Map<string, string>();
  const missing: string[] = [];
  for (const name of names) {
    const value = environment[name];
    if (value === undefined || value === '') missing.push(name);
    else secrets.set(name, value);
  }
  if (missing.length > 0) {
    throw new ConfigurationError(
      `The configuration names environment variables that are not set: ${missing.join(', ')}. Export them and start again; their values never stand in the file.`,
    );
  }
  if (email !== undefined && !isMailServer(secrets.get(email.smtpUrlVariable))) {
    throw new ConfigurationError(
      `The environment variable ${email.smtpUrlVariable} holds no address of a mail server; expected one such as smtp://user:password@mail.example.org:587, or smtps://…:465. Signs in the password that mean something in a URL are written with %, such as %40 for @.`,
    );
  }
  return secrets;
}

function isMailServer(text: string | undefined): boolean {
  const url = URL.canParse(text ?? '') ? new URL(text ?? '') : null;
  return url !== null && /^smtps?:$/.test(url.protocol) && url.hostname !== '';
}
