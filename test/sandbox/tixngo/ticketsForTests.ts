import type { Json } from './tixngoForTests.js';

let issued = 10_000_000_000_000;

/** A ticket id that no other test of the file has. */
export function newTicketId(): string {
  issued += 1;
  return String(issued);
}

/** An event with every field that TIXNGO demands and no other. */
export function smallEvent(id = 'E-1'): Record<string, unknown> {
  return {
    id,
    name: 'Genève - Basel',
    address: { site: 'Stade de Genève', city: 'Genève', countryCode: 'CH', zip: '1227' },
    startTime: '2027-06-12T18:00:00+02:00',
    expirationDate: '2027-06-12T22:00:00+02:00',
  };
}

/** A ticket with every field that TIXNGO demands and no other. */
export function smallTicket(ticketId = newTicketId()): Record<string, unknown> {
  return {
    ticketId,
    event: smallEvent(),
    activationParameters: { method: 'offline' },
    spectatorDetails: { email: 'zoe@example.org' },
    purchaseDetails: {},
    security: { barcode: `0012${ticketId}` },
  };
}

/** A ticket with every field of the contract. */
export function fullTicket(ticketId = newTicketId()): Record<string, unknown> {
  return {
    ticketId,
    event: {
      ...smallEvent(),
      address: {
        site: 'Stade de Genève',
        city: 'Genève',
        countryCode: 'CH',
        zip: '1227',
        line1: 'Route des Jeunes 16',
        line2: 'Gate A',
        line3: 'Level 2',
        region: 'GE',
        longitude: 6.1275,
        latitude: 46.1778,
      },
      website: 'https://www.example.org/match',
      group: { name: 'Cup', image: 'https://www.example.org/cup.png' },
      metadata: [
        { key: 'EVENT_SCHEDULE', value: '[{"label":"e_gateOpening","time":"16:30"}]' },
        { key: 'RESALE_TICKETSHOP_URL', value: 'https://shop.example.org/resale/' },
      ],
    },
    activationParameters: {
      groupId: 'NORTH',
      method: 'offline',
      time: '2027-06-12T12:00:00+02:00',
      instanceId: 'beacon-1',
    },
    spectatorDetails: {
      email: 'zoe@example.org',
      firstName: 'Zoé',
      lastName: 'Müller',
      gender: 'F',
      mainApplicant: true,
      dateOfBirth: '1990-12-31',
      nationality: 'CH',
      passportNumber: 'X0000001',
      idCardNumber: 'C0000001',
      phoneNumber: '+41000000000',
      address: { line1: 'Rue 1', line2: '', line3: '', city: 'Genève', zip: '1200', countryCode: 'CH' },
      birthCity: 'Bern',
      birthCountry: 'CH',
      residenceCountry: 'CH',
      language: 'fr',
      title: 'Ms',
    },
    purchaseDetails: {
      price: 45.5,
      currency: 'CHF',
      category: 'Category 1',
      taxNumber: ticketId,
      fileId: '4711',
      contingent: 'PUBLIC',
    },
    security: { barcode: `0012${ticketId}` },
    sortingKey: 'A-12-3',
    ticketImageUrl: 'https://www.example.org/ticket.png',
    transferRules: {
      groupId: 'FREE',
      isAllowed: true,
      maximumTransfers: -1,
      allowReturnToOrganizer: true,
      allowReturnToOrganizerForInitialSpectator: false,
      s360ExchangeForAnySpectator: true,
      s360ExchangeForInitialSpectator: false,
    },
    designParameters: { groupId: 'CUP' },
    ticketDetails: {
      main: [{ key: 'Gate', value: 'A' }],
      extra: [{ key: 'Block', value: { en: 'North', fr: 'Nord' } }],
      hidden: [{ key: 'contact', value: '' }],
    },
  };
}

/** A copy of a ticket with one value changed, or taken away when the value is undefined. */
export function withField(ticket: Record<string, unknown>, path: string, value: unknown): Record<string, unknown> {
  const copy = structuredClone(ticket);
  const steps = path.split(/[.[\]]+/).filter((step) => step !== '');
  const last = steps.pop() ?? '';
  let at: Json = copy;
  for (const step of steps) at = at[step];
  if (value === undefined) delete at[last];
  else at[last] = value;
  return copy;
}
