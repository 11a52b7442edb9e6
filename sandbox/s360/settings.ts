/** S-360's limit per service (S-360 manual, Web services: fair use). */
export interface RateLimitSetting {
  /** Calls in any 60 seconds for each service; null: no limit. */
  readonly callsPerMinute: number | null;
  /** 509 is what S-360 answers today, 429 what it has announced. */
  readonly status: 509 | 429;
}

/** What a test may change while the sandbox runs. */
export interface S360Settings {
  readonly rateLimit: RateLimitSetting;
  /** The first so many answers of every export are `in_progress`. */
  readonly inProgressAnswers: number;
  /** Lifetime of a token that the sandbox issues. */
  readonly tokenLifetimeSeconds: number;
  /** Refuses every token that lives longer (exp - iat); null: any lifetime. S-360's page says 30. */
  readonly strictTokenLifetimeSeconds: number | null;
  /** The unit of `iat` and `exp`: the manual's text says milliseconds, its sample token has seconds. */
  readonly tokenUnit: 'seconds' | 'milliseconds';
  /** The secret that signs tokens; never shown by the settings hook. */
  readonly secret: string;
}

export const DEFAULT_SETTINGS: S360Settings = {
  rateLimit: { callsPerMinute: 60, status: 509 },
  inProgressAnswers: 0,
  tokenLifetimeSeconds: 900,
  strictTokenLifetimeSeconds: null,
  tokenUnit: 'seconds',
  secret: 'sandbox-secret',
};

/** A part of the settings, as options and the settings hook take them; a part of `rateLimit` leaves the rest as it is. */
export type SettingsUpdate = {
  readonly [K in keyof S360Settings]?:
    (K extends 'rateLimit' ? Partial<RateLimitSetting> : S360Settings[K]) | undefined;
};

/** The settings after an update; what the update leaves undefined stays. */
export function updated(settings: S360Settings, update: SettingsUpdate): S360Settings {
  return {
    ...settings,
    ...given(update),
    rateLimit: { ...settings.rateLimit, ...given(update.rateLimit ?? {}) },
  };
}

function given(values: object): object {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
