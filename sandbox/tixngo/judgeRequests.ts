import { checkFields } from './checkFields.js';
import type { FieldRule } from './fieldRules.js';
import { ticketIdOf, type RefusedTicket } from './ticketRefusal.js';
import type { TixngoWorld } from './world.js';

/** Whether one item of a call about tickets that TIXNGO may have is well formed. */
export type RequestJudgement<Request> =
  { readonly accepted: true; readonly request: Request } | ({ readonly accepted: false } & RefusedTicket);

/**
 * Checks the fields of every item of a call and counts those that the rule does not know; changes nothing else.
 *
 * @param rule accepts nothing but a `Request`
 * @param call what stands before an unknown field in the counters
 */
export function judgeRequests<Request>(
  world: TixngoWorld,
  rule: FieldRule,
  call: string,
  items: readonly unknown[],
): RequestJudgement<Request>[] {
  return items.map((item) => {
    const { issues, unknownPaths } = checkFields(rule, item);
    for (const path of unknownPaths) world.counters.unknownField(`(${call}).${path}`);
    const [first, ...more] = issues;
    if (first === undefined) return { accepted: true, request: item as Request };
    return { accepted: false, ticketId: ticketIdOf(item), issues: [first, ...more] };
  });
}
