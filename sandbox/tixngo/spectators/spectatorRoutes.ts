import { Hono, type Context } from 'hono';
import type { z } from 'zod';
import { phoneOf } from '../phones.js';
import { ApiError } from '../apiError.js';
import { inShape, jsonBody } from '../requests.js';
import type { SpectatorPayload } from '../ticketPayload.js';
import type { TixngoWorld } from '../world.js';
import { actOnTickets, type Act } from './act.js';
import { activate } from './activate.js';
import { assign } from './assign.js';
import { letCrowdAct, type CrowdWish } from './crowd.js';
import { ACT_SCHEMAS, crowdSchema, type recipientSchema } from './spectatorRequests.js';
import { acceptTransfer, cancelTransfer, refuseTransfer, startTransfer, type Recipient } from './transfer.js';

/**
 * The hooks that let people do something with their tickets, below `/spectators`. Whose phone is offline does nothing.
 * All answers count what was done and what was not, and why.
 */
export function spectatorRoutes(world: TixngoWorld): Hono {
  /** A hook for one act: its body in its shape, and the act that the body describes. */
  const hook =
    <Body extends TicketChoice>(schema: z.ZodType<Body>, actOf: (body: Body) => Act) =>
    async (c: Context): Promise<Response> => {
      const body = inShape(schema, await jsonBody(c));
      return c.json(actOnTickets(world, idsOf(world, body), actOf(body)));
    };
  return new Hono()
    .post(
      '/spectators/assign',
      hook(ACT_SCHEMAS.assign, (body) => assign(world, body)),
    )
    .post(
      '/spectators/transfer',
      hook(ACT_SCHEMAS.transfer, (body) => startTransfer(world, recipientOf(body))),
    )
    .post(
      '/spectators/accept',
      hook(ACT_SCHEMAS.accept, ({ recipients = [] }) => acceptTransfer(world, byPhone(recipients))),
    )
    .post(
      '/spectators/refuse',
      hook(ACT_SCHEMAS.tickets, () => refuseTransfer(world)),
    )
    .post(
      '/spectators/cancel-transfer',
      hook(ACT_SCHEMAS.tickets, () => cancelTransfer(world)),
    )
    .post(
      '/spectators/activate',
      hook(ACT_SCHEMAS.activate, ({ method }) => activate(world, method)),
    )
    .post('/spectators/act', async (c) => {
      const { seed, ...wish } = inShape(crowdSchema, await jsonBody(c));
      return c.json(letCrowdAct(world, seed, wish as CrowdWish));
    });
}

interface TicketChoice {
  readonly ticketIds?: readonly string[] | undefined;
  readonly all?: true | undefined;
}

function idsOf(world: TixngoWorld, { ticketIds, all }: TicketChoice): readonly string[] {
  if ((ticketIds === undefined) === (all === undefined)) throw wrong('expected either ticketIds or all');
  if (ticketIds?.some((id) => world.privileges.get(id) !== undefined)) {
    throw wrong('ticketIds: a privilege is never transferred, assigned or activated');
  }
  return ticketIds ?? Array.from(world.tickets.all(), (ticket) => ticket.ticketId);
}

/** One e-mail for all tickets, or one for each. */
function recipientOf(
  wish: TicketChoice & { readonly recipientEmails?: readonly string[] | undefined },
): Recipient | undefined {
  const { ticketIds, recipientEmails } = wish;
  if (recipientEmails === undefined) return undefined;
  const [first, ...more] = recipientEmails;
  if (first !== undefined && more.length === 0) return () => first;
  if (ticketIds?.length !== recipientEmails.length) {
    throw wrong('recipientEmails: expected one e-mail, or as many as there are ticketIds');
  }
  const emails = new Map(ticketIds.map((ticketId, place) => [ticketId, recipientEmails[place] as string]));
  return ({ ticketId }) => emails.get(ticketId) as string;
}

function byPhone(recipients: readonly z.infer<typeof recipientSchema>[]): ReadonlyMap<string, SpectatorPayload> {
  return new Map(recipients.map((recipient) => [phoneOf(recipient.email), recipient as SpectatorPayload]));
}

function wrong(message: string): ApiError {
  return new ApiError(400, 'VALIDATION_ERROR', `The request is not as expected: ${message}`);
}
