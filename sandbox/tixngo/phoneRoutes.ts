import { Hono } from 'hono';
import { z } from 'zod';
import { downloadTickets } from './downloadTickets.js';
import { comeOnline, phonesOf, wakeDuePhones } from './phoneSync.js';
import { inShape, jsonBody } from './requests.js';
import type { TixngoWorld } from './world.js';

const all = z.strictObject({ all: z.literal(true) });

const downloadSchema = z.union([z.strictObject({ ticketIds: z.array(z.string()) }), all]);

const until = z.iso.datetime({ offset: true }).nullish();
const offlineSchema = z.union([
  z.strictObject({ emails: z.array(z.string()), until }),
  z.strictObject({ ticketIds: z.array(z.string()), until }),
]);

const onlineSchema = z.union([
  z.strictObject({ emails: z.array(z.string()) }),
  z.strictObject({ ticketIds: z.array(z.string()) }),
  all,
]);

/**
 * The hooks that move people's phones, below `/phones`. Phones are online until `POST /offline` takes them off, some of
 * them until a date of the sandbox's clock; a phone that comes back syncs at once.
 */
export function phoneRoutes(world: TixngoWorld): Hono {
  const shown = () => ({ offline: world.phones.offline() });
  return new Hono()
    .get('/phones', (c) => c.json(shown()))
    .post('/phones/download', async (c) => {
      const wish = inShape(downloadSchema, await jsonBody(c));
      return c.json(downloadTickets(world, 'ticketIds' in wish ? wish.ticketIds : allIds(world)));
    })
    .post('/phones/offline', async (c) => {
      const wish = inShape(offlineSchema, await jsonBody(c));
      const { phones, unknown } = phonesOf(world, wish);
      const until = typeof wish.until === 'string' ? Date.parse(wish.until) : null;
      for (const phone of phones) world.phones.goOffline(phone, until);
      wakeDuePhones(world, Date.parse(world.now()));
      return c.json({ phones: phones.size, unknown });
    })
    .post('/phones/online', async (c) => {
      const wish = inShape(onlineSchema, await jsonBody(c));
      const { phones, unknown } =
        'all' in wish
          ? { phones: new Set(world.phones.offline().map(({ email }) => email)), unknown: 0 }
          : phonesOf(world, wish);
      let deletionsConfirmed = 0;
      for (const phone of phones) deletionsConfirmed += comeOnline(world, phone, world.now());
      return c.json({ phones: phones.size, unknown, deletionsConfirmed });
    });
}

function allIds(world: TixngoWorld): string[] {
  return [...Array.from(world.tickets.all(), ({ ticketId }) => ticketId), ...world.privileges.ids()];
}
