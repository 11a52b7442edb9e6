import type { Context } from 'hono';
import type { TixngoWorld } from './world.js';

/** One vendor-like operation of the organizer API. */
export interface Operation {
  /** Its name in the counters and for the fault seam, such as `tickets.inject`. */
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Path below `/v3/organizer`, with parameters as `:name`. */
  readonly path: string;
  /** The list of its request of which a fault may apply a part; absent for what writes no batch. */
  readonly batchField?: string;
  readonly handle: (world: TixngoWorld, c: Context) => Response | Promise<Response>;
}

/** Where all operations live. Source: «Initial setup of the interface»: the URL ends in `organizer/tickets`. */
export const ORGANIZER_PATH = '/v3/organizer';
