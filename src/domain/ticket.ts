/** The product kinds of the manual: what is sold decides whether TIXNGO gets a ticket or a digital privilege. */
export const productKinds = [
  'EVENT',
  'MATCH',
  'OPEN_PASS',
  'SERVICE',
  'MEMBERSHIP_CARD',
  'SEASON_TICKET_CARD',
] as const;

export type ProductKind = (typeof productKinds)[number];

/** Kinds that become tickets; the two cards become digital privileges. Source: «S-360 to TIXNGO interface». */
export const ticketKinds: readonly string[] = ['EVENT', 'MATCH', 'OPEN_PASS', 'SERVICE'];

/** Kinds that become digital privileges. Source: «6. Digital Privileges Injection». */
export const cardKinds = ['MEMBERSHIP_CARD', 'SEASON_TICKET_CARD'] as const satisfies readonly ProductKind[];

/** A person as S-360 knows one: the cultural contact or the ticket holder (beneficiary). Empty text is null. */
export interface Person {
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly email: string | null;
  readonly gender: string | null;
}

/** The ticket holder's further details, which only decide whether the holder is complete. */
export interface TicketHolder extends Person {
  /** `yyyy-MM-dd` */
  readonly birthDate: string | null;
  readonly idNumber: string | null;
  readonly countryCode: string | null;
  readonly birthRegion: string | null;
  readonly birthPlace: string | null;
}

/**
 * One ticket as the S-360 export gives it, in our own names. Times are the venue's wall clock, `yyyy-MM-dd HH:mm:ss`,
 * without a zone; amounts are thousandths; ids are strings of digits. Never part of a workflow's history.
 */
export interface S360Ticket {
  readonly ticketId: string;
  readonly taxNumber: string | null;
  readonly barcode: string | null;
  /** NOT_PRINTED, PRINTED, CANCELLED, INVALIDATED, CONTROLLED; others are kept as they come. */
  readonly state: string;
  readonly cancellationCause: string | null;
  readonly fileId: string | null;
  /** `salesChannelCode;posCode` of the point of sales that printed it. */
  readonly printedBy: string | null;
  /** The organization that owns the inventory; null if S-360 does not tell. */
  readonly organization: string | null;
  /** When a gate has controlled it, `yyyy-MM-dd HH:mm:ss` in UTC. */
  readonly controlledAt: string | null;
  readonly updatedAt: string | null;
  readonly product: {
    readonly kind: string;
    readonly code: string | null;
    readonly name: string | null;
    readonly family: string | null;
    readonly blockchainTicketModel: boolean;
  };
  readonly activity: { readonly code: string | null; readonly name: string | null };
  readonly season: { readonly code: string | null; readonly start: string | null; readonly end: string | null };
  readonly performance: {
    readonly id: string | null;
    readonly name: string | null;
    readonly hostTeam: string | null;
    readonly opposingTeam: string | null;
    readonly start: string | null;
    readonly end: string | null;
  };
  readonly validity: { readonly start: string | null; readonly end: string | null };
  readonly venue: {
    /** IANA name, such as Europe/Zurich. */
    readonly timeZone: string | null;
    readonly site: string | null;
    readonly city: string | null;
    readonly zip: string | null;
    readonly countryCode: string | null;
    readonly lines: readonly (string | null)[];
  };
  readonly shipmentMode: string | null;
  readonly salesChannel: string | null;
  readonly tariff: string | null;
  readonly seatCategory: { readonly code: string | null; readonly name: string | null };
  readonly price: number | null;
  readonly charges: number | null;
  readonly currency: string | null;
  readonly seat: {
    readonly gate: string | null;
    readonly block: string | null;
    readonly row: string | null;
    readonly seat: string | null;
  };
  readonly contingent: string | null;
  /** Of a card: the tickets that belong to it. */
  readonly card: { readonly linkedTicketIds: readonly string[]; readonly linkedTaxNumbers: readonly string[] };
  readonly culturalContact: Person;
  readonly holder: TicketHolder;
  readonly comfort: {
    readonly TIXAct: string | null;
    readonly TIXStart: string | null;
    readonly TIXExp: string | null;
    readonly TIXRGrp: string | null;
  };
}

/** A membership or season-ticket card: a digital privilege in TIXNGO, under the same kind of id as a ticket. */
export function isCard({ product }: Pick<S360Ticket, 'product'>): boolean {
  return cardKinds.some((kind) => kind === product.kind);
}
