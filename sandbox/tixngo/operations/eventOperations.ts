import type { Context } from 'hono';
import { ApiError } from '../apiError.js';
import { checkFields } from '../checkFields.js';
import type { EventRecord } from '../eventStore.js';
import { EVENT_RULE } from '../injectionRules.js';
import type { Operation } from '../operation.js';
import { jsonBody } from '../requests.js';
import type { EventPayload } from '../ticketPayload.js';
import type { TixngoWorld } from '../world.js';

/**
 * Create, read and change events without a ticket. The manual says that such operations exist («new set of API
 * endpoints» for events, decoupled from ticket injection) and publishes neither path nor body: all of it is this
 * project's proposal. The body is the `event` of an injection.
 */
export const eventOperations: readonly Operation[] = [
  {
    name: 'events.create',
    method: 'POST',
    path: '/events',
    handle: async (world, c) => {
      const event = eventOf(await jsonBody(c));
      if (world.events.get(event.id)) throw new ApiError(409, 'CONFLICT', 'An event with this id exists');
      const record = world.events.create(event, 'EVENT_OPERATION', world.now());
      world.counters.add('eventsCreated');
      return c.json(shown(world, record), 201);
    },
  },
  {
    name: 'events.get',
    method: 'GET',
    path: '/events/:eventId',
    handle: (world, c) => c.json(shown(world, known(world, c))),
  },
  {
    name: 'events.update',
    method: 'PUT',
    path: '/events/:eventId',
    handle: async (world, c) => {
      const record = known(world, c);
      const event = eventOf(await jsonBody(c));
      if (event.id !== record.eventId) {
        throw new ApiError(400, 'VALIDATION_ERROR', 'id must be the id of the address', {
          details: [{ path: 'id', issue: 'must be the id of the address' }],
        });
      }
      const replaced = world.events.replace(record, event, world.now());
      world.counters.add('eventsUpdated');
      return c.json(shown(world, replaced));
    },
  },
];

/** An event as the event operations and the hook show it. */
export function shown(world: TixngoWorld, record: EventRecord): EventRecord & { tickets: number } {
  return { ...record, tickets: world.tickets.countOfEvent(record.eventId) };
}

function known(world: TixngoWorld, c: Context): EventRecord {
  const record = world.events.get(c.req.param('eventId') ?? '');
  if (record === undefined) throw new ApiError(404, 'NOT_FOUND', 'No event with this id');
  return record;
}

function eventOf(body: unknown): EventPayload {
  const { issues } = checkFields({ ...EVENT_RULE, required: true }, body);
  if (issues.length === 0) return body as EventPayload;
  throw new ApiError(400, 'VALIDATION_ERROR', 'The event is not valid', {
    details: issues.map(({ path, says }) => ({ path, issue: says })),
  });
}
