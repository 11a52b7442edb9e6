import { Hono, type Context } from 'hono';
import type { AnswerChecker } from '../shared/answerChecker.js';
import { BoxOffice, type BoxOfficeResult, type TicketChoice } from './boxOffice.js';
import { errorEnvelope } from './envelope.js';
import { readRequest } from './readRequest.js';
import type { TicketStore } from './ticketStore.js';

type WithCause = TicketChoice & { readonly cause?: string };

interface TicketIds {
  readonly ticketIds: readonly number[];
}

/**
 * The hooks of the box office, to be mounted under the sandbox's hooks: `POST /box-office/{cancel|invalidate|reprint|
 * change-reason|change-price}`. A body that is wrong, or an unknown ticket, is answered 400 and then nothing is changed.
 */
export function boxOfficeRoutes(store: TicketStore, checker: AnswerChecker): Hono {
  const office = new BoxOffice(store);
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
    );
}
