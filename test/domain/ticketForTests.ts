import { rowSchema } from '../../src/s360/schemas.js';
import { ticketFromRow } from '../../src/s360/ticketFromRow.js';
import type { S360Ticket } from '../../src/domain/ticket.js';
import type { MappingSettings } from '../../src/domain/ticketMapping.js';
import type { TicketTemplate } from '../../src/domain/ticketTemplate.js';

/** An export row of a match, complete in every column that a rule looks at. */
export const matchRow = {
  ticket_id: 10_228_305_000_005,
  tax_number: 'TN0000012345',
  barcode: '0012345678',
  ticket_state: 'NOT_PRINTED',
  cancellation_cause: 'NOT_CANCELLED',
  file_id: 4_711_001,
  product_kind: 'MATCH',
  product_code: 'P-MATCH',
  product_name: 'League match',
  product_family: 'SINGLE_ENTRY',
  activity_code: 'LEAGUE',
  activity_name: 'League',
  season_code: '2027',
  season_start: '2027-07-01 00:00:00',
  season_end: '2028-06-30 23:59:59',
  performance_id: 770_001,
  performance_name: 'Genève - Basel',
  host_team: 'Genève',
  opposing_team: 'Basel',
  start: '2027-09-18 20:30:00',
  end: '2027-09-18 22:30:00',
  time_zone: 'Europe/Zurich',
  site: 'Stade de Genève',
  city: 'Genève',
  zip: '1227',
  country_code: 'CH',
  address_line1: 'Route des Jeunes 16',
  shipment_mode_type: 'BLOCKCHAIN',
  ticket_model_blockchain: true,
  sales_channel_code: 'WEB',
  printed_by: null,
  tariff_code: 'FULL',
  seat_category_code: 'CAT1',
  seat_category_name: 'Category 1',
  price: 45_500,
  charges: 1_250,
  currency: 'CHF',
  gate: 'A',
  block: 'N1',
  row: '12',
  seat: '3',
  contingent_code: 'PUBLIC',
  contact_email: 'zoe@example.org',
  contact_first_name: 'Zoé',
  contact_last_name: 'Müller',
  contact_gender: 'F',
  holder_first_name: 'Zoé',
  holder_last_name: 'Müller',
  holder_email: 'zoe@example.org',
  holder_gender: 'F',
  updated_at: '2027-05-01 10:00:00',
};

/** What the client makes of an export row. */
export function ticket(row: Readonly<Record<string, unknown>> = {}): S360Ticket {
  return ticketFromRow(rowSchema.parse({ ...matchRow, ...row }));
}

/** An open pass: no performance, but a validity. */
export function openPass(row: Readonly<Record<string, unknown>> = {}): S360Ticket {
  return ticket({
    product_kind: 'OPEN_PASS',
    product_code: 'P-PASS',
    product_name: 'Open pass',
    performance_id: null,
    performance_name: null,
    start: null,
    end: null,
    validity_start: '2027-07-01 00:00:00',
    validity_end: '2027-08-31 23:59:59',
    ...row,
  });
}

export const plainMapping: MappingSettings = {
  ticketIdentifier: 'ticketId',
  barcodePrefix: '',
  barcodeSuffix: '',
  mainApplicant: false,
  activationMethod: 'offline',
  addChargesToPrice: true,
  comfortOffsetAnchor: 'start',
  spectator: 'ticketHolder',
  template: null,
};

export function template(given: Partial<TicketTemplate>): TicketTemplate {
  return { fields: {}, eventMetadata: {}, ticketDetails: { main: [], extra: [], hidden: [] }, ...given };
}
