import { cancellationSignal } from '@temporalio/activity';

import type { ResolvedPlace } from '../config/resolve.js';
import type { CallMeter } from '../http/callMeter.js';
import type { WritePermission } from '../http/writePermission.js';
import { S360Client } from '../s360/client.js';
import type { S360Session } from '../s360/connection.js';
import { TixngoClient } from '../tixngo/client.js';
import type { TixngoSession } from '../tixngo/connection.js';
import { PrivilegeClient } from '../tixngo/privilegeClient.js';
import type { ActivityDependencies } from './dependencies.js';
import { stop } from './failures.js';

export const readTimeoutMs = 60_000;

/** The clients of one stretch. */
export interface StretchClients {
  /** Reads; ends with the activity. */
  readonly s360: S360Client;
  /** Marks what TIXNGO has accepted, also when the activity is being cancelled. */
  readonly s360Marks: S360Client;
  readonly tixngo: TixngoClient;
  readonly tixngoPrivileges: PrivilegeClient;
  /** The session of `s360`, and that of `s360Marks`, for other services of S-360. */
  readonly s360Session: S360Session;
  readonly s360MarksSession: S360Session;
}

/** @param writing a preview writes nothing, everything else only what it may */
export function stretchClients(
  dependencies: ActivityDependencies,
  resolved: ResolvedPlace,
  meter: CallMeter,
  writing: { readonly simulation: true } | { readonly writePermission: WritePermission },
): StretchClients {
  const s360 = {
    ...sessionOf(dependencies, meter),
    ...writing,
    settings: resolved.institution.s360,
    secret: secretOf(dependencies, resolved.institution.s360.secretVariable),
    tokens: dependencies.tokens,
  };
  const s360Session: S360Session = { ...s360, signal: cancellationSignal() };
  // Never aborted: a mark is short, and what TIXNGO has accepted should be marked even when the run is cancelled.
  const s360MarksSession: S360Session = { ...s360, signal: new AbortController().signal };
  const tixngoSession = { ...tixngoSessionOf(dependencies, resolved, meter), ...writing };
  return {
    s360: new S360Client(s360Session),
    s360Marks: new S360Client(s360MarksSession),
    s360Session,
    s360MarksSession,
    tixngo: new TixngoClient(tixngoSession),
    tixngoPrivileges: new PrivilegeClient(tixngoSession),
  };
}

/** Ends with the activity. */
export function tixngoClient(
  dependencies: ActivityDependencies,
  resolved: ResolvedPlace,
  meter: CallMeter,
): TixngoClient {
  return new TixngoClient(tixngoSessionOf(dependencies, resolved, meter));
}

function tixngoSessionOf(dependencies: ActivityDependencies, resolved: ResolvedPlace, meter: CallMeter): TixngoSession {
  return {
    ...sessionOf(dependencies, meter),
    settings: resolved.interface,
    apiKey: secretOf(dependencies, resolved.interface.apiKeyVariable),
    signal: cancellationSignal(),
  };
}

function sessionOf({ http, configuration, unknownFields }: ActivityDependencies, meter: CallMeter) {
  return { http, meter, readTimeoutMs, writeTimeoutMs: configuration.writeTimeoutSeconds * 1_000, unknownFields };
}

function secretOf(dependencies: ActivityDependencies, variable: string): string {
  const secret = dependencies.secrets.get(variable);
  if (secret === undefined)
    throw stop('CONFIGURATION_INVALID', `The environment variable ${variable} is not set on this worker.`);
  return secret;
}
