import { z } from 'zod';

/** Event fields that a later injection may be allowed to overwrite; an event's id never changes. */
const OVERWRITABLE = ['name', 'address', 'startTime', 'expirationDate', 'website', 'group', 'metadata'] as const;

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
});

export type TixngoSettings = z.infer<typeof settingsSchema>;

/** A change of some settings; the others stay. */
export const settingsChangeSchema = settingsSchema.partial();

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
};
