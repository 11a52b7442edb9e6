import { Hono, type Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { AnswerChecker } from '../shared/answerChecker.js';
import { gzipAnswers } from '../shared/gzip.js';
import { createDisturbances } from '../shared/disturbances.js';
import type { FaultOrder } from '../shared/faultRules.js';
import { operationSeam, type Around } from '../shared/operationSeam.js';
import type { SignalPlan } from '../shared/signalPlan.js';
import { issueToken, tokenProblem, type Credentials } from './authentication.js';
import { errorEnvelope, errorEnvelopeOf, newRequestId, type Outcome } from './envelope.js';
import { hooks } from './hooks.js';
import { AUTH_PATH, vendorOperations } from './operations.js';
import { readRequest } from './readRequest.js';
import type { S360State } from './state.js';

export interface AppOptions {
  readonly around: Around;
  /** The fault plan at the start; undefined: calm weather. */
  readonly faults: FaultOrder | undefined;
  /** Of what faults draw. */
  readonly seed: number;
  /** Hears of accepted tickets from the state. */
  readonly signals: SignalPlan;
}

/**
 * The whole sandbox as a web application: gzip, then the fault seam, then the answer check, then the operations.
 *
 * @throws Error when the fault plan cannot be used
 */
export function s360App(
  state: S360State,
  checker: AnswerChecker,
  document: object,
  { around, faults, seed, signals }: AppOptions,
): Hono {
  const operations = vendorOperations(state);
  const names = new Map([
    [AUTH_PATH, 'auth.auth'],
    ...operations.map(({ path, service, method }) => [path, `${service}.${method}`] as const),
  ]);
  const disturbances = createDisturbances({
    system: {
      operations: [...names.values()],
      batchFieldOf: (name) =>
        operations.find(({ service, method }) => `${service}.${method}` === name)?.batchField ?? null,
      errorBody: errorEnvelopeOf,
    },
    seed,
    faults,
    signals,
    around,
  });
  const nameOf = (c: Context): string | null => (c.req.method === 'POST' ? (names.get(c.req.path) ?? null) : null);

  const app = new Hono();
  app.use('*', gzipAnswers());
  // What was asked is counted before a fault can swallow it.
  app.use('*', async (c: Context, next) => {
    const name = nameOf(c);
    if (name !== null) state.counters.called(name);
    await next();
  });
  app.use('*', operationSeam(nameOf, disturbances.around));
  app.use('*', checker.middleware);

  app.post(AUTH_PATH, (c) => authenticate(c, state, checker));
  for (const { path, service, run } of operations) {
    app.post(path, (c) => answer(c, state, checker, service, run as (body: unknown) => Outcome));
  }
  app.route('/sandbox/s360', hooks(state, checker, document));
  app.route('/sandbox/s360', disturbances.routes);
  app.notFound((c) => c.json(errorEnvelope('error.notFound', `no operation at ${c.req.method} ${c.req.path}`), 404));
  app.onError((error, c) => c.json(errorEnvelope('error.internal', `the sandbox failed: ${error.name}`), 500));
  return app;
}

async function answer(
  c: Context,
  state: S360State,
  checker: AnswerChecker,
  service: string,
  run: (body: unknown) => Outcome,
): Promise<Response> {
  const refusal = rateLimited(c, state, service);
  if (refusal !== null) return refusal;
  const wrongToken = await tokenProblem(state, c.req.header('authorization'));
  if (wrongToken !== null) return unauthenticated(c, state, wrongToken);
  const request = await readRequest(c, checker);
  if (!request.ok) return c.json(errorEnvelope('error.invalidRequest', request.problem), 400);
  const outcome = run(request.value);
  const asked = (request.value as { requestId?: string | null }).requestId ?? null;
  return c.json({ requestId: outcome.requestId ?? asked ?? newRequestId(), ...outcome });
}

async function authenticate(c: Context, state: S360State, checker: AnswerChecker): Promise<Response> {
  const refusal = rateLimited(c, state, 'auth');
  if (refusal !== null) return refusal;
  const request = await readRequest(c, checker);
  if (!request.ok) return c.json(errorEnvelope('error.invalidRequest', request.problem), 400);
  const token = await issueToken(state, request.value as Credentials);
  if (token === null) return unauthenticated(c, state, 'operator, partner or secret is wrong');
  return c.json({ token });
}

/** S-360 manual, Web services: 60 calls a minute for each service; all versions of a service count together. */
function rateLimited(c: Context, state: S360State, service: string): Response | null {
  const permission = state.limiter.take(service);
  if (permission.allowed) return null;
  const { status, callsPerMinute } = state.settings().rateLimit;
  // 509 is what S-360 answers today, without a hint; with the announced 429 comes the standard header.
  if (status === 429) c.header('retry-after', String(permission.retryAfterSeconds));
  const detail = `more than ${String(callsPerMinute)} calls of ${service} in 60 seconds`;
  return c.json(errorEnvelope('error.rateLimit', detail), status as ContentfulStatusCode);
}

function unauthenticated(c: Context, state: S360State, detail: string): Response {
  state.counters.unauthenticated += 1;
  return c.json(errorEnvelope('error.authentication', detail), 401);
}
