import { parse } from 'yaml';
import { z } from 'zod';

const commandSchema = z.union([z.string(), z.array(z.string())]).optional();

const serviceSchema = z.object({
  image: z.string().optional(),
  build: z.unknown().optional(),
  command: commandSchema.transform(words),
  environment: z
    .record(
      z.string(),
      z.union([z.string(), z.number(), z.boolean(), z.null()]).transform((value) => String(value ?? '')),
    )
    .default({}),
  ports: z.array(z.string()).default([]),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  healthcheck: z.object({ test: commandSchema.transform(words) }).optional(),
});

const fileSchema = z.object({ services: z.record(z.string(), serviceSchema) });

export type ComposeService = z.output<typeof serviceSchema>;
export type ComposeServices = Record<string, ComposeService>;

/** The services of a compose file, its `<<` merges applied; throws with the reason when it is not one. */
export function readComposeFile(text: string): ComposeServices {
  return fileSchema.parse(parse(text, { merge: true })).services;
}

/** Names of the variables that a compose file refuses to go without: `${NAME:?…}`. */
export function requiredVariables(text: string): string[] {
  return [...new Set([...text.matchAll(/\$\{(\w+):\?/g)].map(([, name]) => name ?? ''))];
}

function words(command: string | string[] | undefined): string[] {
  return typeof command === 'string' ? command.split(/\s+/) : (command ?? []);
}
