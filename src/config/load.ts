import { readFile } from 'node:fs/promises';

import type { z } from 'zod';

import { configurationSchema, type Configuration } from './schema.js';

/** The configuration cannot be used; the message has one line per problem: where, what was expected. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly code = 'CONFIGURATION_INVALID';
}

export const exampleConfigurationFile = 'config/interface.example.json';

/**
 * Reads and checks the file that `INTERFACE_CONFIG` names (the example if it names none). A text `${NAME}` or `${NAME:-default}` in it is
 * replaced by the environment variable, so that a URL can come from outside; keys and secrets are only ever named.
 *
 * @throws ConfigurationError naming every path that does not fit and what was expected there
 */
export async function loadConfiguration(environment: NodeJS.ProcessEnv): Promise<Configuration> {
  const file = environment['INTERFACE_CONFIG'] ?? exampleConfigurationFile;
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
    const place = /position \d+( \(line \d+ column \d+\))?/.exec((error as Error).message)?.[0] ?? 'its end';
    throw new ConfigurationError(`Interface configuration ${file} is no JSON: the error is at ${place}.`);
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
  const lines = parsed.error.issues.map((issue) => `  ${pathOf(issue)}: ${sentenceOf(issue)}`);
  throw new ConfigurationError(`Interface configuration ${file} does not fit:\n${lines.join('\n')}`);
}

function replaceVariables(value: unknown, environment: NodeJS.ProcessEnv, missing: Set<string>): unknown {
  if (typeof value === 'string') {
    // Upper case only: ticket templates have variables of their own, such as ${Seat_row}.
    return value.replace(/\$\{([A-Z][A-Z0-9_]*)(?::-([^}]*))?\}/g, (_, name: string, fallback: string | undefined) => {
      const found = environment[name] ?? fallback;
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

function pathOf(issue: z.core.$ZodIssue): string {
  const path = issue.path.reduce<string>(
    (text, key) =>
      typeof key === 'number' ? `${text}[${String(key)}]` : text === '' ? String(key) : `${text}.${String(key)}`,
    '',
  );
  return path === '' ? 'the whole file' : path;
}

function sentenceOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') {
    const keys = issue.keys.map((key) => `"${key}"`).join(', ');
    return issue.message.startsWith('Unrecognized') ? `unknown field ${keys}` : `${keys}: ${issue.message}`;
  }
  if (issue.code === 'invalid_type' && issue.input === undefined) {
    return issue.message.startsWith('expected') ? `missing; ${issue.message}` : `missing; expected ${issue.expected}`;
  }
  return issue.message;
}
