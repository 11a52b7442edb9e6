import { newTicketId } from './ticketsForTests.js';

/** A definition with every field. */
export function cardDefinition(more: object = {}): Record<string, unknown> {
  return {
    type: 'SEASON_CARD',
    name: 'Season 2027/28',
    imageUrl: 'https://www.example.org/card.png',
    validFrom: '2027-07-01T00:00:00+02:00',
    validTo: '2028-06-30',
    metadata: [{ key: 'SECTOR', value: 'North' }],
    ...more,
  };
}

/** A privilege with every field that TIXNGO demands and no other. */
export function smallPrivilege(privilegeId = newTicketId(), more: object = {}): Record<string, unknown> {
  return {
    privilegeId,
    definitionId: 'SEASON-27',
    spectatorDetails: { email: 'zoe@example.org' },
    ticketIds: [],
    ...more,
  };
}

/** A privilege with every field of the contract. */
export function fullPrivilege(privilegeId = newTicketId()): Record<string, unknown> {
  return smallPrivilege(privilegeId, {
    spectatorDetails: { email: 'zoe@example.org', firstName: 'Zoé', lastName: 'Müller', gender: 'F' },
    barcode: `C${privilegeId}`,
    ticketIds: ['77', '78'],
  });
}
