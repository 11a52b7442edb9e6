import type { S360Settings } from '../config/schema.js';

/** A token is used until five seconds before its end, or for 15 seconds if its end cannot be read. */
const marginMs = 5_000;
const unreadableLifetimeMs = 15_000;

/**
 * The bearer tokens of one worker, by institution. A token is a JWT whose `exp` is in seconds (milliseconds are documented too, and
 * recognised by their size). Source: S-360 platform, «REST conventions».
 */
export class TokenStore {
  private readonly tokens = new Map<string, { readonly token: Promise<string>; goodUntilMs: number }>();

  /** The known token if it is still good, else the one that `fetch` brings; several callers share one call. */
  async get(settings: S360Settings, fetch: () => Promise<string>): Promise<string> {
    const key = keyOf(settings);
    const known = this.tokens.get(key);
    if (known !== undefined && Date.now() < known.goodUntilMs) {
      // The call that fetches it may be another stretch's, and end with that one: then this one fetches for itself.
      const shared = await known.token.catch(() => null);
      if (shared !== null) return shared;
    }
    const fetchedAtMs = Date.now();
    const token = fetch();
    const entry = { token, goodUntilMs: Number.POSITIVE_INFINITY };
    this.tokens.set(key, entry);
    try {
      entry.goodUntilMs = goodUntil(await token, fetchedAtMs);
      return await token;
    } catch (error) {
      if (this.tokens.get(key) === entry) this.tokens.delete(key);
      throw error;
    }
  }

  forget(settings: S360Settings): void {
    this.tokens.delete(keyOf(settings));
  }
}

function keyOf(settings: S360Settings): string {
  return `${settings.url} ${settings.operator} ${settings.secretVariable}`;
}

function goodUntil(token: string, fetchedAtMs: number): number {
  try {
    const payload = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as {
      exp?: unknown;
      iat?: unknown;
    };
    if (typeof payload.exp === 'number') {
      const unitMs = payload.exp > 1e11 ? 1 : 1_000;
      // By its lifetime where it says when it was issued: our clock and S-360's need not agree.
      const untilMs =
        typeof payload.iat === 'number' ? fetchedAtMs + (payload.exp - payload.iat) * unitMs : payload.exp * unitMs;
      return untilMs - marginMs;
    }
  } catch {
    // Not a JWT that we can read: it may be good all the same.
  }
  return fetchedAtMs + unreadableLifetimeMs;
}
