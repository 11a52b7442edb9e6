import { Hono, type Context } from 'hono';
import type { AnswerChecker } from '../shared/answerChecker.js';
import { clockRoutes } from '../shared/clock.js';
import { boxOfficeRoutes } from './boxOfficeRoutes.js';
import { applyChanges, type TicketChange } from './changeTickets.js';
import { contactRoutes } from './contacts/contactRoutes.js';
import { distributionRoutes } from './distributions/distributionRoutes.js';
import { isoWithOffset } from './envelope.js';
import { gateRoutes } from './gateRoutes.js';
import { mobileTicketRoutes } from './mobileTickets/mobileTicketRoutes.js';
import { readRequest } from './readRequest.js';
import { refused } from './refused.js';
import type { SettingsUpdate } from './settings.js';
import type { S360State } from './state.js';
import { ticketPage } from './ticketPage.js';

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
    .route('/', boxOfficeRoutes(state, checker))
    .route('/', gateRoutes(state, checker))
    .route('/', contactRoutes(state, checker))
    .route('/', mobileTicketRoutes(state, checker))
    .route('/', distributionRoutes(state, checker))
    .route('/', clockRoutes(state.clock));
}

function counters({ counters: counted, limiter }: S360State): object {
  return Object.assign({ rateLimited: limiter.refused }, counted);
}

/** The settings without the secret. */
function shownSettings(state: S360State): object {
  const { rateLimit, inProgressAnswers, tokenLifetimeSeconds, strictTokenLifetimeSeconds, tokenUnit } =
    state.settings();
  return { rateLimit, inProgressAnswers, tokenLifetimeSeconds, strictTokenLifetimeSeconds, tokenUnit };
}

/** The whole truth about tickets, by pages in ascending order of id, or about some by their ids. */
function tickets(c: Context, { store }: S360State): Response {
  const indexes = ticketPage(c, store);
  if (typeof indexes === 'string') return refused(c, indexes);
  const shown = indexes.map((index) => ({
    row: store.rowAt(index),
    flags: Object.fromEntries(Object.entries(store.allFlagsAt(index)).map(([key, date]) => [key, isoWithOffset(date)])),
  }));
  return c.json({ tickets: shown, total: store.count });
}
