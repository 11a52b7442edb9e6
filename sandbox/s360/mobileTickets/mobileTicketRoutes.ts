import { Hono } from 'hono';
import type { AnswerChecker } from '../../shared/answerChecker.js';
import { refusalRoutes } from '../refusalRoutes.js';
import { refused } from '../refused.js';
import type { S360State } from '../state.js';
import { ticketPage } from '../ticketPage.js';

/**
 * The hooks of mobile tickets, to be mounted under the sandbox's hooks: `GET /mobile-tickets`,
 * `POST /mobile-tickets/{refuse|accept}`.
 */
export function mobileTicketRoutes(state: S360State, checker: AnswerChecker): Hono {
  const { store, mobileTickets } = state;
  return new Hono()
    .get('/mobile-tickets', (c) => {
      const indexes = ticketPage(c, store);
      if (typeof indexes === 'string') return refused(c, indexes);
      return c.json({
        mobileTickets: indexes.map((index) => ({
          ticketId: store.idAt(index),
          current: mobileTickets.currentAt(index),
          history: mobileTickets.historyAt(index),
          culturalContactNumber: store.valueAt(index, 'contact_number'),
        })),
        total: store.count,
      });
    })
    .route(
      '/mobile-tickets',
      refusalRoutes(
        checker,
        state.mobileTicketRefusals,
        (body: { readonly ticketIds: readonly number[] }) => body.ticketIds,
      ),
    );
}
