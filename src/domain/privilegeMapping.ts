import type { cardKinds, S360Ticket } from './ticket.js';
import { barcodeOf, optional, spectatorOf, tixngoIdOf, type MappingSettings } from './ticketMapping.js';
import type { PrivilegeDefinition, TixngoPrivilege } from './tixngoPrivilege.js';
import { venueRfc3339, venueTime } from './venueTime.js';

export interface PrivilegeSettings extends Pick<
  MappingSettings,
  'ticketIdentifier' | 'barcodePrefix' | 'barcodeSuffix' | 'spectator'
> {
  /** Picture of a privilege in the app, by product code. */
  readonly images: Readonly<Record<string, string>>;
  /** IANA name; for a product that has no venue. */
  readonly timeZone: string;
  /** Before the code of a product, where organizations whose products may have the same code share the TIXNGO organizer; null if not. */
  readonly definitionPrefix: string | null;
}

export interface DefinitionProblem {
  readonly code: 'FIELD_REQUIRED' | 'TIME_INVALID';
  readonly field: string;
}

const typeOf: Readonly<Record<(typeof cardKinds)[number], PrivilegeDefinition['type']>> = {
  MEMBERSHIP_CARD: 'MEMBERSHIP',
  SEASON_TICKET_CARD: 'SEASON_CARD',
};

/** The privilege of one card. Values that S-360 does not have are left empty or out; `privilegeProblem` then says what TIXNGO misses. */
export function mapPrivilege(source: S360Ticket, settings: PrivilegeSettings): TixngoPrivilege {
  const { linkedTicketIds, linkedTaxNumbers } = source.card;
  return {
    privilegeId: tixngoIdOf(source, settings.ticketIdentifier),
    definitionId: source.product.code === null ? '' : definitionIdOf(source.product.code, settings),
    spectatorDetails: spectatorOf(source, settings.spectator),
    ...optional('barcode', barcodeOf(source, settings)),
    ticketIds: [...new Set(settings.ticketIdentifier === 'ticketId' ? linkedTicketIds : linkedTaxNumbers)],
  };
}

/** A linked ticket that has no number yet has no name in TIXNGO: without it the link would be lost, and S-360 may not offer the card again. */
export function linkProblem({ card }: S360Ticket, { ticketIdentifier }: PrivilegeSettings): DefinitionProblem | null {
  const isNamed = ticketIdentifier === 'ticketId' || card.linkedTaxNumbers.length >= card.linkedTicketIds.length;
  return isNamed ? null : { code: 'FIELD_REQUIRED', field: 'ticketIds' };
}

/** The definition of a card's product: valid as the card says, else for its season. */
export function mapDefinition(
  source: S360Ticket,
  settings: PrivilegeSettings,
): { readonly definition: PrivilegeDefinition } | { readonly problem: DefinitionProblem } {
  const { product, validity, season, venue } = source;
  if (product.code === null) return { problem: { code: 'FIELD_REQUIRED', field: 'definitionId' } };
  const timeZone = venue.timeZone ?? settings.timeZone;
  const validFrom = momentOf(validity.start ?? season.start, timeZone);
  if (validFrom === undefined) return { problem: { code: 'TIME_INVALID', field: 'validity_start' } };
  const validTo = momentOf(validity.end ?? season.end, timeZone);
  if (validTo === undefined) return { problem: { code: 'TIME_INVALID', field: 'validity_end' } };
  return {
    definition: {
      definitionId: definitionIdOf(product.code, settings),
      type: typeOf[product.kind as keyof typeof typeOf],
      name: product.name ?? product.code,
      imageUrl: settings.images[product.code] ?? null,
      validFrom,
      validTo,
      metadata: [],
    },
  };
}

function definitionIdOf(productCode: string, { definitionPrefix }: PrivilegeSettings): string {
  return definitionPrefix === null ? productCode : `${definitionPrefix}-${productCode}`;
}

/** @returns null if there is none, undefined if it cannot be read */
function momentOf(wallClock: string | null, timeZone: string): string | null | undefined {
  if (wallClock === null) return null;
  const time = venueTime(wallClock, timeZone);
  return time === null ? undefined : venueRfc3339(time);
}
