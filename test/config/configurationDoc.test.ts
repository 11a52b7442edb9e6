import { readFile } from 'node:fs/promises';

import { describe, expect, test } from 'vitest';
import { z } from 'zod';

import { configurationSchema } from '../../src/config/schema.js';
import { messages } from '../../src/domain/messages.js';
import { templateFields, templateVariables } from '../../src/domain/ticketTemplate.js';

const page = await readFile('docs/configuration.md', 'utf8');

/** Rows of the page's tables, as cells. */
function rowsOf(text: string): string[][] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.slice(2, -2).split(' | '));
}

/** The text under a heading, without its subsections' siblings: from `## Messages` to the next `## `. */
function section(title: string): string {
  const text = page.split(/^## /m).find((part) => part.startsWith(`${title}\n`));
  expect(text, `the page has no section ${title}`).toBeDefined();
  return text!;
}

interface Field {
  readonly path: string;
  /** As the page writes it; null where only the parts of the field have one. */
  readonly default: string | null;
}

describe('docs/configuration.md', () => {
  test('every field of the configuration has a row with its default, and no other field has one', () => {
    const documented = section('The fields')
      .split(/^### /m)
      .flatMap((part) => {
        const place = /^`(.+)`\n/.exec(part)?.[1];
        return rowsOf(part).map(([field, , , standard]): Field => {
          const name = field!.slice(1, -1);
          return { path: place === undefined ? name : `${place}.${name}`, default: standard ?? '' };
        });
      });
    const known = fieldsOf(configurationSchema, '');
    expect(documented.map(({ path }) => path).sort()).toEqual(known.map(({ path }) => path).sort());
    const defaults = new Map(documented.map((field) => [field.path, field.default]));
    for (const field of known) {
      expect(`${field.path}: ${defaults.get(field.path)!}`).toBe(
        `${field.path}: ${field.default ?? 'may be left out'}`,
      );
    }
  });

  test('every operation is said to be confirmed or our proposal', () => {
    const rows = rowsOf(section('Operations'));
    const operations = fieldsOf(configurationSchema, '').flatMap(
      ({ path }) => /operations\.(\w+)$/.exec(path)?.[1] ?? [],
    );
    expect(rows.map(([name]) => name!.slice(1, -1)).sort()).toEqual(operations.sort());
    for (const row of rows) expect(row.at(-1)).toMatch(/^(confirmed|\*\*our proposal\*\*)[ :.]/);
  });

  test('every field and every variable of a ticket template has a row', () => {
    const names = rowsOf(section('Ticket templates')).flatMap(([cell]) =>
      [...cell!.matchAll(/`([^`]+)`/g)].map((match) => match[1]!),
    );
    const known = [...Object.keys(templateFields), ...Object.keys(templateVariables).map((name) => `\${${name}}`)];
    expect(names.sort()).toEqual(known.sort());
  });

  test('every message has a row with its sentence and action', () => {
    const rows = section('Messages')
      .split('\n')
      .filter((line) => line.startsWith('| `'));
    const wanted = Object.entries(messages).map(
      ([code, { sentence, action }]) => `| \`${code}\` | ${sentence} | ${action} |`,
    );
    expect(rows.sort()).toEqual(wanted.sort());
  });

  test('every variable of the environment that the README names is here too', async () => {
    const readme = (await readFile('README.md', 'utf8'))
      .split(/^## /m)
      .find((part) => part.startsWith('Environment\n'))!;
    const named = rowsOf(readme).flatMap(([cell]) => [...cell!.matchAll(/`(\w+)`/g)].map((match) => match[1]!));
    expect(named.length).toBeGreaterThan(5);
    for (const name of named) expect(section('Keys and values from outside')).toContain(`\`${name}\``);
  });
});

/** Every field with its path: a list of objects is `[]`, a name of the person's choice `<name>`. */
function fieldsOf(schema: z.ZodType, path: string): Field[] {
  const { inner, standard } = unwrapped(schema);
  const here: Field[] = path === '' || path.endsWith('[]') || path.endsWith('>') ? [] : [{ path, default: standard }];
  if (inner instanceof z.ZodObject) {
    const members = Object.entries(inner.shape as Record<string, z.ZodType>).flatMap(([name, member]) =>
      fieldsOf(member, path === '' ? name : `${path}.${name}`),
    );
    return [...here, ...members];
  }
  if (inner instanceof z.ZodDiscriminatedUnion) {
    // A field of several functions has one row, which tells every default that one of them has.
    const merged = new Map<string, Field>();
    for (const field of (inner.options as readonly z.ZodType[]).flatMap((option) => fieldsOf(option, path))) {
      const known = merged.get(field.path);
      const both =
        known === undefined || (known.default ?? '').split(' or ').includes(field.default ?? '')
          ? (known ?? field).default
          : `${known.default ?? ''} or ${field.default ?? ''}`;
      merged.set(field.path, { path: field.path, default: both });
    }
    return [...merged.values()];
  }
  if (inner instanceof z.ZodArray) {
    const { inner: element } = unwrapped(inner.element as z.ZodType);
    return [
      ...here,
      ...(element instanceof z.ZodObject || element instanceof z.ZodDiscriminatedUnion
        ? fieldsOf(element, `${path}[]`)
        : []),
    ];
  }
  if (inner instanceof z.ZodRecord) {
    const { inner: value } = unwrapped(inner.valueType as z.ZodType);
    return [...here, ...(value instanceof z.ZodObject ? fieldsOf(value, `${path}.<name>`) : [])];
  }
  return here;
}

function unwrapped(schema: z.ZodType): { inner: z.ZodType; standard: string | null } {
  let inner = schema;
  let standard: string | null = '**required**';
  for (;;) {
    if (inner instanceof z.ZodDefault) {
      standard = `\`${JSON.stringify(inner.def.defaultValue).replace(/^"(.+)"$/, '$1')}\``;
      inner = inner.unwrap() as z.ZodType;
    } else if (inner instanceof z.ZodPrefault) {
      standard = null;
      inner = inner.unwrap() as z.ZodType;
    } else if (inner instanceof z.ZodOptional) {
      standard = 'none';
      inner = inner.unwrap() as z.ZodType;
    } else if (inner instanceof z.ZodNullable) {
      inner = inner.unwrap() as z.ZodType;
    } else if (inner instanceof z.ZodPipe) {
      inner = inner.in as z.ZodType;
    } else {
      return { inner, standard };
    }
  }
}
