import { z } from 'zod';
import { problemOf } from './shapeProblem.js';

const milliseconds = z.int().min(0).max(600_000);
const count = z.int().min(1);

/**
 * Everything that can go wrong with one call. «Before» and «after» say whether the call has taken effect.
 *
 * - `latency`: the call begins `ms` later, and then goes its way (also into another fault).
 * - `refused` (before): the connection is closed at the first sight of the call, unread.
 * - `reset` (before), `resetAfter`: the connection is reset.
 * - `timeoutBefore`, `timeoutAfter`: no answer until the caller gives up, or for `ms`, then the connection is reset.
 * - `status` (before): an answer of that status; `retryAfter` in seconds puts the header, as seconds or as a date.
 * - `malformed` (after): the answer is cut, so that it is no JSON.
 * - `truncated` (after): half of the answer comes, and then the connection ends.
 * - `partial`: of a batch only the share `keep` is applied (at least one, not all), and the answer is about that part
 *   only; with `applied: "all"` all of it is applied, and the answer lacks the results of the rest. Strikes only calls
 *   that write a batch of two or more.
 */
const faultSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('latency'), ms: milliseconds }),
  z.strictObject({ kind: z.literal('refused') }),
  z.strictObject({ kind: z.literal('reset') }),
  z.strictObject({ kind: z.literal('resetAfter') }),
  z.strictObject({ kind: z.literal('timeoutBefore'), ms: milliseconds.optional() }),
  z.strictObject({ kind: z.literal('timeoutAfter'), ms: milliseconds.optional() }),
  z.strictObject({
    kind: z.literal('status'),
    status: z.int().min(400).max(599),
    retryAfter: z.int().min(0).max(86_400).optional(),
    retryAfterForm: z.enum(['seconds', 'date']).optional(),
    body: z.enum(['json', 'html', 'none']).optional(),
  }),
  z.strictObject({ kind: z.literal('malformed') }),
  z.strictObject({ kind: z.literal('truncated') }),
  z.strictObject({
    kind: z.literal('partial'),
    keep: z.number().gt(0).lt(1).optional(),
    applied: z.enum(['part', 'all']).optional(),
  }),
]);

const ruleSchema = z
  .strictObject({
    /** A name of an operation, `*` stands for any text: `tickets.inject`, `dataExportService.*`, `*`. */
    operation: z.string().min(1),
    /** Only calls whose body has this text: an export key, a ticket id. */
    bodyContains: z.string().min(1).optional(),
    fault: faultSchema,
    /** Only the nth of the calls that the rule is about, from 1; or each of several. */
    nth: z.union([count, z.array(count).min(1)]).optional(),
    /** Only the first so many. */
    first: count.optional(),
    /** Every so-many-eth. */
    every: count.optional(),
    /** This share of them, drawn. */
    rate: z.number().gt(0).max(1).optional(),
    /** Never more often than this. */
    atMost: count.optional(),
  })
  .refine(({ nth, first, every, rate }) => [nth, first, every, rate].filter((one) => one !== undefined).length <= 1, {
    error: 'at most one of nth, first, every and rate',
  });

const orderSchema = z.strictObject({ rules: z.array(ruleSchema).max(1000), seed: z.int().optional() });

export type Fault = z.infer<typeof faultSchema>;
export type FaultRule = z.infer<typeof ruleSchema>;

/** The rules of a fault plan, and the seed of what it draws. */
export interface FaultOrder {
  readonly rules: readonly FaultRule[];
  readonly seed?: number | undefined;
}

/** An order that came from outside, or a sentence that says what is wrong with it. */
export function readFaultOrder(value: unknown, operations: readonly string[]): FaultOrder | string {
  const read = orderSchema.safeParse(value);
  if (!read.success) return problemOf(read.error);
  const lost = read.data.rules.findIndex(({ operation }) => !operations.some((name) => isNamedBy(operation, name)));
  return lost < 0
    ? read.data
    : `rules[${String(lost)}].operation: no operation has this name; there are ${operations.join(', ')}`;
}

/** Whether a name, or a pattern with `*`, means this operation. */
export function isNamedBy(pattern: string, operation: string): boolean {
  if (!pattern.includes('*')) return pattern === operation;
  const source = pattern
    .split('*')
    .map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`))
    .join('.*');
  return new RegExp(`^${source}$`).test(operation);
}
