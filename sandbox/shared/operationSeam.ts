import type { HttpBindings } from '@hono/node-server';
import type { Context, MiddlewareHandler } from 'hono';

/** One vendor-like call, as whoever stands around it sees it. */
export interface OperationCall {
  /** `service.method`, the same name as in the counters: `dataExportService.executeExport`, `tickets.inject`. */
  readonly name: string;
  /**
   * The call itself. `context.req` can be read (a body can be read more than once), and `context.env.incoming.socket` is
   * the connection, which can be destroyed.
   */
  readonly context: Context<{ Bindings: HttpBindings }>;
}

/**
 * What stands around a vendor-like operation: the one seam where a fault plan goes. `apply` runs the whole operation
 * (rate limit, authentication, checks, effects) once and gives its answer, already checked against the document. So:
 *
 * - latency: wait, then `return apply()`;
 * - refused, 429, 5xx: return an answer of one's own and never call `apply`: nothing is applied;
 * - reset or timeout *before*: destroy the socket or never answer, without `apply`;
 * - reset or timeout *after*: `await apply()`, then destroy the socket: the effect stays, the answer is lost;
 * - malformed or partial: `await apply()`, then return a changed answer. It is not checked against the document again.
 */
export type Around = (call: OperationCall, apply: () => Promise<Response>) => Promise<Response>;

/** The calm weather: every operation is applied and answered as it is. */
export const applyDirectly: Around = (_call, apply) => apply();

/**
 * The middleware that puts `around` at the seam. Register it inside `gzipAnswers` and outside the answer checker.
 *
 * @param nameOf the operation's name, or null for what is no vendor-like call (hooks, unknown paths)
 */
export function operationSeam(nameOf: (c: Context) => string | null, around: Around): MiddlewareHandler {
  return async (c, next) => {
    const name = nameOf(c);
    if (name === null) {
      await next();
      return;
    }
    const answer = await around({ name, context: c as Context<{ Bindings: HttpBindings }> }, async () => {
      await next();
      return c.res;
    });
    if (c.finalized && c.res === answer) return;
    c.res = undefined;
    c.res = answer;
  };
}
