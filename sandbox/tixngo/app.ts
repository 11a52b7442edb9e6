import { readFileSync } from 'node:fs';
import { Hono, type MiddlewareHandler } from 'hono';
import { createAnswerChecker, type AnswerChecker, type OpenApiDocument } from '../shared/answerChecker.js';
import { clockRoutes, type SandboxClock } from '../shared/clock.js';
import { gzipAnswers } from '../shared/gzip.js';
import { createDisturbances } from '../shared/disturbances.js';
import type { FaultOrder } from '../shared/faultRules.js';
import { operationSeam, type Around } from '../shared/operationSeam.js';
import { RateLimiter } from '../shared/rateLimiter.js';
import { SignalPlan } from '../shared/signalPlan.js';
import { ApiError, answerError, errorBodyOf, type ErrorBody } from './apiError.js';
import { apiKeyRequired } from './authentication.js';
import { putRawEntries } from './diff/rawEntries.js';
import { hooks } from './hooks.js';
import { lapseDueTransfers } from './lapseTransfers.js';
import { ORGANIZER_PATH, type Operation } from './operation.js';
import { controlOperation } from './operations/controlOperation.js';
import { deletionOperation } from './operations/deletionOperation.js';
import { diffOperation } from './operations/diffOperation.js';
import { eventOperations } from './operations/eventOperations.js';
import { eventReportOperation } from './operations/eventReportOperation.js';
import { injectionOperation } from './operations/injectionOperation.js';
import { lookupOperation } from './operations/lookupOperation.js';
import { privilegeDefinitionOperation } from './operations/privilegeDefinitionOperation.js';
import { privilegeOperation } from './operations/privilegeOperation.js';
import { statusLogOperation } from './operations/statusLogOperation.js';
import { wakeDuePhones } from './phoneSync.js';
import type { TixngoWorld } from './world.js';

/** Every vendor-like operation of the sandbox. */
export const OPERATIONS: readonly Operation[] = [
  injectionOperation,
  controlOperation,
  deletionOperation,
  lookupOperation,
  eventReportOperation,
  diffOperation,
  statusLogOperation,
  ...eventOperations,
  privilegeDefinitionOperation,
  privilegeOperation,
];

/** Where the hooks of this sandbox live, visibly apart from the vendor's paths. */
export const HOOKS_PATH = '/sandbox/tixngo';

export interface TixngoApp {
  readonly app: Hono;
  /** Answers against openapi.json and errors that nobody foresaw, as `POST /path 500: …`. */
  readonly violations: () => string[];
}

export interface AppOptions {
  readonly clock: SandboxClock;
  readonly checkAnswers: boolean;
  readonly around: Around;
  /** The fault plan at the start; default: calm weather. */
  readonly faults?: FaultOrder | undefined;
  /** Of what faults draw; default 1. */
  readonly seed?: number;
  /** Is to hear of accepted tickets from the world. */
  readonly signals?: SignalPlan;
}

/**
 * The TIXNGO sandbox as one Hono app. From the outside in: gzip, phones and transfers that are due, counting, fault seam, raw
 * entries of the diff, answer check, then for an operation: API key (401, 403), rate limit (429 with `Retry-After` in seconds), the operation itself.
 *
 * @throws Error when the fault plan cannot be used
 */
export function createTixngoApp(
  world: TixngoWorld,
  { clock, checkAnswers, around, faults, seed = 1, signals = new SignalPlan() }: AppOptions,
): TixngoApp {
  const document = readDocument();
  const checker: AnswerChecker = createAnswerChecker(document, {
    checkAnswers,
    violationBody: (message): ErrorBody => ({ code: 'CONTRACT_VIOLATION', message }),
  });
  const limiter = new RateLimiter(
    () => clock.millis(),
    () => world.settings.rateLimit.callsPerMinute,
  );
  const unforeseen: string[] = [];
  const violations = (): string[] => [...checker.violations(), ...unforeseen];
  const nameOf = operationNames(OPERATIONS);
  const disturbances = createDisturbances({
    system: {
      operations: OPERATIONS.map(({ name }) => name),
      batchFieldOf: (operation) => OPERATIONS.find(({ name }) => name === operation)?.batchField ?? null,
      errorBody: errorBodyOf,
    },
    seed,
    faults,
    signals,
    around,
  });

  const app = new Hono();
  app.use('*', gzipAnswers());
  app.use('*', async (_c, next) => {
    wakeDuePhones(world, clock.millis());
    lapseDueTransfers(world, clock.millis());
    await next();
  });
  // What was asked is counted before a fault can swallow it.
  app.use('*', async (c, next) => {
    const name = nameOf(c.req.method, c.req.path);
    if (name !== null) world.counters.call(name);
    await next();
  });
  app.use(
    '*',
    operationSeam((c) => nameOf(c.req.method, c.req.path), disturbances.around),
  );
  app.use(ORGANIZER_PATH + diffOperation.path, putRawEntries());
  app.use('*', checker.middleware);
  for (const { method, path, handle } of OPERATIONS) {
    app.on(method, ORGANIZER_PATH + path, apiKeyRequired(world), rateLimited(world, limiter), (c) => handle(world, c));
  }
  app.route(HOOKS_PATH, hooks(world, document, violations));
  app.route(HOOKS_PATH, clockRoutes(clock));
  app.route(HOOKS_PATH, disturbances.routes);
  app.notFound((c) => {
    const body: ErrorBody = { code: 'NOT_FOUND', message: `No operation ${c.req.method} ${c.req.path}` };
    return c.json(body, 404);
  });
  app.onError((error, c) => {
    if (!(error instanceof ApiError))
      unforeseen.push(`${c.req.method} ${c.req.path} 500: ${error.name}: ${error.message}`);
    return answerError(error, c);
  });
  return { app, violations };
}

/** One window of 60 seconds over all operations of the organizer; whether TIXNGO has a limit is not published. */
function rateLimited(world: TixngoWorld, limiter: RateLimiter): MiddlewareHandler {
  return async (_c, next) => {
    const permission = limiter.take(world.settings.organizerId);
    if (!permission.allowed) {
      world.counters.add('rateLimited');
      throw new ApiError(429, 'RATE_LIMITED', `Too many calls; try again in ${permission.retryAfterSeconds} s`, {
        headers: { 'Retry-After': String(permission.retryAfterSeconds) },
      });
    }
    await next();
  };
}

function readDocument(): OpenApiDocument {
  return JSON.parse(readFileSync(new URL('./openapi.json', import.meta.url), 'utf8')) as OpenApiDocument;
}

/** Finds the name of the operation that a method and path call, or null. */
function operationNames(operations: readonly Operation[]): (method: string, path: string) => string | null {
  const patterns = operations.map(({ name, method, path }) => ({
    name,
    method,
    pattern: new RegExp(`^${ORGANIZER_PATH}${path.replaceAll(/:\w+/g, '[^/]+')}$`),
  }));
  return (method, path) =>
    patterns.find((operation) => operation.method === method && operation.pattern.test(path))?.name ?? null;
}
