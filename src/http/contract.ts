import { z } from 'zod';

import type { CallResult } from '../domain/outcomes.js';
import { CallFailed } from './callFailed.js';

/** Counts fields that an answer has and our schema does not: no error, but a sign that a contract has grown. */
export type UnknownFieldSink = (operation: string, field: string) => void;

/**
 * Checks an answer against its schema.
 *
 * @throws CallFailed with outcome `stopContract` and the path of the first field that does not fit (never its value)
 */
export function parseAnswer<T extends z.ZodType>(
  schema: T,
  answer: unknown,
  call: CallResult,
  unknownFields: UnknownFieldSink,
): z.infer<T> {
  const parsed = schema.safeParse(answer);
  if (!parsed.success) {
    const path = parsed.error.issues[0]?.path ?? [];
    // Numbers are positions in lists; names are the schema's own, except in records: those have keys of the other side's choice.
    const field = path.map((part) => (isName(String(part)) ? String(part) : '…')).join('.') || 'the whole answer';
    throw new CallFailed({ ...call, status: undefined, errorKey: undefined }, { field });
  }
  countUnknownFields(schema, answer, '', (field) => {
    unknownFields(call.operation, field);
  });
  return parsed.data;
}

function countUnknownFields(schema: z.ZodType, value: unknown, path: string, found: (field: string) => void): void {
  if (schema instanceof z.ZodObject && value !== null && typeof value === 'object') {
    for (const [key, item] of Object.entries(value)) {
      const member = (schema.shape as Record<string, z.ZodType>)[key];
      if (member === undefined) found(`${path}${isName(key) ? key : '…'}`);
      else countUnknownFields(member, item, `${path}${key}.`, found);
    }
  } else if (schema instanceof z.ZodArray && Array.isArray(value)) {
    for (const item of value) countUnknownFields(schema.element as z.ZodType, item, path, found);
  } else if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) {
    countUnknownFields(schema.unwrap() as z.ZodType, value, path, found);
  }
}

function isName(text: string): boolean {
  return /^\w{1,40}$/.test(text);
}
