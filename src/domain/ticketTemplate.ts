import type { S360Ticket } from './ticket.js';

/**
 * Ticket template of an interface «TIXnGO with ticket template»: texts with `${Variable}` that overwrite what the injection batch
 * and the comfort variables set. The variables are a closed list; an unknown one, or a field that no template may overwrite
 * (`event.id`, `event.startTime`, `event.expirationDate`), is an error of the configuration, before anything runs.
 * Source: S-360 manual, «1. Ticket injection» and «Multilingual feature»; field table «S-360 variables for tickets injection».
 */
export interface TicketTemplate {
  readonly fields: Readonly<Partial<Record<TemplateField, string>>>;
  readonly eventMetadata: Readonly<Record<string, string>>;
  readonly ticketDetails: {
    readonly main: readonly TemplateDetail[];
    readonly extra: readonly TemplateDetail[];
    readonly hidden: readonly TemplateDetail[];
  };
}

export interface TemplateDetail {
  readonly key: string;
  readonly value: string;
}

/** The JSON fields that a template may overwrite, and what TIXNGO takes there. */
export const templateFields = {
  'activationParameters.groupId': 'text',
  'activationParameters.instanceId': 'text',
  'activationParameters.method': 'text',
  'activationParameters.time': 'text',
  'designParameters.groupId': 'text',
  'event.address.city': 'text',
  'event.address.countryCode': 'text',
  'event.address.line1': 'text',
  'event.address.line2': 'text',
  'event.address.line3': 'text',
  'event.address.site': 'text',
  'event.address.zip': 'text',
  'event.group.image': 'text',
  'event.group.name': 'text',
  'event.name': 'text',
  'event.website': 'text',
  sortingKey: 'text',
  ticketImageUrl: 'text',
  'transferRules.allowReturnToOrganizer': 'boolean',
  'transferRules.allowReturnToOrganizerForInitialSpectator': 'boolean',
  'transferRules.groupId': 'text',
  'transferRules.isAllowed': 'boolean',
  'transferRules.maximumTransfers': 'number',
  'transferRules.s360ExchangeForAnySpectator': 'boolean',
  'transferRules.s360ExchangeForInitialSpectator': 'boolean',
} as const satisfies Record<string, 'text' | 'boolean' | 'number'>;

export type TemplateField = keyof typeof templateFields;

/** The variables, by S-360's names where the manual shows them (…_externalName, …Team, Site_street…), else in the same style. */
export const templateVariables: Readonly<Record<string, (ticket: S360Ticket) => string | null>> = {
  Product_externalName: (ticket) => ticket.product.name,
  Product_code: (ticket) => ticket.product.code,
  Activity_externalName: (ticket) => ticket.activity.name,
  Season_code: (ticket) => ticket.season.code,
  Performance_externalName: (ticket) => ticket.performance.name,
  Performance_hostTeam: (ticket) => ticket.performance.hostTeam,
  Performance_opposingTeam: (ticket) => ticket.performance.opposingTeam,
  Performance_startTime: (ticket) => ticket.performance.start?.slice(11, 16) ?? null,
  Space_externalName: (ticket) => ticket.venue.site,
  Site_externalName: (ticket) => ticket.venue.city,
  Site_street1: (ticket) => ticket.venue.lines[0] ?? null,
  Site_street2: (ticket) => ticket.venue.lines[1] ?? null,
  Site_street3: (ticket) => ticket.venue.lines[2] ?? null,
  SeatCategory_code: (ticket) => ticket.seatCategory.code,
  SeatCategory_externalName: (ticket) => ticket.seatCategory.name,
  Seat_gate: (ticket) => ticket.seat.gate,
  Seat_block: (ticket) => ticket.seat.block,
  Seat_row: (ticket) => ticket.seat.row,
  Seat_seat: (ticket) => ticket.seat.seat,
  Tariff_code: (ticket) => ticket.tariff,
  Ticket_id: (ticket) => ticket.ticketId,
  Ticket_taxNumber: (ticket) => ticket.taxNumber,
  File_id: (ticket) => ticket.fileId,
};

const variablePattern = /\$\{([^}]*)\}/g;

/** Names used in a text that are not in the closed list. */
export function unknownVariables(text: string): string[] {
  return [...text.matchAll(variablePattern)]
    .map((match) => match[1] ?? '')
    .filter((name) => !Object.hasOwn(templateVariables, name));
}

/** @returns the text with every variable replaced, a missing value as empty text; null if nothing but variables without value is left */
export function renderTemplateText(text: string, ticket: S360Ticket): string | null {
  const names = [...text.matchAll(variablePattern)].map((match) => match[1] ?? '');
  const valueOf = (name: string): string | null => templateVariables[name]?.(ticket) ?? null;
  if (names.length > 0 && names.every((name) => valueOf(name) === null)) return null;
  return text.replace(variablePattern, (_, name: string) => valueOf(name) ?? '');
}
