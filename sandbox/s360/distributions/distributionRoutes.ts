import { Hono } from 'hono';
import type { AnswerChecker } from '../../shared/answerChecker.js';
import { refusalRoutes } from '../refusalRoutes.js';
import { refused } from '../refused.js';
import type { S360State } from '../state.js';
import { ticketPage } from '../ticketPage.js';

/**
 * The hooks of the distribution history, to be mounted under the sandbox's hooks: `GET /distributions` (of the tickets that
 * have one), `POST /distributions/{refuse|accept}`.
 */
export function distributionRoutes(state: S360State, checker: AnswerChecker): Hono {
  const { store, distributions } = state;
  return new Hono()
    .get('/distributions', (c) => {
      const indexes = ticketPage(c, store, (index) => distributions.linesAt(index).length > 0);
      if (typeof indexes === 'string') return refused(c, indexes);
      return c.json({
        distributions: indexes.map((index) => ({ ticketId: store.idAt(index), lines: distributions.linesAt(index) })),
        total: distributions.tickets,
      });
    })
    .route(
      '/distributions',
      refusalRoutes(
        checker,
        state.distributionRefusals,
        (body: { readonly ticketIds: readonly number[] }) => body.ticketIds,
      ),
    );
}
