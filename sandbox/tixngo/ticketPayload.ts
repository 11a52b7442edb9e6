/** A text, or the same text in several languages by language code. */
export type MultilingualText = string | Readonly<Record<string, string>>;

/** The event of an injection, as accepted: all other fields it came with are kept beside these. */
export interface EventPayload {
  readonly id: string;
  readonly name: MultilingualText;
  readonly startTime: string;
  readonly expirationDate: string;
  readonly [field: string]: unknown;
}

/** What a spectator allows the organizer to do with his e-mail address. */
export interface SpectatorPreference {
  readonly allowPromoEmail?: boolean | null;
  readonly allowThirdPartyEmail?: boolean | null;
}

/** The spectator of a ticket: the person whose wallet holds it. */
export interface SpectatorPayload {
  readonly email: string;
  readonly firstName?: string | null;
  readonly lastName?: string | null;
  readonly phoneNumber?: string | null;
  readonly dateOfBirth?: string | null;
  readonly idCardNumber?: string | null;
  readonly passportNumber?: string | null;
  readonly residenceCountry?: string | null;
  readonly title?: string | null;
  readonly gender?: string | null;
  readonly nationality?: string | null;
  readonly language?: string | null;
  /** What he allows the organizer; TIXNGO asks him in the app, no injection brings it. */
  readonly organizerSpectatorPreference?: SpectatorPreference | null;
  readonly [field: string]: unknown;
}

/**
 * One ticket of an injection after it passed the field rules: only what the sandbox itself reads has a name here,
 * everything else is kept as it came.
 */
export interface TicketPayload {
  readonly ticketId: string;
  readonly event: EventPayload;
  readonly activationParameters: { readonly method: 'online' | 'offline'; readonly [field: string]: unknown };
  readonly spectatorDetails: SpectatorPayload;
  readonly purchaseDetails: { readonly contingent?: string | null; readonly [field: string]: unknown };
  readonly security: { readonly barcode: string; readonly [field: string]: unknown };
  readonly [field: string]: unknown;
}
