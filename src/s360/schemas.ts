import { z } from 'zod';

/**
 * The answers of S-360's public API that we use. Objects are open: a field that we do not know is counted, not refused.
 * Source: S-360 platform, «REST conventions», «DataExportService v1_0»; the columns of a row are our own proposal, since export queries
 * are defined per institution (docs/manual.md).
 */
const text = z.string().nullish();
const id = z.union([z.int(), z.string().regex(/^\d{1,19}$/)]).transform((value) => String(value));
const optionalId = id.nullish();
const amount = z.int().nullish();

export const envelopeSchema = z.object({
  requestId: z.string().nullish(),
  statusCode: z.string(),
  statusDetail: text,
});

export const tokenSchema = z.object({ token: z.string().min(1) });

export const rowSchema = z.object({
  ticket_id: id,
  tax_number: text,
  barcode: text,
  ticket_state: z.string(),
  cancellation_cause: text,
  file_id: optionalId,
  movement_id: optionalId,
  product_kind: z.string(),
  product_code: text,
  product_name: text,
  product_family: text,
  activity_code: text,
  activity_name: text,
  season_code: text,
  season_start: text,
  season_end: text,
  performance_id: optionalId,
  performance_name: text,
  host_team: text,
  opposing_team: text,
  start: text,
  end: text,
  validity_start: text,
  validity_end: text,
  time_zone: text,
  site: text,
  city: text,
  zip: text,
  country_code: text,
  address_line1: text,
  address_line2: text,
  address_line3: text,
  shipment_mode_type: text,
  ticket_model_blockchain: z.boolean().nullish(),
  sales_channel_code: text,
  printed_by: text,
  tariff_code: text,
  seat_category_code: text,
  seat_category_name: text,
  price: amount,
  charges: amount,
  currency: text,
  gate: text,
  block: text,
  row: text,
  seat: text,
  contingent_code: text,
  contact_number: text,
  contact_email: text,
  contact_first_name: text,
  contact_last_name: text,
  contact_gender: text,
  contact_language: text,
  holder_first_name: text,
  holder_last_name: text,
  holder_email: text,
  holder_gender: text,
  holder_birth_date: text,
  holder_id_number: text,
  holder_country_code: text,
  holder_birth_region: text,
  holder_birth_place: text,
  holder_phone: text,
  comfort_tixact: text,
  comfort_tixstart: text,
  comfort_tixexp: text,
  comfort_tixrgrp: text,
  updated_at: text,
  controlled_at: text,
  organization_code: text,
  linked_ticket_ids: text,
  linked_tax_numbers: text,
  card_ticket_id: optionalId,
});

export type S360Row = z.infer<typeof rowSchema>;

export const exportSchema = envelopeSchema.extend({
  requestState: text,
  exportDate: z.string().nullish(),
  exportedElements: z.array(rowSchema).nullish(),
});

export const flagSchema = envelopeSchema.extend({ flaggedElements: z.int().nullish() });

export const flaggingStatusSchema = envelopeSchema.extend({
  flaggingStatuses: z.array(z.object({ elementId: id, flagged: z.boolean(), flagDate: z.string().nullish() })),
});

export const markPrintedSchema = envelopeSchema.extend({
  results: z.array(z.object({ ticketId: id, outcome: z.string(), errorCode: z.string().nullish() })).nullish(),
});

/** Our own proposal: what the manual's interface does inside S-360. */
export const readMobileTicketsSchema = envelopeSchema.extend({
  mobileTickets: z.array(
    z.object({
      ticketId: id,
      taxNumber: text,
      organizationCode: text,
      culturalContact: z.object({ contactNumber: z.string(), email: text }).nullish(),
      status: text,
      statusChangedAt: text,
      distributions: z.array(z.object({ status: z.string(), changedAt: z.string() })).nullish(),
    }),
  ),
});

export const storeMobileTicketsSchema = envelopeSchema.extend({
  results: z.array(
    z.object({
      ticketId: id,
      status: z.string(),
      statusChangedAt: z.string(),
      outcome: z.string(),
      errorCode: text,
    }),
  ),
});

export const recordDistributionsSchema = envelopeSchema.extend({
  results: z.array(
    z.object({ ticketId: id, status: z.string(), changedAt: z.string(), outcome: z.string(), errorCode: text }),
  ),
});

/** Source: S-360 platform, «ContactInformationPublicService v2_21»; the name of the search and its shape are our own proposal. */
export const searchContactsSchema = envelopeSchema.extend({
  contacts: z.array(
    z.object({
      contactNumber: z.string().min(1),
      email: z.string(),
      individualTitle: text,
      individualFirstname: text,
      individualLastname: text,
      hasInternetAccount: z.boolean().nullish(),
      kind: text,
    }),
  ),
});

export const createContactsSchema = envelopeSchema.extend({
  // Read one by one: the path of what does not fit would have a key of S-360's choice in it.
  identifierContactMap: z.record(z.string(), z.unknown()),
  culturalContactData: z.array(z.unknown()).nullish(),
  refused: z.array(z.object({ identifier: z.string(), errorCode: text })).nullish(),
});

export const updateContactsSchema = envelopeSchema.extend({
  results: z.array(z.object({ contactNumber: z.string(), outcome: z.string(), errorCode: text })),
});
