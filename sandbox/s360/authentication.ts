import { sign, verify } from 'hono/jwt';
import type { S360State } from './state.js';

/** A token of a caller whose clock runs ahead by this much is still accepted. */
const LEEWAY_SECONDS = 5;

/** Epoch seconds beyond this (the year 5138) are milliseconds by mistake. */
const LARGEST_SECONDS = 1e11;

export interface Credentials {
  readonly operator: string;
  readonly partner: string;
  readonly secret: string;
}

/**
 * A token for these credentials, or null when one of them is wrong (S-360 manual, REST authentication: HS256, `sub` the
 * institution, `aud` the operator, `iss` the partner).
 */
export async function issueToken(state: S360State, credentials: Credentials): Promise<string | null> {
  const { institution, operator, partner } = state.identity;
  const settings = state.settings();
  const right =
    credentials.operator === operator && credentials.partner === partner && credentials.secret === settings.secret;
  if (!right) return null;
  const lifetime = Math.min(settings.tokenLifetimeSeconds, settings.strictTokenLifetimeSeconds ?? Infinity);
  const issued = Math.floor(state.clock.millis() / 1000);
  const unit = settings.tokenUnit === 'milliseconds' ? 1000 : 1;
  const claims = { sub: institution, aud: operator, iss: partner, iat: issued * unit, exp: (issued + lifetime) * unit };
  return sign(claims, settings.secret, 'HS256');
}

/**
 * Checks the `Authorization` header of a call. A token that the caller has signed itself with the same secret holds as
 * well as one of {@link issueToken}.
 *
 * @returns null when it holds, else what is wrong with it (never a part of the token)
 */
export async function tokenProblem(state: S360State, header: string | undefined): Promise<string | null> {
  if (header === undefined) return 'the header Authorization is missing';
  const token = /^Bearer\s+(\S+)$/i.exec(header)?.[1];
  if (token === undefined) return 'the header Authorization is not «Bearer <token>»';
  const settings = state.settings();
  let claims: Record<string, unknown>;
  try {
    claims = await verify(token, settings.secret, { alg: 'HS256', exp: false, iat: false, nbf: false });
  } catch {
    return 'the token is no JWT that the shared secret has signed with HS256';
  }
  const { institution, operator, partner } = state.identity;
  if (claims['sub'] !== institution) return 'sub is not the institution';
  if (claims['aud'] !== operator) return 'aud is not the operator';
  if (claims['iss'] !== partner) return 'iss is not the partner';
  return lifetimeProblem(state, claims['iat'], claims['exp']);
}

function lifetimeProblem(state: S360State, iat: unknown, exp: unknown): string | null {
  const settings = state.settings();
  if (typeof iat !== 'number' || typeof exp !== 'number') return 'iat and exp must be numbers';
  const inSeconds = settings.tokenUnit === 'seconds';
  if (exp > LARGEST_SECONDS === inSeconds || iat > LARGEST_SECONDS === inSeconds) {
    return `iat and exp must be in ${settings.tokenUnit}`;
  }
  const unit = inSeconds ? 1 : 1000;
  const now = state.clock.millis() / 1000;
  if (iat / unit > now + LEEWAY_SECONDS) return 'iat lies in the future';
  if (exp / unit <= now) return 'the token has expired';
  const strict = settings.strictTokenLifetimeSeconds;
  if (strict !== null && (exp - iat) / unit > strict) return `the token lives longer than ${String(strict)} s`;
  return null;
}
