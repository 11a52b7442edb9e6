import { Hono, type Context } from 'hono';
import type { AnswerChecker } from '../shared/answerChecker.js';
import { clockRoutes } from '../shared/clock.js';
import { boxOfficeRoutes } from './boxOfficeRoutes.js';
import { applyChanges, type TicketChange } from './changeTickets.js';
import { errorEnvelope, isoWithOffset } from './envelope.js';
import { readRequest } from './readRequest.js';
import type { SettingsUpdate } from './settings.js';
import type { S360State } from './state.js';

/** No hook answers more tickets at once. */
const MAXIMUM_TICKETS = 5000;

/**
 * The hooks of tests and comparers: no token, no rate limit, no faults, and nothing that S-360 has. Mounted under
 * `/sandbox/s360`.
 */
export function hooks(state: S360State, checker: AnswerChecker, document: object): Hono {
  return new Hono()
    .get('/counters', (c) => c.json(counters(state)))
    .post('/counters/reset', (c) => {
      state.counters.reset();
      state.limiter.resetCount();
      return c.json(counters(state));
    })
    .get('/tickets', (c) => tickets(c, state))
    .post('/tickets/change', async (c) => {
      const body = await readRequest(c, checker);
      if (!body.ok) return refused(c, body.problem);
      const { changes } = body.value as { readonly changes: readonly TicketChange[] };
      const problem = applyChanges(state.store, changes);
      return problem === null ? c.json({ changed: changes.length }) : refused(c, problem);
    })
    .get('/settings', (c) => c.json(shownSettings(state)))
    .post('/settings', async (c) => {
      const body = await readRequest(c, checker);
      if (!body.ok) return refused(c, body.problem);
      state.change(body.value as SettingsUpdate);
      return c.json(shownSettings(state));
    })
    .get('/catalogue', (c) =>
      c.json({ ...state.store.source.catalogue.codes(), pointOfSales: [...state.pointsOfSales] }),
    )
    .get('/openapi.json', (c) => c.json(document))
    .get('/violations', (c) => c.json({ violations: checker.violations() }))
    .route('/', boxOfficeRoutes(state.store, checker))
    .route('/', clockRoutes(state.clock));
}

function counters({ counters: counted, limiter }: S360State): object {
  const { calls, exported, flagged, unflagged, printed, alreadyPrinted, printRefused, unauthenticated } = counted;
  const rateLimited = limiter.refused;
  return { calls, rateLimited, unauthenticated, exported, flagged, unflagged, printed, alreadyPrinted, printRefused };
}

/** The settings without the secret. */
function shownSettings(state: S360State): object {
  const { rateLimit, inProgressAnswers, tokenLifetimeSeconds, strictTokenLifetimeSeconds, tokenUnit } =
    state.settings();
  return { rateLimit, inProgressAnswers, tokenLifetimeSeconds, strictTokenLifetimeSeconds, tokenUnit };
}

/** The whole truth about tickets, by pages in ascending order of id, or about some by their ids. */
function tickets(c: Context, { store }: S360State): Response {
  const limit = numberOf(c.req.query('limit') ?? '1000');
  const after = numberOf(c.req.query('afterTicketId') ?? '0');
  const ids = c.req.query('ids')?.split(',').map(numberOf);
  if (limit === null || limit < 1 || limit > MAXIMUM_TICKETS) {
    return refused(c, `limit: expected a whole number from 1 to ${String(MAXIMUM_TICKETS)}`);
  }
  if (after === null) return refused(c, 'afterTicketId: expected a ticket id');
  if (ids?.includes(null) === true) return refused(c, 'ids: expected ticket ids, separated by commas');
  const start = store.firstAfter(after);
  const wanted =
    ids === undefined
      ? Array.from({ length: Math.min(limit, store.count - start) }, (_, place) => start + place)
      : ids
          .map((id) => store.indexOf(id ?? -1))
          .filter((index) => index !== undefined)
          .filter((index) => index >= start)
          .sort((a, b) => a - b)
          .slice(0, limit);
  const shown = wanted.map((index) => ({
    row: store.rowAt(index),
    flags: Object.fromEntries(Object.entries(store.allFlagsAt(index)).map(([key, date]) => [key, isoWithOffset(date)])),
  }));
  return c.json({ tickets: shown, total: store.count });
}

function numberOf(text: string): number | null {
  return /^\d{1,16}$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : null;
}

function refused(c: Context, problem: string): Response {
  return c.json(errorEnvelope('error.invalidRequest', problem), 400);
}
