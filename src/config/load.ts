import { readFile } from 'node:fs/promises';

import type { z } from 'zod';

import { configurationSchema, type Configuration } from './schema.js';

/** The configuration cannot be used; the message has one line per problem: where, what was expected. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly code = 'CONFIGURATION_INVALID';
}

export const exampleConfigurationFile = 'config/interface.example.json';

/** An empty variable means the same as none, as in a shell. */
const filled = (value: string | undefined): string | undefined => (value === '' ? undefined : value);

export function configurationFile(environment: NodeJS.ProcessEnv): string {
  return filled(environment['INTERFACE_CONFIG']) ?? exampleConfigurationFile;
}

/**
 * Reads and checks the file that `INTERFACE_CONFIG` names (the example if it names none). A text `${NAME}` or `${NAME:-default}` in it is
 * replaced by the environment variable, so that a URL can come from outside; keys and secrets are only ever named.
 *
 * @throws ConfigurationError naming every path that does not fit and what was expected there
 */
export async function loadConfiguration(environment: NodeJS.ProcessEnv): Promise<Configuration> {
  const file = configurationFile(environment);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    throw new ConfigurationError(
      `Interface configuration ${file} cannot be read (${reason}). Set INTERFACE_CONFIG to the path of a configuration; ${exampleConfigurationFile} is one to copy.`,
    );
  }
  return parseConfiguration(text, file, environment);
}

/** @param file only named in messages */
export function parseConfiguration(text: string, file: string, environment: NodeJS.ProcessEnv): Configuration {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    // V8's message quotes a part of the file; only the place is repeated.
    throw new ConfigurationError(
      `Interface configuration ${file} is no JSON: ${placeOf((error as Error).message, text)}. Look for a comma, a quote or a bracket that is missing or too many.`,
    );
  }
  const missing = new Set<string>();
  const replaced = replaceVariables(json, environment, missing);
  if (missing.size > 0) {
    throw new ConfigurationError(
      `Interface configuration ${file} takes values from the environment that are not set: ${[...missing].join(', ')}.`,
    );
  }
  const parsed = configurationSchema.safeParse(replaced);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map((issue) => `  ${pathOf(issue)}: ${sentenceOf(issue, replaced)}`);
  throw new ConfigurationError(`Interface configuration ${file} does not fit:\n${lines.join('\n')}`);
}

function replaceVariables(value: unknown, environment: NodeJS.ProcessEnv, missing: Set<string>): unknown {
  if (typeof value === 'string') {
    // Upper case only: ticket templates have variables of their own, such as ${Seat_row}.
    return value.replace(/\$\{([A-Z][A-Z0-9_]*)(?::-([^}]*))?\}/g, (_, name: string, fallback: string | undefined) => {
      const found = filled(environment[name]) ?? fallback;
      if (found === undefined) missing.add(name);
      return found ?? '';
    });
  }
  if (Array.isArray(value)) return value.map((item) => replaceVariables(item, environment, missing));
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, replaceVariables(item, environment, missing)]),
    );
  }
  return value;
}

/** V8 names the position of most errors; where it only quotes the text around one, that text is looked for. */
function placeOf(message: string, text: string): string {
  const position = /position (\d+)/.exec(message)?.[1];
  if (position !== undefined) return `the error is in line ${String(lineOf(text, Number(position)))}`;
  if (message.includes('end of JSON input')) return 'it ends too early';
  const quoted = /\.\.\."([\s\S]*)"(?:\.\.\.)? is not valid JSON$/.exec(message)?.[1];
  const at = quoted === undefined ? -1 : text.indexOf(quoted);
  // A text that occurs twice would name the wrong place.
  if (quoted === undefined || at === -1 || text.includes(quoted, at + 1)) return 'it cannot be read';
  return `the error is near line ${String(lineOf(text, at + quoted.length / 2))}`;
}

function lineOf(text: string, position: number): number {
  return text.slice(0, position).split('\n').length;
}

function pathOf(issue: z.core.$ZodIssue): string {
  const path = issue.path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${String(key)}]`;
    const name = String(key);
    // A template's fields and a template's name may have dots or spaces of their own.
    if (!/^[\w$]+$/.test(name)) return `${text}[${JSON.stringify(name)}]`;
    return text === '' ? name : `${text}.${name}`;
  }, '');
  return path === '' ? 'the whole file' : path;
}

const kinds: Readonly<Record<string, string>> = {
  object: 'an object in braces { }',
  record: 'an object in braces { }',
  array: 'a list in brackets [ ]',
  string: 'a text in quotes',
};

function sentenceOf(issue: z.core.$ZodIssue, whole: unknown): string {
  if (issue.code === 'unrecognized_keys') {
    const keys = issue.keys.map((key) => `"${key}"`).join(', ');
    return issue.message.startsWith('Unrecognized')
      ? `unknown field ${keys}; docs/configuration.md describes all fields`
      : `${keys}: ${issue.message}`;
  }
  if (issue.code === 'invalid_key') return 'expected a name that is not empty';
  const own = issue.message.startsWith('expected');
  const sentence =
    issue.code === 'invalid_type' && !own ? `expected ${kinds[issue.expected] ?? issue.expected}` : issue.message;
  return isMissing(issue.path, whole) && sentence.startsWith('expected') ? `missing; ${sentence}` : sentence;
}

/** Whether nothing stands at the place, which is not the same as a value that does not fit. */
function isMissing(path: readonly PropertyKey[], whole: unknown): boolean {
  let value = whole;
  for (const key of path) {
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, key)) return true;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return false;
}
