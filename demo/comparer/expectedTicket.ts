/**
 * What TIXNGO must hold of an S-360 ticket, worked out from the row alone. Written a second time on purpose: a comparer that shared its
 * rules with the interface would share its mistakes too.
 */
import { DateTime } from 'luxon';

import type { ComparerRules } from './rules.js';
import type { S360Record } from './sandboxTickets.js';

type Row = S360Record['row'];

/** A text of the row; null for nothing and for blanks. */
export function textOf(row: Row, column: string): string | null {
  const value = row[column];
  if (value === null || value === undefined) return null;
  return String(value).trim() === '' ? null : String(value);
}

/** A date-time of the payload, or the reason why there is none. */
export type ExpectedTime = DateTime<true> | 'missing' | 'unreadable';

/** Values by their JSON path in the payload. */
export interface ExpectedTicket {
  readonly texts: ReadonlyMap<string, string | null>;
  /** A decimal number of the currency's main unit. */
  readonly price: number | null;
  readonly start: ExpectedTime;
  readonly expiration: ExpectedTime;
  readonly activation: ExpectedTime;
}

export function expectedTicket(row: Row, rules: ComparerRules): ExpectedTicket {
  const { settings, injection } = rules;
  const column = (name: string): string | null => textOf(row, name);
  const dated = column('performance_id') !== null;
  const person = (name: string): string | null =>
    settings.spectator === 'culturalContact'
      ? column(`contact_${name}`)
      : (column(`holder_${name}`) ?? column(`contact_${name}`));
  const barcode = column('barcode');
  const { prefix, suffix } = injection.barcodeFormat;
  const texts = new Map<string, string | null>([
    ['ticketId', column('ticket_id')],
    ['event.id', dated ? column('performance_id') : column('product_code')],
    ['event.name', (dated ? column('performance_name') : null) ?? column('product_name')],
    ['event.address.site', column('site')],
    ['event.address.city', column('city')],
    ['event.address.countryCode', column('country_code')],
    ['event.address.zip', column('zip')],
    ['event.address.line1', column('address_line1')],
    ['event.address.line2', column('address_line2')],
    ['event.address.line3', column('address_line3')],
    ['activationParameters.method', settings.activationMethod],
    ['activationParameters.groupId', column('comfort_tixrgrp')],
    ['spectatorDetails.email', person('email')],
    ['spectatorDetails.firstName', person('first_name')],
    ['spectatorDetails.lastName', person('last_name')],
    ['spectatorDetails.gender', person('gender')],
    ['purchaseDetails.currency', column('currency')],
    ['purchaseDetails.category', column('seat_category_name') ?? column('seat_category_code')],
    ['purchaseDetails.taxNumber', column('tax_number')],
    ['purchaseDetails.fileId', column('file_id')],
    ['purchaseDetails.contingent', column('contingent_code')],
    ['security.barcode', barcode === null ? null : `${prefix}${barcode}${suffix}`],
  ]);
  return { texts, price: priceOf(row, settings.customParameters.addChargesToPrice), ...timesOf(row, rules, dated) };
}

/** Whether the spectator's e-mail is the cultural contact's, and not a holder's own. */
export function contactIsSpectator(row: Row, { settings }: ComparerRules): boolean {
  return settings.spectator === 'culturalContact' || textOf(row, 'holder_email') === null;
}

/** S-360 has thousandths; three digits behind the point are exact in JSON. */
function priceOf(row: Row, withCharges: boolean): number | null {
  const price = row['price'];
  if (typeof price !== 'number') return null;
  const charges = row['charges'];
  const thousandths = price + (withCharges && typeof charges === 'number' ? charges : 0);
  return Number((thousandths / 1_000).toFixed(3));
}

function timesOf(
  row: Row,
  { settings }: ComparerRules,
  dated: boolean,
): Pick<ExpectedTicket, 'start' | 'expiration' | 'activation'> {
  const zone = textOf(row, 'time_zone') ?? 'none';
  const read = (name: string): ExpectedTime => {
    const text = textOf(row, name);
    if (text === null) return 'missing';
    const time = DateTime.fromSQL(text, { zone });
    return time.isValid ? time : 'unreadable';
  };
  const start = read(dated ? 'start' : 'validity_start');
  let end = read(dated ? 'end' : 'validity_end');
  if (dated && end === 'missing' && typeof start !== 'string') end = start.plus({ hours: 24 });

  const comfort = (name: string, otherwise: ExpectedTime): ExpectedTime => {
    const text = textOf(row, name)?.trim() ?? null;
    if (text === null) return otherwise;
    if (text === 'start_of_season') return orElse(read('season_start'), otherwise);
    if (text === 'end_of_season') return orElse(read('season_end'), otherwise);
    const [, amount, unit] = /^([+-]?\d{1,4})([dw])$/.exec(text) ?? [];
    if (amount !== undefined) {
      const from = settings.comfortOffsetAnchor === 'start' || name === 'comfort_tixact' ? start : otherwise;
      if (typeof from === 'string') return orElse(from, otherwise);
      return from.plus(unit === 'w' ? { weeks: Number(amount) } : { days: Number(amount) });
    }
    const written = DateTime.fromFormat(text, 'dd/MM/yy HH:mm', { zone });
    return written.isValid && /^\d\d\/\d\d\/\d\d \d\d:\d\d$/.test(text) ? written : 'unreadable';
  };
  return {
    start: comfort('comfort_tixstart', start),
    expiration: comfort('comfort_tixexp', end),
    activation: comfort('comfort_tixact', 'missing'),
  };
}

function orElse(time: ExpectedTime, otherwise: ExpectedTime): ExpectedTime {
  return time === 'missing' ? otherwise : time;
}
