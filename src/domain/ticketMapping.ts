import type { DateTime } from 'luxon';

import { comfortDateFormats, parseComfortDate, resolveComfortDate, type ComfortAnchors } from './comfortVariables.js';
import { amountFromThousandths } from './money.js';
import {
  renderTemplateText,
  templateFields,
  type TemplateDetail,
  type TemplateField,
  type TicketTemplate,
} from './ticketTemplate.js';
import type { Person, S360Ticket } from './ticket.js';
import type { SpectatorDetails, TixngoTicket } from './tixngoTicket.js';
import { venueRfc3339, venueTime } from './venueTime.js';

/** What the configuration says about the payload; every member is a named setting with a default (docs/manual.md). */
export interface MappingSettings {
  /** Which S-360 number is TIXNGO's `ticketId`. Not documented; default the ticket id, by which tickets are ordered. */
  readonly ticketIdentifier: 'ticketId' | 'taxNumber';
  readonly barcodePrefix: string;
  readonly barcodeSuffix: string;
  /** «Main applicant»: send `mainApplicant: true` where the ticket holder is the cultural contact. */
  readonly mainApplicant: boolean;
  readonly activationMethod: 'offline' | 'online';
  readonly addChargesToPrice: boolean;
  /** What an offset such as +1d counts from: always the start, or the field's own default. Not documented. */
  readonly comfortOffsetAnchor: 'start' | 'fieldDefault';
  /** Whose wallet a ticket goes to; where the holder has no e-mail, the cultural contact's serves. */
  readonly spectator: 'ticketHolder' | 'culturalContact';
  readonly template: TicketTemplate | null;
}

/** Why one ticket cannot be mapped: it is parked, the others go on. */
export interface MappingProblem {
  readonly code: 'COMFORT_VARIABLE_INVALID' | 'TIME_INVALID' | 'FIELD_INVALID';
  readonly field: string;
  readonly expected: string;
}

export type MappingResult = { readonly ticket: TixngoTicket } | { readonly problem: MappingProblem };

class Unmappable extends Error {
  constructor(readonly problem: MappingProblem) {
    super(problem.code);
  }
}

/**
 * The v3 payload of one ticket: batch values, then comfort variables, then the ticket template, each over the one before.
 * Values that S-360 does not have are left empty or out; `payloadProblem` then says what TIXNGO misses.
 */
export function mapTicket(source: S360Ticket, settings: MappingSettings): MappingResult {
  try {
    const ticket = batchValues(source, settings);
    if (settings.template !== null) applyTemplate(ticket, source, settings.template);
    return { ticket };
  } catch (error) {
    if (error instanceof Unmappable) return { problem: error.problem };
    throw error;
  }
}

function batchValues(source: S360Ticket, settings: MappingSettings): TixngoTicket {
  const times = ticketTimes(source, settings);
  const { venue, performance, product } = source;
  const dated = performance.id !== null;
  const address: TixngoTicket['event']['address'] = {
    site: venue.site ?? '',
    city: venue.city ?? '',
    countryCode: venue.countryCode ?? '',
    zip: venue.zip ?? '',
    ...optional('line1', venue.lines[0]),
    ...optional('line2', venue.lines[1]),
    ...optional('line3', venue.lines[2]),
  };
  return {
    ticketId: tixngoIdOf(source, settings.ticketIdentifier),
    event: {
      id: eventIdOf(source),
      name: (dated ? performance.name : null) ?? product.name ?? '',
      address,
      startTime: times.start,
      expirationDate: times.expiration,
    },
    activationParameters: {
      method: settings.activationMethod,
      ...optional('groupId', source.comfort.TIXRGrp),
      ...optional('time', times.activation),
    },
    spectatorDetails: {
      ...spectatorOf(source, settings.spectator),
      ...(settings.mainApplicant && isMainApplicant(source.holder, source.culturalContact)
        ? { mainApplicant: true }
        : {}),
    },
    purchaseDetails: purchaseDetails(source, settings),
    security: { barcode: barcodeOf(source, settings) },
  };
}

