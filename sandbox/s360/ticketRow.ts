/** `YYYY-MM-DD HH:mm:ss` without a zone, as data-export rows carry it (S-360 manual, Data export webhook). */
export type WallClock = string;

export const TICKET_STATES = ['NOT_PRINTED', 'PRINTED', 'CANCELLED', 'INVALIDATED', 'CONTROLLED'] as const;
/** S-360 manual, Ticket states. */
export type TicketState = (typeof TICKET_STATES)[number];

export const PRODUCT_KINDS = [
  'EVENT',
  'MATCH',
  'OPEN_PASS',
  'SERVICE',
  'MEMBERSHIP_CARD',
  'SEASON_TICKET_CARD',
] as const;
export type ProductKind = (typeof PRODUCT_KINDS)[number];

export const PRODUCT_FAMILIES = [
  'SINGLE_ENTRY',
  'SEASONTICKET',
  'PASS',
  'PACKAGE',
  'MEMBERSHIP',
  'SERVICE',
  'GOODS',
  'TRANSPORT',
  'HOSPITALITY',
] as const;
export type ProductFamily = (typeof PRODUCT_FAMILIES)[number];

export const SHIPMENT_MODES = ['BLOCKCHAIN', 'PRINT_AT_HOME', 'PICK_UP', 'POSTAL'] as const;
/** `BLOCKCHAIN` marks mobile delivery; the other names are this sandbox's own. */
export type ShipmentMode = (typeof SHIPMENT_MODES)[number];

export const GENDERS = ['M', 'F', 'U', 'X'] as const;
export type Gender = (typeof GENDERS)[number];

/**
 * One ticket as an export shows it: flat and in snake_case like the rows of S-360's data-export webhook. Every column is
 * present in every row, null where there is nothing. PROPOSED: S-360 defines the columns of an export per institution.
 *
 * Date-times are the wall clock of the venue (`time_zone`); `updated_at` and `controlled_at` are UTC.
 */
export interface TicketRow {
  readonly ticket_id: number;
  readonly tax_number: string | null;
  readonly barcode: string | null;
  readonly ticket_state: TicketState;
  /** `NOT_CANCELLED`, or why the ticket is CANCELLED or INVALIDATED. */
  readonly cancellation_cause: string;
  /** The order; S-360 says «file». */
  readonly file_id: number;
  readonly movement_id: number | null;
  readonly product_kind: ProductKind;
  readonly product_code: string;
  readonly product_name: string | null;
  readonly product_family: ProductFamily | null;
  readonly activity_code: string | null;
  readonly activity_name: string | null;
  readonly season_code: string | null;
  readonly season_start: WallClock | null;
  readonly season_end: WallClock | null;
  readonly performance_id: number | null;
  readonly performance_name: string | null;
  readonly host_team: string | null;
  readonly opposing_team: string | null;
  readonly start: WallClock | null;
  /** Null when the performance has no duration. */
  readonly end: WallClock | null;
  readonly validity_start: WallClock | null;
  readonly validity_end: WallClock | null;
  /** IANA name of the venue's zone. */
  readonly time_zone: string | null;
  readonly site: string | null;
  readonly city: string | null;
  readonly zip: string | null;
  readonly country_code: string | null;
  readonly address_line1: string | null;
  readonly address_line2: string | null;
  readonly address_line3: string | null;
  readonly shipment_mode_type: ShipmentMode;
  readonly ticket_model_blockchain: boolean;
  readonly sales_channel_code: string | null;
  /** `salesChannelCode;posCode` of the point of sales that printed the ticket. */
  readonly printed_by: string | null;
  readonly tariff_code: string | null;
  readonly seat_category_code: string | null;
  readonly seat_category_name: string | null;
  /** Thousandths of `currency`: 45000 is 45.00. */
  readonly price: number | null;
  /** Thousandths of `currency`. */
  readonly charges: number | null;
  readonly currency: string | null;
  readonly gate: string | null;
  readonly block: string | null;
  readonly row: string | null;
  readonly seat: string | null;
  readonly contingent_code: string | null;
  readonly contact_number: string | null;
  readonly contact_email: string | null;
  readonly contact_first_name: string | null;
  readonly contact_last_name: string | null;
  readonly contact_gender: Gender | null;
  readonly contact_language: string | null;
  readonly holder_first_name: string | null;
  readonly holder_last_name: string | null;
  readonly holder_email: string | null;
  readonly holder_gender: Gender | null;
  /** `YYYY-MM-DD` */
  readonly holder_birth_date: string | null;
  readonly holder_id_number: string | null;
  readonly holder_country_code: string | null;
  readonly holder_birth_region: string | null;
  readonly holder_birth_place: string | null;
  readonly holder_phone: string | null;
  /** Comfort variables: `start_of_season`, `end_of_season`, `+1d`, `-1w`, `2w`, `dd/mm/yy hh:mm` (S-360 manual, 1. Ticket injection). */
  readonly comfort_tixact: string | null;
  readonly comfort_tixstart: string | null;
  readonly comfort_tixexp: string | null;
  readonly comfort_tixrgrp: string | null;
  readonly updated_at: WallClock | null;
  readonly controlled_at: WallClock | null;
  /** The organization that owns the ticket's inventory. */
  readonly organization_code: string | null;
  /** On cards: the ids of the tickets that belong to it, separated by commas; null: none. */
  readonly linked_ticket_ids: string | null;
  /** Their tax numbers, in the same order. */
  readonly linked_tax_numbers: string | null;
  /** On tickets that belong to a card: the card's id. */
  readonly card_ticket_id: number | null;
}

/** The organization of tickets that name none. */
export const DEFAULT_ORGANIZATION = 'FCDEMO';

export type ColumnName = keyof TicketRow;
export type ColumnValue = string | number | boolean | null;
