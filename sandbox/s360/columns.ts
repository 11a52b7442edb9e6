import {
  DEFAULT_ORGANIZATION,
  GENDERS,
  PRODUCT_FAMILIES,
  PRODUCT_KINDS,
  SHIPMENT_MODES,
  TICKET_STATES,
  type ColumnName,
  type ColumnValue,
} from './ticketRow.js';

/** What a column may hold. */
export interface Column {
  /** For people: completes the sentence «expected …». */
  readonly expected: string;
  /** True for a value of this column, null left aside. */
  readonly accepts: (value: ColumnValue) => boolean;
  /** The value that a text of a CSV file stands for; undefined when the text is no such value. */
  readonly parse: (text: string) => ColumnValue | undefined;
  readonly nullable: boolean;
  /** What an empty or absent CSV field means; undefined: null, or for a column that is not nullable that it must be filled. */
  readonly whenEmpty?: ColumnValue;
  /** Personal or secret: an error about it never repeats the value. */
  readonly personal: boolean;
}

type Kind = Pick<Column, 'expected' | 'accepts' | 'parse'>;

const text: Kind = { expected: 'a text', accepts: (v) => typeof v === 'string', parse: (t) => t };

const isInteger = (value: ColumnValue): boolean => Number.isSafeInteger(value);

function integer(expected: string): Kind {
  return {
    expected,
    accepts: (v) => isInteger(v) && Number(v) >= 0,
    parse: (t) => (/^\d{1,16}$/.test(t) && isInteger(Number(t)) ? Number(t) : undefined),
  };
}

const boolean: Kind = {
  expected: 'true or false',
  accepts: (v) => typeof v === 'boolean',
  parse: (t) => (t === 'true' ? true : t === 'false' ? false : undefined),
};

function textWhere(expected: string, holds: (text: string) => boolean): Kind {
  return {
    expected,
    accepts: (v) => typeof v === 'string' && holds(v),
    parse: (t) => (holds(t) ? t : undefined),
  };
}

const oneOf = (values: readonly string[]): Kind => textWhere(`one of ${values.join(', ')}`, (t) => values.includes(t));

/** Exists in the calendar: 31 April and 25 o'clock do not. */
function isMoment(date: string, time: string): boolean {
  const at = new Date(`${date}T${time}Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(`${date}T${time}`);
}

const dateTime = textWhere(
  'a date-time YYYY-MM-DD HH:mm:ss',
  (t) => /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(t) && isMoment(t.slice(0, 10), t.slice(11)),
);

const date = textWhere('a date YYYY-MM-DD', (t) => /^\d{4}-\d\d-\d\d$/.test(t) && isMoment(t, '00:00:00'));

const timeZone = textWhere('an IANA time zone such as Europe/Zurich', (t) => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: t });
    return /^[A-Z][A-Za-z_+-]+(\/[A-Za-z0-9_+-]+)*$/.test(t);
  } catch {
    return false;
  }
});

const pointOfSales = textWhere('salesChannelCode;posCode', (t) => /^[^;,\s]+;[^;,\s]+$/.test(t));

const nullable = (kind: Kind): Column => ({ ...kind, nullable: true, personal: false });
const personal = (kind: Kind): Column => ({ ...kind, nullable: true, personal: true });
const required = (kind: Kind): Column => ({ ...kind, nullable: false, personal: false });
const withDefault = (kind: Kind, whenEmpty: ColumnValue): Column => ({ ...required(kind), whenEmpty });

const wholeNumber = integer('a whole number');
const thousandths = integer('a whole number of thousandths');

/** Every column of an export row, in the order in which rows and CSV files carry them. */
export const COLUMNS: Readonly<Record<ColumnName, Column>> = {
  ticket_id: required(wholeNumber),
  tax_number: nullable(text),
  barcode: personal(text),
  ticket_state: required(oneOf(TICKET_STATES)),
  cancellation_cause: withDefault(text, 'NOT_CANCELLED'),
  file_id: required(wholeNumber),
  movement_id: nullable(wholeNumber),
  product_kind: required(oneOf(PRODUCT_KINDS)),
  product_code: required(text),
  product_name: nullable(text),
  product_family: nullable(oneOf(PRODUCT_FAMILIES)),
  activity_code: nullable(text),
  activity_name: nullable(text),
  season_code: nullable(text),
  season_start: nullable(dateTime),
  season_end: nullable(dateTime),
  performance_id: nullable(wholeNumber),
  performance_name: nullable(text),
  host_team: nullable(text),
  opposing_team: nullable(text),
  start: nullable(dateTime),
  end: nullable(dateTime),
  validity_start: nullable(dateTime),
  validity_end: nullable(dateTime),
  time_zone: nullable(timeZone),
  site: nullable(text),
  city: nullable(text),
  zip: nullable(text),
  country_code: nullable(textWhere('a country code of two capital letters', (t) => /^[A-Z]{2}$/.test(t))),
  address_line1: nullable(text),
  address_line2: nullable(text),
  address_line3: nullable(text),
  shipment_mode_type: required(oneOf(SHIPMENT_MODES)),
  ticket_model_blockchain: withDefault(boolean, true),
  sales_channel_code: nullable(text),
  printed_by: nullable(pointOfSales),
  tariff_code: nullable(text),
  seat_category_code: nullable(text),
  seat_category_name: nullable(text),
  price: nullable(thousandths),
  charges: nullable(thousandths),
  currency: nullable(text),
  gate: nullable(text),
  block: nullable(text),
  row: nullable(text),
  seat: nullable(text),
  contingent_code: nullable(text),
  contact_number: personal(text),
  contact_email: personal(text),
  contact_first_name: personal(text),
  contact_last_name: personal(text),
  contact_gender: personal(oneOf(GENDERS)),
  contact_language: personal(text),
  holder_first_name: personal(text),
  holder_last_name: personal(text),
  holder_email: personal(text),
  holder_gender: personal(oneOf(GENDERS)),
  holder_birth_date: personal(date),
  holder_id_number: personal(text),
  holder_country_code: personal(text),
  holder_birth_region: personal(text),
  holder_birth_place: personal(text),
  holder_phone: personal(text),
  comfort_tixact: nullable(text),
  comfort_tixstart: nullable(text),
  comfort_tixexp: nullable(text),
  comfort_tixrgrp: nullable(text),
  updated_at: nullable(dateTime),
  controlled_at: nullable(dateTime),
  organization_code: { ...nullable(text), whenEmpty: DEFAULT_ORGANIZATION },
  linked_ticket_ids: nullable(textWhere('ticket ids, separated by commas', (t) => /^\d+(,\d+)*$/.test(t))),
  linked_tax_numbers: nullable(text),
  card_ticket_id: nullable(wholeNumber),
};

export const COLUMN_NAMES = Object.keys(COLUMNS) as readonly ColumnName[];

/** The column of this name, or undefined. */
export function columnNamed(name: string): Column | undefined {
  return Object.hasOwn(COLUMNS, name) ? COLUMNS[name as ColumnName] : undefined;
}
