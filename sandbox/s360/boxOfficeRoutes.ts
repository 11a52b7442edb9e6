import { Hono, type Context } from 'hono';
import type { AnswerChecker } from '../shared/answerChecker.js';
import { BoxOffice, type BoxOfficeResult, type TicketChoice } from './boxOffice.js';
import { errorEnvelope } from './envelope.js';
import { readRequest } from './readRequest.js';
import { Sales, type CardOrder, type SaleOrder } from './sales/sales.js';
import type { S360State } from './state.js';

type WithCause = TicketChoice & { readonly cause?: string };

interface TicketIds {
  readonly ticketIds: readonly number[];
}

interface CardTicketsOrder {
  readonly ticketId: number;
  readonly count: number;
}

/**
 * The hooks of the box office, to be mounted under the sandbox's hooks: `POST /box-office/{cancel|invalidate|reprint|
 * change-reason|change-price|sell|sell-cards|add-card-tickets}`. A body that is wrong, or an unknown ticket, is answered 400 and then nothing is changed.
 */
export function boxOfficeRoutes(state: S360State, checker: AnswerChecker): Hono {
  const office = new BoxOffice(state.store);
  const sales = new Sales(state);
  const order =
    <Body>(run: (body: Body) => BoxOfficeResult<object>) =>
    async (c: Context): Promise<Response> => {
      const body = await readRequest(c, checker);
      const result = body.ok ? run(body.value as Body) : body;
      return 'done' in result
        ? c.json(result.done)
        : c.json(errorEnvelope('error.invalidRequest', result.problem), 400);
    };
  return new Hono()
    .post(
      '/box-office/cancel',
      order((body: WithCause) => office.cancel(body, body.cause)),
    )
    .post(
      '/box-office/invalidate',
      order((body: WithCause) => office.invalidate(body, body.cause ?? 'INVALIDATED')),
    )
    .post(
      '/box-office/reprint',
      order((body: TicketIds) => office.reprint(body.ticketIds)),
    )
    .post(
      '/box-office/change-reason',
      order((body: TicketIds & { readonly cause: string }) => office.changeReason(body.ticketIds, body.cause)),
    )
    .post(
      '/box-office/change-price',
      order((body: TicketIds & { readonly price: number }) => office.changePrice(body.ticketIds, body.price)),
    )
    .post(
      '/box-office/sell',
      order((body: SaleOrder) => sales.sell(body)),
    )
    .post(
      '/box-office/sell-cards',
      order((body: CardOrder) => sales.sellCards(body)),
    )
    .post(
      '/box-office/add-card-tickets',
      order((body: CardTicketsOrder) => sales.addCardTickets(body.ticketId, body.count)),
    );
}
