import { Hono } from 'hono';
import { z } from 'zod';
import { inShape, jsonBody } from '../requests.js';
import type { TixngoWorld } from '../world.js';
import { appendByHand } from './appendByHand.js';

const occupySchema = z.strictObject({ seconds: z.number().positive().nullish() });
const releaseSchema = z.strictObject({});
const entrySchema = z.looseObject({ ticketId: z.string() });
const appendQuerySchema = z.object({ exact: z.enum(['true', 'false']).default('false') });

/** The hooks that disturb the reader of the diff, below `/diff`. */
export function diffRoutes(world: TixngoWorld): Hono {
  const millis = () => Date.parse(world.now());
  const shown = () => ({ entries: world.stream.length, inUse: world.readerSeat.isTaken(millis()) });
  return new Hono()
    .get('/diff', (c) => c.json(shown()))
    .post('/diff/occupy', async (c) => {
      const { seconds } = inShape(occupySchema, await jsonBody(c));
      world.readerSeat.occupy(typeof seconds === 'number' ? millis() + seconds * 1000 : Infinity);
      return c.json(shown());
    })
    .post('/diff/release', async (c) => {
      inShape(releaseSchema, await jsonBody(c));
      world.readerSeat.release();
      return c.json(shown());
    })
    .post('/diff/append', async (c) => {
      const { exact } = inShape(appendQuerySchema, c.req.query());
      const entry = inShape(entrySchema, await jsonBody(c));
      return c.json({ entry: appendByHand(world, entry, exact === 'true') });
    });
}
