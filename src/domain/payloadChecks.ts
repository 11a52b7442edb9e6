import type { SpectatorDetails, TixngoTicket } from './tixngoTicket.js';

/**
 * What TIXNGO demands of a ticket, checked before the call (custom parameter `enforceMandatoryParameters`, default true), so that one
 * bad ticket is parked with its own reason and never sent. Sources: «S-360 variables for tickets injection»; lengths: manual
 * injection form and «CSV Injection».
 */
export interface PayloadProblem {
  readonly code: 'FIELD_REQUIRED' | 'FIELD_TOO_LONG' | 'FIELD_INVALID';
  /** JSON path, never the value. */
  readonly field: string;
}

/** What holds for one text of a payload. */
export interface FieldRule<Payload> {
  readonly path: string;
  readonly valueOf: (payload: Payload) => string | undefined;
  readonly required?: true;
  readonly maxLength?: number;
  readonly pattern?: RegExp;
}

const rfc3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;
export const ticketIdCharacters = /^[A-Za-z0-9 *.\-_+/()]+$/;
const email = /^[^\s@]+@[^\s@]+$/;

/** Of everything that goes to a spectator's wallet. */
export const spectatorRules: readonly FieldRule<{ readonly spectatorDetails: SpectatorDetails }>[] = [
  {
    path: 'spectatorDetails.email',
    valueOf: (t) => t.spectatorDetails.email,
    required: true,
    maxLength: 256,
    pattern: email,
  },
  { path: 'spectatorDetails.firstName', valueOf: (t) => t.spectatorDetails.firstName, maxLength: 50 },
  { path: 'spectatorDetails.lastName', valueOf: (t) => t.spectatorDetails.lastName, maxLength: 100 },
  { path: 'spectatorDetails.gender', valueOf: (t) => t.spectatorDetails.gender, pattern: /^[MFUX]$/ },
];

/** In the order in which they are reported: the first problem of a ticket is the one that it is parked for. */
export const fieldRules: readonly FieldRule<TixngoTicket>[] = [
  { path: 'ticketId', valueOf: (t) => t.ticketId, required: true, maxLength: 256, pattern: ticketIdCharacters },
  { path: 'event.id', valueOf: (t) => t.event.id, required: true, maxLength: 256 },
  { path: 'event.name', valueOf: (t) => t.event.name, required: true, maxLength: 128 },
  { path: 'event.address.site', valueOf: (t) => t.event.address.site, required: true, maxLength: 200 },
  { path: 'event.address.city', valueOf: (t) => t.event.address.city, required: true, maxLength: 200 },
  { path: 'event.address.countryCode', valueOf: (t) => t.event.address.countryCode, required: true, maxLength: 200 },
  { path: 'event.address.zip', valueOf: (t) => t.event.address.zip, required: true, maxLength: 200 },
  { path: 'event.address.line1', valueOf: (t) => t.event.address.line1, maxLength: 200 },
  { path: 'event.address.line2', valueOf: (t) => t.event.address.line2, maxLength: 200 },
  { path: 'event.address.line3', valueOf: (t) => t.event.address.line3, maxLength: 200 },
  { path: 'event.startTime', valueOf: (t) => t.event.startTime, required: true, pattern: rfc3339 },
  { path: 'event.expirationDate', valueOf: (t) => t.event.expirationDate, required: true, pattern: rfc3339 },
  { path: 'event.website', valueOf: (t) => t.event.website, maxLength: 128 },
  { path: 'event.group.name', valueOf: (t) => t.event.group?.name, maxLength: 128 },
  { path: 'event.group.image', valueOf: (t) => t.event.group?.image, maxLength: 256 },
  {
    path: 'activationParameters.method',
    valueOf: (t) => t.activationParameters.method,
    required: true,
    pattern: /^(online|offline)$/,
  },
  { path: 'activationParameters.groupId', valueOf: (t) => t.activationParameters.groupId, maxLength: 50 },
  { path: 'activationParameters.instanceId', valueOf: (t) => t.activationParameters.instanceId, maxLength: 128 },
  { path: 'activationParameters.time', valueOf: (t) => t.activationParameters.time, pattern: rfc3339 },
  ...spectatorRules,
  { path: 'purchaseDetails.currency', valueOf: (t) => t.purchaseDetails.currency, maxLength: 20 },
  { path: 'purchaseDetails.category', valueOf: (t) => t.purchaseDetails.category, maxLength: 512 },
  { path: 'purchaseDetails.taxNumber', valueOf: (t) => t.purchaseDetails.taxNumber, maxLength: 256 },
  { path: 'purchaseDetails.fileId', valueOf: (t) => t.purchaseDetails.fileId, maxLength: 256 },
  { path: 'security.barcode', valueOf: (t) => t.security.barcode, required: true, maxLength: 512 },
  { path: 'sortingKey', valueOf: (t) => t.sortingKey, maxLength: 256 },
  { path: 'ticketImageUrl', valueOf: (t) => t.ticketImageUrl, maxLength: 256 },
];

/** @param contingentMandatory the organizer setting `enable.contingent.feature` of TIXNGO */
export function payloadProblem(ticket: TixngoTicket, contingentMandatory: boolean): PayloadProblem | null {
  const problem = fieldProblem(fieldRules, ticket);
  if (problem !== null) return problem;
  if (contingentMandatory && (ticket.purchaseDetails.contingent ?? '') === '') {
    return { code: 'FIELD_REQUIRED', field: 'purchaseDetails.contingent' };
  }
  return null;
}

/** @returns the first problem, in the order of the rules */
export function fieldProblem<Payload>(rules: readonly FieldRule<Payload>[], payload: Payload): PayloadProblem | null {
  for (const rule of rules) {
    const value = rule.valueOf(payload);
    if (value === undefined || value.trim() === '') {
      if (rule.required === true) return { code: 'FIELD_REQUIRED', field: rule.path };
    } else if (rule.maxLength !== undefined && [...value].length > rule.maxLength) {
      return { code: 'FIELD_TOO_LONG', field: rule.path };
    } else if (rule.pattern?.test(value) === false) {
      return { code: 'FIELD_INVALID', field: rule.path };
    }
  }
  return null;
}
