import { Hono, type Context } from 'hono';
import { z } from 'zod';
import { alterTicket } from './alterTicket.js';
import { ApiError } from './apiError.js';
import { diffRoutes } from './diff/diffRoutes.js';
import { TicketHistories } from './diff/ticketHistories.js';
import { phoneRoutes } from './phoneRoutes.js';
import { shown } from './operations/eventOperations.js';
import { privilegeRoutes } from './privileges/privilegeRoutes.js';
import { inShape, jsonBody, wholeNumber } from './requests.js';
import { settingsChangeSchema, withChange } from './settings.js';
import { spectatorRoutes } from './spectators/spectatorRoutes.js';
import type { TicketRecord } from './ticketStore.js';
import type { TixngoWorld } from './world.js';

const MAX_PAGE = 5000;

const pageSchema = z.object({
  afterTicketId: z.string().optional(),
  limit: wholeNumber(1, MAX_PAGE).default(1000),
  ids: z
    .string()
    .transform((list) => list.split(','))
    .refine((list) => list.length <= MAX_PAGE, `must be at most ${MAX_PAGE} ids`)
    .optional(),
});

const alterSchema = z.strictObject({ ticketId: z.string(), set: z.record(z.string(), z.unknown()) });

/** What tests, demos and comparers ask of the sandbox itself; none of it exists at TIXNGO, and none needs a key. */
export function hooks(world: TixngoWorld, document: object, violations: () => string[]): Hono {
  const histories = new TicketHistories(world.stream);
  const page = (c: Context): TicketRecord[] => {
    const { afterTicketId, limit, ids } = inShape(pageSchema, c.req.query());
    if (ids === undefined) return world.tickets.pageAfter(afterTicketId || null, limit);
    return [...new Set(ids)].flatMap((id) => world.tickets.get(id) ?? []);
  };
  return new Hono()
    .get('/counters', (c) => c.json(world.counters.read()))
    .post('/counters/reset', (c) => {
      world.counters.reset();
      return c.json(world.counters.read());
    })
    .get('/tickets', (c) => c.json({ tickets: page(c), total: world.tickets.size }))
    .get('/tickets/history', (c) =>
      c.json({
        histories: page(c).map(({ ticketId }) => ({ ticketId, entries: histories.of(ticketId) })),
        total: world.tickets.size,
      }),
    )
    .post('/tickets/alter', async (c) => {
      const { ticketId, set } = inShape(alterSchema, await jsonBody(c));
      const ticket = world.tickets.get(ticketId);
      if (ticket === undefined) throw new ApiError(404, 'NOT_FOUND', 'TIXNGO has no ticket with this id');
      const altered = alterTicket(world, ticket, set);
      if (isRecord(altered)) return c.json({ ticket: altered });
      throw new ApiError(400, 'VALIDATION_ERROR', 'The ticket cannot be altered like this; nothing was changed', {
        details: altered.map(({ path, says }) => ({ path, issue: says })),
      });
    })
    .get('/events', (c) => {
      const events = world.events.all().map((record) => shown(world, record));
      return c.json({ events, total: events.length });
    })
    .route('/', phoneRoutes(world))
    .route('/', spectatorRoutes(world))
    .route('/', privilegeRoutes(world))
    .route('/', diffRoutes(world))
    .get('/settings', (c) => c.json(withoutKey(world.settings)))
    .post('/settings', async (c) => {
      world.settings = withChange(world.settings, inShape(settingsChangeSchema, await jsonBody(c)));
      return c.json(withoutKey(world.settings));
    })
    .get('/openapi.json', (c) => c.json(document))
    .get('/violations', (c) => c.json({ violations: violations() }));
}

function isRecord(outcome: ReturnType<typeof alterTicket>): outcome is TicketRecord {
  return !Array.isArray(outcome);
}

function withoutKey(settings: TixngoWorld['settings']): object {
  return { ...settings, apiKey: undefined };
}
