import type { FieldRule, ListRule, ObjectRule } from './fieldRules.js';
import { isJsonObject } from './checkFields.js';

/**
 * The fields of a v3 ticket, as TIXNGO must find them in an injection.
 *
 * Sources, where nothing else is said: «TIXNGO, Understand S-360 variables for tickets Injection» (names, required
 * fields, date-times with offset), «TIXNGO, CSV Injection» and the manual ticket injection form (lengths, characters,
 * gender). The manual publishes no JSON name for `purchaseDetails.price, currency, category, taxNumber, fileId,
 * contingent`, `security.barcode`, `sortingKey`, `ticketImageUrl`, `transferRules.groupId, isAllowed,
 * maximumTransfers`, `designParameters.groupId` and `event.address.region, longitude, latitude`: those are this
 * project's proposals.
 */

/** «S-360 to TIXNGO interface, multilingual feature»: a text, or an object of language code to text. */
const multilingual = (max?: number): FieldRule => ({
  kind: 'text',
  multilingual: true,
  ...(max === undefined ? {} : { max }),
});

const text = (max?: number): FieldRule => (max === undefined ? { kind: 'text' } : { kind: 'text', max });

const required = (rule: FieldRule): FieldRule => ({ ...rule, required: true });

/** `*.metadata[]` and `ticketDetails.*[]`: pairs of a name and a text, which may be empty but not absent. */
export const pairs = (value: FieldRule, check?: NonNullable<ObjectRule['check']>): ListRule => ({
  kind: 'list',
  items: { kind: 'object', fields: { key: required(text()), value }, check: check ?? valueIsThere, required: true },
});

function valueIsThere(pair: Readonly<Record<string, unknown>>): { field: string; says: string } | null {
  return pair['value'] === undefined || pair['value'] === null ? { field: 'value', says: 'must be there' } : null;
}

/**
 * The reserved key EVENT_SCHEDULE holds a JSON array of `{label, time}`, time as `HH:MM`.
 * Source: «TIXNGO, Understand S-360 variables for tickets Injection».
 */
function reservedMetadata(pair: Readonly<Record<string, unknown>>): { field: string; says: string } | null {
  if (pair['key'] !== 'EVENT_SCHEDULE') return valueIsThere(pair);
  return isSchedule(pair['value'])
    ? null
    : { field: 'value', says: 'must be the text of a JSON array of {label, time} with times like 18:30' };
}

function isSchedule(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  let entries: unknown;
  try {
    entries = JSON.parse(value);
  } catch {
    return false;
  }
  return (
    Array.isArray(entries) &&
    entries.every(
      (entry) =>
        isJsonObject(entry) &&
        typeof entry['label'] === 'string' &&
        typeof entry['time'] === 'string' &&
        /^([01]\d|2[0-3]):[0-5]\d$/.test(entry['time']),
    )
  );
}

/** The event of a ticket; also the body of the event operations. */
export const EVENT_RULE = {
  kind: 'object',
  fields: {
    id: required(text(256)),
    name: required(multilingual(128)),
    address: required({
      kind: 'object',
      fields: {
        site: required(multilingual(200)),
        city: required(multilingual(200)),
        countryCode: required(text(200)),
        zip: required(text(200)),
        line1: multilingual(200),
        line2: multilingual(200),
        line3: multilingual(200),
        region: text(200),
        longitude: { kind: 'number', min: -180, max: 180 },
        latitude: { kind: 'number', min: -90, max: 90 },
      },
    }),
    startTime: required({ kind: 'dateTime' }),
    expirationDate: required({ kind: 'dateTime' }),
    website: multilingual(128),
    group: { kind: 'object', fields: { name: multilingual(128), image: multilingual(256) } },
    metadata: pairs(text(), reservedMetadata),
  },
} as const satisfies FieldRule;

/**
 * The manual disagrees with itself on `activationParameters`: its own row says required, the list of a ticket's
 * required fields leaves it out. This sandbox is strict and requires it.
 */
const ACTIVATION_RULE: FieldRule = {
  kind: 'object',
  fields: {
    groupId: text(50),
    method: required({ kind: 'oneOf', values: ['online', 'offline'] }),
    time: { kind: 'dateTime' },
    instanceId: text(128),
  },
};

export const SPECTATOR_RULE = {
  kind: 'object',
  fields: {
    email: required({
      kind: 'text',
      max: 256,
      form: { pattern: /^[^\s@]+@[^\s@]+$/, says: 'must be one e-mail address' },
    }),
    firstName: text(50),
    lastName: text(100),
    gender: { kind: 'oneOf', values: ['M', 'F', 'U', 'X'] },
    mainApplicant: { kind: 'boolean' },
    dateOfBirth: { kind: 'date' },
    nationality: text(),
    passportNumber: text(),
    idCardNumber: text(),
    phoneNumber: text(),
    address: {
      kind: 'object',
      fields: { line1: text(), line2: text(), line3: text(), city: text(), zip: text(), countryCode: text() },
    },
    birthCity: text(),
    birthCountry: text(),
    residenceCountry: text(),
    language: text(),
    title: text(),
  },
} as const satisfies FieldRule;

const PURCHASE_RULE: FieldRule = {
  kind: 'object',
  fields: {
    price: { kind: 'number' },
    currency: text(20),
    category: text(512),
    taxNumber: text(256),
    fileId: text(256),
    contingent: text(),
  },
};

/** «TIXNGO, usage rules»: a v3 ticket has 0 for no transfer and -1 for any number of them. */
const TRANSFER_RULE: FieldRule = {
  kind: 'object',
  fields: {
    groupId: text(),
    isAllowed: { kind: 'boolean' },
    maximumTransfers: { kind: 'integer', min: -1 },
    allowReturnToOrganizer: { kind: 'boolean' },
    allowReturnToOrganizerForInitialSpectator: { kind: 'boolean' },
    s360ExchangeForAnySpectator: { kind: 'boolean' },
    s360ExchangeForInitialSpectator: { kind: 'boolean' },
  },
};

/** Characters of a ticket id. */
export const TICKET_ID_FORM = {
  pattern: /^[a-zA-Z0-9 *.\-_+/()]+$/,
  says: 'may only have letters, digits, spaces and * . - _ + / ( )',
};

/** One ticket of `tickets[]`. */
export const TICKET_RULE = {
  kind: 'object',
  required: true,
  fields: {
    ticketId: required({ kind: 'text', max: 256, form: TICKET_ID_FORM }),
    event: required(EVENT_RULE),
    activationParameters: required(ACTIVATION_RULE),
    spectatorDetails: required(SPECTATOR_RULE),
    purchaseDetails: required(PURCHASE_RULE),
    security: required({ kind: 'object', fields: { barcode: required(text(512)) } }),
    sortingKey: text(256),
    ticketImageUrl: text(256),
    transferRules: TRANSFER_RULE,
    designParameters: { kind: 'object', fields: { groupId: text() } },
    ticketDetails: {
      kind: 'object',
      fields: { main: pairs(multilingual()), extra: pairs(multilingual()), hidden: pairs(multilingual()) },
    },
  },
} as const satisfies FieldRule;