/** TIXNGO's event: the performance, or the product where there is none. (Which id S-360 sends is not documented.) */
export function eventIdOf(source: S360Ticket): string {
  return source.performance.id ?? source.product.code ?? '';
}

/** TIXNGO's id of what S-360 has issued, a ticket or a card; empty if S-360 has no such number for it. */
export function tixngoIdOf(
  { ticketId, taxNumber }: Pick<S360Ticket, 'ticketId' | 'taxNumber'>,
  ticketIdentifier: MappingSettings['ticketIdentifier'],
): string {
  return (ticketIdentifier === 'ticketId' ? ticketId : taxNumber) ?? '';
}

/** @returns an empty text if S-360 has no barcode */
export function barcodeOf(
  { barcode }: S360Ticket,
  settings: Pick<MappingSettings, 'barcodePrefix' | 'barcodeSuffix'>,
): string {
  return barcode === null || barcode === '' ? '' : `${settings.barcodePrefix}${barcode}${settings.barcodeSuffix}`;
}

/** Whose wallet it goes to. */
export function spectatorOf(
  { holder, culturalContact }: S360Ticket,
  spectator: MappingSettings['spectator'],
): SpectatorDetails {
  const first: Person = spectator === 'ticketHolder' ? holder : culturalContact;
  const value = (field: keyof Person): string | null => first[field] ?? culturalContact[field];
  return {
    email: value('email') ?? '',
    ...optional('firstName', value('firstName')),
    ...optional('lastName', value('lastName')),
    ...optional('gender', value('gender')),
  };
}

/** The holder's first name, last name and e-mail are the cultural contact's, whatever their letter case. (The tail of this rule is not public.) */
export function isMainApplicant(holder: Person, contact: Person): boolean {
  const same = (left: string | null, right: string | null): boolean =>
    left !== null && right !== null && left.trim().toLowerCase() === right.trim().toLowerCase();
  return (
    same(holder.firstName, contact.firstName) &&
    same(holder.lastName, contact.lastName) &&
    same(holder.email, contact.email)
  );
}

function purchaseDetails(source: S360Ticket, settings: MappingSettings): TixngoTicket['purchaseDetails'] {
  const thousandths =
    source.price === null ? null : source.price + (settings.addChargesToPrice ? (source.charges ?? 0) : 0);
  if (thousandths !== null && !Number.isSafeInteger(thousandths)) {
    throw new Unmappable({ code: 'FIELD_INVALID', field: 'purchaseDetails.price', expected: 'a whole number' });
  }
  return {
    ...(thousandths === null ? {} : { price: amountFromThousandths(thousandths) }),
    ...optional('currency', source.currency),
    ...optional('category', source.seatCategory.name ?? source.seatCategory.code),
    ...optional('taxNumber', source.taxNumber),
    ...optional('fileId', source.fileId),
    ...optional('contingent', source.contingent),
  };
}

interface TicketTimes {
  readonly start: string;
  readonly expiration: string;
  readonly activation: string | null;
}

/**
 * Start: TIXStart, else the performance's start or the begin of the ticket's validity. Expiration: TIXExp, else the performance's end
 * (24 hours after its start where it has no duration) or the end of the validity. Activation: TIXAct, else none.
 * A season keyword without a season falls back to the default; a text in no documented format parks the ticket.
 */
