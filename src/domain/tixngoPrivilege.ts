import type { SpectatorDetails } from './tixngoTicket.js';

/**
 * A digital privilege in TIXNGO: what a card of S-360 becomes. The vendor publishes no format, so the names are our own proposal; the words
 * are those of «6. Digital Privileges Injection». Nothing of a transfer: a privilege stays with its owner.
 */
export interface TixngoPrivilege {
  privilegeId: string;
  definitionId: string;
  spectatorDetails: SpectatorDetails;
  barcode?: string;
  /** The tickets that belong to the card, 0 to n, whether TIXNGO has them yet or not. */
  ticketIds: string[];
}

/** What the product of a card becomes: one for all its cards. */
export interface PrivilegeDefinition {
  definitionId: string;
  type: 'MEMBERSHIP' | 'SEASON_CARD';
  name: string;
  imageUrl: string | null;
  /** RFC 3339 with the venue's offset. */
  validFrom: string | null;
  validTo: string | null;
  metadata: { key: string; value: string }[];
}
