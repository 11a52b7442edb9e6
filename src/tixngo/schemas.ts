import { z } from 'zod';

/**
 * TIXNGO's answers. The vendor publishes no result format, so every part may be missing: without results per ticket, a 2xx accepts all.
 * Objects are open; statuses and codes that we do not know are kept.
 */
const ticketResultSchema = z.object({
  ticketId: z.string(),
  outcome: z.string(),
  errorCode: z.string().nullish(),
  message: z.string().nullish(),
});

export type TicketResult = z.infer<typeof ticketResultSchema>;

/** The answer to a write of several tickets, an injection or a deletion. */
export const ticketBatchAnswerSchema = z
  .object({ requestId: z.string().nullish(), results: z.array(ticketResultSchema).nullish() })
  .optional();

/** The answer to a write of several privileges. */
export const privilegeBatchAnswerSchema = z
  .object({
    requestId: z.string().nullish(),
    results: z.array(ticketResultSchema.omit({ ticketId: true }).extend({ privilegeId: z.string() })).nullish(),
  })
  .optional();

export const definitionAnswerSchema = z
  .object({ requestId: z.string().nullish(), definitionId: z.string().nullish(), outcome: z.string().nullish() })
  .optional();

const deletionSchema = z
  .object({
    reason: z.string().nullish(),
    visible: z.boolean().nullish(),
    requestedAt: z.string().nullish(),
    confirmedAt: z.string().nullish(),
  })
  .nullish();

export const lookupAnswerSchema = z.object({
  results: z.array(
    z.object({
      ticketId: z.string(),
      status: z.string(),
      eventId: z.string().nullish(),
      ownerEmail: z.string().nullish(),
      barcodeHash: z.string().nullish(),
      updatedAt: z.string().nullish(),
      controlledAt: z.string().nullish(),
      deletion: deletionSchema,
      /** Of a digital privilege only. */
      privilege: z.object({ definitionId: z.string().nullish(), ticketIds: z.array(z.string()).nullish() }).nullish(),
    }),
  ),
});

/** Source: TIXNGO, «Reporting endpoint - Event ticket ownership report»; status and barcodeHash are our own proposal. */
export const eventReportSchema = z.object({
  total: z.int().nullish(),
  result: z.array(
    z.object({
      ticketId: z.string(),
      eventId: z.string().nullish(),
      organizerId: z.string().nullish(),
      eventName: z.unknown().optional(),
      eventCode: z.string().nullish(),
      eventStartDate: z.string().nullish(),
      status: z.string().nullish(),
      ownerEmail: z.string().nullish(),
      ownerFirstName: z.string().nullish(),
      ownerLastName: z.string().nullish(),
      ownerPhone: z.string().nullish(),
      ownerBirthDate: z.string().nullish(),
      ownerIdNumber: z.string().nullish(),
      ownerResidenceCountry: z.string().nullish(),
      barcodeHash: z.string().nullish(),
      updatedAt: z.string().nullish(),
      controlledAt: z.string().nullish(),
      deletion: deletionSchema,
    }),
  ),
});

const text = z.string().nullish();

/** In UTC, too, its year has four digits. */
export const momentSchema = z.iso
  .datetime({ offset: true })
  .refine((time) => Number.isFinite(Date.parse(time)) && /^\d{4}-/.test(new Date(time).toISOString()));

const personMembers = {
  email: text,
  title: text,
  firstName: text,
  lastName: text,
  gender: text,
  dateOfBirth: text,
  nationality: text,
  idCardNumber: text,
  phoneNumber: text,
  residenceCountry: text,
  language: text,
};

/**
 * One entry of the diff. Confirmed are the spectator's details (S-360 manual, «4.2 Cultural Contact Creation & Distribution»); the other
 * names are our own proposal.
 */
export const diffEntrySchema = z.object({
  ticketId: z.string().min(1).max(256),
  eventId: text,
  status: z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/),
  previousStatus: text,
  statusChangedAt: momentSchema,
  spectatorDetails: z
    .object({
      ...personMembers,
      organizerSpectatorPreference: z
        .object({ allowPromoEmail: z.boolean().nullish(), allowThirdPartyEmail: z.boolean().nullish() })
        .nullish(),
    })
    .nullish(),
  ticketHolder: z.object(personMembers).nullish(),
  initialOwner: z.object({ email: text }).nullish(),
  transfer: z.object({ direction: text, senderEmail: text, recipientEmail: text, initiatedAt: text }).nullish(),
  activation: z.object({ method: text, activatedAt: text }).nullish(),
  deletion: z.object({ reason: text, requestedAt: text, confirmedAt: text }).nullish(),
  extraFields: z.array(z.object({ key: z.string(), value: text })).nullish(),
  beaconName: text,
});

/** Entries are checked one by one, so that one that does not fit stops no other. */
export const diffAnswerSchema = z.object({
  pagination: z.object({ nextPageKey: z.string().nullish(), hasMore: z.boolean().nullish() }),
  result: z.array(z.unknown()),
});

export const errorAnswerSchema = z.object({
  code: z.string().nullish(),
  details: z.array(z.object({ path: z.string().nullish() })).nullish(),
});
