import type { S360Ticket } from '../domain/ticket.js';
import type { S360Row } from './schemas.js';

/** One export row in our own names; empty text becomes null, so that «no value» has one form. */
export function ticketFromRow(row: S360Row): S360Ticket {
  return {
    ticketId: row.ticket_id,
    taxNumber: text(row.tax_number),
    barcode: text(row.barcode),
    state: row.ticket_state,
    cancellationCause: text(row.cancellation_cause),
    fileId: text(row.file_id),
    printedBy: text(row.printed_by),
    organization: text(row.organization_code),
    controlledAt: text(row.controlled_at),
    updatedAt: text(row.updated_at),
    product: {
      kind: row.product_kind,
      code: text(row.product_code),
      name: text(row.product_name),
      family: text(row.product_family),
      blockchainTicketModel: row.ticket_model_blockchain === true,
    },
    activity: { code: text(row.activity_code), name: text(row.activity_name) },
    season: { code: text(row.season_code), start: text(row.season_start), end: text(row.season_end) },
    performance: {
      id: text(row.performance_id),
      name: text(row.performance_name),
      hostTeam: text(row.host_team),
      opposingTeam: text(row.opposing_team),
      start: text(row.start),
      end: text(row.end),
    },
    validity: { start: text(row.validity_start), end: text(row.validity_end) },
    venue: {
      timeZone: text(row.time_zone),
      site: text(row.site),
      city: text(row.city),
      zip: text(row.zip),
      countryCode: text(row.country_code),
      lines: [text(row.address_line1), text(row.address_line2), text(row.address_line3)],
    },
    shipmentMode: text(row.shipment_mode_type),
    salesChannel: text(row.sales_channel_code),
    tariff: text(row.tariff_code),
    seatCategory: { code: text(row.seat_category_code), name: text(row.seat_category_name) },
    price: row.price ?? null,
    charges: row.charges ?? null,
    currency: text(row.currency),
    seat: { gate: text(row.gate), block: text(row.block), row: text(row.row), seat: text(row.seat) },
    contingent: text(row.contingent_code),
    card: { linkedTicketIds: list(row.linked_ticket_ids), linkedTaxNumbers: list(row.linked_tax_numbers) },
    culturalContact: {
      firstName: text(row.contact_first_name),
      lastName: text(row.contact_last_name),
      email: text(row.contact_email),
      gender: text(row.contact_gender),
    },
    holder: {
      firstName: text(row.holder_first_name),
      lastName: text(row.holder_last_name),
      email: text(row.holder_email),
      gender: text(row.holder_gender),
      birthDate: text(row.holder_birth_date),
      idNumber: text(row.holder_id_number),
      countryCode: text(row.holder_country_code),
      birthRegion: text(row.holder_birth_region),
      birthPlace: text(row.holder_birth_place),
    },
    comfort: {
      TIXAct: text(row.comfort_tixact),
      TIXStart: text(row.comfort_tixstart),
      TIXExp: text(row.comfort_tixexp),
      TIXRGrp: text(row.comfort_tixrgrp),
    },
  };
}

function text(value: string | null | undefined): string | null {
  return value === undefined || value === null || value.trim() === '' ? null : value;
}

/** Comma separated; a place may be empty, where a ticket of a card has no number yet. */
function list(value: string | null | undefined): string[] {
  return (value ?? '').split(',').flatMap((entry) => (entry.trim() === '' ? [] : [entry.trim()]));
}
