import type { ColumnName, TicketRow } from './ticketRow.js';

/** The columns that are the same for all tickets of a product, and of its performance if it has one. */
const PRODUCT_COLUMNS = [
  'product_kind',
  'product_code',
  'product_name',
  'product_family',
  'activity_code',
  'activity_name',
  'season_code',
  'season_start',
  'season_end',
  'performance_id',
  'performance_name',
  'host_team',
  'opposing_team',
  'start',
  'end',
  'validity_start',
  'validity_end',
  'time_zone',
  'site',
  'city',
  'zip',
  'country_code',
  'address_line1',
  'address_line2',
  'address_line3',
  'currency',
  'comfort_tixact',
  'comfort_tixstart',
  'comfort_tixexp',
  'comfort_tixrgrp',
  'organization_code',
] as const satisfies readonly ColumnName[];

/** What is for sale: a product, with its performance if it has one. */
export type Product = Pick<TicketRow, (typeof PRODUCT_COLUMNS)[number]>;

/** What the ticket of this row was sold for. */
export function productOf(row: TicketRow): Product {
  return Object.fromEntries(PRODUCT_COLUMNS.map((name) => [name, row[name]])) as unknown as Product;
}
