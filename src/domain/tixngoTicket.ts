/** Whose wallet something goes to. */
export interface SpectatorDetails {
  email: string;
  firstName?: string;
  lastName?: string;
  gender?: string;
}

/**
 * The body of one ticket of `POST …/organizer/tickets` (v3). Names and limits: «S-360 variables for tickets injection»; the names
 * inside `purchaseDetails`, `security` and `transferRules`, `sortingKey`, `ticketImageUrl` and `designParameters` are not published
 * and ours (see docs/manual.md). Every time is RFC 3339 with the venue's offset; the price is a decimal number.
 */
export interface TixngoTicket {
  ticketId: string;
  event: {
    id: string;
    name: string;
    address: {
      site: string;
      city: string;
      countryCode: string;
      zip: string;
      line1?: string;
      line2?: string;
      line3?: string;
    };
    startTime: string;
    expirationDate: string;
    website?: string;
    group?: { name?: string; image?: string };
    metadata?: { key: string; value: string }[];
  };
  activationParameters: {
    method: string;
    groupId?: string;
    time?: string;
    instanceId?: string;
  };
  spectatorDetails: SpectatorDetails & { mainApplicant?: boolean };
  purchaseDetails: {
    price?: number;
    currency?: string;
    category?: string;
    taxNumber?: string;
    fileId?: string;
    contingent?: string;
  };
  security: { barcode: string };
  sortingKey?: string;
  ticketImageUrl?: string;
  ticketDetails?: Partial<Record<'main' | 'extra' | 'hidden', { key: string; value: string }[]>>;
  transferRules?: Record<string, string | number | boolean>;
  designParameters?: { groupId?: string };
}
