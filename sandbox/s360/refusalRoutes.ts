import { Hono } from 'hono';
import type { AnswerChecker } from '../shared/answerChecker.js';
import { readRequest } from './readRequest.js';
import type { Refusals } from './refusals.js';
import { refused } from './refused.js';

/**
 * `POST /refuse {…, "errorCode"}` poisons, `POST /accept {…}` takes that back; both are answered with how many are poisoned
 * now.
 *
 * @param keysOf what a body names
 */
export function refusalRoutes<Body, Key>(
  checker: AnswerChecker,
  refusals: Refusals<Key>,
  keysOf: (body: Body) => readonly Key[],
): Hono {
  return new Hono()
    .post('/refuse', async (c) => {
      const body = await readRequest(c, checker);
      if (!body.ok) return refused(c, body.problem);
      refusals.refuse(keysOf(body.value as Body), (body.value as { readonly errorCode: string }).errorCode);
      return c.json({ refused: refusals.count });
    })
    .post('/accept', async (c) => {
      const body = await readRequest(c, checker);
      if (!body.ok) return refused(c, body.problem);
      refusals.accept(keysOf(body.value as Body));
      return c.json({ refused: refusals.count });
    });
}
