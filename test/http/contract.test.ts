import { describe, expect, test } from 'vitest';
import { z } from 'zod';

import { CallFailed } from '../../src/http/callFailed.js';
import { parseAnswer } from '../../src/http/contract.js';

const schema = z.object({
  requestId: z.string().nullish(),
  results: z.array(z.object({ ticketId: z.string(), owner: z.object({ email: z.string() }).nullish() })),
});
const call = { system: 'TIXNGO', operation: 'lookupTickets' } as const;

function parse(answer: unknown): { parsed: z.infer<typeof schema>; unknown: string[] } {
  const unknown: string[] = [];
  const parsed = parseAnswer(schema, answer, call, (operation, field) => unknown.push(`${operation} ${field}`));
  return { parsed, unknown };
}

describe('An answer and its schema', () => {
  test.each([
    ['a wrong type', { results: [{ ticketId: 'a' }, { ticketId: 5 }] }, 'results.1.ticketId'],
    ['a missing field', { results: [{}] }, 'results.0.ticketId'],
    ['a wrong nested field', { results: [{ ticketId: 'a', owner: { email: ['CANARY'] } }] }, 'results.0.owner.email'],
    ['a list instead of an object', [], 'the whole answer'],
    ['nothing', undefined, 'the whole answer'],
    ['a text', 'CANARY', 'the whole answer'],
  ])('%s stops the run and names the path, never the value', (_what, answer, field) => {
    let failed: CallFailed | undefined;
    try {
      parse(answer);
    } catch (error) {
      failed = error as CallFailed;
    }
    expect(failed).toBeInstanceOf(CallFailed);
    expect([failed!.outcome, failed!.code, failed!.field]).toEqual(['stopContract', 'CONTRACT_BROKEN', field]);
    expect(failed!.message).toBe(
      `TIXNGO lookupTickets: An answer does not have the agreed shape. Field: ${field}. Compare the named field with the contract; nothing more was sent. Report it to the vendor or update the client.`,
    );
  });

  test('fields that we do not know are counted with their path, at every level, and are no error', () => {
    const { parsed, unknown } = parse({
      requestId: null,
      version: 4,
      results: [
        { ticketId: 'a', colour: 'red', owner: { email: 'x', age: 5 } },
        { ticketId: 'b', colour: 'blue', owner: null },
      ],
    });
    expect(parsed.results).toHaveLength(2);
    expect(unknown).toEqual([
      'lookupTickets version',
      'lookupTickets results.colour',
      'lookupTickets results.owner.age',
      'lookupTickets results.colour',
    ]);
  });

  test('a field whose name looks like a value is counted without it', () => {
    expect(parse({ results: [], 'zoe@example.org': 1, ['x'.repeat(41)]: 1 }).unknown).toEqual([
      'lookupTickets …',
      'lookupTickets …',
    ]);
  });
});