function ticketTimes(source: S360Ticket, settings: MappingSettings): TicketTimes {
  const timeZone = source.venue.timeZone ?? '';
  const read = (field: string, wallClock: string | null): DateTime<true> | null => {
    if (wallClock === null || wallClock === '') return null;
    const time = venueTime(wallClock, timeZone);
    if (time === null) {
      throw new Unmappable({ code: 'TIME_INVALID', field, expected: 'yyyy-MM-dd HH:mm:ss and an IANA time zone' });
    }
    return time;
  };
  const dated = source.performance.id !== null;
  const start = dated ? read('start', source.performance.start) : read('validity_start', source.validity.start);
  const end = dated
    ? (read('end', source.performance.end) ?? start?.plus({ hours: 24 }) ?? null)
    : read('validity_end', source.validity.end);
  const comfort = (code: 'TIXAct' | 'TIXStart' | 'TIXExp', fieldDefault: DateTime<true> | null): string | null => {
    const text = source.comfort[code];
    if (text === null || text.trim() === '') return null;
    const date = parseComfortDate(text);
    if (date === null) {
      throw new Unmappable({ code: 'COMFORT_VARIABLE_INVALID', field: code, expected: comfortDateFormats });
    }
    const anchors: ComfortAnchors = {
      timeZone,
      offsetAnchor: settings.comfortOffsetAnchor === 'start' ? start : fieldDefault,
      seasonStart: read('season_start', source.season.start),
      seasonEnd: read('season_end', source.season.end),
    };
    const resolved = resolveComfortDate(date, anchors);
    return resolved === null ? null : venueRfc3339(resolved);
  };
  return {
    start: comfort('TIXStart', start) ?? (start === null ? '' : venueRfc3339(start)),
    expiration: comfort('TIXExp', end) ?? (end === null ? '' : venueRfc3339(end)),
    activation: comfort('TIXAct', start),
  };
}

function applyTemplate(ticket: TixngoTicket, source: S360Ticket, template: TicketTemplate): void {
  for (const [path, text] of Object.entries(template.fields) as [TemplateField, string][]) {
    const rendered = renderTemplateText(text, source);
    if (rendered !== null && rendered.trim() !== '') setPath(ticket, path, typed(path, rendered));
  }
  const metadata = Object.entries(template.eventMetadata).flatMap(([key, text]) => {
    const value = renderTemplateText(text, source);
    return value === null || value === '' ? [] : [{ key, value }];
  });
  if (metadata.length > 0) ticket.event.metadata = metadata;
  const details: NonNullable<TixngoTicket['ticketDetails']> = {};
  for (const place of ['main', 'extra', 'hidden'] as const) {
    const rendered = renderDetails(template.ticketDetails[place], source);
    if (rendered.length > 0) details[place] = rendered;
  }
  if (Object.keys(details).length > 0) ticket.ticketDetails = details;
}

function renderDetails(details: readonly TemplateDetail[], source: S360Ticket): TemplateDetail[] {
  return details.flatMap(({ key, value }) => {
    const rendered = renderTemplateText(value, source);
    return rendered === null || rendered === '' ? [] : [{ key, value: rendered }];
  });
}

function typed(path: TemplateField, text: string): string | number | boolean {
  switch (templateFields[path]) {
    case 'text':
      return text;
    case 'boolean':
      if (text !== 'true' && text !== 'false') {
        throw new Unmappable({ code: 'FIELD_INVALID', field: path, expected: 'true or false' });
      }
      return text === 'true';
    case 'number':
      // The only number is that of transfers: 0 for none, -1 for any.
      if (!/^(-1|\d{1,9})$/.test(text)) {
        throw new Unmappable({ code: 'FIELD_INVALID', field: path, expected: 'a whole number, or -1 for any' });
      }
      return Number(text);
  }
}

function setPath(target: object, path: string, value: string | number | boolean): void {
  const keys = path.split('.');
  const last = keys.pop();
  let place = target as Record<string, unknown>;
  for (const key of keys) {
    place[key] ??= {};
    place = place[key] as Record<string, unknown>;
  }
  if (last !== undefined) place[last] = value;
}

export function optional<K extends string>(key: K, value: string | null | undefined): Partial<Record<K, string>> {
  return value === null || value === undefined || value === '' ? {} : ({ [key]: value } as Partial<Record<K, string>>);
}
