import { z } from 'zod';

/** Event fields that a later injection may be allowed to overwrite; an event's id never changes. */
const OVERWRITABLE = ['name', 'address', 'startTime', 'expirationDate', 'website', 'group', 'metadata'] as const;

/** What a reader of the diff meets. */
const diffSettingsSchema = z.strictObject({
  /** Every so-many-eth entry comes again, some entries later; null for none. */
  repeatEvery: z.int().min(1).nullable(),
  /** Entries change places within so many neighbours; null for none. */
  shuffleWithin: z.int().min(2).nullable(),
  /** So long one call is under way, in milliseconds of the machine; a second call meanwhile is refused. */
  busyMs: z.int().min(0).max(600_000),
});

/** Everything about the organizer that can be set at start and changed while the sandbox runs. */
export const settingsSchema = z.strictObject({
  /** API key of the organizer's ADMIN account: the password of the interface in S-360. */
  apiKey: z.string().min(1),
  /** Header that carries the key; the manual does not name it. */
  apiKeyHeader: z
    .string()
    .regex(/^[A-Za-z0-9-]+$/)
    .transform((name) => name.toLowerCase()),
  organizerId: z.string().min(1),
  mobileAppId: z.string().min(1),
  /**
   * How an injection answers. `perTicket`: 200 with one outcome per ticket. `wholeBatch`: one bad ticket refuses the
   * whole call with 400 and details. `none`: a good call is answered with its request id only, and a bad ticket
   * refuses the whole call with 400 that names no ticket.
   */
  resultStyle: z.enum(['perTicket', 'wholeBatch', 'none']),
  /** Organizer setting `allow.activation-method.online`; false by default as in the manual. */
  allowOnlineActivation: z.boolean(),
  /** Organizer setting `enable.contingent.feature`. */
  contingentMandatory: z.boolean(),
  maxTicketsPerCall: z.int().min(1),
  /** Calls a minute over all operations of the organizer; null for no limit. */
  rateLimit: z.strictObject({ callsPerMinute: z.int().min(1).nullable() }),
  /** Whether the look-up by ticket ids is granted; false answers 404. */
  lookup: z.boolean(),
  /** True tells the spectator at every accepted write, so that a needless repeat is seen. */
  strictNotifications: z.boolean(),
  /**
   * What a new injection may overwrite in an event that exists. The manual has a column for it whose rows are not
   * public; id and times are documented as never overwritten in v4.
   */
  overwritableEventFields: z.array(z.enum(OVERWRITABLE)),
  /** Minutes after which a transfer that is still pending ends with FAILURE; null for never. */
  transferLapsesAfterMinutes: z.number().positive().nullable(),
  diff: diffSettingsSchema,
});

export type TixngoSettings = z.infer<typeof settingsSchema>;

/** A change of some settings; the others stay. */
export const settingsChangeSchema = settingsSchema.partial().extend({ diff: diffSettingsSchema.partial().optional() });

/** The settings with a change that is in the shape of {@link settingsChangeSchema}. */
export function withChange(settings: TixngoSettings, change: z.infer<typeof settingsChangeSchema>): TixngoSettings {
  return { ...settings, ...change, diff: { ...settings.diff, ...change.diff } } as TixngoSettings;
}

export const DEFAULT_SETTINGS: TixngoSettings = {
  apiKey: 'sandbox-api-key',
  apiKeyHeader: 'x-api-key',
  organizerId: 'demo-organizer',
  mobileAppId: 'demo-app',
  resultStyle: 'perTicket',
  allowOnlineActivation: false,
  contingentMandatory: false,
  maxTicketsPerCall: 1000,
  rateLimit: { callsPerMinute: null },
  lookup: true,
  strictNotifications: false,
  overwritableEventFields: ['name', 'address', 'website', 'metadata'],
  transferLapsesAfterMinutes: 60,
  diff: { repeatEvery: null, shuffleWithin: null, busyMs: 0 },
};
