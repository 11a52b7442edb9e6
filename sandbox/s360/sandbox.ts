import { readFileSync } from 'node:fs';
import { createAnswerChecker, type OpenApiDocument } from '../shared/answerChecker.js';
import { createClock } from '../shared/clock.js';
import type { FaultOrder } from '../shared/faultRules.js';
import { applyDirectly, type Around } from '../shared/operationSeam.js';
import { RateLimiter } from '../shared/rateLimiter.js';
import { serve, type ListenOptions } from '../shared/serve.js';
import { SignalPlan } from '../shared/signalPlan.js';
import { s360App } from './app.js';
import { ContactStore } from './contacts/contactStore.js';
import { Counters } from './counters.js';
import { csvTickets } from './data/csvTickets.js';
import { GeneratedTickets } from './data/generatedTickets.js';
import { DistributionStore } from './distributions/distributionStore.js';
import { errorEnvelope } from './envelope.js';
import { MobileTicketStore } from './mobileTickets/mobileTicketStore.js';
import { Refusals } from './refusals.js';
import { DEFAULT_SETTINGS, updated, type SettingsUpdate } from './settings.js';
import type { Identity } from './state.js';
import { TicketStore } from './ticketStore.js';

const DOCUMENT = JSON.parse(readFileSync(new URL('./openapi.json', import.meta.url), 'utf8')) as OpenApiDocument;

export const DEFAULT_IDENTITY: Identity = {
  institution: 'DEMO',
  operator: 'DEMO_TIXNGO',
  partner: 's360-tixngo-interface',
};

/** `salesChannelCode;posCode`; the first one is the interface's. */
export const DEFAULT_POINTS_OF_SALES: readonly string[] = ['TIXNGO;MOBILE', 'WEB;SHOP', 'BOXOFFICE;GATE1'];

export interface S360SandboxOptions extends ListenOptions, SettingsUpdate, Partial<Identity> {
  /** How many tickets to generate, default 1000. */
  readonly tickets?: number | undefined;
  /** Which tickets to generate, default 1. */
  readonly seed?: number | undefined;
  /** How many distinct performances (EVENT and MATCH) the generated tickets are for, default 7. */
  readonly events?: number | undefined;
  /**
   * The organizations to which the products and performances of generated tickets belong in turn, at least one; default
   * FCDEMO.
   */
  readonly organizations?: readonly string[] | undefined;
  /** Tickets from a CSV file instead of generated ones. */
  readonly csvFile?: string | undefined;
  /** `salesChannelCode;posCode` of every point of sales that exists. */
  readonly pointsOfSales?: readonly string[] | undefined;
  /** False: answers are not checked against the OpenAPI document; for measurements under load. Default true. */
  readonly checkAnswers?: boolean | undefined;
  /** The fault plan at the start; `POST {url}/sandbox/s360/faults` changes it. Default: calm weather. */
  readonly faults?: FaultOrder | undefined;
  /** What stands around every vendor-like operation, inside the fault plan; default: nothing. */
  readonly around?: Around | undefined;
}

export interface S360Sandbox {
  /** `http://127.0.0.1:PORT`, without a trailing slash. */
  readonly url: string;
  close(): Promise<void>;
  /** Every answer that was against the OpenAPI document. */
  violations(): string[];
}

/**
 * Starts a stand-in for S-360: a real HTTP server that speaks the contract in openapi.json.
 *
 * @throws Error when the CSV file is not good (naming lines and columns, no personal values), the fault plan cannot be used
 *   or the port is taken; then nothing has been started.
 */
export async function startS360Sandbox(options: S360SandboxOptions = {}): Promise<S360Sandbox> {
  const source =
    options.csvFile === undefined
      ? new GeneratedTickets(options.seed ?? 1, options.tickets ?? 1000, options.events ?? 7, options.organizations)
      : csvTickets(options.csvFile);
  const clock = createClock();
  let settings = updated(DEFAULT_SETTINGS, {
    rateLimit: options.rateLimit,
    inProgressAnswers: options.inProgressAnswers,
    tokenLifetimeSeconds: options.tokenLifetimeSeconds,
    strictTokenLifetimeSeconds: options.strictTokenLifetimeSeconds,
    tokenUnit: options.tokenUnit,
    secret: options.secret,
  });
  const checker = createAnswerChecker(DOCUMENT, {
    checkAnswers: options.checkAnswers ?? true,
    violationBody: (message) => errorEnvelope('error.contractViolation', message),
  });
  const signals = new SignalPlan();
  const contacts = new ContactStore(source);
  const state = {
    store: new TicketStore(
      source,
      () => clock.millis(),
      (contactNumber) => contacts.columnsOf(contactNumber),
    ),
    contacts,
    mobileTickets: new MobileTicketStore(),
    distributions: new DistributionStore(),
    contactRefusals: new Refusals<string>(),
    mobileTicketRefusals: new Refusals<number>(),
    distributionRefusals: new Refusals<number>(),
    clock,
    counters: new Counters(),
    limiter: new RateLimiter(
      () => clock.millis(),
      () => settings.rateLimit.callsPerMinute,
    ),
    identity: {
      institution: options.institution ?? DEFAULT_IDENTITY.institution,
      operator: options.operator ?? DEFAULT_IDENTITY.operator,
      partner: options.partner ?? DEFAULT_IDENTITY.partner,
    },
    pointsOfSales: new Set(options.pointsOfSales ?? DEFAULT_POINTS_OF_SALES),
    accepted: (operation: string) => {
      signals.accepted(operation);
    },
    settings: () => settings,
    change: (update: SettingsUpdate) => {
      settings = updated(settings, update);
    },
  };
  const app = s360App(state, checker, DOCUMENT, {
    around: options.around ?? applyDirectly,
    faults: options.faults,
    seed: options.seed ?? 1,
    signals,
  });
  const server = await serve(app, options);
  return { url: server.url, close: () => server.close(), violations: () => checker.violations() };
}
